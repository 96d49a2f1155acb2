/**
 * What of a client's position no cover stands for once a quote is bought (P-11, P-12): what that part loses is beside the floor. The position is the one
 * in the books or the one the client states, the larger of the two, whole side by account, as a purchase judges it too (protected-position.ts).
 *   uncovered = position - covers beside this one - size of the cover
 * Covers beside: active or being bought; not the one a renewal follows. Sizes in coin, exact; nothing is covered below 0. A position of the
 * other side is none that this option could cover.
 */
import type { AccountId, CommandId, CoverageId } from '#domain/order.ts'
import { Quantity } from '#units/quantity.ts'
import type { Coverage, QuoteRequest } from '#topics/protection.ts'
import type { StatedSize } from './coverage-state.ts'
import { coveredBy, coversOn, protectedSize } from './protected-position.ts'

export interface Positions {
  /** Signed size of the client position in the books, what clients state themselves, and statements whose answer is still to come. */
  readonly held: Map<AccountId, Quantity<'BTC'>>
  readonly stated: Map<AccountId, readonly StatedSize[]>
  readonly ingests: Map<CommandId, AccountId>
}

export function noPositions(): Positions {
  return { held: new Map(), stated: new Map(), ingests: new Map() }
}

export function uncoveredBy(
  positions: Positions,
  covers: ReadonlyMap<CoverageId, Coverage>,
  { terms: { account, side, size }, renews }: Pick<QuoteRequest, 'terms' | 'renews'>,
): Quantity<'BTC'> {
  const beside = coversOn(covers, { account, side }).filter(({ coverageId }) => coverageId !== renews)
  const position = protectedSize(positions, { account, side }).units
  const left = beside.reduce((open, cover) => open - coveredBy(cover), position - size.units)
  return new Quantity<'BTC'>(left > 0n ? left : 0n)
}
