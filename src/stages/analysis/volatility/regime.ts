/**
 * The regime of implied volatility, held (AN-08; thresholds S1 7.6): it is entered at its threshold and left only when the vol has come back past
 * it by `hold`, so that a vol trembling about 0.80 does not change fees with every fit. Annual vols as fractions. Edge: a vol that is not
 * known is `unknown` at once; the first vol known is judged without memory.
 */
import { ivRegimeOf } from '#domain/iv-regime.ts'
import type { IvRegime, IvThresholds } from '#domain/iv-regime.ts'

export function heldRegime(before: IvRegime, iv: number | undefined, { low, high }: IvThresholds, hold: number): IvRegime {
  if (before === 'high') return ivRegimeOf(iv, { low: Math.min(low, high - hold), high: high - hold })
  if (before === 'low') return ivRegimeOf(iv, { low: low + hold, high: Math.max(high, low + hold) })
  return ivRegimeOf(iv, { low, high })
}
