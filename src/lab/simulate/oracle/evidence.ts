/**
 * What the engine says has happened must have happened: an order ends with all that the venue filled and no longer stands there (I3), a
 * cover becomes active with its options bought (I19).
 */
import { TERMINAL_STATES } from '#domain/order.ts'
import type { VenueState } from '#sim/venue/state.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Verdict } from './verdict.ts'

const STANDING: ReadonlySet<string> = new Set(['accepted', 'triggered'])

export function checkEnd({ orderId, state, filled, reason }: OrderStateChange, venue: VenueState, verdict: Verdict): void {
  const record = TERMINAL_STATES.has(state) ? venue.orders.get(orderId) : undefined
  if (record === undefined) return
  const said = `order ${orderId} is called ${state} (${reason ?? ''}) with ${filled.toString()} filled`
  verdict.check(!STANDING.has(record.status), 'I3', () => `${said}, and stands at the venue`)
  verdict.check(filled.units === record.filled, 'I3', () => `${said}, the venue filled ${record.filled}e-18`)
}

export function checkCover({ account, coverageId, instrument, size }: Coverage, venue: VenueState, verdict: Verdict): void {
  const held = venue.accounts.get(account)?.positions.get(instrument)?.quantity ?? 0n
  verdict.check(
    held >= size.units,
    'I19',
    () => `cover ${coverageId} for ${size.toString()} ${instrument} becomes active, the venue holds ${held}e-18`,
  )
}
