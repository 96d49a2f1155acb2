/** What a client is charged, line by line, each rule at, just under and just over its limit; the lines are the charge to the last digit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IvRegime } from '#domain/iv-regime.ts'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import { sum, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import type { Charge } from '#topics/protection.ts'
import { chargeFor } from './charge.ts'
import type { SubsidyLeft } from './charge-terms.ts'

const PASS = {
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Bronze: 1.5, Silver: 2 },
  pass_through_cap_by_leverage: { '5': 2, '10': 1.25 },
}
interface Asked {
  readonly controls?: object
  readonly fixed?: string
  readonly tierName?: string
  readonly leverage?: number
  readonly optedIn?: boolean
  readonly mayPass?: boolean
  readonly left?: string
  readonly accountLeft?: string
  readonly regime?: IvRegime
  readonly liquidity?: string
  readonly premium?: string
}
/** The hedge of the tests: premium 572, fee 26.4, together 598.4. */
function charged(asked: Asked) {
  const { controls = {}, fixed, tierName = 'Bronze', leverage = 5, optedIn, mayPass = true, left = '0', regime = 'normal' } = asked
  const subsidyLeft: SubsidyLeft = { global: usdc(left), account: usdc(asked.accountLeft ?? left) }
  const terms = {
    tierName,
    leverage,
    ...(fixed === undefined ? {} : { premiumMax: usdc(fixed) }),
    ...(optedIn === undefined ? {} : { passThrough: optedIn }),
  }
  return chargeFor(
    { premium: usdc(asked.premium ?? '572'), fee: usdc('26.4'), offered: btc(asked.liquidity ?? '1'), size: btc('1') },
    { terms, controls: riskControlsSchema.parse(controls), regime, left: subsidyLeft, mayPass },
  )
}
function passed(asked: Asked): Charge {
  const result = charged(asked)
  assert.ok(result.ok, JSON.stringify(result))
  assert.equal(
    sum(result.value.lines.map(({ usdc: amount }) => amount)).toString(),
    result.value.charged.toString(),
    'lines are the charge',
  )
  return result.value
}
function refusal(asked: Asked): readonly unknown[] {
  const result = charged(asked)
  assert.ok(!result.ok, JSON.stringify(result))
  const { code, field, seen, limit, flip } = result.refusal
  return [code, field, seen, limit, flip?.field, flip?.to]
}
const linesOf = ({ lines }: Charge): readonly string[] => lines.map(({ name, usdc: amount }) => `${name} ${amount.toString()}`)

test('[P-07] neutral controls: the client pays what the venue takes, to the last digit', () => {
  const { lines, status, subsidy, charged: total } = passed({ premium: '572.0000000001' })
  assert.deepEqual(
    lines.map(({ name }) => name),
    ['premium', 'purchase fee'],
  )
  assert.deepEqual([status, String(subsidy), String(total)], ['ok', '0', '598.4000000001'])
})

test('[P-07] markups by tier and leverage are shares of the premium; what the platform charges is in whole cents, up', () => {
  const controls = { premium_markup_pct_by_tier: { Bronze: 0.05 }, leverage_markup_pct_by_x: { '5': 0, '10': 0.01, '20': '0.0333' } }
  assert.deepEqual(linesOf(passed({ controls })), ['premium 572', 'purchase fee 26.4', 'markup, tier Bronze 28.6'])
  assert.deepEqual(linesOf(passed({ controls, leverage: 5.1 })).slice(3), ['markup, leverage up to 10 5.72'])
  // 572 x 0.0333 = 19.0476: 598.4 + 28.6 + 19.0476 = 646.0476, charged 646.05
  assert.deepEqual(linesOf(passed({ controls, leverage: 20 })).slice(3), ['markup, leverage up to 20 19.0476', 'rounding 0.0024'])
  assert.equal(String(passed({ controls, leverage: 20 }).charged), '646.05')
  assert.deepEqual(linesOf(passed({ controls, leverage: 25 })).slice(3, 4), ['markup, leverage up to 20 19.0476'], 'the last row goes on')
  assert.equal(linesOf(passed({ controls, tierName: 'Gold' })).length, 2, 'a tier without a markup has none')
})

