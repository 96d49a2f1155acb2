/** The ladder rule by rule: each limit at, just under, just over; one row at least per refusal code. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc, quantity } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { INVERSE_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { Observed } from '#domain/observed.ts'
import type { OrderIntent } from '#domain/order.ts'
import { T0 } from '#engine/harness.fixture.ts'
import { accountValue, closing, config, covering, opening, units, usd, view } from './risk.fixture.ts'
import { admitOrder } from './limits.ts'
import { note, rateWindow } from './rate-window.ts'
import type { RateWindow } from './rate-window.ts'
import type { RiskView } from './risk-view.ts'

function codeOf(intent: OrderIntent, state: Partial<RiskView> = {}, change: object = {}): string {
  const result = admitOrder(intent, view(state), config(change))
  return result.ok ? 'ok' : result.refusal.code
}
function approvals(count: number, at: EpochMs = T0): RateWindow {
  const window = rateWindow()
  for (let i = 0; i < count; i++) note(window, at)
  return window
}
const brake = (action: 'halt' | 'reduce_only' | 'freeze'): RiskView['brake'] => ({ source: 's', action })
const held = (text: string): Partial<RiskView> => ({ position: units(text), reach: { long: units(text), short: units(text) } })
const aged = (ageMs: number): Observed<ReturnType<typeof usd>> => new Observed(usd('100000'), epochMs(T0 - ageMs), durationMs(5_000))

type Row = readonly [name: string, expected: string, intent: OrderIntent, state?: Partial<RiskView>, change?: object]
const ROWS: readonly Row[] = [
  ['an opening within every limit', 'ok', opening()],
  ['a cover within every limit', 'ok', covering()],
  ['no session yet', 'no_session', opening(), { hasSession: false }],
  ['[F-V01] the same intent twice', 'duplicate_intent', opening(), { isDuplicate: true }],
  ['a name nobody lists', 'unknown_instrument', opening({ instrument: 'ETH-PERPETUAL' as InstrumentId })],
  [
    'an option at its expiry',
    'expired_instrument',
    covering({ instrument: 'BTC-29JAN26-80000-P' as InstrumentId, goodUntil: epochMs(T0 + 40_000_000) }),
    { at: epochMs(T0 + 28_800_000) },
  ],
  ['a stop without trigger', 'invalid_order', closing({ type: 'stop' }), held('1')],
  ['a trigger without stop', 'invalid_order', opening({ trigger: { source: 'mark', price: usd('90000') } })],
  ['post-only that cannot rest', 'invalid_order', opening({ postOnly: true })],
  ['[F-O09] GTD while not enabled', 'gtd_disabled', opening({ timeInForce: 'GTD' })],
  ['GTD where enabled', 'ok', opening({ timeInForce: 'GTD' }), {}, { gtdEnabled: true }],
  ['size at the minimum', 'ok', opening({ quantity: btc('0.0001') })],
  ['size just under the minimum', 'order_too_small', opening({ quantity: btc('0.00009') })],
  ['size just over the venue maximum', 'order_too_large', covering({ quantity: btc('1000.1') })],
  ['size between lots', 'not_a_lot', covering({ quantity: btc('1.05') })],
  ['price between ticks', 'not_a_tick', opening({ limitPrice: usd('100000.3') })],
  ['premium above 0.005 on the fine ladder', 'not_a_tick', covering({ limitPrice: price('0.0101') })],
  ['premium under 0.005 on the fine ladder', 'ok', covering({ limitPrice: price('0.0049') })],
  ['trigger between ticks', 'not_a_tick', closing({ type: 'stop', trigger: { source: 'mark', price: usd('90000.3') } }), held('1')],
  ['prices at their last instant', 'ok', opening({ goodUntil: T0 })],
  ['prices just too old', 'price_too_old', opening({ goodUntil: epochMs(T0 - 1) })],
  ['a close of exactly what is held', 'ok', closing(), held('0.5')],
  ['[F-O07] a close one lot larger', 'not_reducing', closing({ quantity: btc('0.5001') }), held('0.5')],
  ['[F-O07] a close on the same side', 'not_reducing', closing({ side: 'buy' }), held('0.5')],
  [
    '[F-O07] a second close while the first is out',
    'not_reducing',
    closing({ quantity: btc('0.3') }),
    { ...held('0.5'), reducing: units('0.3') },
  ],
  ['a short closed by a buy', 'ok', closing({ side: 'buy' }), held('-0.5')],
  ['halted', 'halted', opening(), { brake: brake('halt') }],
  ['reduce-only', 'reduce_only', opening(), { brake: brake('reduce_only') }],
  ['frozen', 'frozen', opening(), { brake: brake('freeze') }],
  ['[F-P10] before the first reconciliation', 'reconciling', opening(), { reconciliation: 'none' }],
  ['books differ from the venue', 'reconciliation_differs', opening(), { reconciliation: 'differs' }],
  ['link down', 'venue_link_down', opening(), { linkState: 'down' }],
  ['[F-C03] clock offset at the limit', 'ok', opening(), { clockOffsetMs: -5_000 }],
  ['[F-C03] clock offset just over', 'clock_offset', opening(), { clockOffsetMs: -5_001 }],
  ['[DV-08] mark at its age limit', 'ok', opening(), { mark: aged(5_000) }],
  ['[DV-08] mark just over', 'stale_price', opening(), { mark: aged(5_001) }],
  ['[DV-08] index just over', 'stale_price', covering(), { index: aged(5_001) }],
  ['no index at all', 'stale_price', covering(), { index: undefined }],
  ['no mark of the perpetual', 'stale_price', opening(), { mark: undefined }],
  ['buy bound at the band', 'ok', opening({ limitPrice: usd('110000'), quantity: btc('0.1') })],
  ['buy bound just over the band', 'price_band', opening({ limitPrice: usd('110000.5'), quantity: btc('0.1') })],
  ['sell bound just under the band', 'price_band', opening({ side: 'sell', limitPrice: usd('89999.5'), quantity: btc('0.1') })],
  ['an option sold to open', 'uncovered_sale', covering({ side: 'sell' })],
  ['leverage at the tier cap', 'ok', opening({ leverage: 5 })],
  ['leverage over the tier cap', 'invalid_leverage', opening({ leverage: 5.1 })],
  ['leverage in a higher tier', 'ok', opening({ leverage: 25 }), {}, { accountTiers: { demo: 'Platinum' } }],
  ['leverage in a tier nobody defined', 'invalid_leverage', opening({ leverage: 2 }), {}, { accountTiers: { demo: 'Copper' } }],
  ['leverage missing', 'invalid_leverage', opening({ leverage: undefined })],
  ['leverage NaN', 'invalid_leverage', opening({ leverage: NaN })],
  ['[S-06] position at the cap, in flight counted', 'ok', opening(), { reach: { long: units('24.5'), short: 0n } }],
  [
    '[S-06] position one lot over the cap',
    'position_limit',
    opening({ quantity: btc('0.5001') }),
    { reach: { long: units('24.5'), short: 0n } },
  ],
  ['[S-06] other instruments of the book count', 'position_limit', opening(), { others: { btc: units('24.6'), notional: 0n } }],
  ['[S-06] short side likewise', 'position_limit', opening({ side: 'sell' }), { reach: { long: 0n, short: units('-24.6') } }],
  ['notional at the cap', 'ok', opening(), { others: { btc: 0n, notional: units('4950000') } }],
  ['notional just over', 'notional_limit', opening(), { others: { btc: 0n, notional: units('4950000.01') } }],
  [
    'an inverse contract counts by its face',
    'notional_limit',
    opening({ instrument: INVERSE_PERPETUAL, quantity: quantity('50000') }),
    { others: { btc: 0n, notional: units('4950010') } },
  ],
  ['no value of the account', 'no_account_value', opening(), { value: undefined }],
  ['no value of the account for a cover', 'no_account_value', covering(), { value: undefined }],
  // 0.5 BTC at 100,000: 10,000 margin at 5x and 25 taker fee
  ['margin exactly there', 'ok', opening(), { value: accountValue({ cash: usdc('10025') }) }],
  ['margin a cent short', 'insufficient_margin', opening(), { value: accountValue({ cash: usdc('10024.99') }) }],
  ['margin limited by equity', 'insufficient_margin', opening(), { value: accountValue({ equityClose: usdc('10024.99') }) }],
  ['margin in use counts', 'insufficient_margin', opening(), { value: accountValue({ initialMargin: usdc('9975.01') }) }],
  ['[F-A10] what is promised counts', 'insufficient_margin', opening(), { committed: units('9975.01') }],
  // 0.01 coin at 100,000 is 1,000 USDC, fee 0.0003 coin is 30
  ['premium and fee exactly there', 'ok', covering(), { value: accountValue({ cash: usdc('1030') }) }],
  ['premium and fee a cent short', 'insufficient_cash', covering(), { value: accountValue({ cash: usdc('1029.99') }) }],
  ['[F-A10] a cover beside another in flight', 'insufficient_cash', covering(), { committed: units('18970.01') }],
  ['maintenance margin exactly kept', 'ok', covering(), { value: accountValue({ maintenanceMargin: usdc('18970') }) }],
  ['maintenance margin a cent short', 'maintenance_margin', covering(), { value: accountValue({ maintenanceMargin: usdc('18970.01') }) }],
  [
    'a renewal replaces value that stands',
    'ok',
    covering({ renewsCover: true }),
    { value: accountValue({ maintenanceMargin: usdc('19000') }) },
  ],
  ['rate at the limit of a second', 'ok', opening(), { approvals: approvals(49) }],
  ['rate over the limit of a second', 'order_rate', opening(), { approvals: approvals(50) }],
  ['[P-13] new risk leaves renewals their rate', 'ok', covering({ renewsCover: true }), { approvals: approvals(600), pending: 50 }],
  [
    '[P-13] one renewal less than a second may have',
    'ok',
    covering({ renewsCover: true }),
    { renewals: approvals(48), pendingRenewals: 1 },
  ],
  ['[P-13] renewals over their rate', 'renewal_rate', covering({ renewsCover: true }), { renewals: approvals(49), pendingRenewals: 1 }],
  ['approvals of the same step count', 'order_rate', opening(), { approvals: approvals(49), pending: 1 }],
  ['a second later the second is free', 'ok', opening(), { approvals: approvals(50, epochMs(T0 - 1_000)) }],
  ['rate over the limit of a minute', 'order_rate', opening(), { approvals: approvals(600, epochMs(T0 - 59_999)) }],
]
for (const [name, expected, intent, state, change] of ROWS) {
  test(`${name}: ${expected}`, () => assert.equal(codeOf(intent, state, change), expected))
}

test('[S-06] every code of the ladder has a row', () => {
  const codes = new Set(ROWS.map(([, expected]) => expected))
  const all = [
    'no_session',
    'duplicate_intent',
    'unknown_instrument',
    'expired_instrument',
    'invalid_order',
    'gtd_disabled',
    'order_too_small',
    'order_too_large',
    'not_a_lot',
    'not_a_tick',
    'price_too_old',
    'not_reducing',
    'halted',
    'reduce_only',
    'frozen',
    'reconciling',
    'reconciliation_differs',
    'venue_link_down',
    'clock_offset',
    'stale_price',
    'price_band',
    'uncovered_sale',
    'invalid_leverage',
    'position_limit',
    'notional_limit',
    'no_account_value',
    'insufficient_margin',
    'insufficient_cash',
    'maintenance_margin',
    'order_rate',
    'renewal_rate',
    'ok',
  ]
  assert.deepEqual([...codes].toSorted(), all.toSorted())
})

const DEGRADED: readonly Partial<RiskView>[] = [
  { brake: brake('halt') },
  { brake: brake('reduce_only') },
  { reconciliation: 'none' },
  { reconciliation: 'differs' },
  { linkState: 'down' },
  { clockOffsetMs: 60_000 },
]
test('[I8] no degraded state blocks reducing or renewing', () => {
  for (const state of DEGRADED) {
    assert.equal(codeOf(closing(), { ...held('0.5'), ...state }), 'ok', JSON.stringify(state))
    assert.equal(codeOf(covering({ renewsCover: true }), state), 'ok', JSON.stringify(state))
  }
  assert.equal(
    codeOf(closing(), { ...held('0.5'), mark: undefined, index: undefined, value: undefined, approvals: approvals(600) }),
    'ok',
    'nor stale prices, nor the rate',
  )
})

test('reducing orders have a budget of their own, and it is finite', () => {
  assert.equal(codeOf(closing(), { ...held('0.5'), reductions: approvals(49) }), 'ok')
  assert.equal(codeOf(closing(), { ...held('0.5'), reductions: approvals(50) }), 'order_rate')
})

test('an order that adds nothing to the worst case passes a cap that is already exceeded', () => {
  assert.equal(codeOf(opening({ side: 'sell' }), { position: units('30'), reach: { long: units('30'), short: units('30') } }), 'ok')
})
