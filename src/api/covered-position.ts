/**
 * How much of an account's position its covers hold an option for, all covers together (P-11, P-12). The position is the one in the books or the one its
 * holder states, of each side the larger (docs/decisions/0010-renewal-guarantee.md): what a statement leaves out of the books is a part of its own.
 * Whose option covers what is `covered-sizes.ts`. Sizes in coin, exact:
 *   ratio = sum of covered sizes / sum of sizes; none where there is nothing to cover
 */
import { divideUnits, formatUnits } from '#units/exact.ts'
import { parseQuantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { CoverageView, PortfolioView, VenuePosition } from '#runtime/view-models.ts'
import type { Overview } from './contract-page.ts'
import { coveredSizes } from './covered-sizes.ts'

interface Part {
  readonly id: string
  readonly side: PositionSide
  readonly size: string
  readonly source: 'books' | 'stated'
}

export function coveredPosition(
  booked: readonly VenuePosition[],
  stated: PortfolioView,
  covers: readonly Pick<CoverageView, 'coverage'>[],
): Overview['covered'] {
  const parts = (['long', 'short'] as const).flatMap((side) => partsOf(side, booked, stated))
  const sizes = coveredSizes(
    parts,
    covers.map(({ coverage }) => coverage),
  )
  const all = parts.map((part, place) => ({ ...part, units: unitsOf(part.size), covered: sizes[place]?.units ?? 0n }))
  const size = all.reduce((sum, { units }) => sum + units, 0n)
  const covered = all.reduce((sum, one) => sum + one.covered, 0n)
  return {
    size: formatUnits(size),
    coveredSize: formatUnits(covered),
    ratio: size === 0n ? null : formatUnits(divideUnits(covered, size)),
    open: all
      .filter((one) => one.covered < one.units)
      .map((one) => ({ positionId: one.id, side: one.side, size: one.size, coveredSize: formatUnits(one.covered), source: one.source })),
  }
}

function partsOf(side: PositionSide, booked: readonly VenuePosition[], { positions, source }: PortfolioView): readonly Part[] {
  const told = source === 'ledger' ? [] : positions.filter((one) => one.side === side && one.asset === 'BTC')
  const held = booked
    .filter(({ state: { instrument, quantity } }) => instrument === LINEAR_PERPETUAL && quantity.isNegative() === (side === 'short'))
    .reduce((sum, { state: { quantity } }) => sum + quantity.abs().units, 0n)
  const rest = told.reduce((left, { size }) => left - unitsOf(size), held)
  const own: readonly Part[] = rest > 0n ? [{ id: LINEAR_PERPETUAL, side, size: formatUnits(rest), source: 'books' }] : []
  return [...told.map(({ id, size }): Part => ({ id, side, size, source: 'stated' })), ...own]
}

function unitsOf(size: string): bigint {
  return parseQuantity<'BTC'>(size)?.units ?? 0n
}
