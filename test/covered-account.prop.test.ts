/**
 * A cover against the venue's own margin: accounts at random, opened and covered at the simulated venue, priced by the protection stage from
 * what that venue says they are worth. Whoever passes the gate `floor_below_margin` is never liquidated while the cover stands, on any path
 * of the index the floor speaks of, with the option bid at what it would deliver, under it, or not at all; who misses it by more than the
 * reserve is liquidated where the gate says.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { balanceOf } from '#sim/venue/account.ts'
import { equityOf, maintenanceMargin } from '#sim/venue/margin.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import { venueStep } from '#sim/venue/step.ts'
import { accountOf } from '#sim/venue/trade.ts'
import { ALICE, ofTopic, place, T0 } from '#sim/venue/venue.fixture.ts'
import { chainsOf } from '#stages/protection/listing.ts'
import { makePutQuote } from '#stages/protection/put-quote.ts'
import { quotesConfig } from '#stages/protection/quote-config.ts'
import { accountValue, DEMO, indexPrice, optionQuote } from '#stages/protection/protection.fixture.ts'
import { formatUnits } from '#units/exact.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { btc, quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { DAY_MS, epochMs } from '#units/time.ts'
import type { ProtectionTerms, PutQuote } from '#topics/protection.ts'

const CONFIG = quotesConfig.parse({
  quoteMaxAgeMs: 90 * DAY_MS,
  indexMaxAgeMs: 90 * DAY_MS,
  accountMaxAgeMs: 90 * DAY_MS,
  spreadTicksMax: 1_000_000,
})
const MAINTENANCE = 0.01
const RESERVE = 0.005

const world = fc.record({
  side: fc.constantFrom('long' as const, 'short' as const),
  index: fc.integer({ min: 40_000, max: 120_000 }),
  away: fc.integer({ min: -20, max: 20 }),
  tenths: fc.integer({ min: 1, max: 20 }),
  timeValueTicks: fc.integer({ min: 1, max: 40 }),
  /** Equity at the worst index in parts of what the gate demands. */
  cushion: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 95, max: 130 })),
  /** Discount of the bid to what the option would deliver, in parts of the strike; the reserve is there to bear it. */
  discount: fc.constantFrom(0, 0.001, 0.0049),
  path: fc.array(fc.record({ to: fc.integer({ min: 1, max: 400 }), isBid: fc.boolean() }), { minLength: 3, maxLength: 12 }),
})
interface Case {
  readonly side: 'long' | 'short'
  readonly index: number
  readonly strike: number
  readonly size: number
  readonly option: InstrumentId
}

test('[P-03] who passes the margin gate is never liquidated while the cover stands; who misses it by the reserve is', () => {
  const seen = { passed: 0, tight: 0, refused: 0, liquidated: 0 }
  fc.assert(
    fc.property(world, ({ side, index, away, tenths, timeValueTicks, cushion, discount, path }) => {
      const strike = Math.max(1, Math.round((index * (1 + away / 100)) / 1000)) * 1000
      const option = `BTC-6FEB26-${strike}-${side === 'long' ? 'P' : 'C'}` as InstrumentId
      const of: Case = { side, index, strike, size: tenths / 10, option }
      const worst = side === 'long' ? strike : 2 * strike
      const ask = (Math.ceil(deliversAt(of, index) / index / 0.0005) + timeValueTicks) * 0.0005
      const gap = side === 'long' ? index - strike : strike - index
      const wanted = (cushion / 100) * (MAINTENANCE + RESERVE) * worst + gap + ask * index + 0.0003 * index
      const state = opened(of, wanted * of.size, ask)
      if (state === undefined) return
      const quote = quoted(state, of, ask)
      const code = quote.explanation?.code
      if (quote.status !== 'ok' && code !== 'floor_below_margin') return
      const missed = code !== undefined && Number(quote.explanation?.seen) <= MAINTENANCE * worst * of.size
      if (code !== undefined && !missed) return
      if (!bought(state, of)) return
      if (missed) {
        seen.refused += 1
        if (liquidatedAt(state, of, worst, undefined)) seen.liquidated += 1
        return
      }
      seen.passed += 1
      if (cushion < 110) seen.tight += 1
      const ends = [strike, strike - 1, strike + 1, 1, worst].map((to) => ({ at: to, isBid: true }))
      const steps = [...path.map(({ to, isBid }) => ({ at: Math.max(1, Math.round((strike * to) / 100)), isBid })), ...ends]
      for (const { at, isBid } of steps) {
        const within = side === 'long' ? at : Math.min(at, worst)
        const bid = isBid ? deliversAt(of, within) - discount * strike : undefined
        assert.ok(!liquidatedAt(state, of, within, bid), `liquidated at ${within} with ${JSON.stringify(of)}`)
      }
    }),
    { numRuns: 600 },
  )
  assert.ok(seen.passed > 150 && seen.tight > 15, `covers must be seen, also near the limit: ${JSON.stringify(seen)}`)
  assert.ok(seen.refused > 15 && seen.liquidated === seen.refused, `a refusal must be right: ${JSON.stringify(seen)}`)
})

