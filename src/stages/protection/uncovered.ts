/**
 * What of a client's position no cover stands for once a quote is bought (P-11, P-12): what that part loses is beside the floor. The position is the one
 * in the books or the one the client states, the larger of the two, whole side by account, as a purchase judges it too (protected-position.ts).
 *   uncovered = position - covers beside this one - size of the cover
 * Covers beside: active or being bought; not the one a renewal follows. Sizes in coin, exact; nothing is covered below 0. A position of the
 * other side is none that this option could cover.
 */
import type { AccountId, CommandId, CoverageId } from '#domain/order.ts'
import { statedBeyond } from '#domain/stated-positions.ts'
import { multiplyUnits } from '#units/exact.ts'
import { Money, zero } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { Coverage, QuoteRequest } from '#topics/protection.ts'
import type { StatedSize } from './coverage-state.ts'
import { direction } from './floor.ts'
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

/** What positions beyond the books have lost at the index; absent before the first one. */
export function statedResultOf(
  { held, stated }: Positions,
  account: AccountId,
  index: BtcUsdc | undefined,
): { readonly statedResult?: Money<'USDC'> } {
  const positions = stated.get(account)
  if (positions === undefined || index === undefined) return {}
  return { statedResult: statedBeyond(positions, held.get(account)?.units ?? 0n, index).result }
}

/** Of the other covers of this side: the loss to their strikes from the index, and leaving at the worst; absent before the first one. */
export function besideOf(
  covers: ReadonlyMap<CoverageId, Coverage>,
  { terms: { account, side }, renews }: Pick<QuoteRequest, 'terms' | 'renews'>,
  index: BtcUsdc | undefined,
): { readonly beside?: Money<'USDC'> } {
  if (index === undefined) return {}
  let lost = zero<'USDC'>()
  for (const { coverageId, size, strike, exitCostMax } of coversOn(covers, { account, side })) {
    if (coverageId === renews) continue
    const toStrike = multiplyUnits(index.units - strike.units, size.units, 'ceil') * direction(side)
    lost = lost.plus(new Money<'USDC'>(toStrike)).plus(exitCostMax ?? zero())
  }
  return { beside: lost }
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
