/** A combination of which one option was kept alone, and the other is filled after all: nothing bought is without an owner, and the money ties out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { OrderIntent } from '#domain/order.ts'
import { btc } from '#units/quantity.ts'
import { MINUTE_MS } from '#units/time.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import {
  command,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  filled,
  intents,
  optionQuote,
  protectionBench,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  settlement,
  T0,
} from './protection.fixture.ts'

const MARKUP = { 'protection/quotes': { riskControls: { premium_markup_pct_by_tier: { Bronze: 0.1 } } } }

interface Halves {
  readonly on: Bench
  readonly first: OrderIntent
  readonly second: OrderIntent
}
/** 0.6 of the 80,000 is bought, 0.4 of the 78,000 is ordered. */
function halves(config: Readonly<Record<string, object>> = {}): Halves {
  const on = protectionBench(config)
  february(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  return { on, first, second }
}
function bids(on: Bench, bid80: string, bid78: string, offsetMs: number): void {
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid: bid80, ask: '0.0065', mark: '0.0062', offsetMs }))
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_78, { bid: bid78, ask: '0.0045', mark: '0.0042', offsetMs }))
}
/** Nobody bids, the second order ends with nothing: the first option stays, as the smaller cover it is. */
function keptAlone(config: Readonly<Record<string, object>> = {}): Halves {
  const made = halves(config)
  bids(made.on, '0.0005', '0.0005', 2500)
  const [cover] = coversOf(filled(made.on, made.second, '0', 3000))
  assert.deepEqual([cover?.state, cover?.alarm, String(cover?.floorEquity)], ['active', 'partly_covered', '14809.76'])
  return made
}
function late(
  on: Bench,
  { intentId, account, instrument, side, quantity }: OrderIntent,
  total: string,
  offsetMs: number,
): readonly AnyEvent[] {
  const about = { orderId: 'late' as OrderStateChange['orderId'], intentId, account, book: 'hedge', instrument, side, quantity } as const
  return on.feed(offsetMs, 'order_states', { ...about, state: 'cancelled', filled: btc(total), open: btc('0'), reason: 'late_fill' })
}
function minute(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function linesOf(cover: Coverage | undefined): string[] {
  return (cover?.charge?.lines ?? []).map(({ name, usdc }) => `${name} ${usdc.toString()}`)
}

test('[P-11] [F-O02] [F-O14] a part of the other option comes late: beside the cover, sold when somebody bids, every amount a line', () => {
  const { on, second } = keptAlone(MARKUP)
  const told = late(on, second, '0.1', 3500)
  const [more] = coversOf(told)
  assert.deepEqual(decisionKinds(told), ['late_fill'])
  assert.deepEqual(
    more?.legs?.map(({ instrument, filled: held, size }) => [instrument, held, size].map(String)),
    [
      [PUT_80, '0.6', '0.6'],
      [PUT_78, '0.1', '0'],
    ],
  )
  // 14,809.76 - 0.1 x 0.0045 x 88,000 - a quarter of 10.56
  assert.deepEqual([more?.state, more?.alarm, String(more?.size), String(more?.floorEquity)], ['active', 'over_bought', '0.6', '14767.52'])
  assert.deepEqual(linesOf(more).slice(2), ['late fill 39.6', 'late fill fee 2.64', 'surplus borne by the platform -42.24'])
  assert.deepEqual([String(more?.charge?.charged), String(more?.charge?.subsidy), String(more?.due)], ['359.04', '42.24', '-42.24'])
  assert.deepEqual(intents(minute(on, MINUTE_MS)), [], 'nobody sells at a stub')
  bids(on, '0.0060', '0.0040', MINUTE_MS + 1)
  const [sale] = intents(minute(on, 2 * MINUTE_MS))
  assert.ok(sale !== undefined)
  assert.deepEqual([sale.instrument, sale.side, String(sale.quantity), String(sale.limitPrice)], [PUT_78, 'sell', '0.1', '0.004'])
  const [left] = coversOf(filled(on, sale, '0.1', 2 * MINUTE_MS + 1))
  // 14,767.52 + 35.2 - 2.64; of 42.24 paid 32.56 came back
  assert.deepEqual([left?.alarm, String(left?.filled), String(left?.floorEquity)], ['partly_covered', '0.6', '14800.08'])
  assert.deepEqual(linesOf(left).slice(2), [
    'late fill 39.6',
    'late fill fee 2.64',
    'surplus sold again -35.2',
    'surplus sale fee 2.64',
    'surplus borne by the platform -9.68',
  ])
  assert.deepEqual([String(left?.charge?.charged), String(left?.charge?.subsidy), String(left?.due)], ['359.04', '9.68', '-9.68'])
  assert.deepEqual(intents(minute(on, 4 * MINUTE_MS)), [])
})

test('[P-11] [F-O02] [F-O14] where the client pays what the venue takes, it pays that of the late fill too', () => {
  const { on, second } = keptAlone()
  const [more] = coversOf(late(on, second, '0.1', 3500))
  assert.deepEqual(linesOf(more).slice(2), ['late fill 39.6', 'late fill fee 2.64'])
  assert.deepEqual([String(more?.charge?.charged), String(more?.charge?.subsidy), String(more?.due)], ['401.28', '0', '0'])
})

test('[P-11] [F-O02] [F-O14] all of the other option comes late, at once or in parts: the cover that was agreed to, for what was agreed', () => {
  const twin = halves(MARKUP)
  const [agreed] = coversOf(filled(twin.on, twin.second, '0.4', 3000))
  assert.equal(agreed?.state, 'active')
  for (const parts of [['0.4'], ['0.1', '0.4']]) {
    const { on, second } = keptAlone(MARKUP)
    const told = parts.flatMap((total, i) => late(on, second, total, 3500 + i))
    const cover = coversOf(told).at(-1)
    assert.deepEqual(
      [cover?.state, cover?.alarm, String(cover?.size), String(cover?.strike)],
      ['active', undefined, '1', '79200'],
      parts.join(),
    )
    const amounts = ({ floorEquity, drawdownLimit, premium, fee, due, exitCostMax }: Coverage): string[] =>
      [floorEquity, drawdownLimit, premium, fee, due, exitCostMax].map(String)
    assert.deepEqual(cover && amounts(cover), amounts(agreed), parts.join())
    assert.deepEqual(linesOf(cover), linesOf(agreed), parts.join())
    assert.deepEqual(cover?.floorExcludes, agreed.floorExcludes)
    assert.deepEqual(
      cover?.legs?.map(({ instrument, filled: held, premium, fee }) => [instrument, held, premium, fee].map(String)),
      agreed.legs?.map(({ instrument, filled: held, premium, fee }) => [instrument, held, premium, fee].map(String)),
    )
    assert.deepEqual(intents(minute(on, MINUTE_MS)), [], 'nothing is too much')
  }
})

test('[P-14] [F-O02] a fill told after the cover was delivered is a part of what was delivered', () => {
  const { on, first, second } = halves()
  assert.equal(coversOf(filled(on, second, '0.4', 3000))[0]?.state, 'active')
  on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'expiry:cover', dueAt: T0 })
  // the venue delivers 0.8 of the 80,000 at 75,000: 4,000, of which 0.6 are known
  on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.8', '75000', '0.053333333333333333'))
  const [expired] = coversOf(on.feed(EXPIRY_6FEB + 2000, 'venue_settlements', settlement(PUT_78, '0.4', '75000', '0.016')))
  assert.deepEqual([expired?.state, expired?.alarm, expired?.payout?.toFixed(6)], ['expired', undefined, '4200.000000'])
  const [more] = coversOf(late(on, first, '0.8', EXPIRY_6FEB + 3000))
  assert.deepEqual([more?.state, String(more?.legs?.[0]?.filled), more?.payout?.toFixed(6)], ['expired', '0.8', '5200.000000'])
})
