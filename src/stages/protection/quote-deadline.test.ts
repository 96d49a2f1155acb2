/** The deadline of a quote: its own, whatever the prices it was made on do meanwhile; what is bought is bought on prices fresh at the activation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import { usdc } from '#units/money.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import { heldOf } from './budget.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import {
  accountValue,
  command,
  DEMO,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  holds,
  indexPrice,
  intents,
  optionQuote,
  protectionBench,
  PUT_80,
  PUT_82,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'
import type { QuotesState } from './quotes.ts'

const INDEX_LIVES = 2_000
const OPTION_LIVES = 5_000

/** A market whose index lives 2 s and whose options live 5 s. */
function shortLived(on: Bench, offsetMs = 0, ask = '0.0065'): Bench {
  holds(on, '1', offsetMs)
  on.feed(offsetMs, 'index_prices', indexPrice('88000', offsetMs, INDEX_LIVES))
  on.feed(offsetMs, 'account_values', accountValue())
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid: ask, ask, mark: ask, offsetMs, maxAgeMs: OPTION_LIVES }))
  on.feed(
    offsetMs,
    'option_quotes',
    optionQuote(PUT_82, { bid: '0.0090', ask: '0.0095', mark: '0.0092', offsetMs, maxAgeMs: OPTION_LIVES }),
  )
  return on
}
function asked(on: Bench, params: Record<string, Json> = {}, offsetMs = 0): Record<string, Json> {
  return finalAnswers(on.feed(offsetMs, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...params }, `q${offsetMs}`)))[0] ?? {}
}
let attempts = 0
function activate(on: Bench, { quoteId }: Record<string, Json>, offsetMs: number) {
  const events = on.feed(offsetMs, 'accepted_commands', command('activate', { quoteId: quoteId as string }, `a${attempts++}`))
  const [{ reason, retryUntil } = {}] = finalAnswers(events)
  return { reason: reason ?? 'placed', retryUntil, intents: intents(events), events }
}

test('[P-11] a quote may be accepted for quoteTtlMs, however soon its index is too old', () => {
  const on = shortLived(protectionBench())
  const events = on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS))
  assert.equal(finalAnswers(events)[0]?.['expiresAt'], '2026-01-29T00:00:30.000Z')
  const [quote] = only(events, 'put_quotes')
  assert.deepEqual([quote?.acceptUntil, quote?.goodUntil], [T0 + 30_000, T0 + INDEX_LIVES])
})

test('[P-11] its deadline is bounded by quoteTtlMs and by the last instant at which its option covers the tenor', () => {
  const ttl = (quoteTtlMs: number) => protectionBench({ 'protection/quotes': { quoteTtlMs } })
  assert.equal(asked(shortLived(ttl(4_000)))['expiresAt'], '2026-01-29T00:00:04.000Z')
  // to 6 February 08:00 it is eight days and eight hours: a cover of eight days can be begun for eight hours
  assert.equal(asked(shortLived(ttl(DAY_MS)), { tenorDays: 8 })['expiresAt'], '2026-01-29T08:00:00.000Z')
  const begun = EXPIRY_6FEB - 8 * DAY_MS - 10_000
  const late = protectionBench()
  february(late, begun)
  assert.equal(asked(late, { tenorDays: 8 }, begun)['expiresAt'], '2026-01-29T08:00:00.000Z')
  const slack = protectionBench({ 'protection/quotes': { quoteTtlMs: DAY_MS, expirySlackMs: HOUR_MS } })
  assert.equal(asked(shortLived(slack), { tenorDays: 8 })['expiresAt'], '2026-01-29T09:00:00.000Z')
})

test('[P-11] [C-35] until the deadline it is activated on inputs fresh then, and its order lives as long as those', () => {
  const on = shortLived(protectionBench())
  const quote = asked(on)
  shortLived(on, 30_000)
  const { reason, intents: placed } = activate(on, quote, 30_000)
  assert.deepEqual([reason, placed.map(({ goodUntil }) => goodUntil - T0)], ['placed', [30_000 + INDEX_LIVES]])
  const late = shortLived(protectionBench())
  const missed = asked(late)
  shortLived(late, 30_001)
  const refused = activate(late, missed, 30_001)
  assert.deepEqual([refused.reason, refused.retryUntil, refused.intents], ['quote_expired', undefined, []])
})

