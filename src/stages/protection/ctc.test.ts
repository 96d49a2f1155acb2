/** The coverage-to-coverage fee: its lines by hand and against an independent value of the option, its refusals, the request as documented. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import { sum } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import { ctcFee } from './ctc.ts'
import type { CtcInputs } from './ctc.ts'
import { ctcFor } from './ctc-request.ts'
import { february, protectionBench, T0, volatility } from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const CONTROLS = {
  ctc_enabled: true,
  ctc_margin_by_tier: { Bronze: 0.1 },
  ctc_ops_buffer_usdc_by_tier: { Bronze: 5 },
  ctc_max_snapshot_age_ms: 15_000,
  ctc_price_buffer_pct: 0.005,
  leverage_markup_pct_by_x: { '5': 0.02 },
}
const INPUTS: CtcInputs = {
  controls: riskControlsSchema.parse(CONTROLS),
  tierName: 'Bronze',
  side: 'long',
  drawdownFloor: ratio('0.05'),
  size: btc('1'),
  leverage: 5,
  index: price('100000'),
  regime: 'normal',
  ivAnnual: 0.5,
  ageMs: 15_000,
}

/** Abramowitz and Stegun 7.1.26: good to 1.5e-7, and nothing of ours. */
function phi(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2)
  const erf = 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp((-x * x) / 2)
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}
function put(forward: number, strike: number, iv: number): number {
  const deviation = iv * Math.sqrt(1 / 365)
  const d1 = Math.log(forward / strike) / deviation + deviation / 2
  return strike * phi(deviation - d1) - forward * phi(-d1)
}
function made(change: Partial<CtcInputs> = {}): {
  readonly fee: string
  readonly lines: ReadonlyMap<string, number>
  readonly regime: string
} {
  const result = ctcFee({ ...INPUTS, ...change })
  assert.ok(result.ok, JSON.stringify(result))
  const { fee, lines, regime } = result.value
  assert.equal(sum(lines.map(({ usdc }) => usdc)).toString(), fee.toString(), 'the lines are the fee')
  return { fee: fee.toString(), regime, lines: new Map(lines.map(({ name, usdc }) => [name, usdc.toNumber()])) }
}
const near = (seen: number | undefined, wanted: number): void =>
  assert.ok(Math.abs((seen ?? 0) - wanted) < 0.05, `${seen} is not near ${wanted}`)

test('[P-08] the lines of the fee, against an independent put value, and exactly the fee', () => {
  const { lines, regime } = made()
  const [base, buffered] = [put(100_000, 95_000, 0.5), put(99_500, 95_000, 0.5)]
  near(lines.get('one day of cover'), base)
  near(lines.get('price buffer'), buffered - base)
  near(lines.get('margin, tier Bronze'), buffered * 0.1)
  near(lines.get('markup, leverage up to 5'), buffered * 0.02)
  assert.deepEqual([lines.get('operations buffer'), regime, lines.has('regime low, volatility at least 0.4')], [5, 'normal', false])
})

test('[P-08] a low regime is not sold under its threshold: the difference is a line', () => {
  const low = made({ ivAnnual: 0.2, regime: 'low' })
  near(low.lines.get('regime low, volatility at least 0.4'), put(100_000, 95_000, 0.4) - put(100_000, 95_000, 0.2))
  const { fee } = made({ ivAnnual: 0.4 })
  assert.deepEqual([low.regime, low.fee], ['low', fee], 'and the fee is that of the threshold')
})

test('[P-08] grows with size, volatility and nearness of the floor; a call for a short', () => {
  const fee = (change: Partial<CtcInputs>): number => Number(made(change).fee)
  assert.ok(fee({ size: btc('2') }) > fee({}) && fee({ ivAnnual: 0.9 }) > fee({}) && fee({ drawdownFloor: ratio('0.03') }) > fee({}))
  assert.ok(fee({ side: 'short' }) > 5)
  assert.equal(made({ drawdownFloor: ratio('0.9') }).fee, '5', 'far from everything only the operations buffer is left')
})

test('[P-08] off, stale at a millisecond over the limit, without volatility: no fee', () => {
  const code = (change: Partial<CtcInputs>): unknown => {
    const result = ctcFee({ ...INPUTS, ...change })
    return result.ok ? 'ok' : [result.refusal.code, result.refusal.flip?.to]
  }
  assert.deepEqual(code({ controls: riskControlsSchema.parse({}) }), ['ctc_disabled', undefined])
  assert.deepEqual([code({ ageMs: 15_000 }), code({ ageMs: 15_001 })], ['ok', ['stale_snapshot', 15_000]])
  assert.deepEqual(code({ ivAnnual: undefined }), ['no_volatility', undefined])
})

test("[P-08] [API-01] the request as documented, on the market as it stands; the client's price is compared, not used", () => {
  const on = protectionBench({ 'protection/quotes': { riskControls: CONTROLS } })
  const request = { tierName: 'Bronze', asset: 'BTC', spotPrice: 88_000, drawdownFloorPct: 0.1, positionSize: 1, leverage: 5 }
  const at = epochMs(T0 + 1000)
  const answer = (change: object = {}): unknown => {
    const result = ctcFor(on.engine.stateOf(quotes), on.engine.configOf(quotes), { ...request, ...change }, at)
    return result.ok ? result.value.fee.toString() : result.refusal.code
  }
  assert.equal(answer(), 'no_index')
  february(on)
  assert.equal(answer(), 'no_volatility')
  on.feed(500, 'volatility_context', volatility('normal', 0.6))
  const fee = answer()
  assert.match(String(fee), /^\d+(\.\d{1,2})?$/)
  assert.equal(answer({ spotPrice: 88_440 }), fee, 'half a per cent away is within the buffer and changes nothing')
  assert.deepEqual(
    [answer({ spotPrice: 88_441 }), answer({ asset: 'ETH' }), answer({ leverage: 6 }), answer({ tierName: 'Bronz' }), answer({ extra: 1 })],
    ['price_moved', 'unsupported_asset', 'invalid_leverage', 'unknown_tier', 'invalid_payload'],
  )
})
