/**
 * The queue inside a step: a lane per rank, first in first out, and no lane is served while one of a lower rank number holds anything.
 * Slots are used again from step to step: emptying an array frees it, and the next push allocates anew.
 */
import type { AnyEvent } from './component.ts'

export interface Lane<Route> {
  readonly events: AnyEvent[]
  readonly routes: Route[]
  head: number
  tail: number
}
/** In the order of the ranks. */
export type Lanes<Route> = readonly [Lane<Route>, Lane<Route>, Lane<Route>, Lane<Route>, Lane<Route>]

export function emptyLanes<Route>(): Lanes<Route> {
  const lane = (): Lane<Route> => ({ events: [], routes: [], head: 0, tail: 0 })
  return [lane(), lane(), lane(), lane(), lane()]
}

export function clear(lanes: Lanes<unknown>): void {
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i] as Lane<unknown>
    lane.head = 0
    lane.tail = 0
  }
}

export function push<Route>(lane: Lane<Route>, event: AnyEvent, route: Route): void {
  lane.events[lane.tail] = event
  lane.routes[lane.tail++] = route
}

/** The lane whose turn it is; undefined when all is quiet. */
export function nextLane<Route>(lanes: Lanes<Route>): Lane<Route> | undefined {
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i] as Lane<Route>
    if (lane.head < lane.tail) return lane
  }
  return undefined
}
