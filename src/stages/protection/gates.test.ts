/** Every gate of a quote at, just under and just over its limit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instrumentOf } from '#domain/catalogue.ts'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import type { ProtectionTerms } from '#topics/protection.ts'
import { gate } from './gates.ts'
import type { GateInputs } from './gates.ts'
import { accountValue, DEMO, optionQuote, PUT_80, T0 } from './protection.fixture.ts'
import { quotesConfig } from './quote-config.ts'

const TERMS: ProtectionTerms = {
  account: DEMO,
  asset: 'BTC',
  side: 'long',
  tierName: 'Bronze',
  leverage: 5,
  size: btc('1'),
  drawdownFloor: ratio('0.1'),
  tenorDays: 7,
  renewal: 'none',
}
const CONFIG = quotesConfig.parse({ quoteMaxAgeMs: 1000 })
// ask 0.0065 x 88,000 = 572 premium; fee 0.0003 x 88,000 = 26.4; together 598.4;
// leaving: delivery 0.00015 x 80,000 = 12, closing 0.0005 x 80,000 = 40; floor 20,000 - 8,000 - 598.4 - 52 = 11,349.6
const INPUTS: GateInputs = {
  at: T0,
  terms: TERMS,
  index: price('88000'),
  account: accountValue(),
  equityBefore: usdc('20000'),
  wanted: undefined,
  config: CONFIG,
}
const QUOTE = { bid: '0.0060', ask: '0.0065', mark: '0.0062', size: '1' }

function codeOf(quote: Parameters<typeof optionQuote>[1], inputs: Partial<GateInputs> = {}): string {
  const option = instrumentOf(PUT_80)
  assert.ok(option.ok && option.value.kind === 'option')
  const result = gate({ option: option.value, quote: optionQuote(PUT_80, quote) }, { ...INPUTS, ...inputs })
  return result.ok ? 'ok' : result.miss.refusal.code
}
function missOf(quote: Parameters<typeof optionQuote>[1], inputs: Partial<GateInputs> = {}): unknown {
  const option = instrumentOf(PUT_80)
  assert.ok(option.ok && option.value.kind === 'option')
  const result = gate({ option: option.value, quote: optionQuote(PUT_80, quote) }, { ...INPUTS, ...inputs })
  if (result.ok) return 'ok'
  const { field, seen, limit, flip } = result.miss.refusal
  return [field, seen, limit, flip?.to]
}
const NO_MARGIN = { maintenanceMarginRate: '0', liquidationFeeRate: '0' }
const terms = (change: Partial<ProtectionTerms>): Partial<GateInputs> => ({ terms: { ...TERMS, ...change } })
const config = (change: object): Partial<GateInputs> => ({ config: quotesConfig.parse(change) })

test('[P-03] a refusal sees what was asked or offered and names its bound; the flip is the nearest that passes', () => {
  const size = (available: string, availableRatioMin = '1'): unknown => missOf({ ...QUOTE, size: available }, config({ availableRatioMin }))
  assert.deepEqual(size('0.55'), ['positionSize', '1', '0.55', '0.5'])
  assert.deepEqual(size('1.9', '2'), ['positionSize', '1', '0.95', '0.9'])
  assert.deepEqual(size('0.6', '0.5'), ['positionSize', '1', '0.6', '0.6'])
  assert.deepEqual(size('0.05'), ['positionSize', '1', '0.05', undefined])
  assert.deepEqual(missOf(QUOTE, terms({ premiumMax: usdc('598.39') })), ['fixedPriceUsdc', '598.4', '598.39', '598.4'])
})

test('[P-03] what a passing candidate costs, to the last digit', () => {
  const option = instrumentOf(PUT_80)
  assert.ok(option.ok && option.value.kind === 'option')
  const result = gate({ option: option.value, quote: optionQuote(PUT_80, QUOTE) }, INPUTS)
  assert.ok(result.ok)
  const { premium, fee, floorEquity } = result.priced
  assert.deepEqual([premium, fee, floorEquity].map(String), ['572', '26.4', '11349.6'])
})

const ROWS: readonly [string, string, string][] = [
  ['fresh at its age', codeOf({ ...QUOTE, maxAgeMs: 1000 }, { at: epochMs(T0 + 1000) }), 'ok'],
  ['a millisecond past its own age', codeOf({ ...QUOTE, maxAgeMs: 999 }, { at: epochMs(T0 + 1000) }), 'stale_price'],
  ['a millisecond past the configured age', codeOf(QUOTE, { at: epochMs(T0 + 1001) }), 'stale_price'],
  ['no ask', codeOf({ bid: '0.006', mark: '0.0062', size: '1' }), 'no_ask'],
  ['bid at the ask', codeOf({ ...QUOTE, bid: '0.0065' }), 'ok'],
  ['[F-M13] bid over the ask', codeOf({ ...QUOTE, bid: '0.0066' }), 'crossed_quote'],
  // mark 0.0062: 15 % is 0.00093, two ticks of 0.0005 are wider: 0.001
  ['spread of two ticks', codeOf({ ...QUOTE, bid: '0.0055' }), 'ok'],
  ['spread just over two ticks', codeOf({ ...QUOTE, bid: '0.0054999' }), 'spread_too_wide'],
  // mark 0.02: 15 % is 0.003 and the wider
  ['spread of 15 %', codeOf({ bid: '0.0185', ask: '0.0215', mark: '0.02', size: '1' }), 'ok'],
  ['spread just over 15 %', codeOf({ bid: '0.0184999', ask: '0.0215', mark: '0.02', size: '1' }), 'spread_too_wide'],
  ['no bid, two fine ticks', codeOf({ ask: '0.0002', mark: '0.0001', size: '1' }), 'ok'],
  ['no bid, three fine ticks', codeOf({ ask: '0.0003', mark: '0.0001', size: '1' }), 'spread_too_wide'],
  ['size as required', codeOf({ ...QUOTE, size: '1' }), 'ok'],
  ['size one step short', codeOf({ ...QUOTE, size: '0.999999999999999999' }), 'insufficient_size'],
  ['twice the size demanded, less there', codeOf({ ...QUOTE, size: '1.9' }, config({ availableRatioMin: '2' })), 'insufficient_size'],
  [
    'half the size demanded, but the walk needs all',
    codeOf({ ...QUOTE, size: '0.6' }, config({ availableRatioMin: '0.5' })),
    'insufficient_size',
  ],
  ['premium at its limit', codeOf(QUOTE, terms({ premiumMax: usdc('598.4') })), 'ok'],
  ['premium just over', codeOf(QUOTE, terms({ premiumMax: usdc('598.39') })), 'premium_above_limit'],
  ['cash to the cent', codeOf(QUOTE, { account: { ...accountValue(), cash: usdc('598.4') } }), 'ok'],
  ['a cent short', codeOf(QUOTE, { account: { ...accountValue(), cash: usdc('598.39') } }), 'insufficient_cash'],
  // 20,000 - 598.4 + bid 0.006 x 88,000 = 528 -> 19,929.6
  ['margin just kept', codeOf(QUOTE, { account: accountValue({ maintenance: '19929.59' }) }), 'ok'],
  ['margin reached is breached', codeOf(QUOTE, { account: accountValue({ maintenance: '19929.6' }) }), 'margin_breach'],
  [
    'no credit for the cover',
    codeOf(QUOTE, { account: accountValue({ maintenance: '19929.59' }), ...config({ optionMarginCredit: '0' }) }),
    'margin_breach',
  ],
  ['floor just above nothing', codeOf(QUOTE, { equityBefore: usdc('8650.41'), ...config(NO_MARGIN) }), 'ok'],
  // at the strike 20,000 - 8,000 - 598.4; maintenance margin and liquidation fee there 0.015 x 80,000 = 1,200
  ['floor just above the margin', codeOf(QUOTE, { equityBefore: usdc('9798.41') }), 'ok'],
  ['floor at the margin', codeOf(QUOTE, { equityBefore: usdc('9798.4') }), 'floor_below_margin'],
  [
    'floor at the margin of another venue',
    codeOf(QUOTE, { equityBefore: usdc('9798.4'), ...config({ liquidationFeeRate: '0.0049' }) }),
    'ok',
  ],
  // half of what the put pays counts: with the index at nothing 40,000 are missing
  ['half the credit, just enough', codeOf(QUOTE, { equityBefore: usdc('48598.41'), ...config({ optionMarginCredit: '0.5' }) }), 'ok'],
  [
    'half the credit, just not',
    codeOf(QUOTE, { equityBefore: usdc('48598.4'), ...config({ optionMarginCredit: '0.5' }) }),
    'floor_below_margin',
  ],
  ['floor at nothing', codeOf(QUOTE, { equityBefore: usdc('8650.4') }), 'floor_not_positive'],
  ['equity floor met', codeOf(QUOTE, { wanted: { least: usdc('11349.6'), code: 'equity_floor_not_met' } }), 'ok'],
  [
    'equity floor missed by a cent',
    codeOf(QUOTE, { wanted: { least: usdc('11349.61'), code: 'equity_floor_not_met' } }),
    'equity_floor_not_met',
  ],
  [
    'standing limit missed by a cent',
    codeOf(QUOTE, { wanted: { least: usdc('11349.61'), code: 'below_drawdown_limit' } }),
    'below_drawdown_limit',
  ],
]
for (const [name, seen, expected] of ROWS) {
  test(`[P-03] ${name}: ${expected}`, () => {
    assert.equal(seen, expected)
  })
}

test('[P-03] a floor under the margin is refused with the equity that would lift it, and a short counts to the index its floor speaks of', () => {
  const option = instrumentOf(PUT_80)
  assert.ok(option.ok && option.value.kind === 'option')
  const put = gate({ option: option.value, quote: optionQuote(PUT_80, QUOTE) }, { ...INPUTS, equityBefore: usdc('9000') })
  assert.ok(!put.ok)
  const { code, field, seen, limit, flip } = put.miss.refusal
  assert.deepEqual(
    [code, field, seen, limit, flip?.field, flip?.to],
    ['floor_below_margin', 'equityAtStrike', '401.6', '1200', 'equity', '20798.41'],
  )

  const call = instrumentOf('BTC-6FEB26-96000-C')
  assert.ok(call.ok && call.value.kind === 'option')
  const short = gate(
    { option: call.value, quote: optionQuote('BTC-6FEB26-96000-C', QUOTE) },
    { ...INPUTS, terms: { ...TERMS, side: 'short' }, equityBefore: usdc('11000') },
  )
  assert.ok(!short.ok)
  // 11,000 - 8,000 - 598.4 against 0.015 x 192,000
  assert.deepEqual([short.miss.refusal.code, short.miss.refusal.seen, short.miss.refusal.limit], ['floor_below_margin', '2401.6', '2880'])
})
