/** The selection against a plain search, and flips applied to random refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explain } from '#domain/explanation.ts'
import type { QuoteRequest } from '#topics/protection.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { chainsOf } from './listing.ts'
import { makePutQuote } from './put-quote.ts'
import { accountValue, DEMO, indexPrice, optionQuote, QUOTE_PARAMS, T0 } from './protection.fixture.ts'
import { quotesConfig } from './quote-config.ts'
import { admitTerms } from './terms.ts'

const CONFIG = quotesConfig.parse({
  quoteMaxAgeMs: 30 * DAY_MS,
  indexMaxAgeMs: 30 * DAY_MS,
  accountMaxAgeMs: 30 * DAY_MS,
  quoteTtlMs: 30 * DAY_MS,
})
const EXPIRIES = [
  ['1FEB26', 3],
  ['6FEB26', 8],
  ['13FEB26', 15],
  ['20FEB26', 22],
  ['27MAR26', 57],
] as const
const INDEX = 88_000

interface Row {
  readonly expiry: number
  readonly strike: number
  readonly askTicks: number
  readonly spreadTicks: number
  readonly tenths: number
  readonly stale: boolean
}
const chain = fc.uniqueArray(
  fc.record<Row>({
    expiry: fc.nat(EXPIRIES.length - 1),
    strike: fc.integer({ min: 70, max: 96 }).map((thousands) => thousands * 1000),
    askTicks: fc.integer({ min: 1, max: 100 }),
    spreadTicks: fc.integer({ min: 0, max: 3 }),
    tenths: fc.integer({ min: 5, max: 40 }),
    stale: fc.nat(4).map((n) => n === 0),
  }),
  { maxLength: 30, selector: ({ expiry, strike }) => `${expiry}-${strike}` },
)
const request = fc.record({
  side: fc.constantFrom('long' as const, 'short' as const),
  size: fc.integer({ min: 1, max: 15 }).map((tenths) => tenths / 10),
  floor: fc.integer({ min: 1, max: 20 }).map((percent) => percent / 100),
  tenorDays: fc.integer({ min: 1, max: 20 }),
  premiumMax: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined }),
})

const nameOf = ({ expiry, strike }: Row, side: string): string =>
  `BTC-${EXPIRIES[expiry]?.[0] ?? ''}-${strike}-${side === 'long' ? 'P' : 'C'}`
function quotesOf(rows: readonly Row[], side: string) {
  return rows.map((row) => {
    const ask = row.askTicks * 0.0005
    const bid = ask - row.spreadTicks * 0.0005
    const text = {
      ask: ask.toFixed(4),
      mark: ask.toFixed(4),
      size: (row.tenths / 10).toFixed(1),
      ...(bid > 0 ? { bid: bid.toFixed(4) } : {}),
    }
    return optionQuote(nameOf(row, side), { ...text, offsetMs: row.stale ? -31 * DAY_MS : 0 })
  })
}
interface Asked {
  readonly side: 'long' | 'short'
  readonly size: number
  readonly floor: number
  readonly tenorDays: number
  readonly premiumMax: number | undefined
}
function paramsOf({ side, size, floor, tenorDays, premiumMax }: Asked): Record<string, unknown> {
  return {
    ...QUOTE_PARAMS,
    side,
    positionSize: size,
    drawdownFloorPct: floor,
    tenorDays,
    ...(premiumMax === undefined ? {} : { fixedPriceUsdc: premiumMax }),
  }
}
function quote(rows: readonly Row[], params: Record<string, unknown>, equity = '20000') {
  const terms = admitTerms(params, DEMO, CONFIG)
  assert.ok(terms.ok, JSON.stringify(terms))
  const body: QuoteRequest = { requestId: 'r', cause: 'command', terms: terms.value }
  return makePutQuote({
    at: T0,
    seq: 7,
    request: body,
    chains: chainsOf(quotesOf(rows, terms.value.side)),
    index: indexPrice(String(INDEX)),
    account: { value: accountValue({ cash: equity }), at: T0 },
    old: undefined,
    config: CONFIG,
  })
}

/** The rules once more, in floats and in one place: what passes, and which scores best. */
function oracle(rows: readonly Row[], { side, size, floor, tenorDays, premiumMax }: Asked): string | undefined {
  const { weights } = CONFIG
  let best: { name: string; score: number } | undefined
  for (const row of rows) {
    const days = (EXPIRIES[row.expiry]?.[1] ?? 0) + 8 / 24
    if (days < tenorDays || days > tenorDays * 3 || row.stale) continue
    if (side === 'long' ? row.strike < INDEX * (1 - floor) - 1e-6 : row.strike > INDEX * (1 + floor) + 1e-6) continue
    const ask = row.askTicks * 0.0005
    const bid = Math.max(0, ask - row.spreadTicks * 0.0005)
    const tick = ask > 0.005 + 1e-9 ? 0.0005 : 0.0001
    if (ask - bid > Math.max(0.15 * ask, 2 * tick) + 1e-12 || row.tenths / 10 < size) continue
    const premium = ask * size * INDEX
    const fee = Math.min(0.0003 * size, 0.125 * ask * size) * INDEX
    const leave = size * row.strike * (side === 'long' ? 0.00065 : 0.0013)
    const floorEquity = 20_000 - size * (INDEX - row.strike) * (side === 'long' ? 1 : -1) - premium - fee - leave
    if (premiumMax !== undefined && premium + fee > premiumMax + 1e-9) continue
    if (premium + fee > 20_000 || 20_000 - premium - fee + bid * size * INDEX <= 900 || floorEquity <= 0) continue
    if (floorEquity + leave <= 0.015 * size * row.strike * (side === 'long' ? 1 : 2) + 1e-9) continue
    const raw =
      (-weights.costPerDay * (premium + fee)) / (size * INDEX) / days +
      (weights.guarantee * floorEquity) / (size * INDEX) -
      weights.spread * (ask - bid) -
      (weights.expiryDistance * Math.max(0, days - tenorDays)) / tenorDays
    const score = Math.round(raw * 1e9) / 1e9
    const name = nameOf(row, side)
    if (best === undefined || score > best.score || (score === best.score && name < best.name)) best = { name, score }
  }
  return best?.name
}

