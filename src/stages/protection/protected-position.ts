/**
 * What there is to protect (P-11): a cover larger than the position behind it would be a speculation. The position is the one in the books
 * (the perpetual of the client book) or the one the client states (`POST /portfolio/ingest`), the larger of the two, because a statement
 * may repeat what the books hold. Nothing is covered twice: what stands or is being bought counts. Sizes in coin; covers are sold in lots
 * of 0.1, so what can be covered is rounded down to them.
 */
import { z } from 'zod'
import type { Refusal } from '#base/result.ts'
import { ONE, roundUnits } from '#units/exact.ts'
import { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { EventOf } from '#engine/component.ts'
import type { Coverage, ProtectionTerms, PutQuote } from '#topics/protection.ts'
import { zBtc, zBtcUsdc } from '#topics/schema.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'

const statedPosition = z.object({ id: z.string(), side: z.enum(['long', 'short']), size: zBtc, entryPrice: zBtcUsdc.optional() })
const statement = z.object({ status: z.literal('ok'), positions: z.array(statedPosition) })
type Wanted = Pick<ProtectionTerms, 'account' | 'side' | 'positionId'>

/** What a quote and a purchase are both held against. */
type Protected = Pick<CoverageState, 'held' | 'stated' | 'coverages'>

const LOT = ONE / 10n

export function keepHeld(
  state: Pick<CoverageState, 'held'>,
  { book, instrument, account, quantity }: EventOf<'position_states'>['body'],
): void {
  if (book === 'client' && instrument === LINEAR_PERPETUAL) state.held.set(account, quantity as Quantity<'BTC'>)
}

/** The ledger answers for what a client states; what it accepted counts. Was it that? */
export function keepStated(
  state: Pick<CoverageState, 'ingests' | 'stated'>,
  { commandId, final, answer }: EventOf<'command_results'>['body'],
): boolean {
  const account = final ? state.ingests.get(commandId) : undefined
  if (account === undefined) return false
  state.ingests.delete(commandId)
  const stated = statement.safeParse(answer)
  if (stated.success) state.stated.set(account, stated.data.positions)
  return stated.success
}

export function protectedSize(state: Pick<CoverageState, 'held' | 'stated'>, { account, side, positionId }: Wanted): Quantity<'BTC'> {
  const held = heldOn(state, account, side)
  const onSide = (state.stated.get(account) ?? []).filter((position) => position.side === side)
  const named = onSide.filter(({ id }) => id === positionId)
  const stated = (named.length > 0 ? named : onSide).reduce((sum, { size }) => sum + size.units, 0n)
  return new Quantity<'BTC'>(held > stated ? held : stated)
}

/** What the client calls the positions of a side, where the quote names none; for the cover's record. */
export function statedNames(
  { stated }: Pick<CoverageState, 'stated'>,
  { account, side, positionId }: Wanted,
): Pick<Coverage, 'positionIds'> {
  const ids = (stated.get(account) ?? []).filter((position) => position.side === side).map(({ id }) => id)
  return positionId !== undefined || ids.length === 0 ? {} : { positionIds: ids }
}

/** In the books, on one side. */
export function heldOn(state: Pick<CoverageState, 'held'>, account: AccountId, side: PositionSide): bigint {
  const units = state.held.get(account)?.units ?? 0n
  if (side === 'long') return units > 0n ? units : 0n
  return units < 0n ? -units : 0n
}

/** The part of a cover's size that has a position behind it, in lots. */
export function coverableSize(state: CoverageState, terms: ProtectionTerms, { requirePosition }: CoverageConfig): Quantity<'BTC'> {
  const held = roundUnits(protectedSize(state, terms).units, LOT, 'floor')
  return !requirePosition || held >= terms.size.units ? terms.size : new Quantity<'BTC'>(held)
}

/** What a quote and its purchase are held against; a renewal only against the position itself: it replaces a cover, and statements may have changed since. */
export function checkPosition(
  state: Protected,
  { terms, renews }: Pick<PutQuote, 'terms' | 'renews'>,
  { requirePosition }: Pick<CoverageConfig, 'requirePosition'>,
): Refusal | undefined {
  if (!requirePosition) return undefined
  const isFirst = renews === undefined
  return (isFirst ? checkKnown(state, terms) : undefined) ?? checkSize(state, terms) ?? (isFirst ? checkUncovered(state, terms) : undefined)
}

/** The id must name a position the account states or holds, on the side that is to be covered. */
function checkKnown(state: Protected, { account, side, positionId }: Wanted): Refusal | undefined {
  if (positionId === undefined) return undefined
  const known = [...(state.stated.get(account) ?? []), ...inBooks(state, account)]
  const named = known.filter(({ id }) => id === positionId)
  if (named.some((position) => position.side === side)) return undefined
  const [other] = named
  if (other !== undefined)
    return { code: 'no_position', field: 'side', seen: side, limit: other.side, flip: { field: 'side', to: other.side } }
  const limit = known.map(({ id }) => id).join(', ')
  return { code: 'unknown_position', field: 'positionId', seen: positionId, limit: limit === '' ? 'a position of this account' : limit }
}

/** The ledger's position goes by its instrument, as `/portfolio/positions` shows it. */
function inBooks(state: Protected, account: AccountId): readonly { readonly id: string; readonly side: PositionSide }[] {
  const held = state.held.get(account)
  return held === undefined || held.isZero() ? [] : [{ id: LINEAR_PERPETUAL, side: held.isNegative() ? 'short' : 'long' }]
}

/** Twice covered is once speculated: what stands on this side already leaves the rest to be covered. */
function checkUncovered(state: Protected, terms: ProtectionTerms): Refusal | undefined {
  const { account, side, positionId, size } = terms
  const covers = coversOn(state.coverages, terms)
  const left = (wanted: Wanted, of: readonly Coverage[]): bigint =>
    of.reduce((rest, cover) => rest - coveredBy(cover), protectedSize(state, wanted).units)
  const onSide = left({ account, side }, covers)
  const onPosition =
    positionId === undefined
      ? onSide
      : left(
          terms,
          covers.filter((cover) => cover.terms.positionId === positionId),
        )
  const least = onSide < onPosition ? onSide : onPosition
  if (least >= size.units) return undefined
  const uncovered = new Quantity<'BTC'>(least > 0n ? least : 0n)
  const refusal = { code: 'already_covered', field: 'positionSize', seen: size.toString(), limit: uncovered.toString() }
  const lots = new Quantity<'BTC'>(roundUnits(uncovered.units, LOT, 'floor'))
  return lots.isZero() ? refusal : { ...refusal, flip: { field: 'positionSize', to: lots.toString() } }
}

/** Active, or being bought. A renewal counts once its predecessor is gone; a cover that is settling protects no more. */
export function coversOn(coverages: ReadonlyMap<CoverageId, Coverage>, { account, side }: Wanted): readonly Coverage[] {
  const isLive = ({ state }: Coverage): boolean => state === 'active' || state === 'pending'
  return [...coverages.values()].filter((cover) => {
    const { account: owner, terms, previousCoverageId } = cover
    if (owner !== account || terms.side !== side || !isLive(cover)) return false
    const previous = previousCoverageId === undefined ? undefined : coverages.get(previousCoverageId)
    return previous === undefined || !isLive(previous)
  })
}

export function coveredBy({ state, size, filled }: Coverage): bigint {
  return state === 'pending' || filled.units > size.units ? size.units : filled.units
}

function checkSize(state: Protected, terms: ProtectionTerms): Refusal | undefined {
  const held = protectedSize(state, terms)
  if (held.units >= terms.size.units) return undefined
  const { side, size } = terms
  if (held.isZero()) {
    const other: PositionSide = side === 'long' ? 'short' : 'long'
    const refusal = { code: 'no_position', field: 'side', seen: side, limit: `a ${side} position` }
    return protectedSize(state, { account: terms.account, side: other }).isZero()
      ? refusal
      : { ...refusal, flip: { field: 'side', to: other } }
  }
  const refusal = { code: 'size_above_position', field: 'positionSize', seen: size.toString(), limit: held.toString() }
  const lots = new Quantity<'BTC'>(roundUnits(held.units, LOT, 'floor'))
  return lots.isZero() ? refusal : { ...refusal, flip: { field: 'positionSize', to: lots.toString() } }
}
