/**
 * Reading a surface (`surface.ts`): vol by strike or moneyness and time. Between two expiries total variance is linear in time at equal
 * k = ln(K/F), the forward log-linear; before the first the first smile's vol and forward stand, marked `extrapolated`, as does a strike beyond the
 * quoted ones that the smile still reaches. Over the last expiry, out of reach, or where the neighbours' extrapolated wings cross, the
 * answer is a refusal: a vol nobody quoted is not made up. `ask: true` reads the vol at which the option could be bought: the model plus the
 * distance to the ask at the neighbouring strikes, never under half the spread.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { volAt } from './smile-arbitrage.ts'
import type { SmileSlice } from './smile-slice.ts'

export interface IvReading {
  readonly vol: number
  readonly forward: number
  readonly extrapolated: boolean
}
export type IvRefusal = 'no_surface' | 'beyond_last_expiry' | 'beyond_strikes' | 'calendar_arbitrage' | 'invalid_point'
export interface SurfacePoint {
  readonly years: number
  /** ln(K/F). */
  readonly logMoneyness: number
  readonly ask?: boolean
}
type Slices = readonly SmileSlice[]

/** By strike in USD. */
export function ivAt(
  slices: Slices,
  { strike, years, ask = false }: { readonly strike: number; readonly years: number; readonly ask?: boolean },
) {
  if (!(strike > 0 && strike < Infinity)) return refuse('invalid_point', 'strike', strike, 'positive')
  const forward = forwardAt(slices, years)
  return forward.ok ? ivAtMoneyness(slices, { years, logMoneyness: Math.log(strike / forward.value), ask }) : forward
}

export function ivAtMoneyness(slices: Slices, { years, logMoneyness, ask = false }: SurfacePoint): Result<IvReading, IvRefusal> {
  const place = placeOf(slices, years)
  if (!place.ok) return place
  const { near, far } = place.value
  const [low, high] = [Math.max(near.low, far.low), Math.min(near.high, far.high)]
  if (!(logMoneyness >= low)) return refuse('beyond_strikes', 'logMoneyness', logMoneyness, low, { field: 'logMoneyness', to: low })
  if (!(logMoneyness <= high)) return refuse('beyond_strikes', 'logMoneyness', logMoneyness, high, { field: 'logMoneyness', to: high })
  const read = (slice: SmileSlice) => volAt(slice, logMoneyness) + (ask ? askOverAt(slice, logMoneyness) : 0)
  const extrapolated = years < near.years || isBeyondQuotes(near, logMoneyness) || isBeyondQuotes(far, logMoneyness)
  const forward = forwardBetween(near, far, years)
  if (near === far) return ok({ vol: read(near), forward, extrapolated })
  const [first, last] = [read(near) * read(near) * near.years, read(far) * read(far) * far.years]
  if (!ask && !(last >= first)) return refuse('calendar_arbitrage', 'variance', first, last)
  const variance = first + ((last - first) * (years - near.years)) / (far.years - near.years)
  return ok({ vol: Math.sqrt(variance / years), forward, extrapolated })
}

/** k that can be read at an instant: of both expiries around it. */
export function reachAt(slices: Slices, years: number): Result<{ readonly low: number; readonly high: number }, IvRefusal> {
  const place = placeOf(slices, years)
  if (!place.ok) return place
  const { near, far } = place.value
  return ok({ low: Math.max(near.low, far.low), high: Math.min(near.high, far.high) })
}

export function forwardAt(slices: Slices, years: number): Result<number, IvRefusal> {
  const place = placeOf(slices, years)
  return place.ok ? ok(forwardBetween(place.value.near, place.value.far, years)) : place
}

/** The expiries around an instant: the same one twice on an expiry and before the first. */
function placeOf(slices: Slices, years: number): Result<{ readonly near: SmileSlice; readonly far: SmileSlice }, IvRefusal> {
  const [first, last] = [slices[0], slices.at(-1)]
  if (first === undefined || last === undefined) return refuse('no_surface', 'expiries', 0, 'one fitted expiry')
  if (!(years > 0)) return refuse('invalid_point', 'years', years, 'positive')
  if (!(years <= last.years)) return refuse('beyond_last_expiry', 'years', years, last.years, { field: 'years', to: last.years })
  const at = slices.findIndex((slice) => slice.years >= years)
  const far = slices[at] as SmileSlice
  return ok({ near: far.years === years ? far : (slices[at - 1] ?? far), far })
}

function forwardBetween(near: SmileSlice, far: SmileSlice, years: number): number {
  if (near === far) return near.forward
  const share = (years - near.years) / (far.years - near.years)
  return near.forward * Math.exp(share * Math.log(far.forward / near.forward))
}

function isBeyondQuotes({ quotedLow, quotedHigh }: SmileSlice, k: number): boolean {
  return k < quotedLow || k > quotedHigh
}

/** Linear between the fitted strikes, the outermost one's beyond them. */
function askOverAt({ askAt, askOver }: SmileSlice, k: number): number {
  const after = askAt.findIndex((at) => at >= k)
  if (after < 0) return askOver.at(-1) ?? 0
  if (after === 0) return askOver[0] ?? 0
  const [left, right] = [askAt[after - 1] as number, askAt[after] as number]
  const [from, to] = [askOver[after - 1] as number, askOver[after] as number]
  return right === left ? Math.max(from, to) : from + ((to - from) * (k - left)) / (right - left)
}
