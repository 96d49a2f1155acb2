/**
 * The volatility surface of one venue: a SABR smile per expiry, and between expiries total variance linear in time at equal forward
 * moneyness, which keeps smiles without calendar arbitrage free of it (Gatheral and Jacquier 2014). An expiry that cannot be fitted, or
 * whose density is negative, is left out and named; of two neighbours with calendar arbitrage the one that fits its quotes worse goes. A
 * surface keeps no expiry that breaks a rule; whoever wants all or nothing asks `checkSurface`.
 * Reading (`surface-reading.ts`): `ivAt` by strike and time, with `ask` the vol at which it could be bought. Under the first expiry the first
 * smile's vol stands (marked), over the last nothing is known and the answer is a refusal. Units: USD, years, vol per sqrt(year), k = ln(K/F).
 */
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { createSabrFitter } from './sabr-fitter.ts'
import type { SabrFitter } from './sabr-fitter.ts'
import { findNegativeDensity } from './smile-arbitrage.ts'
import { fitSlice, SLICE_RULES } from './smile-slice.ts'
import type { ExpiryQuotes, SliceFaultCode, SliceRules, SmileSlice } from './smile-slice.ts'
import type { FaultyQuote } from './smile-quotes.ts'
import { findCalendarArbitrage } from './surface-arbitrage.ts'
import type { CalendarFault } from './surface-arbitrage.ts'

export type SurfaceFaultCode = SliceFaultCode | 'calendar_arbitrage'
export interface ExpiryFault {
  readonly expiry: number
  readonly refusal: Refusal<SurfaceFaultCode>
}
export interface Surface {
  /** By ascending time. */
  readonly slices: readonly SmileSlice[]
  readonly faults: readonly ExpiryFault[]
  readonly quoteFaults: readonly (FaultyQuote & { readonly expiry: number })[]
}
export interface SurfaceRules extends SliceRules {
  /** Vol by which a near smile may stand over the bound of the next: what the spread of the quotes leaves open. */
  readonly calendarTolerance: number
}
export const SURFACE_RULES: SurfaceRules = { ...SLICE_RULES, calendarTolerance: 0 }
/** Strikes of one expiry at most. */
export const STRIKES_MAX = 256

/** nu^2 T shapes a smile, so an expiry hours away needs a larger nu than the 20 of a day. */
const NU_MAX = 80

export function surfaceFitter(): SabrFitter {
  return createSabrFitter(STRIKES_MAX, { nuMax: NU_MAX })
}

export function buildSurface(
  expiries: readonly ExpiryQuotes[],
  rules: SurfaceRules = SURFACE_RULES,
  fitter: SabrFitter = surfaceFitter(),
): Surface {
  const slices: SmileSlice[] = []
  const faults: ExpiryFault[] = []
  const quoteFaults: (FaultyQuote & { expiry: number })[] = []
  for (const quotes of expiries.toSorted((a, b) => a.years - b.years)) {
    const { expiry } = quotes
    const { slice, faults: faulty } = fitSlice(fitter, quotes, rules)
    for (const fault of faulty) quoteFaults.push({ expiry, ...fault })
    if (slice.ok) slices.push(slice.value)
    else faults.push({ expiry, refusal: slice.refusal })
  }
  for (let fault = findCalendarArbitrage(slices, rules.calendarTolerance); fault !== undefined;) {
    const worse = worseOf(slices, fault)
    slices.splice(slices.indexOf(worse), 1)
    faults.push({ expiry: worse.expiry, refusal: calendarRefusal(fault, worse) })
    fault = findCalendarArbitrage(slices, rules.calendarTolerance)
  }
  return { slices, faults, quoteFaults }
}

function worseOf(slices: readonly SmileSlice[], { near, far }: CalendarFault): SmileSlice {
  const pair = slices.filter(({ expiry }) => expiry === near || expiry === far) as [SmileSlice, SmileSlice]
  return pair[0].rmse > pair[1].rmse ? pair[0] : pair[1]
}

function calendarRefusal(
  { nearVariance, farVariance, logMoneyness }: CalendarFault,
  { forward }: SmileSlice,
): Refusal<'calendar_arbitrage'> {
  const strike = forward * Math.exp(logMoneyness)
  return { code: 'calendar_arbitrage', field: `variance at ${Math.round(strike)}`, seen: nearVariance, limit: farVariance }
}

/** All or nothing: the first place where the slices allow a free butterfly or calendar spread. */
export function checkSurface(slices: readonly SmileSlice[], calendarTolerance = 0): Result<readonly SmileSlice[], SurfaceFaultCode> {
  for (const slice of slices) {
    const fault = findNegativeDensity(slice, { low: slice.quotedLow, high: slice.quotedHigh })
    if (fault === undefined) continue
    const strike = slice.forward * Math.exp(fault.logMoneyness)
    return refuse('negative_density', 'strike', strike, `density >= 0, is ${fault.density} at expiry ${slice.expiry}`)
  }
  const fault = findCalendarArbitrage(slices, calendarTolerance)
  if (fault === undefined) return ok(slices)
  const far = slices.find(({ expiry }) => expiry === fault.far) as SmileSlice
  return { ok: false, refusal: calendarRefusal(fault, far) }
}
