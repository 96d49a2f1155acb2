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
export interface Lanes {
  /** In the order of the ranks. */
  readonly byRank: readonly [Lane, Lane, Lane, Lane, Lane]
  /** Places in all of them. */
  waiting: number
}

export function emptyLanes(): Lanes {
  const lane = (): Lane => ({ places: [], head: 0, tail: 0 })
  return { byRank: [lane(), lane(), lane(), lane(), lane()], waiting: 0 }
}

/** After a step that broke off; one that came to its end has emptied them itself. */
export function clear(lanes: Lanes): void {
  lanes.waiting = 0
  for (const lane of lanes.byRank) {
    lane.head = 0
    lane.tail = 0
  }
}

export function push(lanes: Lanes, lane: Lane, place: number): void {
  lanes.waiting++
  lane.places[lane.tail++] = place
}

/** The place whose turn it is; -1 when all is quiet. */
export function takeNext(lanes: Lanes): number {
  if (lanes.waiting === 0) return -1
  lanes.waiting--
  let rank = 0
  let lane = lanes.byRank[rank] as Lane
  while (lane.head === lane.tail) lane = lanes.byRank[++rank] as Lane
  const place = lane.places[lane.head++] as number
  if (lane.head === lane.tail) {
    lane.head = 0
    lane.tail = 0
  }
  return place
}
