/** Stated positions: all or nothing, ids that stay, amounts exact from numbers and strings, and one row per refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { price } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { Observed } from '#domain/observed.ts'
import { DEMO, harness, only, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { portfolio, portfolioOf } from './portfolio.ts'
import type { PortfolioState, StoredPortfolio } from './portfolio.ts'
import { viewPortfolio } from './portfolio-view.ts'

interface Answer {
  readonly httpStatus: number
  readonly status: string
  readonly reason?: string
  readonly field?: string
  readonly flip?: { readonly field: string; readonly to: string }
  readonly count?: number
  readonly ids?: readonly string[]
}
const LONG = { asset: 'BTC', side: 'long', entryPrice: 50000, size: 1, leverage: 5 }
let commands = 0

function ingest(at: Harness, params: unknown): Answer {
  const body = {
    commandId: `c${++commands}`,
    account: DEMO,
    route: 'POST /portfolio/ingest',
    key: 'k',
    bodyHash: 'h',
    type: 'ingest_portfolio',
    params,
  }
  const results = only(at.feed('accepted_commands', body as never), 'command_results')
  assert.equal(results.length, 1)
  assert.equal(results[0]?.final, true)
  const { httpStatus, answer } = results[0]
  const said = answer as unknown as { status: string; reason?: string; count?: number; positions?: { id: string }[]; explanation?: Answer }
  const refusal =
    said.explanation === undefined
      ? {}
      : { reason: said.reason ?? '', field: said.explanation.field ?? '', flip: said.explanation.flip as never }
  const stored = said.positions === undefined ? {} : { count: said.count ?? 0, ids: said.positions.map(({ id }) => id) }
  return { httpStatus, status: said.status, ...refusal, ...stored }
}
function stored(at: Harness): StoredPortfolio | undefined {
  return portfolioOf(at.stateOf('ledger/portfolio') as PortfolioState, DEMO)
}

test("[C-70] a statement replaces the account's positions whole; source and time are kept", () => {
  const at = harness([portfolio])
  assert.deepEqual(ingest(at, { positions: [LONG, { ...LONG, side: 'short', entryPrice: '61000.5' }], source: 'desk' }), {
    httpStatus: 200,
    status: 'ok',
    count: 2,
    ids: ['demo-1', 'demo-2'],
  })
  assert.equal(stored(at)?.source, 'desk')
  assert.equal(stored(at)?.updatedAt, '2026-02-02T02:40:00.000Z')
  assert.deepEqual(
    stored(at)?.positions.map(({ marginUsd }) => marginUsd.toString()),
    ['10000', '12200.1'],
  )
  assert.deepEqual(ingest(at, { positions: [] }).count, 0)
  assert.deepEqual(stored(at)?.positions, [])
})

test('[C-70] two positions of which one is bad: none is stored, whatever stood before stays', () => {
  const at = harness([portfolio])
  ingest(at, { positions: [LONG] })
  assert.equal(
    ingest(at, {
      positions: [
        { ...LONG, size: 9 },
        { ...LONG, size: 0 },
      ],
    }).httpStatus,
    400,
  )
  assert.deepEqual(
    stored(at)?.positions.map(({ size }) => size.toString()),
    ['1'],
  )
})

test("[C-70] ids: the client's own, else account-n kept for equal asset, side and entry, never given twice", () => {
  const at = harness([portfolio])
  assert.deepEqual(ingest(at, { positions: [LONG, { ...LONG, entryPrice: 60000 }] }).ids, ['demo-1', 'demo-2'])
  assert.deepEqual(ingest(at, { positions: [{ ...LONG, entryPrice: 60000, size: 3 }, LONG, LONG] }).ids, ['demo-2', 'demo-1', 'demo-3'])
  assert.deepEqual(ingest(at, { positions: [{ ...LONG, side: 'short' }] }).ids, ['demo-4'])
  assert.deepEqual(ingest(at, { positions: [LONG] }).ids, ['demo-5'])
  assert.deepEqual(
    ingest(at, {
      positions: [
        { ...LONG, id: 'demo-6' },
        { ...LONG, entryPrice: 1 },
      ],
    }).ids,
    ['demo-6', 'demo-7'],
  )
})

test('[C-70] [PE-06] numbers are taken by their shortest text, strings to the digit', () => {
  const at = harness([portfolio])
  ingest(at, {
    positions: [
      { ...LONG, size: 0.1, entryPrice: 0.3 },
      { ...LONG, size: '0.123456789012345678', entryPrice: '1' },
      { ...LONG, size: 1e-7 },
    ],
  })
  assert.deepEqual(
    stored(at)?.positions.map(({ size }) => size.toString()),
    ['0.1', '0.123456789012345678', '0.0000001'],
  )
  assert.equal(stored(at)?.positions[0]?.entryPrice.toString(), '0.3')
})

const REFUSED: readonly (readonly [string, unknown, string, string])[] = [
  ['no object', 'text', 'invalid_payload', 'body'],
  ['a list', [], 'invalid_payload', 'body'],
  ['unknown body field', { positions: [], extra: 1 }, 'invalid_payload', 'extra'],
  ['no positions', {}, 'invalid_payload', 'positions'],
  ['empty source', { positions: [], source: '' }, 'invalid_payload', 'source'],
  ['too many', { positions: Array.from({ length: 1001 }, () => LONG) }, 'invalid_payload', 'positions'],
  ['no position', { positions: [null] }, 'invalid_payload', 'positions[0]'],
  ['unknown field', { positions: [{ ...LONG, stop: 1 }] }, 'invalid_payload', 'positions[0].stop'],
  [
    'id used twice',
    {
      positions: [
        { ...LONG, id: 'x' },
        { ...LONG, id: 'x' },
      ],
    },
    'invalid_payload',
    'positions[1].id',
  ],
  ['id of no text', { positions: [{ ...LONG, id: 7 }] }, 'invalid_payload', 'positions[0].id'],
  ['no asset', { positions: [{ ...LONG, asset: 1 }] }, 'invalid_payload', 'positions[0].asset'],
  ['side', { positions: [{ ...LONG, side: 'buy' }] }, 'invalid_payload', 'positions[0].side'],
  ['zero entry', { positions: [{ ...LONG, entryPrice: 0 }] }, 'invalid_payload', 'positions[0].entryPrice'],
  ['negative size', { positions: [{ ...LONG, size: -1 }] }, 'invalid_payload', 'positions[0].size'],
  ['grouped digits', { positions: [{ ...LONG, size: '1,000' }] }, 'invalid_payload', 'positions[0].size'],
  ['exponent in text', { positions: [{ ...LONG, size: '1e-7' }] }, 'invalid_payload', 'positions[0].size'],
  ['space', { positions: [{ ...LONG, size: ' 1' }] }, 'invalid_payload', 'positions[0].size'],
  ['full-width digits', { positions: [{ ...LONG, size: '１' }] }, 'invalid_payload', 'positions[0].size'],
  ['finer than 1e-18', { positions: [{ ...LONG, size: 1e-19 }] }, 'invalid_payload', 'positions[0].size'],
  ['huge', { positions: [{ ...LONG, size: 1e21 }] }, 'invalid_payload', 'positions[0].size'],
  ['huge notional', { positions: [{ ...LONG, size: '1000000000', entryPrice: '1000000' }] }, 'invalid_payload', 'positions[0].size'],
  ['no leverage', { positions: [{ ...LONG, leverage: null }] }, 'invalid_payload', 'positions[0].leverage'],
]
for (const [what, params, reason, field] of REFUSED) {
  test(`[F-M04] [F-M05] refused: ${what}`, () => {
    const at = harness([portfolio])
    const answer = ingest(at, params)
    assert.deepEqual([answer.httpStatus, answer.status, answer.reason, answer.field], [400, 'error', reason, field])
    assert.equal(stored(at), undefined)
  })
}

test('[C-37] [C-70] well-formed but refused answers 200 with the reason; the flip of a leverage passes', () => {
  const at = harness([portfolio])
  const foreign = ingest(at, { positions: [{ ...LONG, asset: 'ETH' }] })
  assert.deepEqual(
    [foreign.httpStatus, foreign.status, foreign.reason, foreign.flip],
    [200, 'no_quote', 'unsupported_asset', { field: 'positions[0].asset', to: 'BTC' }],
  )
  for (const leverage of [0.999999999999, '100.000000000001', 0, -3]) {
    const refused = ingest(at, { positions: [{ ...LONG, leverage }] })
    assert.deepEqual([refused.httpStatus, refused.reason, refused.flip?.field], [200, 'invalid_leverage', 'positions[0].leverage'])
    assert.equal(ingest(at, { positions: [{ ...LONG, leverage: refused.flip?.to }] }).status, 'ok')
  }
  for (const leverage of [1, 100, '100.0']) assert.equal(ingest(at, { positions: [{ ...LONG, leverage }] }).status, 'ok')
})

test('[C-70] valued at the mark: profit by side, the age of the mark; without a mark nothing is made up', () => {
  const at = harness([portfolio])
  ingest(at, { positions: [LONG, { ...LONG, side: 'short' }] })
  const held = stored(at)
  assert.ok(held)
  const mark = new Observed(price<'BTC', 'USDC'>('51000.5'), T0, durationMs(1000))
  const seen = viewPortfolio(held, mark, epochMs(T0 + 250)).map(({ pnlUsdc, markAgeMs, markPrice, marginUsd }) => [
    pnlUsdc,
    markAgeMs,
    markPrice,
    marginUsd,
  ])
  assert.deepEqual(seen, [
    ['1000.5', 250, '51000.5', '10000'],
    ['-1000.5', 250, '51000.5', '10000'],
  ])
  const [blind] = viewPortfolio(held, undefined, T0)
  assert.deepEqual([blind?.pnlUsdc, blind?.markAgeMs, blind?.markPrice], [null, null, null])
})

test('other commands and other answers pass by', () => {
  const at = harness([portfolio])
  const body = { commandId: 'x', account: DEMO, route: 'r', key: 'k', bodyHash: 'h', type: 'open_position', params: {} }
  assert.deepEqual(at.feed('accepted_commands', body as never), [])
  assert.deepEqual(
    at.feed('command_results', { commandId: 'x' as never, final: true, httpStatus: 200, answer: { status: 'ok', positions: [] } }),
    [],
  )
  assert.equal(stored(at), undefined)
})
