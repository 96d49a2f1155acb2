/**
 * SABR fitted to one smile, beta given: `createSabrFitter` behind checks of what comes in. It either converges or says why not: a smile that is
 * none (`invalid_smile`, with the field), fewer than three different strikes with weight, which cannot fix three parameters, or no minimum
 * within the iterations. All starts are tried unless the caller says otherwise. Units: as in `sabr-fitter.ts`; strikes like the forward.
 * Edges: a flat smile fits with nu near 0, where rho means nothing; a smile that bends down ends at a bound.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { logRatio } from './sabr.ts'
import { createSabrFitter } from './sabr-fitter.ts'
import type { SabrFit, SabrFitOptions } from './sabr-fitter.ts'

export type SabrFitRefusal = 'invalid_smile' | 'too_few_strikes' | 'not_converged'
export interface Smile {
  readonly forward: number
  readonly years: number
  readonly beta: number
  readonly strikes: readonly number[]
  readonly vols: readonly number[]
  /** Equal where absent. */
  readonly weights?: readonly number[] | undefined
}

export function fitSabr(smile: Smile, options: SabrFitOptions = {}): Result<SabrFit, SabrFitRefusal> {
  const fault = whyInvalid(smile)
  if (fault !== undefined) return fault
  const { forward, years, beta, strikes, vols, weights } = smile
  const fitter = createSabrFitter(strikes.length, { starts: 'always', ...options })
  fitter.smile.count = strikes.length
  fitter.smile.years = years
  fitter.smile.beta = beta
  strikes.forEach((strike, i) => {
    fitter.smile.logMoneyness[i] = -logRatio(forward, strike)
    fitter.smile.vols[i] = vols[i] as number
    fitter.smile.weights[i] = weights?.[i] ?? 1
  })
  const status = fitter.fit(forward)
  const { iterations, rmse } = fitter.result
  if (status !== 'converged') return refuse('not_converged', 'iterations', iterations, `a minimum; best rmse so far ${rmse}`)
  return ok({ ...fitter.result })
}

function whyInvalid({ forward, years, beta, strikes, vols, weights }: Smile) {
  if (!(forward > 0 && forward < Infinity)) return refuse('invalid_smile', 'forward', forward, 'positive')
  if (!(years > 0 && years < Infinity)) return refuse('invalid_smile', 'years', years, 'positive')
  if (!(beta >= 0 && beta <= 1)) return refuse('invalid_smile', 'beta', beta, 'from 0 to 1')
  if (vols.length !== strikes.length) return refuse('invalid_smile', 'vols', vols.length, strikes.length)
  if (weights !== undefined && weights.length !== strikes.length) return refuse('invalid_smile', 'weights', weights.length, strikes.length)
  const weightOf = (i: number) => weights?.[i] ?? 1
  for (const [i, strike] of strikes.entries()) {
    if (!(strike > 0 && strike < Infinity)) return refuse('invalid_smile', `strikes[${i}]`, strike, 'positive')
    if (!((vols[i] as number) > 0 && (vols[i] as number) < Infinity)) return refuse('invalid_smile', `vols[${i}]`, vols[i], 'positive')
    if (!(weightOf(i) >= 0 && weightOf(i) < Infinity)) return refuse('invalid_smile', `weights[${i}]`, weightOf(i), 'not negative')
  }
  const distinct = new Set(strikes.filter((_, i) => weightOf(i) > 0)).size
  return distinct < 3 ? refuse('too_few_strikes', 'strikes', distinct, 'at least 3 with weight') : undefined
}
