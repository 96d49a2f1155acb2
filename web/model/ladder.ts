/**
 * The prices that matter for the account, on one scale from high to low with the index among them: how far is each, as a share of the
 * index. Exact, and in the order a trader reads a ladder. Edges: what is not known is left out; equal prices keep the order below.
 */
import type { Overview } from '#api/contract-page.ts'
import { relative, unitsOf, written } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { coverInForce } from './safety.ts'

export interface Rung {
  readonly id: 'index' | 'entry' | 'strike' | 'floor' | 'liquidation'
  readonly label: string
  readonly price: string
  /** Share of the index, signed; absent on the index itself. */
  readonly away: string | undefined
}

export function ladderOf({ price, position, floor, coverages }: Overview): readonly Rung[] {
  if (price === null) return []
  const cover = coverInForce(coverages)
  const known: readonly (readonly [Rung['id'], string, string | null | undefined])[] = [
    ['index', price.fresh ? 'Index now' : `Index, ${age(price.ageMs)} old`, price.index],
    ['entry', 'Entry', position?.entryPrice],
    ['strike', cover === undefined ? '' : `Strike of the ${cover.optionType}`, cover?.strike],
    ['floor', 'Floor price', floor?.floorPrice],
    ['liquidation', 'Liquidation without cover', position?.liquidationPriceWithoutCover],
  ]
  return known
    .flatMap(([id, label, at]) =>
      at === null || at === undefined ? [] : [{ id, label, price: at, away: id === 'index' ? undefined : away(price.index, at) }],
    )
    .toSorted((a, b) => compare(unitsOf(b.price) ?? 0n, unitsOf(a.price) ?? 0n))
}

function away(index: string, at: string): string | undefined {
  const share = relative(index, at)
  return share === undefined ? undefined : `${written(share * 100n, { places: 2, signed: true })}\u00a0%`
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
