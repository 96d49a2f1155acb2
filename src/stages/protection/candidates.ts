/**
 * The listed options a request may choose from: the type its side needs, settled in coin, expiry and strike looked at together (P-02).
 * Expiry at or after `at` + tenor (less the configured slack) and within `tenorMultipleMax` tenors; strike on the side of the floor price
 * that keeps the promise, never the nearest on the wrong side. An expiry or strike nobody lists is a refusal that names the nearest.
 */
import { assert } from '#base/assert.ts'
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import { divideUnits, formatUnits, ONE, roundUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId, Option, OptionType, PositionSide } from '#domain/instrument.ts'
import type { OptionQuote } from '#topics/market.ts'
import { optionTypeFor, strikeHolds } from './floor.ts'
import { listingOf } from './listing.ts'
import type { OptionChain, Strip } from './listing.ts'

export interface Listed {
  readonly option: Option
  readonly quote: OptionQuote
}
export interface CandidateQuery {
  readonly at: EpochMs
  readonly side: PositionSide
  readonly tenorDays: number
  readonly expirySlackMs: number
  readonly tenorMultipleMax: number
  readonly index: BtcUsdc
  /** Absent where the floor is one of equity alone. */
  readonly floorPrice: BtcUsdc | undefined
  /** Only this instrument: the one a client has been quoted. */
  readonly only: InstrumentId | undefined
}
export type Candidates =
  | { readonly ok: true; readonly value: readonly Listed[]; readonly listed: number }
  | { readonly ok: false; readonly refusal: Refusal; readonly listed: number }

const FLOOR_GRAIN = ONE / 1_000_000n

export function findCandidates(chains: Iterable<OptionChain>, query: CandidateQuery): Candidates {
  const alive = aliveStrips(chains, query)
  const listed = alive.reduce((count, { options }) => count + options.length, 0)
  if (listed === 0) return { ...refuse('no_listed_option', 'asset', 0, 'a listed option of the needed type'), listed }
  const inWindow = query.only === undefined ? alive.filter(({ expiry }) => isInWindow(expiry, query)) : alive
  if (inWindow.length === 0) return { ok: false, refusal: noExpiry(alive, query), listed }
  const holding = holdingOf(inWindow, query)
  const { floorPrice } = query
  if (holding.length === 0 && floorPrice !== undefined) return { ok: false, refusal: noStrike(inWindow, query, floorPrice), listed }
  return { ok: true, value: holding, listed }
}

interface VenueStrip extends Strip {
  readonly chain: OptionChain
}
function aliveStrips(chains: Iterable<OptionChain>, { at, side, only }: CandidateQuery): VenueStrip[] {
  const type = optionTypeFor(side)
  const alive: VenueStrip[] = []
  for (const chain of chains) {
    const strips = only === undefined ? listingOf(chain)[type] : stripOfOne(chain, only, type)
    for (const { expiry, options } of strips) if (expiry > at) alive.push({ chain, expiry, options })
  }
  return alive
}

function stripOfOne(chain: OptionChain, name: InstrumentId, type: OptionType): readonly Strip[] {
  const option = chain.has(name) ? coinOption(name) : undefined
  return option?.optionType === type ? [{ expiry: option.expiry, options: [option] }] : []
}

/** Strikes are in order, so those that hold the floor price are one end of a strip. */
function holdingOf(strips: readonly VenueStrip[], { floorPrice, side }: CandidateQuery): Listed[] {
  const holding: Listed[] = []
  for (const { chain, options } of strips) {
    let [from, to] = [0, options.length]
    if (floorPrice !== undefined && side === 'long') from = firstWhere(options, (strike) => strikeHolds(strike, floorPrice, side))
    if (floorPrice !== undefined && side === 'short') to = firstWhere(options, (strike) => !strikeHolds(strike, floorPrice, side))
    for (let i = from; i < to; i++) {
      const option = options[i] as Option
      const quote = chain.get(option.id)
      assert(quote !== undefined, 'what a chain lists it has a quote of')
      holding.push({ option, quote })
    }
  }
  return holding
}

/** Of ascending strikes the place of the first that is so; all after it are so as well. */
function firstWhere(options: readonly Option[], isSo: (strike: BtcUsdc) => boolean): number {
  let [low, high] = [0, options.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isSo((options[middle] as Option).strike)) high = middle
    else low = middle + 1
  }
  return low
}

export function isInWindow(
  expiry: EpochMs,
  { at, tenorDays, expirySlackMs, tenorMultipleMax }: Omit<CandidateQuery, 'side' | 'index' | 'floorPrice' | 'only'>,
): boolean {
  const tenor = tenorDays * DAY_MS
  return expiry >= at + tenor - expirySlackMs && expiry <= at + tenor * tenorMultipleMax
}

/** The tenor closest to the one asked for that a listed expiry would serve. */
function noExpiry(alive: readonly Strip[], query: CandidateQuery): Refusal {
  const { at, tenorDays, expirySlackMs, tenorMultipleMax } = query
  const tenors = alive.flatMap(({ expiry }) => {
    const shortest = Math.max(1, Math.ceil((expiry - at) / (DAY_MS * tenorMultipleMax)))
    const longest = Math.floor((expiry - at + expirySlackMs) / DAY_MS)
    return longest < shortest ? [] : [Math.min(Math.max(tenorDays, shortest), longest)]
  })
  const nearest = tenors.toSorted((a, b) => Math.abs(a - tenorDays) - Math.abs(b - tenorDays) || a - b)[0]
  const refusal = { code: 'no_expiry', field: 'tenorDays', seen: tenorDays, limit: nearest ?? 'a listed expiry within the window' }
  return nearest === undefined ? refusal : { ...refusal, flip: { field: 'tenorDays', to: nearest } }
}

/** The strike nearest to the floor price, on the wrong side, and the drawdown floor it would serve. */
function noStrike(inWindow: readonly Strip[], { index, side }: CandidateQuery, floorPrice: BtcUsdc): Refusal {
  const strikes = inWindow.flatMap(({ options }) => options.map(({ strike }) => strike)).toSorted((a, b) => a.compare(b))
  const nearest = side === 'long' ? strikes.at(-1) : strikes[0]
  const away = nearest === undefined ? ONE : side === 'long' ? index.units - nearest.units : nearest.units - index.units
  const floor = roundUnits(divideUnits(away, index.units, 'ceil'), FLOOR_GRAIN, 'ceil')
  const refusal = { code: 'no_strike', field: 'drawdownFloorPct', seen: nearest?.toString() ?? 'none', limit: floorPrice.toString() }
  return floor > 0n && floor < ONE ? { ...refusal, flip: { field: 'drawdownFloorPct', to: formatUnits(floor) } } : refusal
}