function deliversAt({ side, strike }: Case, index: number): number {
  return Math.max(0, side === 'long' ? strike - index : index - strike)
}

/** The position opened at the index with `equity` left after the fee, and the option on offer; undefined where the venue refuses that. */
function opened({ side, index, size, option }: Case, equity: number, ask: number): VenueState | undefined {
  if (!(equity > 0)) return undefined
  const cash = (equity + index * size * 0.0005).toFixed(6)
  const state = createVenue({ accounts: [{ account: ALICE, usdc: cash, leverage: 50 }] })
  feed(state, index)
  const coin = price<'BTC', 'BTC'>(ask.toFixed(4))
  const offer = { instrument: option, bid: coin, bidSize: quantity<'BTC'>('100'), ask: coin, askSize: quantity<'BTC'>('100'), mark: coin }
  venueStep(state, { at: state.at, type: 'quotes', quotes: [offer] })
  place(state, { id: 'open', side: side === 'long' ? 'buy' : 'sell', size: String(size) })
  return accountOf(state, ALICE).positions.has(LINEAR_PERPETUAL) ? state : undefined
}

function feed(state: VenueState, index: number, options: readonly VenueQuote[] = []): readonly VenueOutput[] {
  const at: BtcUsdc = price(String(index))
  const perpetual = { instrument: LINEAR_PERPETUAL, bid: at, bidSize: quantity('100'), ask: at, askSize: quantity('100'), mark: at }
  return venueStep(state, { at: T0, type: 'quotes', index: at, quotes: [...options, perpetual] })
}

/** The stage's quote for the account as the venue values it. */
function quoted(state: VenueState, { side, index, size, option }: Case, ask: number): PutQuote {
  const account = accountOf(state, ALICE)
  const terms: ProtectionTerms = {
    account: DEMO,
    asset: 'BTC',
    side,
    tierName: 'Bronze',
    leverage: 5,
    size: btc(String(size)),
    equityFloor: ratio('0.000001'),
    tenorDays: 7,
    renewal: 'none',
  }
  const text = ask.toFixed(4)
  return makePutQuote({
    at: epochMs(T0),
    seq: 1,
    request: { requestId: 'r', cause: 'command', terms },
    chains: chainsOf([{ ...optionQuote(option, { ask: text, bid: text, mark: text, size: '100' }), observedAt: epochMs(T0) }]),
    index: { ...indexPrice(String(index)), observedAt: epochMs(T0) },
    account: {
      at: epochMs(T0),
      value: accountValue({
        cash: formatUnits(balanceOf(account, 'USDC')),
        equity: formatUnits(equityOf(state, account)),
        maintenance: formatUnits(maintenanceMargin(state, account)),
      }),
    },
    old: undefined,
    config: CONFIG,
  })
}

function bought(state: VenueState, { option, size }: Case): boolean {
  return ofTopic(place(state, { id: 'cover', instrument: option, size: String(size) }), 'venue_fills').length > 0
}

/** The market at an index, the option bid at so much in USDC or by nobody; did the venue close the account? */
function liquidatedAt(state: VenueState, of: Case, index: number, bid: number | undefined): boolean {
  const coin = bid === undefined || bid <= 0 ? undefined : price<'BTC', 'BTC'>((Math.floor((bid / index) * 1e12) / 1e12).toFixed(12))
  const { option } = of
  const mark = price<'BTC', 'BTC'>(Math.max(0.0001, Math.ceil((deliversAt(of, index) / index) * 1e9) / 1e9).toFixed(9))
  const quote = { instrument: option, mark, ...(coin === undefined ? {} : { bid: coin, bidSize: quantity<'BTC'>('100') }) }
  return ofTopic(feed(state, index, [quote]), 'venue_fills').length > 0
}
