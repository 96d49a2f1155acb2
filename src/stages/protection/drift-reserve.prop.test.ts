/** What the platform may bear of a drift is subsidy: reserved with the quote, settled with the fills, within both caps under a hundred quotes at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountId, OrderIntent } from '#domain/order.ts'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import { sum, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import { heldOf } from './budget.ts'
import { chargeFor } from './charge.ts'
import { withDriftReserve } from './drift-reserve.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  february,
  finalAnswers,
  intents,
  protectionBench,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'
import { settledCharge } from './settled-charge.ts'

/** The hedge costs 598.4; a fixed price of 400 capped at 1.25 leaves 98.4 of it to the platform, and a drift of 2 % of 500 ten more. */
const CONTROLS = {
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Bronze: 1.25 },
  pass_through_cap_by_leverage: { '5': 2 },
}
const SUBSIDISED: Record<string, Json> = { ...QUOTE_PARAMS, fixedPriceUsdc: 400, allowPremiumPassThrough: true }
const ACCOUNTS = Array.from({ length: 5 }, (_, i) => `acc-${i}` as AccountId)

function subsidising(controls: object): Bench {
  const on = protectionBench({
    'protection/quotes': { riskControls: { ...CONTROLS, ...controls }, requirePosition: false },
    'protection/coverage': { requirePosition: false },
  })
  february(on)
  for (const account of ACCOUNTS) on.feed(0, 'account_values', { ...accountValue(), account })
  return on
}
function ask(on: Bench, id: string, account: AccountId, params = SUBSIDISED, offsetMs = 0): Record<string, Json> {
  return finalAnswers(on.feed(offsetMs, 'accepted_commands', { ...command('quote', params, id), account }))[0] ?? {}
}
function held(on: Bench, account: AccountId): readonly [number, number] {
  const { global, account: own } = heldOf(on.engine.stateOf(quotes).budget, account, epochMs(T0 + 1000))
  return [global.toNumber(), own.toNumber()]
}
/** The index at which the hedge costs so much more than quoted. */
function indexAfter(drift: number): string {
  return (88_000 * (1 + drift / 598.4)).toFixed(8)
}

test('[P-06] [P-07] a drift is subsidy: reserved with the quote, kept as far as it came, the rest given back', () => {
  const on = subsidising({ subsidy_daily_cap_usdc: 1000, subsidy_account_daily_cap_usdc: 300 })
  const [account] = ACCOUNTS
  assert.ok(account !== undefined)
  const { quoteId, feeUsdc, feeMaxUsdc, subsidyUsdc } = ask(on, 'q1', account)
  assert.deepEqual([feeUsdc, feeMaxUsdc, subsidyUsdc], ['500', '500', '98.4'])
  assert.deepEqual(held(on, account), [108.4, 108.4])
  const activate = command('activate', { quoteId: quoteId ?? null, consent: { passThrough: true } }, 'a1')
  const [intent] = intents(on.feed(500, 'accepted_commands', { ...activate, account }))
  assert.ok(intent !== undefined)
  assert.deepEqual(held(on, account), [108.4, 108.4], 'committed with its reserve')
  const filled = on.feed(1000, 'trade_confirmations', confirmation(intent, '1', indexAfter(4)))
  const [cover] = coversOf(filled)
  assert.deepEqual(
    [cover?.charge?.charged, cover?.charge?.subsidy, cover?.due].map((each) => Number(each).toFixed(6)),
    ['500.000000', '102.400000', '-102.400000'],
  )
  const [update] = only(filled, 'protection_decisions').filter(({ kind }) => kind === 'risk_budget_update')
  assert.deepEqual([update?.detail['change'], Number(update?.detail['amountUsdc']).toFixed(6)], ['returned', '6.000000'])
  assert.equal(held(on, account)[0].toFixed(6), '102.400000')
})

