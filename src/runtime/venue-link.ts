/**
 * The engine's side of the line to the simulated venue: effects out, at once. A statement is preceded by everything of the account since
 * the last statement that agreed with the books, so that it can be compared when it arrives. Not since the last entry booked: one before
 * it may have been lost (F-V03), and would never be told again.
 */
import type { AccountId } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Engine } from '#engine/engine.ts'
import { isBooked } from '#stages/ledger/book-fact.ts'
import { books } from '#stages/ledger/books.ts'
import { reconciliation } from '#stages/ledger/reconciliation.ts'
import type { VenueOrder, VenueOutput } from '#sim/venue/state.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import type { EpochMs } from '#units/time.ts'

export interface VenueInbox {
  take(input: VenueInput): void
}

export interface VenueLink {
  readonly venue: VenueInbox
  readonly engine: Engine
  /** Accounts at this venue: a statement asked for without an account is asked for each. */
  readonly accounts: readonly string[]
}

export function toVenue({ venue, engine, accounts }: VenueLink, at: EpochMs, effect: AnyEvent<'order_sends' | 'venue_queries'>): void {
  if (effect.topic === 'order_sends') {
    const { action, order, orderId } = effect.body
    if (action === 'place' && order !== undefined) venue.take({ type: 'place', at, order: order as VenueOrder })
    else if (action === 'cancel') venue.take({ type: 'cancel', at, account: (order?.account ?? effect.key) as AccountId, orderId })
    return
  }
  const { kind, queryId, orderId, account } = effect.body
  if (kind === 'order') {
    if (orderId !== undefined) venue.take({ type: 'query_order', at, account: (account ?? effect.key) as AccountId, orderId })
    return
  }
  for (const asked of account === undefined ? accounts : [account]) {
    const id = asked as AccountId
    if (engine.stateOf(books).accounts.get(id)?.openedAt !== undefined) {
      const afterId = engine.stateOf(reconciliation).get(id)?.matchedThrough
      venue.take({ type: 'query_trades_since', at, account: id, ...(afterId === undefined ? {} : { afterId }) })
    }
    venue.take({ type: 'query_statement', at, account: id, queryId })
  }
}

/**
 * Whether the engine has to hear it. The answer to what happened since the last agreed statement begins before what may have been lost, so
 * it repeats what is booked: such a fill would be journaled and handled only to be found known.
 */
export function isNews(engine: Engine, output: VenueOutput): boolean {
  return output.topic !== 'venue_fills' || !isBooked(engine.stateOf(books), output.body)
}
