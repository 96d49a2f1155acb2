/**
 * Regime of implied volatility (AN-08): low under the lower threshold, high over the upper one, normal between them, both thresholds
 * included in normal. Units: annual volatility as a fraction (0.55 is 55 % a year). Edge: no volatility known is its own answer, `unknown`;
 * whoever prices by regime takes the strictest of its values then.
 */
export const IV_REGIMES = ['low', 'normal', 'high'] as const
export type IvRegime = (typeof IV_REGIMES)[number] | 'unknown'

export interface IvThresholds {
  readonly low: number
  readonly high: number
}

export function ivRegimeOf(ivAnnual: number | undefined, { low, high }: IvThresholds): IvRegime {
  if (ivAnnual === undefined || !(ivAnnual > 0)) return 'unknown'
  if (ivAnnual < low) return 'low'
  return ivAnnual > high ? 'high' : 'normal'
}