test('[P-11] a stale index, account or option at the activation buys nothing and says until when it may be tried again', () => {
  const on = shortLived(protectionBench({ 'protection/quotes': { accountMaxAgeMs: 8_000 } }))
  const quote = asked(on)
  const stale = activate(on, quote, INDEX_LIVES + 1)
  assert.deepEqual([stale.reason, stale.retryUntil, stale.intents], ['stale_price', '2026-01-29T00:00:30.000Z', []])
  on.feed(6_000, 'index_prices', indexPrice('88000', 6_000, INDEX_LIVES))
  const option = activate(on, quote, 6_000)
  assert.deepEqual([option.reason, option.retryUntil, option.intents], ['stale_price', '2026-01-29T00:00:30.000Z', []])
  on.feed(9_000, 'index_prices', indexPrice('88000', 9_000, INDEX_LIVES))
  on.feed(9_000, 'option_quotes', optionQuote(PUT_80, { bid: '0.0065', ask: '0.0065', mark: '0.0065', offsetMs: 9_000 }))
  const account = activate(on, quote, 9_000)
  assert.deepEqual([account.reason, account.retryUntil, account.intents], ['stale_price', '2026-01-29T00:00:30.000Z', []])
  shortLived(on, 10_000)
  const bought = activate(on, quote, 10_000)
  assert.deepEqual([bought.reason, bought.intents.length], ['placed', 1])
  const again = activate(on, quote, 10_000)
  assert.deepEqual([again.reason, again.retryUntil], ['quote_consumed', undefined])
})

test('[P-07] [P-11] a price beyond the tolerance is refused, and bought when it has come back in time', () => {
  const on = shortLived(protectionBench())
  const quote = asked(on)
  shortLived(on, 9_000, '0.0067') // 616 where at most 610.368 was agreed to
  const moved = activate(on, quote, 9_000)
  assert.deepEqual([moved.reason, moved.retryUntil, moved.intents], ['price_moved', '2026-01-29T00:00:30.000Z', []])
  shortLived(on, 20_000, '0.0066')
  assert.equal(activate(on, quote, 20_000).intents.length, 1)
})

test('[P-06] the subsidy of a quote is reserved to its deadline, also when an activation was refused meanwhile', () => {
  const riskControls = {
    drift_tolerance_pct_by_tier: { Bronze: 0 },
    enable_premium_pass_through: true,
    pass_through_cap_by_tier: { Bronze: 1.25 },
    pass_through_cap_by_leverage: { '5': 2 },
    subsidy_daily_cap_usdc: 1000,
    subsidy_account_daily_cap_usdc: 300,
  }
  const on = shortLived(protectionBench({ 'protection/quotes': { riskControls } }))
  const quote = asked(on, { fixedPriceUsdc: 400, allowPremiumPassThrough: true })
  assert.equal(quote['status'], 'pass_through_capped', JSON.stringify(quote))
  const held = (offsetMs: number) => heldOf(on.engine.stateOf<QuotesState>(quotes).budget, DEMO, (T0 + offsetMs) as never).account
  const first = held(29_999)
  assert.ok(usdc('0').isBelow(first))
  shortLived(on, 9_000, '0.0075')
  assert.equal(activate(on, quote, 9_000).intents.length, 0)
  assert.ok(held(29_999).isAtLeast(first), 'what a fresh price needs, for as long as it may be asked for')
  assert.deepEqual(String(held(30_001)), '0')
})

test('[API-02] an opening order buys its quote until the deadline; refused for a stale index it says until when', () => {
  const ages = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
  const on = shortLived(bench([quotes, coverage, clientOrders], { 'protection/quotes': ages }))
  const { quoteId } = asked(on)
  const order = (offsetMs: number, id: string) =>
    on.feed(
      offsetMs,
      'accepted_commands',
      command('order', { instrument: PUT_80, amount: 1, side: 'buy', type: 'market', intent: 'open', coverageId: quoteId as string }, id),
    )
  const [stale] = finalAnswers(order(9_000, 'o1'))
  assert.deepEqual([stale?.['reason'], stale?.['retryUntil']], ['stale_price', '2026-01-29T00:00:30.000Z'])
  shortLived(on, 30_000)
  assert.equal(intents(order(30_000, 'o2')).length, 1)
})
