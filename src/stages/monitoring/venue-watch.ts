/**
 * Alarm `venues_disagree` (F-V20): a pricing venue sees the index, or an option that was to be quoted, further from the executing venue than
 * allowed. Raised once per venue and subject, cleared by the next comparison that agrees; which stand is known from the `alerts` consumed,
 * so a recovery folds them. Reads comparisons only: nothing runs here without a pricing venue.
 */
import { z } from 'zod'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'

const NAME = 'venues_disagree'
const OPTIONS = 'options'
type In = 'venue_gaps' | 'put_quotes' | 'alerts'
type Out = Emission<'alerts'>

export interface VenueWatchState {
  /** What disagrees: `<venue> index`, `options`. */
  readonly raised: Set<string>
}

export const venueWatch = component({
  name: 'monitoring/venue-watch',
  version: 1,
  consumes: ['venue_gaps', 'put_quotes', 'alerts'],
  produces: ['alerts'],
  config: z.strictObject({}).prefault({}),
  initial: (): VenueWatchState => ({ raised: new Set() }),
  step: (state: VenueWatchState, event: AnyEvent<In>): Step<VenueWatchState, 'alerts'> => ({ state, emit: handle(state, event) }),
})

function handle(state: VenueWatchState, event: AnyEvent<In>): readonly Out[] {
  switch (event.topic) {
    case 'venue_gaps': {
      const { venue, gap, gapMax } = event.body
      return told(state, event.seq, { subject: `${venue} index`, gap, gapMax })
    }
    case 'put_quotes':
      return event.body.disagreements === undefined ? SILENT : quoted(state, event, event.body.disagreements)
    case 'alerts':
      if (event.body.name !== NAME) return SILENT
      if (event.body.state === 'raised') state.raised.add(event.key)
      else state.raised.delete(event.key)
      return SILENT
  }
}

/** The index has its own comparisons, at every tick of the pricing venue. */
function quoted(
  state: VenueWatchState,
  { seq }: EventOf<'put_quotes'>,
  disagreements: readonly { readonly subject: string; readonly gap: number; readonly gapMax: number }[],
): readonly Out[] {
  const widest = disagreements.filter(({ subject }) => subject !== 'index').toSorted((a, b) => b.gap - a.gap)[0]
  return told(state, seq, { subject: OPTIONS, gap: widest?.gap ?? 0, gapMax: widest?.gapMax ?? 0 })
}

interface Told {
  readonly subject: string
  readonly gap: number
  readonly gapMax: number
}
function told({ raised }: VenueWatchState, cause: number, { subject, gap, gapMax }: Told): readonly Out[] {
  const holds = gap > gapMax
  if (raised.has(subject) === holds) return SILENT
  const explanation = explain('monitoring/venue-watch', cause, { code: NAME, field: 'venueGap', seen: gap, limit: gapMax })
  return [{ topic: 'alerts', key: subject, body: { name: NAME, severity: 'high', state: holds ? 'raised' : 'cleared', explanation } }]
}
