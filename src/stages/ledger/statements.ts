/**
 * Positions as clients state them, for whoever in the ledger needs more than `portfolio.ts` shows: the answer is the decision there and so it is here.
 */
import type { EventOf } from '#engine/component.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { statedBeyond } from '#domain/stated-positions.ts'
import type { StatedBeyond, StatedPart } from '#domain/stated-positions.ts'
import type { BtcUsdc } from '#units/price.ts'
import { storedAnswer } from './portfolio.ts'

export interface Statements {
  readonly stated: Map<AccountId, readonly StatedPart[]>
  /** Statements whose answer is still to come. */
  readonly ingests: Map<CommandId, AccountId>
}

export function noStatements(): Statements {
  return { stated: new Map(), ingests: new Map() }
}

export function noteIngest({ ingests }: Statements, { type, commandId, account }: EventOf<'accepted_commands'>['body']): void {
  if (type === 'ingest_portfolio') ingests.set(commandId, account)
}

/** The account whose positions are others now. */
export function takeStatement(
  { stated, ingests }: Statements,
  { commandId, answer, final }: EventOf<'command_results'>['body'],
): AccountId | undefined {
  const account = final ? ingests.get(commandId) : undefined
  if (account === undefined) return undefined
  ingests.delete(commandId)
  const told = storedAnswer.safeParse(answer)
  if (!told.success) return undefined
  const parts = told.data.positions.map(({ side, size, entryPrice }) => ({ side, size, entryPrice }))
  stated.set(account, parts)
  return account
}

/** `held`: signed size in the client's books. */
export function beyondBooks({ stated }: Statements, account: AccountId, held: bigint, index: BtcUsdc): StatedBeyond {
  return statedBeyond(stated.get(account) ?? [], held, index)
}
