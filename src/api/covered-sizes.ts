/**
 * How much of each position the standing covers hold an option for (I19). A size is handed out once: covers that name a position go to it alone, at most
 * for its own size; then the others, and those whose position is stated no more, to what is left open of their side in the order of the positions. A
 * cover that follows another still standing counts once that one is gone (docs/decisions/0010-renewal-guarantee.md). Sizes in coin, exact.
 */
import { parseQuantity, Quantity } from '#units/quantity.ts'
import type { Coverage } from '#topics/protection.ts'
import type { PortfolioPosition } from '#runtime/view-models.ts'

type Positions = readonly Pick<PortfolioPosition, 'id' | 'side' | 'size'>[]
interface Open {
  readonly id: string
  readonly side: Coverage['terms']['side']
  left: bigint
  covered: bigint
}

/** In the order of the positions. */
export function coveredSizes(positions: Positions, covers: readonly Coverage[]): readonly Quantity<'BTC'>[] {
  const open = positions.map(({ id, side, size }): Open => ({ id, side, left: parseQuantity<'BTC'>(size)?.units ?? 0n, covered: 0n }))
  const standing = new Set(covers.filter(({ state }) => state === 'active').map(({ coverageId }) => coverageId))
  const counted = covers.filter(
    ({ coverageId, previousCoverageId }) =>
      standing.has(coverageId) && (previousCoverageId === undefined || !standing.has(previousCoverageId)),
  )
  const isNamed = ({ terms }: Coverage): boolean => open.some(({ id, side }) => id === terms.positionId && side === terms.side)
  for (const cover of counted.filter(isNamed))
    handOut(
      cover,
      open.filter(({ id }) => id === cover.terms.positionId),
    )
  for (const cover of counted) if (!isNamed(cover)) handOut(cover, open)
  return open.map(({ covered }) => new Quantity<'BTC'>(covered))
}

/** What a purchase bought beyond its size protects nobody's position. */
function handOut({ size, filled, terms }: Coverage, open: readonly Open[]): void {
  let rest = filled.units < size.units ? filled.units : size.units
  for (const position of open) {
    if (position.side !== terms.side) continue
    const taken = rest < position.left ? rest : position.left
    rest -= taken
    position.left -= taken
    position.covered += taken
  }
}
