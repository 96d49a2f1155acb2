/**
 * What there is to protect (P-11): a cover larger than the position behind it would be a speculation. The position is the one in the books
 * (the perpetual of the client book) or the one the client states (`POST /portfolio/ingest`), the larger of the two, because a statement
 * may repeat what the books hold. Sizes in coin; covers are sold in lots of 0.1, so what can be covered is rounded down to them.
 */
import { z } from 'zod'
import type { Refusal } from '#base/result.ts'
import { ONE, roundUnits } from '#units/exact.ts'
import { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import type { EventOf } from '#engine/component.ts'
import type { ProtectionTerms } from '#topics/protection.ts'
import { zBtc } from '#topics/schema.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'

const statedPosition = z.object({ id: z.string(), side: z.enum(['long', 'short']), size: zBtc })
const statement = z.object({ status: z.literal('ok'), positions: z.array(statedPosition) })
type Wanted = Pick<ProtectionTerms, 'account' | 'side' | 'positionId'>

const LOT = ONE / 10n

export function keepHeld(state: CoverageState, { book, instrument, account, quantity }: EventOf<'position_states'>['body']): void {
  if (book === 'client' && instrument === LINEAR_PERPETUAL) state.held.set(account, quantity as Quantity<'BTC'>)
}

/** The ledger answers for what a client states; what it accepted counts. */
export function keepStated(state: CoverageState, { commandId, final, answer }: EventOf<'command_results'>['body']): void {
  const account = final ? state.ingests.get(commandId) : undefined
  if (account === undefined) return
  state.ingests.delete(commandId)
  const stated = statement.safeParse(answer)
  if (stated.success) state.stated.set(account, stated.data.positions)
}

export function protectedSize(state: CoverageState, { account, side, positionId }: Wanted): Quantity<'BTC'> {
  const held = heldOn(state, account, side)
  const onSide = (state.stated.get(account) ?? []).filter((position) => position.side === side)
  const named = onSide.filter(({ id }) => id === positionId)
  const stated = (named.length > 0 ? named : onSide).reduce((sum, { size }) => sum + size.units, 0n)
  return new Quantity<'BTC'>(held > stated ? held : stated)
}

function heldOn(state: CoverageState, account: AccountId, side: PositionSide): bigint {
  const units = state.held.get(account)?.units ?? 0n
  if (side === 'long') return units > 0n ? units : 0n
  return units < 0n ? -units : 0n
}

/** The part of a cover's size that has a position behind it, in lots. */
export function coverableSize(state: CoverageState, terms: ProtectionTerms, { requirePosition }: CoverageConfig): Quantity<'BTC'> {
  const held = roundUnits(protectedSize(state, terms).units, LOT, 'floor')
  return !requirePosition || held >= terms.size.units ? terms.size : new Quantity<'BTC'>(held)
}

export function checkPosition(state: CoverageState, terms: ProtectionTerms, { requirePosition }: CoverageConfig): Refusal | undefined {
  const held = protectedSize(state, terms)
  if (!requirePosition || held.units >= terms.size.units) return undefined
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
