/** Orders of the protected position, and each refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { explain } from '#domain/explanation.ts'
import type { CoverageId } from '#domain/order.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import type { Json } from '#topics/schema.ts'
import { command, confirmation, DEMO, finalAnswers, intents, markOf, protectionBench, T0 } from './protection.fixture.ts'

const OPEN = { side: 'long', size: '1', leverage: 5 }
function marked(maxAgeMs = 1000): Bench {
  const on = protectionBench()
  on.feed(0, 'marks', markOf('88000.4', 0, maxAgeMs))
  return on
}
function holding(size: string): Bench {
  const on = marked()
  on.feed(0, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: markOf('1').instrument,
    quantity: btc(size),
    averageEntry: '88000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  return on
}

test('[P-11] open_position is a marketable IOC limit within 1 % of the mark, on the tick, good as long as its mark', () => {
  const on = marked()
  const events = on.feed(500, 'accepted_commands', command('open_position', OPEN))
  const [intent] = intents(events)
  assert.ok(intent !== undefined)
  const { purpose, book, side, instrument, leverage, timeInForce, reduceOnly } = intent
  assert.deepEqual(
    [purpose, book, side, instrument, leverage, timeInForce, reduceOnly],
    ['open_position', 'client', 'buy', 'BTC_USDC-PERPETUAL', 5, 'IOC', false],
  )
  assert.deepEqual([String(intent.limitPrice), intent.goodUntil], ['88880', T0 + 1000]) // 88,880.404 down to the tick
  const [short] = intents(on.feed(500, 'accepted_commands', command('open_position', { ...OPEN, side: 'short' }, 's')))
  assert.deepEqual([short?.side, String(short?.limitPrice)], ['sell', '87120.5']) // 87,120.396 up to the tick
  assert.deepEqual(
    only(events, 'command_results').map(({ final }) => final),
    [false],
  )
  const [answer] = finalAnswers(on.feed(600, 'trade_confirmations', confirmation(intent, '0.6')))
  assert.deepEqual([answer?.['status'], answer?.['filledAmount'], answer?.['averagePrice']], ['ok', '0.6', '88880'])
  assert.deepEqual(finalAnswers(on.feed(700, 'trade_confirmations', confirmation(intent, '0.6'))), [], 'one final answer')
})

const REFUSED: readonly [string, string, Record<string, Json>, string, Json | undefined, (() => Bench)?][] = [
  ['no mark yet', 'open_position', OPEN, 'no_mark', undefined, () => protectionBench()],
  ['a mark past its age', 'open_position', OPEN, 'stale_price', 99, () => marked(99)],
  ['size zero', 'open_position', { ...OPEN, size: 0 }, 'invalid_size', '0.0001'],
  ['size between lots', 'open_position', { ...OPEN, size: '0.00011' }, 'invalid_size', '0.0001'],
  ['size over the maximum', 'open_position', { ...OPEN, size: '1000.0001' }, 'invalid_size', '1000'],
  ['leverage under 1', 'open_position', { ...OPEN, leverage: 0.5 }, 'invalid_leverage', 1],
  ['leverage over 25', 'open_position', { ...OPEN, leverage: 25.1 }, 'invalid_leverage', 25],
  ['another instrument', 'open_position', { ...OPEN, instrument: 'ETH-PERPETUAL' }, 'unsupported_instrument', 'BTC_USDC-PERPETUAL'],
  ['a field nobody knows', 'open_position', { ...OPEN, price: 1 }, 'invalid_payload', undefined],
  ['nothing to close', 'close_position', {}, 'no_position', undefined],
  ['the other side', 'close_position', { side: 'short' }, 'no_position', 'long', () => holding('1')],
  ['more than is held', 'close_position', { size: '1.0001' }, 'size_above_position', '1', () => holding('1')],
]
for (const [name, type, params, code, flip, make] of REFUSED) {
  test(`[P-11] ${type} with ${name}: ${code}`, () => {
    const events = (make ?? marked)().feed(100, 'accepted_commands', command(type, params))
    const [answer] = finalAnswers(events)
    assert.equal(answer?.['reason'], code)
    assert.deepEqual(((answer['explanation'] as Record<string, Json>)['flip'] as Record<string, Json> | undefined)?.['to'], flip)
    assert.deepEqual(intents(events), [])
  })
}

test('[P-11] close_position is reduce-only for what is held, long or short, or for the part asked for', () => {
  const close = (held: string, params: Record<string, Json>): (string | boolean | undefined)[] => {
    const [intent] = intents(holding(held).feed(10, 'accepted_commands', command('close_position', params)))
    return [intent?.side, intent?.quantity.toString(), intent?.reduceOnly]
  }
  assert.deepEqual(close('1.5', {}), ['sell', '1.5', true])
  assert.deepEqual(close('-0.7', { side: 'short' }), ['buy', '0.7', true])
  assert.deepEqual(close('1.5', { size: '0.5' }), ['sell', '0.5', true])
})

test('[P-13] two covers of an account end at once: each closes its own part, tried again until it is flat', () => {
  const on = holding('1.5')
  const ends = (id: string, size: string) =>
    on.feed(500, 'protection_decisions', {
      account: DEMO,
      kind: 'position_closing',
      coverageId: id as CoverageId,
      explanation: explain('protection/coverage', 1, { code: 'no_cover_holds_limit', field: 'renewal', seen: 'hold-limit', limit: '1' }),
      detail: { side: 'long', size },
    })
  const orders = [...intents(ends('cover-a', '1')), ...intents(ends('cover-b', '0.5'))]
  assert.deepEqual(
    orders.map(({ intentId, quantity }) => [intentId, String(quantity)]),
    [
      ['cover-a-close-1', '1'],
      ['cover-b-close-1', '0.5'],
    ],
  )
  const [a, b] = orders
  assert.ok(a !== undefined && b !== undefined)
  on.feed(600, 'trade_confirmations', confirmation(a, '0'))
  on.feed(600, 'trade_confirmations', confirmation(b, '0.5'))
  const again = intents(on.feed(700, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.deepEqual(
    again.map(({ intentId, quantity }) => [intentId, String(quantity)]),
    [['cover-a-close-2', '1']],
    'the first is not forgotten for the second',
  )
  assert.deepEqual(intents(on.feed(800, 'clock_tick', { name: 'minute', dueAt: T0 })), [], 'one order of each at a time')
})

test('[P-13] a close that has to wait for the rate is sent when the rate allows, not a minute later', () => {
  const on = holding('1')
  const why = { code: 'no_cover_holds_limit', field: 'renewal', seen: 'hold-limit', limit: '1' }
  const about = { account: DEMO, kind: 'position_closing', coverageId: 'cover-a' as CoverageId } as const
  const detail = { side: 'long', size: '1' }
  const [order] = intents(on.feed(100, 'protection_decisions', { ...about, explanation: explain('protection/coverage', 1, why), detail }))
  assert.ok(order !== undefined)
  const { intentId, account, book, purpose, instrument } = order
  const rate = { code: 'order_rate', field: 'at', seen: T0 + 100, limit: '50', flip: { field: 'at', to: T0 + 1_100 } }
  const body = { intentId, account, book, purpose, instrument, explanation: explain('risk', 1, rate) }
  const [request] = only(on.feed(100, 'order_refusals', body), 'timer_requests')
  assert.deepEqual(request, { name: 'close:cover-a', at: T0 + 1_100 })
  on.feed(1_000, 'marks', markOf('88000.4', 1_000, 1_000))
  const [again] = intents(on.feed(1_100, 'clock_tick', { name: 'close:cover-a', dueAt: request.at }))
  assert.equal(again?.intentId, 'cover-a-close-2')
})

test('[P-11] refused by risk, vetoed, nothing filled: one final refusal', () => {
  const why = explain('risk', 1, { code: 'position_limit', field: 'size', seen: '2', limit: '1' })
  for (const kind of ['risk', 'fill'] as const) {
    const on = marked()
    const [intent] = intents(on.feed(0, 'accepted_commands', command('open_position', OPEN)))
    assert.ok(intent !== undefined)
    const { intentId, account, book, purpose, instrument } = intent
    const events =
      kind === 'risk'
        ? on.feed(1, 'order_refusals', { intentId, account, book, purpose, instrument, explanation: why })
        : on.feed(1, 'trade_confirmations', confirmation(intent, '0'))
    assert.deepEqual(
      finalAnswers(events).map((answer) => [answer['status'], answer['reason']]),
      [['no_quote', kind === 'risk' ? 'position_limit' : 'not_filled']],
    )
  }
})
