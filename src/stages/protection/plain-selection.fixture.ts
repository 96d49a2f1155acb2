/**
 * The selection once more, the slow and obvious way: every quote is looked at, every candidate goes through every exact gate, all that pass
 * are scored and sorted, all misses are sorted. What selection.ts answers has to be this, to the last digit. Lines of selection.ts and
 * candidates.ts are written again on purpose: shared, a mistake in them would be made by both. Shared are the gates, the score and the rules
 * of window and strike, which gates.test.ts and the search in floats of selection.prop.test.ts hold on their own.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import { divideUnits, formatUnits, ONE, roundUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { DAY_MS } from '#units/time.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { OptionQuote } from '#topics/market.ts'
import { isInWindow } from './candidates.ts'
import type { CandidateQuery, Candidates, Listed } from './candidates.ts'
import { optionTypeFor, strikeHolds } from './floor.ts'
import { gate } from './gates.ts'
import type { Miss } from './gates.ts'
import { compareScored, scoreOf } from './score.ts'
import type { Scored } from './score.ts'
import type { Selection, SelectionInputs } from './selection.ts'

const FLOOR_GRAIN = ONE / 1_000_000n

export function plainSelectCover(inputs: SelectionInputs): Selection {
  const { at, terms, index, config } = inputs
  const found = plainCandidates(
    inputs.chains.flatMap((chain) => [...chain.values()]),
    {
      at,
      side: terms.side,
      tenorDays: terms.tenorDays,
      expirySlackMs: config.expirySlackMs,
      tenorMultipleMax: config.tenorMultipleMax,
      index,
      floorPrice: inputs.floorPrice,
      only: inputs.only,
    },
  )
  if (!found.ok) return { ok: false, refusal: found.refusal, rank: 0, considered: found.listed }
  const gated = found.value.map((listed) => gate(listed, inputs))
  const scored = gated.flatMap((result) => (result.ok ? [scoreOf(result.priced, terms, index, at, config.weights)] : []))
  const ranked = scored.toSorted(compareScored)
  const [winner, runnerUp] = ranked
  if (winner !== undefined) return { ok: true, winner, runnerUp, byVenue: bestByVenue(ranked), considered: gated.length }
  const nearest = gated.flatMap((result) => (result.ok ? [] : [result.miss])).toSorted(compareMisses)[0]
  if (nearest === undefined)
    return { ok: false, refusal: { code: 'no_listed_option', field: 'asset', seen: 0, limit: 1 }, rank: 0, considered: 0 }
  return { ok: false, refusal: nearest.refusal, rank: nearest.rank, considered: gated.length }
}

/**
 * Within the fixed price where that can be done; only where it cannot, and the client may pay more, a price that is passed on (C-32). The
 * first look's refusal stands where passing on was not asked for.
 */
export function plainSelectAffordable(inputs: SelectionInputs): Selection {
  const within = plainSelectCover(inputs)
  const { charging, terms } = inputs
  if (within.ok || charging === undefined || !OVER_PRICE.has(within.refusal.code)) return within
  const { enable_premium_pass_through: enabled, require_user_opt_in_for_pass_through: asks } = charging.controls
  if (terms.passThrough !== true && !(enabled && !asks)) return within
  return plainSelectCover({ ...inputs, charging: { ...charging, mayPass: true } })
}
const OVER_PRICE: ReadonlySet<string> = new Set(['premium_above_limit', 'premium_floor'])

function bestByVenue(ranked: readonly Scored[]): readonly Scored[] {
  const seen = new Set<string>()
  return ranked.filter(({ priced }) => {
    const isFirst = !seen.has(priced.listed.quote.venue)
    seen.add(priced.listed.quote.venue)
    return isFirst
  })
}

function compareMisses(a: Miss, b: Miss): number {
  if (a.rank !== b.rank) return b.rank - a.rank
  if (a.distance !== b.distance) return a.distance - b.distance
  return a.listed.option.id < b.listed.option.id ? -1 : 1
}

function plainCandidates(quotes: readonly OptionQuote[], query: CandidateQuery): Candidates {
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