test('[P-05] the minimum fee lifts the price to it, and is a line', () => {
  const least = (amount: string): readonly string[] => linesOf(passed({ controls: { min_fee_usdc_by_tier: { Bronze: amount } } })).slice(2)
  assert.deepEqual([least('598.4'), least('598.39'), least('600')], [[], [], ['minimum fee 1.6']])
})

test('[P-02] [C-32] a price over the fixed price is refused, at it is not; the flip is the price in cents', () => {
  assert.equal(passed({ fixed: '598.4' }).status, 'ok')
  const over = refusal({ fixed: '598.39', mayPass: false })
  assert.deepEqual(over, ['premium_above_limit', 'fixedPriceUsdc', '598.4', '598.39', 'fixedPriceUsdc', '598.4'])
  assert.equal(passed({ fixed: String(over[5]) }).status, 'ok')
})

test('[C-32] [P-04] passed on only where enabled, opted in, and allowed by tier and leverage', () => {
  const asked = { fixed: '500', optedIn: true, controls: PASS }
  assert.equal(passed(asked).status, 'pass_through')
  const codes = [
    refusal({ ...asked, controls: { ...PASS, enable_premium_pass_through: false } }),
    refusal({ ...asked, optedIn: false }),
    refusal({ ...asked, tierName: 'Gold' }),
    refusal({ ...asked, leverage: 11 }),
  ].map(([code, , , , field, to]) => [code, field, to])
  assert.deepEqual(codes, [
    ['pass_through_disabled', 'fixedPriceUsdc', '598.4'],
    ['pass_through_not_opted_in', 'allowPremiumPassThrough', true],
    ['pass_through_tier', 'fixedPriceUsdc', '598.4'],
    ['pass_through_leverage', 'fixedPriceUsdc', '598.4'],
  ])
  const unasked = { ...asked, optedIn: false, controls: { ...PASS, require_user_opt_in_for_pass_through: false } }
  assert.equal(passed(unasked).status, 'pass_through')
})

test('[P-04] within the cap all is passed on; over it the platform gives up its markup first, then subsidises', () => {
  // the lower cap binds: Bronze 1.5, up to 10x 1.25
  const at = (fixed: string, leverage: number, left = '1000', more: object = {}): Charge =>
    passed({ fixed, leverage, optedIn: true, left, controls: { ...PASS, ...more } })
  assert.deepEqual([at('398.94', 5).status, String(at('398.94', 5).passThrough?.cap)], ['pass_through', '598.41'])
  const capped = at('400', 10)
  assert.deepEqual([capped.status, capped.charged, capped.subsidy, capped.passThrough?.cap, capped.passThrough?.user].map(String), [
    'pass_through_capped',
    '500',
    '98.4',
    '500',
    '500',
  ])
  assert.deepEqual(linesOf(capped).slice(2), ['subsidy -98.4'])
  // markup 28.6: price 627; cap 600 gives up 27 of it, cap 500 all of it and 98.4 more
  const marked = { premium_markup_pct_by_tier: { Bronze: 0.05 } }
  assert.deepEqual(linesOf(at('400', 5, '0', marked)).slice(3), ['markup waived -27'])
  assert.deepEqual(linesOf(at('400', 10, '98.4', marked)).slice(3), ['markup waived -28.6', 'subsidy -98.4'])
})