test('[P-06] a fill beyond the tolerance is told as exceeded and counts: the next quote has that much less', () => {
  const on = subsidising({ subsidy_daily_cap_usdc: 300, subsidy_account_daily_cap_usdc: 220 })
  const [account] = ACCOUNTS
  assert.ok(account !== undefined)
  const activate = command('activate', { quoteId: ask(on, 'q1', account)['quoteId'] ?? null, consent: { passThrough: true } }, 'a1')
  const [intent] = intents(on.feed(500, 'accepted_commands', { ...activate, account }))
  assert.ok(intent !== undefined)
  const filled = on.feed(1000, 'trade_confirmations', confirmation(intent, '1', indexAfter(25)))
  const [update] = only(filled, 'protection_decisions').filter(({ kind }) => kind === 'risk_budget_update')
  assert.deepEqual([update?.detail['change'], Number(update?.detail['amountUsdc']).toFixed(6)], ['exceeded', '15.000000'])
  assert.deepEqual([update?.coverageId, Number(update?.detail['accountUsedUsdc']).toFixed(6)], [intent.coverageId, '123.400000'])
  const second = ask(on, 'q2', account, SUBSIDISED, 1000)
  const { seen, limit } = second['explanation'] as Record<string, Json>
  assert.deepEqual([second['reason'], seen, Number(limit).toFixed(6)], ['subsidy_account_cap_reached', '98.4', '96.600000'])
})

test('[P-06] without room for its drift a quote at its cap is refused, and the flip is a fixed price that needs none', () => {
  const caps = { subsidy_daily_cap_usdc: 108.39, subsidy_account_daily_cap_usdc: 108.39 }
  const on = subsidising(caps)
  const [account] = ACCOUNTS
  assert.ok(account !== undefined)
  const refused = ask(on, 'q1', account)
  const { code, seen, limit, flip } = refused['explanation'] as Record<string, Json>
  assert.deepEqual([refused['status'], code, seen, limit], ['no_quote', 'subsidy_account_cap_reached', '108.4', '108.39'])
  const { field, to } = flip as { readonly field: string; readonly to: string }
  assert.equal(field, 'fixedPriceUsdc')
  assert.equal(ask(on, 'q2', account, { ...SUBSIDISED, fixedPriceUsdc: to })['status'], 'ok')
  assert.deepEqual(held(on, account), [0, 0], 'it holds nothing')
  const room = subsidising({ subsidy_daily_cap_usdc: 108.4, subsidy_account_daily_cap_usdc: 108.4 })
  assert.equal(ask(room, 'q1', account)['status'], 'pass_through_capped', 'and at the limit it is given')
})

test('[P-07] a markup carries its own drift; without any budget the client is told what the charge may become, and pays no more', () => {
  const cost = { premium: usdc('572'), fee: usdc('26.4'), offered: btc('1'), size: btc('1') }
  const none = { global: usdc('0'), account: usdc('0') }
  const charged = (markup: number, premiumMax?: string) => {
    const controls = riskControlsSchema.parse({ premium_markup_pct_by_tier: { Bronze: markup } })
    const terms = { tierName: 'Bronze', leverage: 5, ...(premiumMax === undefined ? {} : { premiumMax: usdc(premiumMax) }) }
    const charge = chargeFor(cost, { terms, controls, regime: 'normal', left: none, mayPass: false })
    assert.ok(charge.ok)
    return withDriftReserve(charge.value, usdc('598.4'), { terms, controls, left: none })
  }
  const wide = charged(0.05)
  assert.ok(wide.ok)
  assert.deepEqual([wide.value.charged, wide.value.driftReserve, wide.value.chargedMax].map(String), ['627', '0', '627'])
  // 604.12 and 2 % of it are 616.2024: 12.0824 over the charge less the 5.72 of the markup
  const thin = charged(0.01)
  assert.ok(thin.ok)
  assert.deepEqual([thin.value.charged, thin.value.driftReserve, thin.value.chargedMax].map(String), ['604.12', '0', '610.49'])
  const settled = (premium: string) => settledCharge(thin.value, { premium: usdc(premium), fee: usdc('26.4') })
  assert.deepEqual([settled('577').charge?.charged, settled('577').due].map(String), ['604.12', '0.72'], 'within the markup')
  assert.deepEqual([settled('580').charge?.charged, settled('580').due].map(String), ['606.4', '0'], 'beyond it the client')
  assert.deepEqual(
    [settled('600').charge?.charged, settled('600').charge?.subsidy].map(String),
    ['610.49', '15.91'],
    'never over what was told',
  )
  const limited = charged(0.01, '610.48')
  assert.ok(!limited.ok)
  assert.deepEqual([limited.refusal.code, limited.refusal.flip], ['subsidy_account_cap_reached', { field: 'fixedPriceUsdc', to: '616.21' }])
  assert.ok(charged(0.01, '610.49').ok)
})

