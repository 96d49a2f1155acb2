/**
 * Coverage-to-coverage safety fee (P-08): what a day of the promised floor is worth when one cover hands over to the next at a price that may have moved.
 *   base         = Black-76 value (Black 1976) of a one-day option at the floor, forward = index, at the IV of the snapshot, x size
 *   regime       = the same at the lower IV threshold, less the base, where the IV lies under it: cheap days are not sold under it
 *   price buffer = the same with the index ctc_price_buffer_pct nearer to the floor, less both
 *   markup       = leverage_markup_pct_by_x x the three;  tier margin = ctc_margin_by_tier x the three;  ops buffer = ctc_ops_buffer_usdc_by_tier
 * The lines, rounded up to the cent by a last one, are the fee. The value is a model's: it crosses to exact once, at 1e-6 USDC per coin. A snapshot
 * older than `ctc_max_snapshot_age_ms` prices nothing. Units: USDC; IV annual as a fraction; years of 365 days. Edges: no IV, no fee.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { rowOrLast } from '#domain/risk-control-fields.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import { Money, moneyFromFloat, sum } from '#units/money.ts'
import { multiplyUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { Ratio } from '#units/ratio.ts'
import type { ChargeLine } from '#topics/protection.ts'
import { optionTypeFor } from './floor.ts'

type Usdc = Money<'USDC'>

/** The price and the volatility a fee is made from, and how old they are. */
export interface CtcSnapshot {
  readonly index: BtcUsdc
  readonly ivAnnual: number | undefined
  readonly ageMs: number
}
export interface CtcInputs extends CtcSnapshot {
  readonly regime: IvRegime
  readonly controls: RiskControls
  readonly tierName: string
  readonly side: PositionSide
  readonly drawdownFloor: Ratio
  readonly size: Quantity<'BTC'>
  readonly leverage: number
}
export interface CtcFee {
  readonly fee: Usdc
  readonly lines: readonly ChargeLine[]
  readonly regime: IvRegime
  readonly ivAnnual: number
  readonly snapshotAgeMs: number
  readonly snapshotAgeMaxMs: number
  readonly formula: string
  /** What the lines were made from: whoever has these and the formula makes the fee again. */
  readonly basis: {
    readonly index: BtcUsdc
    readonly strike: number
    readonly optionType: 'put' | 'call'
    readonly size: Quantity<'BTC'>
    readonly years: number
    readonly ivLeast: number
    readonly priceBuffer: Ratio
    readonly markup: Ratio | undefined
    readonly margin: Ratio | undefined
    readonly opsBuffer: Usdc | undefined
  }
}
/** Of the lines, in the names of the answer. */
const FORMULA =
  'value(f, iv) = Black-76 option at the strike, forward f, years, no interest, x size, rounded up; one day of cover = value(index, iv); regime = value(index, max(iv, ivLeast)) - one day of cover; price buffer = value(index moved priceBuffer towards the strike, max(iv, ivLeast)) - the two before; markup and margin = their rates x those three; feeUsdc = all lines and the operations buffer, up to the cent'
export type CtcCode = 'ctc_disabled' | 'stale_snapshot' | 'no_volatility'
const YEARS = 1 / 365

export function ctcFee(inputs: CtcInputs): Result<CtcFee, CtcCode> {
  const { controls, ivAnnual, ageMs, regime } = inputs
  const { ctc_max_snapshot_age_ms: ageMax, fee_iv_regime_thresholds: thresholds } = controls
  if (!controls.ctc_enabled) return refuse('ctc_disabled', 'ctc_enabled', false, true)
  if (!(ageMs <= ageMax)) return refuse('stale_snapshot', 'snapshotAgeMs', ageMs, ageMax, { field: 'snapshotAgeMs', to: ageMax })
  if (ivAnnual === undefined || !(ivAnnual > 0)) return refuse('no_volatility', 'ivAnnual', ivAnnual, 'a volatility surface that is fresh')
  const lines = linesOf(inputs, ivAnnual, Math.max(ivAnnual, thresholds.low))
  const exact = sum(lines.map(({ usdc }) => usdc))
  const fee = exact.roundedToCents('ceil')
  const rounding = { name: 'rounding', usdc: fee.minus(exact) }
  const shown = [...lines, rounding].filter(({ usdc }) => !usdc.isZero())
  return ok({
    fee,
    lines: shown,
    regime,
    ivAnnual,
    snapshotAgeMs: ageMs,
    snapshotAgeMaxMs: ageMax,
    formula: FORMULA,
    basis: basisOf(inputs),
  })
}

function basisOf(inputs: CtcInputs): CtcFee['basis'] {
  const { index, size, side, controls, tierName, leverage } = inputs
  return {
    index,
    strike: strikeOf(inputs),
    optionType: optionTypeFor(side),
    size,
    years: YEARS,
    ivLeast: controls.fee_iv_regime_thresholds.low,
    priceBuffer: controls.ctc_price_buffer_pct,
    markup: rowOrLast(controls.leverage_markup_pct_by_x, leverage)?.value,
    margin: controls.ctc_margin_by_tier[tierName],
    opsBuffer: controls.ctc_ops_buffer_usdc_by_tier[tierName],
  }
}

/** Where the floor is: below the index for a long, above it for a short. */
function strikeOf({ index, side, drawdownFloor }: CtcInputs): number {
  return index.toNumber() * (1 + (side === 'long' ? -1 : 1) * drawdownFloor.toNumber())
}

function linesOf(inputs: CtcInputs, iv: number, ivLeast: number): readonly ChargeLine[] {
  const { controls, tierName, leverage } = inputs
  const buffer = controls.ctc_price_buffer_pct
  const base = dayOfCover(inputs, iv, 0)
  const floored = dayOfCover(inputs, ivLeast, 0)
  const buffered = dayOfCover(inputs, ivLeast, buffer.toNumber())
  const row = rowOrLast(controls.leverage_markup_pct_by_x, leverage)
  const margin = controls.ctc_margin_by_tier[tierName]
  const line = (name: string, amount: Usdc | undefined): readonly ChargeLine[] => (amount === undefined ? [] : [{ name, usdc: amount }])
  return [
    { name: 'one day of cover', usdc: base },
    { name: `regime low, volatility at least ${controls.fee_iv_regime_thresholds.low}`, usdc: floored.minus(base) },
    { name: 'price buffer', usdc: buffered.minus(floored) },
    ...line(`markup, leverage up to ${row?.upTo ?? 0}`, row === undefined ? undefined : buffered.times(row.value, 'up')),
    ...line(`margin, tier ${tierName}`, margin === undefined ? undefined : buffered.times(margin, 'up')),
    ...line('operations buffer', controls.ctc_ops_buffer_usdc_by_tier[tierName]),
  ]
}

/** The floor stays where the index puts it; the buffer moves the index towards it. */
function dayOfCover(inputs: CtcInputs, ivAnnual: number, buffer: number): Usdc {
  const { index, side, size } = inputs
  const forward = index.toNumber() * (1 + (side === 'long' ? -1 : 1) * buffer)
  const { price } = priceBlack76({ right: optionTypeFor(side), forward, strike: strikeOf(inputs), years: YEARS, rate: 0, ivAnnual })
  return new Money<'USDC'>(multiplyUnits(moneyFromFloat<'USDC'>(price, 6).units, size.units, 'ceil'))
}
