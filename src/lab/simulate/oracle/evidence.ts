/**
 * What the engine says has happened must have happened: an order ends with all that the venue filled and no longer stands there (I3), a
 * cover becomes active with its options bought (I19).
 */
import { TERMINAL_STATES } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
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

/** Every option of it, at its own size; and together they are what the cover is for. */
export function checkCover(cover: Coverage, venue: VenueState, verdict: Verdict): void {
  const { account, coverageId } = cover
  let whole = 0n
  for (const { instrument, size } of optionsOf(cover)) {
    whole += size
    const held = venue.accounts.get(account)?.positions.get(instrument as InstrumentId)?.quantity ?? 0n
    verdict.check(
      held >= size,
      'I19',
      () => `cover ${coverageId} for ${size}e-18 ${instrument} becomes active, the venue holds ${held}e-18`,
    )
  }
  verdict.check(
    whole === cover.size.units,
    'I19',
    () => `the options of ${coverageId} are for ${whole}e-18, it for ${cover.size.toString()}`,
  )
}

/** As the record lists them: the judge reads the record, not the platform's reading of it. */
export function optionsOf({ legs, instrument, size, filled }: Coverage): readonly CoveredOption[] {
  if (legs === undefined) return [{ instrument, size: size.units, filled: filled.units }]
  return legs.map((leg) => ({ instrument: leg.instrument, size: leg.size.units, filled: leg.filled.units }))
}

export interface CoveredOption {
  readonly instrument: string
  readonly size: bigint
  readonly filled: bigint
}
