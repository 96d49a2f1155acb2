/**
 * The venue of cover-storm.fixture.ts: it keeps its own count of what the account holds and what each order has filled, and turns what happens there into
 * what the platform is told. Fills are at the limit of their order, fees 0.0003 coin a coin; the position is told before the end of the order, as
 * in the pipeline. Units as in the domain, 1e-18.
 */
import type { Emission } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderId, OrderIntent } from '#domain/order.ts'
import { divideUnits, formatUnits, multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { DAY_MS } from '#units/time.ts'
import type { VenueSettlement } from '#topics/account.ts'
import { confirmation, DEMO, EXPIRY_6FEB, settlement } from './protection.fixture.ts'

export interface Order {
  readonly intent: OrderIntent
  filled: bigint
  ended: boolean
}
interface Hedge {
  readonly quantity: bigint
  readonly cost: bigint
  readonly realised: bigint
}
type Told = Emission<'position_states' | 'trade_confirmations' | 'order_states'>
const NOTHING: Hedge = { quantity: 0n, cost: 0n, realised: 0n }
const SETTLES_AT = '79000'

export function expiryOf(instrument: string): number {
  return instrument.includes('13FEB26') ? EXPIRY_6FEB + 7 * DAY_MS : EXPIRY_6FEB
}

export class StormVenue {
  readonly orders = new Map<string, Order>()
  readonly hedges = new Map<string, Hedge>()
  /** What covers cost there: purchases less the platform's own sales, in USDC. */
  readonly costs = new Map<string, bigint>()
  /** Covers of which a sale was filled after its end: another may have sold the same by then, and then it was another cover's. */
  readonly soldLate = new Set<string>()
  index = '88000'
  at = 0
  /** Less may be delivered than a cover holds, which is an alarm of its own. */
  isLiquidated = false

  open(): Order[] {
    return [...this.orders.values()].filter(({ ended }) => !ended)
  }

  held(instrument: string): bigint {
    return this.hedges.get(instrument)?.quantity ?? 0n
  }

  /** Nothing of it, a half, or the rest; a sale no more than is held, and nothing at all of what has expired. */
  end(order: Order, share: number): Told[] {
    const { intent } = order
    const rest = intent.quantity.units - order.filled
    const half = intent.timeInForce === 'FOK' ? 0n : rest / 2n
    const wanted = [0n, half, rest][share % 3] ?? 0n
    const possible = this.#possible(intent, wanted)
    const more = intent.timeInForce === 'FOK' && possible < wanted ? 0n : possible
    order.ended = true
    order.filled += more
    return [
      ...this.#trade(intent, more),
      { topic: 'trade_confirmations', key: DEMO, body: confirmation(intent, formatUnits(order.filled), this.index) },
    ]
  }

  /** A half of what is open, before the end of the order is told. */
  part(order: Order): Told[] {
    const half = (order.intent.quantity.units - order.filled) / 2n
    if (this.#possible(order.intent, half) < half) return []
    order.filled += half
    return this.#trade(order.intent, half)
  }

  /** A fill after the end, of an order that was not filled whole. */
  late(order: Order, share: number): Told[] {
    const { intentId, account, book, instrument, side, quantity } = order.intent
    const open = quantity.units - order.filled
    const late = this.#possible(order.intent, share % 2 === 0 ? open : open / 2n)
    if (late === 0n) return []
    order.filled += late
    if (side === 'sell') this.soldLate.add(order.intent.coverageId ?? '')
    const about = { orderId: `order-${intentId}` as OrderId, intentId, account, book, instrument, side, quantity }
    const body = { ...about, state: 'cancelled', filled: new Quantity(order.filled), open: new Quantity(0n), reason: 'late_fill' } as const
    return [...this.#trade(order.intent, late), { topic: 'order_states', key: DEMO, body }]
  }

  liquidate(instrument: string, share: number): Told[] {
    const held = this.held(instrument)
    const taken = share % 2 === 0 ? held : held / 2n
    if (taken === 0n || this.at >= expiryOf(instrument)) return []
    this.isLiquidated = true
    this.#takeAway(instrument, taken, multiplyUnits(taken, price('400').units))
    return [this.#position(instrument)]
  }

  settle(instrument: string, strike: string): { readonly told: Told[]; readonly body: VenueSettlement } {
    const held = this.held(instrument)
    const inside = price(strike).units - price(SETTLES_AT).units
    const coin = inside > 0n ? divideUnits(multiplyUnits(inside, held), price(SETTLES_AT).units) : 0n
    this.hedges.set(instrument, { ...(this.hedges.get(instrument) ?? NOTHING), quantity: 0n, cost: 0n })
    const body = settlement(instrument, formatUnits(held), SETTLES_AT, formatUnits(coin))
    return { told: [this.#position(instrument)], body: { ...body, settlementId: `s-${this.at}-${instrument}` } }
  }

  #possible({ instrument, side }: OrderIntent, wanted: bigint): bigint {
    if (this.at >= expiryOf(instrument)) return 0n
    const held = this.held(instrument)
    return side === 'buy' || wanted < held ? wanted : held
  }

  #trade({ instrument, side, limitPrice, coverageId, commandId, purpose }: OrderIntent, size: bigint): Told[] {
    if (size === 0n) return []
    const index = price(this.index).units
    const worth = multiplyUnits(multiplyUnits(limitPrice.units, size), index)
    const fee = multiplyUnits((size * 3n) / 10_000n, index)
    const cost = side === 'buy' ? worth + fee : fee - worth
    if (coverageId !== undefined && (purpose === 'cover' || commandId === undefined))
      this.costs.set(coverageId, (this.costs.get(coverageId) ?? 0n) + cost)
    const was = this.hedges.get(instrument) ?? NOTHING
    if (side === 'buy') this.hedges.set(instrument, { ...was, quantity: was.quantity + size, cost: was.cost + worth })
    else this.#takeAway(instrument, size, worth)
    return [this.#position(instrument)]
  }

  #takeAway(instrument: string, size: bigint, worth: bigint): void {
    const was = this.hedges.get(instrument) ?? NOTHING
    const cost = was.quantity === 0n ? 0n : (was.cost * size) / was.quantity
    this.hedges.set(instrument, { quantity: was.quantity - size, cost: was.cost - cost, realised: was.realised + worth - cost })
  }

  #position(instrument: string): Told {
    const { quantity, cost, realised } = this.hedges.get(instrument) ?? NOTHING
    const averageEntry = quantity === 0n ? undefined : formatUnits(divideUnits(cost, quantity))
    const about = { account: DEMO, book: 'hedge', instrument: instrument as InstrumentId, currency: 'USDC' } as const
    const body = { ...about, quantity: new Quantity(quantity), averageEntry, realised: new Money<'USDC'>(realised) }
    return { topic: 'position_states', key: DEMO, body }
  }
}
