/**
 * The prices that matter for the account, on one scale from high to low with the index among them: how far is each, as a share of the
 * index and in the time in which one standard deviation gets there, both from the index on the screen, so that a row never speaks of two. Prices of the books come live with the overview; what only the
 * valuation knows (where the covered account ends) comes with the thresholds and is marked as a model's. Edges: what is not known is left
 * out; equal prices keep the order below.
 */
import type { Overview } from '#api/contract-page.ts'
import type { ThresholdsAnswer } from '#api/contract-scenario.ts'
import { relative, unitsOf, written } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { coverInForce } from './safety.ts'
import { PRICE_NAMES, sigmaHours, sigmaTime, type PriceThreshold } from './thresholds.ts'

/** Under a cover these stand on the ladder whether there is such a price or not: that there is none is worth knowing. */
const ALWAYS: ReadonlySet<string> = new Set(['equity_at_floor', 'liquidation'])

export interface Rung {
  readonly id: 'index' | 'entry' | PriceThreshold['id']
  readonly label: string
  /** Null: at no price within reach. */
  readonly price: string | null
  /** Share of the index, signed; absent on the index itself. */
  readonly away: string | undefined
  /** Time to one standard deviation; empty where no volatility is known. */
  readonly inTime: string
  readonly isModel: boolean
}

type Known = readonly [id: Rung['id'], label: string, price: string | null | undefined]
const BY_VALUATION: readonly PriceThreshold['id'][] = ['equity_at_floor', 'drawdown_limit', 'programme_limit', 'liquidation']

export function ladderOf(overview: Overview, thresholds?: ThresholdsAnswer): readonly Rung[] {
  const { price, position, floor } = overview
  if (price === null) return []
  const cover = coverInForce(overview)
  const ivAnnual = thresholds?.volatility?.ivAnnual
  const found = new Map(thresholds?.prices.map((one) => [one.id, one]))
  const byValuation: readonly Known[] = BY_VALUATION.map((id) => [id, PRICE_NAMES[id], found.get(id)?.price])
  const known: readonly Known[] = [
    ['index', price.fresh ? 'Index now' : `Index, ${age(price.ageMs)} old`, price.index],
    ['entry', 'Entry', position?.entryPrice],
    ['strike', cover === undefined ? '' : `Strike of the ${cover.optionType}`, cover?.strike],
    ['floor_price', 'Floor price', floor?.floorPrice],
    ['liquidation_without_cover', 'Liquidation without cover', position?.liquidationPriceWithoutCover],
    ...byValuation,
  ]
  const stays = (id: Rung['id']): boolean => cover !== undefined && position !== null && ALWAYS.has(id)
  return known
    .flatMap(([id, label, at]) =>
      at === null || at === undefined ? (stays(id) ? [rungOf(id, label, null)] : []) : [rungOf(id, label, at)],
    )
    .toSorted(byPrice)

  function rungOf(id: Rung['id'], label: string, at: string | null): Rung {
    const threshold = id === 'index' || id === 'entry' ? undefined : found.get(id)
    return {
      id,
      label,
      price: at,
      away: id === 'index' || price === null ? undefined : at === null ? '' : away(price.index, at),
      inTime: price === null || at === null || id === 'index' || id === 'entry' ? '' : sigmaTime(sigmaHours(price.index, at, ivAnnual)),
      isModel: threshold?.basis === 'model',
    }
  }
}

function byPrice(a: Rung, b: Rung): number {
  const [left, right] = [unitsOf(a.price) ?? -1n, unitsOf(b.price) ?? -1n]
  return left < right ? 1 : left > right ? -1 : 0
}

function away(index: string, at: string): string | undefined {
  const share = relative(index, at)
  return share === undefined ? undefined : `${written(share * 100n, { places: 2, signed: true })}\u00a0%`
}
