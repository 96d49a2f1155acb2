/**
 * The queue inside a step: a lane per rank, first in first out, and no lane is served while one of a lower rank number holds anything.
 * A lane holds places in the engine's list of the step's events. Slots are used again from step to step: emptying an array frees it,
 * and the next push allocates anew; a place is a small integer, so that queueing an event costs the collector nothing.
 */
export interface Lane {
  readonly places: number[]
  head: number
  tail: number
}
/** In the order of the ranks. */
export type Lanes = readonly [Lane, Lane, Lane, Lane, Lane]

export function emptyLanes(): Lanes {
  const lane = (): Lane => ({ places: [], head: 0, tail: 0 })
  return [lane(), lane(), lane(), lane(), lane()]
}

/** After a step that broke off; one that came to its end has emptied them itself. */
export function clear(lanes: Lanes): void {
  for (const lane of lanes) {
    lane.head = 0
    lane.tail = 0
  }
}

export function push(lane: Lane, place: number): void {
  lane.places[lane.tail++] = place
}

/** The place whose turn it is; -1 when all is quiet. */
export function takeNext(lanes: Lanes): number {
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i] as Lane
    if (lane.head < lane.tail) return lane.places[lane.head++] as number
    if (lane.head > 0) {
      lane.head = 0
      lane.tail = 0
    }
  }
  return -1
}