test('[P-07] dynamic cap: six keys, an own line, only as far as the regime and the book allow', () => {
  const dynamic = {
    ...PASS,
    dynamic_cap_enabled: true,
    dynamic_cap_max_uplift_pct: 0.12,
    dynamic_cap_liquidity_ratio_low: 2,
    dynamic_cap_liquidity_ratio_high: 6,
    dynamic_cap_iv_uplift_pct_normal: 0.08,
    dynamic_cap_iv_uplift_pct_high: 0.2,
  }
  const cap = (regime: IvRegime, liquidity: string, more: object = {}): string =>
    String(passed({ fixed: '300', optedIn: true, left: '1000', regime, liquidity, controls: { ...dynamic, ...more } }).passThrough?.cap)
  assert.deepEqual(
    [cap('normal', '1.9'), cap('normal', '2'), cap('normal', '4'), cap('normal', '6'), cap('normal', '60')],
    ['450', '450', '468', '486', '486'],
  )
  assert.deepEqual([cap('high', '4'), cap('high', '6'), cap('low', '6'), cap('unknown', '6')], ['495', '504', '450', '450'])
  assert.equal(cap('high', '6', { dynamic_cap_enabled: false }), '450')
  // 450.015 down to 450.01, and 8 % more of it, 486.0108, down as well
  assert.equal(String(passed({ fixed: '300.01', optedIn: true, left: '1000', liquidity: '6', controls: dynamic }).charged), '486.01')
  const shown = passed({ fixed: '300', optedIn: true, left: '1000', liquidity: '6', controls: dynamic })
  assert.deepEqual(linesOf(shown).slice(2), ['subsidy before cap uplift -148.4', 'dynamic cap uplift 36'])
  assert.deepEqual([shown.subsidy, shown.passThrough?.capBase, shown.passThrough?.capUplift].map(String), ['112.4', '450', '36'])
})

test('[P-06] a subsidy over what is left of a cap is refused, at it is not; the flip passes', () => {
  const asked = { fixed: '400', leverage: 10, optedIn: true, controls: PASS }
  assert.equal(passed({ ...asked, left: '98.4' }).status, 'pass_through_capped')
  const over = refusal({ ...asked, left: '98.39' })
  assert.deepEqual(over.slice(0, 4), ['subsidy_account_cap_reached', 'subsidyUsdc', '98.4', '98.39'])
  assert.equal(passed({ ...asked, left: '98.39', fixed: String(over[5]) }).status, 'pass_through_capped')
  assert.equal(refusal({ ...asked, left: '98.39', accountLeft: '500' })[0], 'subsidy_cap_reached')
})

test('[P-05] premium floor: a number, by regime; under it the charge is refused, at it is not', () => {
  const controls = { ...PASS, premium_floor_ratio: { low: 0.9, normal: 0.85, high: 0.8 }, min_fee_usdc_by_tier: { Bronze: 20 } }
  // cap 1.25 x fixed; floors of 572: 514.8, 486.2, 457.6
  const at = (fixed: string, regime: IvRegime): string => {
    const result = charged({ fixed, regime, leverage: 10, optedIn: true, left: '1000', controls })
    return result.ok ? result.value.status : `${result.refusal.code} ${result.refusal.seen} ${result.refusal.limit}`
  }
  assert.deepEqual(
    [at('388.96', 'normal'), at('388.95', 'normal'), at('388.96', 'low'), at('366.08', 'high'), at('388.96', 'unknown')],
    ['pass_through_capped', 'premium_floor 486.18 486.2', 'premium_floor 486.2 514.8', 'pass_through_capped', 'premium_floor 486.2 514.8'],
  )
  const flip = refusal({ fixed: '300', leverage: 10, optedIn: true, left: '1000', controls })[5]
  assert.equal(at(String(flip), 'normal'), 'pass_through_capped')
  // the minimum fee is a floor too
  const least = { ...PASS, min_fee_usdc_by_tier: { Bronze: 650 } }
  assert.deepEqual(refusal({ fixed: '640', mayPass: false, controls: least }).slice(0, 4), [
    'premium_floor',
    'fixedPriceUsdc',
    '640',
    '650',
  ])
})

test('[P-04] consent is asked for from the notification ratio on', () => {
  const asks = (least: number): boolean | undefined =>
    passed({ fixed: '500', optedIn: true, controls: { ...PASS, pass_through_min_notification_ratio: least } }).passThrough?.consentRequired
  assert.deepEqual([asks(1), asks(1.1968), asks(1.1969)], [true, true, false])
})
