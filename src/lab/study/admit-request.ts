/**
 * What the study itself can see of a request before anything is read: a window that is one, a tier that exists with the leverage asked for, and
 * cash that opens the position at the venue. Everything else is asked of the platform, and its refusals are the study's results.
 */
import { parseRatio, ratio, ratioFromFloat } from '#units/ratio.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { DataWindow } from '../data/window.ts'
import { parseDataWindow } from '../data/window.ts'
import { admitTier } from '../backtest/admit-request.ts'
import { CLOSING_SLIPPAGE } from './study-config.ts'
import { StudyRefusal } from './request.ts'
import type { StudyRequest } from './request.ts'

/** Recordings of options begin long after, and end long before. */
const EARLIEST = '2000-01-01'
const LATEST = '2199-12-31'
/** An order to open may pay a hundredth more than the mark, and the taker fee: what an account must have beyond initial margin. */
const OPENING = { slippage: 0.01, fee: 0.001 }

/** The least cash that opens a position, as a share of its notional. */
export function leastCashShare(leverage: number, slippage: number = OPENING.slippage): string {
  return ratioFromFloat((1 + slippage) / leverage + OPENING.fee, 6).toString()
}

export function admitWindow({ from, to }: Pick<StudyRequest, 'from' | 'to'>): DataWindow {
  const window = parseDataWindow({ from: from ?? EARLIEST, to: to ?? LATEST })
  if (window.ok) return window.value
  const { field, seen, limit, code } = window.refusal
  throw new StudyRefusal(field, seen, limit, code)
}

export function admitAccount({ leverage, cashShare, tierName, heldEvery }: StudyRequest, config: ResolvedConfig): void {
  admitTier({ tierName, leverage }, config)
  const least = leastCashShare(leverage, heldEvery === 0 ? undefined : CLOSING_SLIPPAGE)
  const share = parseRatio(cashShare)
  if (share === undefined || share.compare(ratio(least)) < 0)
    throw new StudyRefusal('cash-share', cashShare, `>= ${least} (initial margin and fees at ${leverage}x)`, 'insufficient_margin')
}
