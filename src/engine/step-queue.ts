/**
 * The events of one step and whose turn it is: a lane per rank, first in first out, and no lane is served while one of a lower rank number
 * holds anything. Most steps are a chain (a quote is admitted, gives a mark, the mark is looked at), and a chain needs no queue: an event
 * that waits alone waits beside the lanes. A lane holds places in the list of the step's events. Slots are used again from step to step:
 * emptying an array frees it, and the next push allocates anew; a place is a small integer, which costs the collector nothing.
 */
import type { AnyEvent } from './component.ts'

interface Lane {
  readonly places: number[]
  head: number
  tail: number
}
const NOBODY = -1

export class StepQueue<Route extends { readonly rank: number }> {
  /** The first `count` slots belong to the running or last step. */
  readonly #events: AnyEvent[] = []
  /** Of those that have stood in a lane. */
  readonly #routes: Route[] = []
  /** By rank; ranks begin at 1. */
  readonly #lanes: readonly Lane[]
  #count = 0
  #inLanes = 0
  #lone = NOBODY
  #loneRoute: Route | undefined
  #route: Route | undefined

  constructor(ranks: number) {
    this.#lanes = Array.from({ length: ranks + 1 }, () => ({ places: [], head: 0, tail: 0 }))
  }

  /** Events of the running or last step. */
  get count(): number {
    return this.#count
  }

  /** Of the event that `next` gave. */
  get route(): Route {
    return this.#route as Route
  }

  /** Begins a step; the last one has come to its end and left nothing waiting. */
  begin(): void {
    this.#count = 0
  }

  /** After a step that broke off. */
  clear(): void {
    this.#inLanes = 0
    this.#lone = NOBODY
    for (const lane of this.#lanes) {
      lane.head = 0
      lane.tail = 0
    }
  }

  add(event: AnyEvent, route: Route): void {
    const place = this.#count++
    this.#events[place] = event
    const lone = this.#lone
    if (lone === NOBODY && this.#inLanes === 0) {
      this.#lone = place
      this.#loneRoute = route
      return
    }
    if (lone !== NOBODY) {
      this.#line(lone, this.#loneRoute as Route)
      this.#lone = NOBODY
    }
    this.#line(place, route)
  }

  /** The event whose turn it is; undefined when all is quiet. */
  next(): AnyEvent | undefined {
    const lone = this.#lone
    if (lone !== NOBODY) {
      this.#lone = NOBODY
      this.#route = this.#loneRoute
      return this.#events[lone]
    }
    return this.#inLanes === 0 ? undefined : this.#nextInLine()
  }

  /** The events of the step from the input to `event`, oldest first: how the input led there. */
  chainTo(event: AnyEvent): readonly AnyEvent[] {
    const chain: AnyEvent[] = []
    const first = this.#events[0]?.seq ?? 0
    let current: AnyEvent | undefined = event
    while (current !== undefined) {
      chain.push(current)
      const offset: number = current.cause - first
      current = offset >= 0 && offset < this.#count ? this.#events[offset] : undefined
    }
    return chain.reverse()
  }

  #line(place: number, route: Route): void {
    const lane = this.#lanes[route.rank] as Lane
    this.#routes[place] = route
    this.#inLanes++
    lane.places[lane.tail++] = place
  }

  #nextInLine(): AnyEvent | undefined {
    this.#inLanes--
    let rank = 1
    let lane = this.#lanes[rank] as Lane
    while (lane.head === lane.tail) lane = this.#lanes[++rank] as Lane
    const place = lane.places[lane.head++] as number
    if (lane.head === lane.tail) {
      lane.head = 0
      lane.tail = 0
    }
    this.#route = this.#routes[place]
    return this.#events[place]
  }
}
