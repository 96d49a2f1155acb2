/**
 * Laws over random histories of every contract and both kinds of account: per currency the ledger sums to zero and the bridge has no
 * residual after every event; telling the history twice changes nothing; the position is the sum of its fills.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SPOT } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { books } from './books.ts'
import {
  assertSound,
  booksStateOf,
  COIN_PUT,
  DEMO,
  feedIndex,
  feedMark,
  feedOption,
  fill,
  harness,
  INVERSE,
  only,
  open,
  PERP,
} from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

const USDC_PUT = 'BTC_USDC-6FEB26-80000-P' as InstrumentId
const instrument = fc.constantFrom(PERP, INVERSE, SPOT, COIN_PUT, USDC_PUT)
const decimal = (max: number, places: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: max * 10 ** places }).map((n) => (n / 10 ** places).toFixed(places))
const index = fc.integer({ min: 2_000_000, max: 12_000_000 }).map((cents) => (cents / 100).toFixed(2))

type Step =
  | {
      kind: 'fill'
      instrument: InstrumentId
      side: 'buy' | 'sell'
      quantity: string
      share: string
      fee: string
      feeCurrency: string
      index: string
    }
  | { kind: 'price'; instrument: InstrumentId; share: string; index: string }
  | { kind: 'index'; index: string }
  | { kind: 'funding'; instrument: InstrumentId; amount: string; currency: string; mark: string; quantity: string }
  | { kind: 'transfer'; amount: string; currency: string }
  | { kind: 'settle'; instrument: InstrumentId; payout: string; index: string; quantity: string }

const side = fc.constantFrom('buy' as const, 'sell' as const)
const signed = (max: number, places: number): fc.Arbitrary<string> =>
  fc.tuple(decimal(max, places), fc.boolean()).map(([text, minus]) => (minus ? `-${text}` : text))
const currency = fc.constantFrom('USDC', 'BTC')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      instrument,
      side,
      quantity: decimal(3, 4),
      share: decimal(1, 4),
      fee: signed(1, 6),
      feeCurrency: currency,
      index,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('price' as const), instrument, share: decimal(1, 4), index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('index' as const), index }) },
  fc.record({
    kind: fc.constant('funding' as const),
    instrument: fc.constantFrom(PERP, INVERSE),
    amount: signed(5, 8),
    currency,
    mark: index,
    quantity: signed(3, 2),
  }),
  fc.record({ kind: fc.constant('transfer' as const), amount: signed(2, 6), currency }),
  fc.record({
    kind: fc.constant('settle' as const),
    instrument: fc.constantFrom(COIN_PUT, USDC_PUT),
    payout: decimal(1, 6),
    index,
    quantity: signed(3, 4),
  }),
)

/** A coin option trades at a share of one coin, everything else at the index. */
function priceOf(name: InstrumentId, share: string, at: string): string {
  return name === COIN_PUT ? share : at
}

function play(at: Harness, one: Step, id: string): void {
  const base = { venue: 'test', account: DEMO, venueAt: at.at }
  if (one.kind === 'index') feedIndex(at, one.index)
  else if (one.kind === 'price' && one.instrument.endsWith('-P'))
    feedOption(at, one.instrument, { bid: priceOf(one.instrument, one.share, one.index) })
  else if (one.kind === 'price') feedMark(at, one.instrument, one.index)
  else if (one.kind === 'funding') at.wire('venue_funding', { ...base, ...one, fundingId: id, rate: '0.0001' })
  else if (one.kind === 'transfer') at.wire('venue_transfers', { ...base, ...one, transferId: id, reason: 'test' })
  else if (one.kind === 'settle') settle(at, one, id)
  else fill(at, { ...one, price: priceOf(one.instrument, one.share, one.index), tradeId: id })
}

function settle(at: Harness, one: Extract<Step, { kind: 'settle' }>, id: string): void {
  const body = {
    venue: 'test',
    account: DEMO,
    settlementId: id,
    instrument: one.instrument,
    quantity: one.quantity,
    settlementIndex: one.index,
  }
  const money = { payout: one.payout, fee: '0.001', currency: one.instrument === COIN_PUT ? 'BTC' : 'USDC' }
  at.wire('venue_settlements', { ...body, ...money, basis: 'venue', venueAt: at.at })
}

function started(holdsCoin: boolean): Harness {
  const at = harness([books], { 'ledger/books': holdsCoin ? { coinAccounts: [DEMO] } : {} })
  feedIndex(at, '50000')
  open(at, { USDC: '100000', BTC: '0.5' })
  return at
}

test('[V-02] [PE-06] [F-C07] debits equal credits and the bridge is exact after every event of any history', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 25 }), (holdsCoin, history) => {
      const at = started(holdsCoin)
      for (const [n, one] of history.entries()) {
        play(at, one, `e${n}`)
        assertSound(at)
      }
    }),
    { numRuns: 150 },
  )
})

test('[F-A01] [F-V19] a history told twice is a history told once', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 20 }), (holdsCoin, history) => {
      const [once, twice] = [started(holdsCoin), started(holdsCoin)]
      for (const [n, one] of history.entries()) {
        play(once, one, `e${n}`)
        for (const repeat of [n, Math.max(0, n - 1), n]) {
          const told = history[repeat]
          if (told !== undefined && (repeat === n || (told.kind !== 'price' && told.kind !== 'index'))) play(twice, told, `e${repeat}`)
        }
      }
      const [a, b] = [once, twice].map((at) => booksStateOf(at).accounts.get(DEMO))
      assert.deepEqual(b?.balances, a?.balances)
      assert.deepEqual(b?.totals, a?.totals)
    }),
    { numRuns: 60 },
  )
})

test('[V-01] the position is the sum of its fills, whatever the way there', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(side, fc.integer({ min: 1, max: 30_000 })), { minLength: 1, maxLength: 30 }), (fills) => {
      const at = started(false)
      let sum = 0
      for (const [way, size] of fills) {
        sum += way === 'buy' ? size : -size
        fill(at, { side: way, quantity: (size / 10_000).toFixed(4), price: '50000' })
      }
      const last = only(at.emitted, 'position_states').at(-1)
      assert.equal(last?.quantity.units, BigInt(sum) * 10n ** 14n)
      assert.equal(last?.realised.toString(), '0') // all at one price
    }),
    { numRuns: 60 },
  )
})
