/**
 * One expiry: quotes to vols, vols to a SABR smile, and the checks it must pass before anybody reads a vol from it. Refused, with the place:
 * no forward; fewer strikes than `strikesMin` with a vol; money not between quoted strikes (the vol at the money would be a guess); no
 * convergence; rmse over `rmseMax`; negative density between the quoted strikes. Outside them the smile is kept as far as its density
 * stays non-negative, at most half the quoted width more, and whoever reads there is told so. beta is fixed (1: the backbone of crypto
 * options is lognormal, and beta and rho cannot be told apart from one smile). Vols per sqrt(year), k = ln(K/F), strikes in USD.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { SabrFitter } from './sabr-fitter.ts'
import { findNegativeDensity, soundReach, volAt } from './smile-arbitrage.ts'
import type { SmileModel } from './smile-arbitrage.ts'
import { skew25 } from './smile-delta.ts'
import type { Skew } from './smile-delta.ts'
import { forwardOf } from './smile-forward.ts'
import { expiryVols, QUOTE_RULES } from './smile-quotes.ts'
import type { FaultyQuote, OptionTouch, QuotedVol, QuoteRules } from './smile-quotes.ts'

export interface ExpiryQuotes {
  /** Epoch ms: names the expiry. */
  readonly expiry: number
  readonly years: number
  readonly touches: readonly OptionTouch[]
}
export interface SliceRules {
  readonly quotes: QuoteRules
  readonly beta: number
  readonly strikesMin: number
  readonly rmseMax: number
}
export const SLICE_RULES: SliceRules = { quotes: QUOTE_RULES, beta: 1, strikesMin: 5, rmseMax: 0.05 }

export interface SmileSlice extends SmileModel {
  readonly expiry: number
  /** k of the outermost strikes fitted. */
  readonly quotedLow: number
  readonly quotedHigh: number
  /** k between which the smile may be read. */
  readonly low: number
  readonly high: number
  /** Weighted as the fit is. */
  readonly rmse: number
  readonly strikes: number
  /** Share of the fitted strikes whose model vol lies between bid and ask vol. */
  readonly insideShare: number
  readonly atmVol: number
  readonly skew: Skew | undefined
  /** At each fitted strike: k, and by how much the ask vol lies over the model, at least half the spread. */
  readonly askAt: readonly number[]
  readonly askOver: readonly number[]
}
export type SliceFaultCode = 'no_forward' | 'too_few_strikes' | 'money_not_quoted' | 'not_converged' | 'poor_fit' | 'negative_density'
export interface SliceReading {
  readonly slice: Result<SmileSlice, SliceFaultCode>
  readonly faults: readonly FaultyQuote[]
}

/** Half the quoted width at most, beyond the outermost quotes. */
const REACH = 0.5

export function fitSlice(fitter: SabrFitter, { expiry, years, touches }: ExpiryQuotes, rules: SliceRules = SLICE_RULES): SliceReading {
  const forward = forwardOf(touches)
  if (forward === undefined) {
    return { slice: refuse('no_forward', 'underlying', null, 'an underlying price, or a call and a put of one strike'), faults: [] }
  }
  const { vols, faults } = expiryVols(touches, forward, years, rules.quotes)
  return { slice: fitVols(fitter, { expiry, years, forward, vols }, rules), faults }
}

interface ExpirySmile {
  readonly expiry: number
  readonly years: number
  readonly forward: number
  readonly vols: readonly QuotedVol[]
}

function fitVols(fitter: SabrFitter, smile: ExpirySmile, rules: SliceRules): Result<SmileSlice, SliceFaultCode> {
  const { expiry, years, forward, vols } = smile
  const [first, last] = [vols[0], vols.at(-1)]
  if (first === undefined || last === undefined || vols.length < rules.strikesMin) {
    return refuse('too_few_strikes', 'strikes', vols.length, rules.strikesMin)
  }
  const [quotedLow, quotedHigh] = [first.logMoneyness, last.logMoneyness]
  if (!(quotedLow < 0 && quotedHigh > 0)) return refuse('money_not_quoted', 'strikes', `${first.strike} to ${last.strike}`, forward)
  fill(fitter, smile, rules.beta)
  const status = fitter.fit(forward)
  const { alpha, beta, nu, rho, rmse, iterations } = fitter.result
  if (status !== 'converged') return refuse('not_converged', 'iterations', iterations, 'a minimum')
  if (!(rmse <= rules.rmseMax)) return refuse('poor_fit', 'rmse', rmse, rules.rmseMax)
  const model: SmileModel = { years, forward, sabr: { alpha, beta, nu, rho } }
  const fault = findNegativeDensity(model, { low: quotedLow, high: quotedHigh })
  if (fault !== undefined) {
    return refuse('negative_density', 'strike', forward * Math.exp(fault.logMoneyness), `density >= 0, is ${fault.density}`)
  }
  return ok({ expiry, ...model, ...rangeOf(model, quotedLow, quotedHigh), rmse, strikes: vols.length, ...readings(model, vols) })
}

function fill(fitter: SabrFitter, { years, vols }: ExpirySmile, beta: number): void {
  const { smile } = fitter
  const count = Math.min(vols.length, smile.vols.length)
  smile.count = count
  smile.years = years
  smile.beta = beta
  for (let i = 0; i < count; i++) {
    const { logMoneyness, bidVol, askVol, weight } = vols[i] as QuotedVol
    smile.logMoneyness[i] = logMoneyness
    smile.vols[i] = (bidVol + askVol) / 2
    smile.weights[i] = weight
  }
}

function rangeOf(model: SmileModel, quotedLow: number, quotedHigh: number) {
  const reach = REACH * (quotedHigh - quotedLow)
  const [low, high] = [soundReach(model, quotedLow, quotedLow - reach), soundReach(model, quotedHigh, quotedHigh + reach)]
  return { quotedLow, quotedHigh, low, high }
}

function readings(model: SmileModel, vols: readonly QuotedVol[]) {
  const askOver = vols.map(({ logMoneyness, bidVol, askVol }) => Math.max((askVol - bidVol) / 2, askVol - volAt(model, logMoneyness)))
  const inside = vols.filter(({ logMoneyness, bidVol, askVol }) => {
    const vol = volAt(model, logMoneyness)
    return vol >= bidVol && vol <= askVol
  })
  const [low, high] = [vols[0]?.logMoneyness ?? 0, vols.at(-1)?.logMoneyness ?? 0]
  return {
    insideShare: inside.length / vols.length,
    atmVol: volAt(model, 0),
    skew: skew25(model, { low, high }),
    askAt: vols.map(({ logMoneyness }) => logMoneyness),
    askOver,
  }
}
