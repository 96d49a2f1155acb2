/**
 * The listed options a request may choose from: the type its side needs, settled in coin, expiry and strike looked at together (P-02).
 * Expiry at or after `at` + tenor (less the configured slack) and within `tenorMultipleMax` tenors; strike on the side of the floor price
 * that keeps the promise, never the nearest on the wrong side. An expiry or strike nobody lists is a refusal that names the nearest.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import { divideUnits, formatUnits, ONE, roundUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { InstrumentId, Option, PositionSide } from '#domain/instrument.ts'
import type { OptionQuote } from '#topics/market.ts'
import { optionTypeFor, strikeHolds } from './floor.ts'

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

export function findCandidates(quotes: Iterable<OptionQuote>, query: CandidateQuery): Candidates {
  const alive = listAlive(quotes, query)
  const listed = alive.length
  if (listed === 0) return { ...refuse('no_listed_option', 'asset', 0, 'a listed option of the needed type'), listed }
  const inWindow = query.only === undefined ? alive.filter(({ option }) => isInWindow(option.expiry, query)) : alive
  if (inWindow.length === 0) return { ok: false, refusal: noExpiry(alive, query), listed }
  const { floorPrice, side } = query
  const holding = floorPrice === undefined ? inWindow : inWindow.filter(({ option }) => strikeHolds(option.strike, floorPrice, side))
  if (holding.length === 0 && floorPrice !== undefined) return { ok: false, refusal: noStrike(inWindow, query, floorPrice), listed }
  return { ok: true, value: holding, listed }
}

function listAlive(quotes: Iterable<OptionQuote>, { at, side, only }: CandidateQuery): Listed[] {
  const type = optionTypeFor(side)
  const alive: Listed[] = []
  for (const quote of quotes) {
    if (only !== undefined && quote.instrument !== only) continue
    const found = instrumentOf(quote.instrument)
    if (!found.ok || found.value.kind !== 'option') continue
    const option = found.value
    if (option.settlement === 'BTC' && option.optionType === type && option.expiry > at) alive.push({ option, quote })
  }
  return alive
}

export function isInWindow(
  expiry: EpochMs,
  { at, tenorDays, expirySlackMs, tenorMultipleMax }: Omit<CandidateQuery, 'side' | 'index' | 'floorPrice' | 'only'>,
): boolean {
  const tenor = tenorDays * DAY_MS
  return expiry >= at + tenor - expirySlackMs && expiry <= at + tenor * tenorMultipleMax
}

/** The tenor closest to the one asked for that a listed expiry would serve. */
function noExpiry(alive: readonly Listed[], query: CandidateQuery): Refusal {
  const { at, tenorDays, expirySlackMs, tenorMultipleMax } = query
  const tenors = alive.flatMap(({ option: { expiry } }) => {
    const shortest = Math.max(1, Math.ceil((expiry - at) / (DAY_MS * tenorMultipleMax)))
    const longest = Math.floor((expiry - at + expirySlackMs) / DAY_MS)
    return longest < shortest ? [] : [Math.min(Math.max(tenorDays, shortest), longest)]
  })
  const nearest = tenors.toSorted((a, b) => Math.abs(a - tenorDays) - Math.abs(b - tenorDays) || a - b)[0]
  const refusal = { code: 'no_expiry', field: 'tenorDays', seen: tenorDays, limit: nearest ?? 'a listed expiry within the window' }
  return nearest === undefined ? refusal : { ...refusal, flip: { field: 'tenorDays', to: nearest } }
}

/** The strike nearest to the floor price, on the wrong side, and the drawdown floor it would serve. */
function noStrike(inWindow: readonly Listed[], { index, side }: CandidateQuery, floorPrice: BtcUsdc): Refusal {
  const strikes = inWindow.map(({ option }) => option.strike).toSorted((a, b) => a.compare(b))
  const nearest = side === 'long' ? strikes.at(-1) : strikes[0]
  const away = nearest === undefined ? ONE : side === 'long' ? index.units - nearest.units : nearest.units - index.units
  const floor = roundUnits(divideUnits(away, index.units, 'ceil'), FLOOR_GRAIN, 'ceil')
  const refusal = { code: 'no_strike', field: 'drawdownFloorPct', seen: nearest?.toString() ?? 'none', limit: floorPrice.toString() }
  return floor > 0n && floor < ONE ? { ...refusal, flip: { field: 'drawdownFloorPct', to: formatUnits(floor) } } : refusal
}
