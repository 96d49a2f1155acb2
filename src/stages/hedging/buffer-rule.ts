/**
 * The rolling hedge (S1 7.5, H-01): what the drawdown buffer asks for, and how much of it.
 *   equity = cash + position PnL + hedge MTM; buffer = equity - drawdown limit
 *   buffer < target: increase; buffer > target + hysteresis: decrease; else none
 * Size by constant proportion portfolio insurance (Black and Jones 1987; Perold 1986): of the exposure no cover protects, the share
 * 1 - buffer / target is hedged, so that what stays open shrinks with the cushion and is nothing at a buffer of zero. Above the band the
 * hedge is released whole. Between an increase and a decrease the buffer must cross the whole band, and inside it nothing moves: noise no
 * wider than the band never buys and sells. A step under `stepMin` of the exposure is left until it has grown (but for an empty buffer), so that
 * a buffer trembling under its target does not trade with every tremble. Sizes are positive units of coin, amounts units of 1e-18 USDC.
 */
import { assert } from '#base/assert.ts'
import { multiplyUnits, roundUnits, scaleUnits } from '#units/exact.ts'
import type { HedgeReason } from '#topics/hedging.ts'

export type HedgeAction = 'increase' | 'decrease' | 'none'

export interface Band {
  readonly buffer: bigint
  /** Above 0. */
  readonly target: bigint
  /** 0 or more. */
  readonly hysteresis: bigint
}

/** The bare rule of the documents. */
export function bufferAction({ buffer, target, hysteresis }: Band): HedgeAction {
  if (buffer < target) return 'increase'
  return buffer > target + hysteresis ? 'decrease' : 'none'
}

export interface Open extends Band {
  /** The client's exposure, and the part of it that no cover protects. */
  readonly exposure: bigint
  readonly uncovered: bigint
  /** What hedges it already, beyond required coverage. */
  readonly hedged: bigint
  readonly lot: bigint
  /** Most that may be hedged in all. */
  readonly sizeMax: bigint
  /** Smallest step worth an order, as a share of the uncovered exposure (units of 1e-18). */
  readonly stepMin: bigint
}
export interface Wish {
  readonly action: HedgeAction
  readonly reason: HedgeReason
  /** Size the hedge should have. */
  readonly size: bigint
}

export function hedgeWish(open: Open): Wish {
  const { uncovered, hedged, exposure } = open
  assert(open.target > 0n && open.hysteresis >= 0n, 'a band has a target above 0')
  if (hedged > roundUnits(uncovered, open.lot, 'ceil'))
    return { action: 'decrease', reason: 'over_hedged', size: roundUnits(uncovered, open.lot, 'floor') }
  const action = bufferAction(open)
  if (action === 'none') return { action, reason: 'buffer_within_band', size: hedged }
  if (action === 'decrease') return { action: hedged > 0n ? 'decrease' : 'none', reason: 'buffer_above_band', size: 0n }
  if (exposure === 0n) return { action: 'none', reason: 'nothing_to_hedge', size: hedged }
  if (uncovered === 0n) return { action: 'none', reason: 'covered', size: hedged }
  const size = hedgeNeeded(open)
  const stepMin = open.buffer <= 0n ? 1n : multiplyUnits(uncovered, open.stepMin, 'ceil')
  if (size <= hedged || size - hedged < stepMin) return { action: 'none', reason: 'hedge_at_need', size: hedged }
  return { action: 'increase', reason: 'buffer_below_target', size }
}

/** Whole lots, rounded towards more protection, never beyond the exposure or `sizeMax`. */
export function hedgeNeeded({ buffer, target, uncovered, lot, sizeMax }: Open): bigint {
  if (buffer >= target) return 0n
  const share = buffer <= 0n ? uncovered : uncovered - scaleUnits(uncovered, buffer, target, 'floor')
  const whole = roundUnits(share, lot, 'ceil')
  const most = roundUnits(sizeMax < uncovered ? sizeMax : uncovered, lot, 'floor')
  return whole < most ? whole : most
}
