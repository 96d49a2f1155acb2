/**
 * Sees what truly happened between engine and venue, so that a fault counts as injected only when it took place: a fill while nobody was
 * there to hear it, a fill that came twice or before its acknowledgement, a partial fill, a cancel that came too late, a flip.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { ApprovedOrder } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Offer } from '#engine/driver.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import type { World } from './world.ts'

export class Sightings {
  readonly #world: World
  readonly #fillsHeard = new Set<string>()
  readonly #acked = new Set<string>()
  readonly #ended = new Set<string>()
  readonly #halved = new Set<string>()
  readonly #perpetual = new Map<string, bigint>()
  /** Called with the next orders that leave, to strike at them. */
  readonly onOrder: ((order: ApprovedOrder) => void)[] = []
  /** Called with the next orders that buy the first option of a pair. */
  readonly onFirstLeg: (() => void)[] = []

  constructor(world: World) {
    this.#world = world
  }

  clientPosition(account: string): number {
    return Number(this.#perpetual.get(account) ?? 0n) / 1e18
  }

  orderLeaves(order: ApprovedOrder): void {
    this.onOrder.shift()?.(order)
    if (this.#isFirstLeg(order)) this.onFirstLeg.shift()?.()
    this.#world.oracle.verdict.note(() => `order ${order.orderId} leaves: ${order.side} ${order.quantity.toString()} ${order.instrument}`)
    this.#world.clients.sawOrder(order.orderId, order.account)
  }

  #isFirstLeg({ purpose, coverageId }: ApprovedOrder): boolean {
    const cover = purpose !== 'cover' || coverageId === undefined ? undefined : this.#world.oracle.engine.covers.get(coverageId)
    return cover?.legs !== undefined && cover.filled.isZero()
  }

  /** A pair of options of which a part was bought and the rest could not be. */
  engineSays({ topic, body }: AnyEvent): void {
    if (topic !== 'coverages' || body.state !== 'failed' || body.legs === undefined || !body.filled.isPositive()) return
    if (!this.#halved.has(body.coverageId)) this.#world.counts.count('F-O14')
    this.#halved.add(body.coverageId)
  }

  venueSays(output: VenueOutput, input: VenueInput): void {
    const { counts, process, oracle } = this.#world
    if (output.topic === 'venue_fills' && input.type !== 'query_trades_since') {
      const { account, instrument, side, quantity, orderId } = output.body
      oracle.verdict.note(() => `venue fills ${orderId ?? 'its own'}: ${side} ${quantity.toString()} ${instrument}`)
      if (process === undefined) counts.count('F-P10')
      else if (this.#world.isCut()) counts.count('F-V03')
      if (instrument === LINEAR_PERPETUAL) this.#flip(account, side === 'buy' ? quantity.units : -quantity.units)
    }
    if (output.topic !== 'order_updates') return
    const { status, filled, reason, orderId } = output.body
    const isNew = input.type === 'place'
    if (isNew && status === 'cancelled' && filled.isPositive()) counts.count('F-O01')
    if (isNew && status === 'rejected') counts.count('F-O04')
    if (input.type === 'cancel' && reason === 'already_ended' && filled.isPositive()) counts.count('F-O02')
    oracle.verdict.note(() => `venue says ${orderId} ${status} ${filled.toString()} ${reason ?? ''}`)
  }

  engineHears(offer: Offer): void {
    const { counts, oracle } = this.#world
    if (offer.topic === 'raw_index') oracle.venue.heard('BTC', offer.body.venueAt ?? 0)
    if (offer.topic === 'raw_quotes' || offer.topic === 'raw_option_quotes')
      oracle.venue.heard(offer.body.instrument, offer.body.venueAt ?? 0)
    if (offer.topic === 'venue_fills') {
      const { tradeId, orderId } = offer.body
      if (this.#fillsHeard.has(tradeId)) counts.count('F-A01')
      this.#fillsHeard.add(tradeId)
      if (orderId !== undefined && !this.#acked.has(orderId)) counts.count('F-V18')
    }
    if (offer.topic !== 'order_updates') return
    const { orderId, status } = offer.body
    if (status === 'accepted' && this.#ended.has(orderId)) counts.count('F-V18')
    if (status !== 'not_found') this.#acked.add(orderId)
    if (status === 'filled' || status === 'cancelled' || status === 'rejected') this.#ended.add(orderId)
  }

  #flip(account: string, by: bigint): void {
    const before = this.#perpetual.get(account) ?? 0n
    const after = before + by
    this.#perpetual.set(account, after)
    if ((before > 0n && after < 0n) || (before < 0n && after > 0n)) this.#world.counts.count('F-A06')
  }
}