test('[P-02] the selection is what a plain search over expiry and strike finds', () => {
  let chosen = 0
  fc.assert(
    fc.property(chain, request, (rows, asked) => {
      const seen = quote(rows, paramsOf(asked)).selected?.instrument
      if (seen !== undefined) chosen += 1
      assert.equal(seen, oracle(rows, asked))
    }),
    { numRuns: 1000 },
  )
  assert.ok(chosen > 50, `the search must find something often, not ${chosen} times`)
})

/** Only what a client can change in its request is applied; the gate it names must then pass. */
const REQUEST_FIELDS = new Set(['tenorDays', 'drawdownFloorPct', 'positionSize', 'fixedPriceUsdc', 'equityFloorPct'])
test('[P-03] the flip of a refusal applied, its gate passes', () => {
  let applied = 0
  fc.assert(
    fc.property(chain, request, fc.boolean(), (rows, asked, byEquity) => {
      const { drawdownFloorPct, ...plain } = paramsOf(asked)
      const params = byEquity ? { ...plain, equityFloorPct: '0.9' } : { ...plain, drawdownFloorPct }
      const first = quote(rows, params)
      const { code, flip } = first.explanation ?? explain('', 0, { code: 'none', field: '', seen: '', limit: '' })
      if (flip === undefined || !REQUEST_FIELDS.has(flip.field)) return
      applied += 1
      const second = quote(rows, { ...params, [flip.field]: flip.to })
      assert.notEqual(
        second.explanation?.code,
        code,
        `${code}: ${flip.field} to ${String(flip.to)} gives ${JSON.stringify(second.explanation)}`,
      )
    }),
    { numRuns: 600 },
  )
  assert.ok(applied > 50, `flips must be seen often, not ${applied} times`)
})

test('[P-03] the flip of cash and equity applied, the gate passes', () => {
  const row: Row = { expiry: 1, strike: 80_000, askTicks: 20, spreadTicks: 0, tenths: 30, stale: false }
  for (const equity of ['100', '700', '1500', '8900']) {
    const refusal = quote([row], { ...QUOTE_PARAMS }, equity).explanation
    assert.ok(refusal?.flip !== undefined, equity)
    const after = quote([row], { ...QUOTE_PARAMS }, String(refusal.flip.to))
    assert.notEqual(after.explanation?.code, refusal.code)
  }
})

test('[P-02] winner and runner-up: the reason names what the loser is worse in; lines add up', () => {
  const rows: Row[] = [
    { expiry: 1, strike: 80_000, askTicks: 13, spreadTicks: 0, tenths: 10, stale: false },
    { expiry: 1, strike: 82_000, askTicks: 19, spreadTicks: 0, tenths: 10, stale: false },
  ]
  const result = quote(rows, { ...QUOTE_PARAMS })
  assert.equal(result.selected?.instrument, 'BTC-6FEB26-80000-P')
  assert.equal(result.runnerUp?.instrument, 'BTC-6FEB26-82000-P')
  assert.match(result.runnerUp?.lostBecause ?? '', /^costs more a day/)
  const shown = (lines: typeof result.lines): unknown => lines.map(({ name, usdc }) => [name, usdc.toString()])
  assert.deepEqual(shown(result.lines), [
    ['premium', '572'],
    ['purchase fee', '26.4'],
  ])
  assert.equal(result.charge?.charged.toString(), '598.4')
  assert.deepEqual(shown(result.exitLines ?? []), [
    ['delivery fee, at most', '12'],
    ['closing fee, at most', '40'],
  ])
  assert.equal(result.goodUntil, (T0 + 30 * DAY_MS) as EpochMs)
})