const drawn = fc.record({
  global: fc.integer({ min: 0, max: 3000 }),
  share: fc.integer({ min: 0, max: 100 }),
  tolerance: fc.integer({ min: 0, max: 50 }),
  fixed: fc.integer({ min: 380, max: 590 }),
  quotes: fc.array(fc.record({ account: fc.nat(4), activates: fc.boolean(), drift: fc.nat(100), fills: fc.boolean() }), {
    minLength: 100,
    maxLength: 100,
  }),
})
/** Holds the law; how many were bought, and how many of them with a drift. */
function boughtWithin(from: { readonly seed?: number; readonly numRuns: number }): readonly [number, number] {
  let [given, drifted] = [0, 0]
  fc.assert(
    fc.property(drawn, ({ global, share, tolerance, fixed, quotes: wishes }) => {
      const own = Math.floor((global * share) / 100)
      const on = subsidising({
        subsidy_daily_cap_usdc: global,
        subsidy_account_daily_cap_usdc: own,
        drift_tolerance_pct_by_tier: { Bronze: tolerance / 1000 },
      })
      const within = (): void => {
        for (const account of ACCOUNTS) {
          const [all, one] = held(on, account)
          assert.ok(all <= global && one <= own, `${all} of ${global}, ${one} of ${own}`)
        }
      }
      const bought: { readonly intent: OrderIntent; readonly charged: number; readonly drift: number }[] = []
      const answers = wishes.map(({ account }, i) =>
        ask(on, `q${i}`, ACCOUNTS[account] as AccountId, { ...SUBSIDISED, fixedPriceUsdc: fixed }),
      )
      within()
      answers.forEach(({ quoteId = null, feeUsdc }, i) => {
        const wish = wishes[i]
        if (quoteId === null || wish?.activates !== true) return
        const activate = command('activate', { quoteId, consent: { passThrough: true } }, `a${i}`)
        const [intent] = intents(on.feed(500, 'accepted_commands', { ...activate, account: ACCOUNTS[wish.account] as AccountId }))
        assert.ok(intent !== undefined, 'its own reservation does not stand in its way')
        within()
        bought.push({ intent, charged: Number(feeUsdc), drift: wish.fills ? wish.drift / 100 : -1 })
      })
      for (const { intent, charged, drift } of bought) {
        given += 1
        const filled = drift < 0 ? '0' : '1'
        const at = indexAfter(Math.max(0, drift) * charged * (tolerance / 1000) * 0.999)
        const [cover] = coversOf(on.feed(1000, 'trade_confirmations', confirmation(intent, filled, at)))
        within()
        if (cover?.state !== 'active') continue
        if (drift > 0 && tolerance > 0) drifted += 1
        assert.equal(sum(cover.charge?.lines.map(({ usdc: line }) => line) ?? []).toString(), cover.charge?.charged.toString())
        assert.ok((cover.charge?.charged.toNumber() ?? 0) <= (cover.charge?.passThrough?.cap.toNumber() ?? 0), 'never over its cap')
      }
    }),
    from,
  )
  return [given, drifted]
}
test('[F-A10] [P-06] a hundred quotes at once, bought at any drift within the tolerance: subsidy and drift stay within both caps', () => {
  const [given, drifted] = boughtWithin({ seed: 7, numRuns: 12 })
  boughtWithin({ numRuns: 8 })
  assert.ok(given > 100 && drifted > 30, `${given} bought, ${drifted} of them with a drift`)
})
