/**
 * What of a cover is to be sold, and the orders that sell it. How much is never kept beside the cover, it follows from it:
 *   failed, or closed with something come late    all it holds
 *   active, rolled into a following cover         all it holds
 *   active                                        per option, what is held beyond its size
 *   pending, settling, expired                    nothing: it is being bought, its client sells it, or the venue delivers it
 * so that whatever takes options away (a sale, a liquidation, a delivery) or adds some (a late fill) is counted once. Orders are remembered by
 * their ids as long as the cover is: a fill told after an order's end finds its owner, and no id is used twice in the life of a cover.
 */
import type { InstrumentId } from '#domain/instrument.ts'
import type { CoverageId, IntentId, OrderIntent } from '#domain/order.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Price } from '#units/price.ts'
import { noQuantity, Quantity } from '#units/quantity.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'

/** A cover, or what is too much of one, that is to be sold. */
export interface Unwind {
  readonly coverageId: CoverageId
  /** The renewal that counts on the proceeds; absent where a purchase failed half way or something came late. */
  readonly forCover: CoverageId | undefined
  readonly proceeds: Money<'USDC'>
  readonly fee: Money<'USDC'>
  /** The order in flight. */
  readonly intentId: IntentId | undefined
  /** What was sold, or what the venue has taken, is counted; the cover that says so is still to come. */
  readonly isAhead: boolean
}
/** An order that sells what a cover holds, whoever placed it. */
export interface SaleOrder {
  readonly coverageId: CoverageId
  readonly instrument: InstrumentId
  readonly quantity: Quantity<'BTC'>
  readonly limit: Price
  /** A close of the client's own: its consequences are those of client-orders.ts. */
  readonly byClient: boolean
  /** Once it has ended. */
  readonly filled: Quantity<'BTC'> | undefined
}
export interface UnwindState {
  readonly coverages: Map<CoverageId, Coverage>
  readonly unwinds: Map<CoverageId, Unwind>
  readonly sales: Map<IntentId, SaleOrder>
  /** Orders of the platform so far, by cover: the next one's number. */
  readonly saleCount: Map<CoverageId, number>
}

/** A failed or closed cover that still holds something, or may: it waits for a buyer. */
export function awaitsBuyer({ state, alarm, filled }: Pick<Coverage, 'state' | 'alarm' | 'filled'>): boolean {
  return filled.isPositive() && (state === 'failed' || (state === 'closed' && alarm === 'unwind_incomplete'))
}

export function surplusOf({ filled, size }: Pick<CoverLeg, 'filled' | 'size'>): Quantity<'BTC'> {
  return filled.compare(size) > 0 ? filled.minus(size) : noQuantity()
}

/** What of one of its options is to be sold. */
export function toSell(cover: Coverage, leg: CoverLeg, forCover: CoverageId | undefined): Quantity<'BTC'> {
  if (leg.payout !== undefined) return noQuantity()
  if (awaitsBuyer(cover)) return leg.filled
  if (cover.state !== 'active') return noQuantity()
  return forCover === undefined ? surplusOf(leg) : leg.filled
}

export function leftToSell(cover: Coverage, forCover: CoverageId | undefined): Quantity<'BTC'> {
  return new Quantity<'BTC'>(legsOf(cover).reduce((sum, leg) => sum + toSell(cover, leg, forCover).units, 0n))
}

/** A cover was told: what is to be sold of it now, and of the one it follows. */
export function keepUnwind(state: UnwindState, cover: Coverage, was: Coverage | undefined): void {
  const { coverageId, roll } = cover
  const old = roll === undefined ? undefined : state.coverages.get(roll.coverageId)
  if (cover.state === 'active' && was?.state === 'pending' && old?.state === 'active') {
    const standing = state.unwinds.get(old.coverageId) ?? unwindOf(old.coverageId)
    state.unwinds.set(old.coverageId, { ...standing, forCover: coverageId, proceeds: zero(), fee: zero() })
  }
  if (cover.state !== 'pending' && cover.state !== 'active') releaseOld(state, cover)
  keepOrForget(state, cover)
}

/** The renewal has ended before the old cover was sold for it: the old one is not sold any more. */
function releaseOld(state: UnwindState, { coverageId }: Coverage): void {
  for (const unwind of state.unwinds.values()) {
    const old = unwind.forCover === coverageId ? state.coverages.get(unwind.coverageId) : undefined
    if (old === undefined) continue
    state.unwinds.set(unwind.coverageId, { ...unwind, forCover: undefined })
    keepOrForget(state, old)
  }
}

/** An order in flight is waited for, also where nothing is left to be sold. */
export function keepOrForget({ unwinds }: UnwindState, cover: Coverage): void {
  const { coverageId } = cover
  const standing = unwinds.get(coverageId)
  const isNeeded = leftToSell(cover, standing?.forCover).isPositive()
  if (standing === undefined && isNeeded) unwinds.set(coverageId, unwindOf(coverageId))
  if (standing !== undefined && standing.intentId === undefined && !isNeeded) unwinds.delete(coverageId)
  else if (standing?.isAhead === true) unwinds.set(coverageId, { ...standing, isAhead: false })
}

function unwindOf(coverageId: CoverageId): Unwind {
  return { coverageId, forCover: undefined, proceeds: zero(), fee: zero(), intentId: undefined, isAhead: false }
}

/** An order that sells is recorded. */
export function keepSaleIntent(state: UnwindState, { purpose, coverageId, intentId, commandId, ...order }: OrderIntent): void {
  if (purpose !== 'unwind_cover' || coverageId === undefined) return
  const byClient = commandId !== undefined
  const { instrument, limitPrice: limit } = order
  state.sales.set(intentId, {
    coverageId,
    instrument,
    quantity: new Quantity<'BTC'>(order.quantity.units),
    limit,
    byClient,
    filled: undefined,
  })
  if (byClient) return
  state.saleCount.set(coverageId, (state.saleCount.get(coverageId) ?? 0) + 1)
  const unwind = state.unwinds.get(coverageId)
  if (unwind !== undefined) state.unwinds.set(coverageId, { ...unwind, intentId })
}

/** The name of the next order that sells a cover. */
export function nextSaleId({ saleCount }: UnwindState, id: CoverageId): IntentId {
  return `${id}-sell-${(saleCount.get(id) ?? 0) + 1}` as IntentId
}

/** An order that sells has come to its end, or never left; undefined where that is known already, or it is no sale of ours. */
export function endSale(state: UnwindState, { intentId, filled }: Pick<TradeConfirmation, 'intentId' | 'filled'>): SaleOrder | undefined {
  const sale = state.sales.get(intentId)
  if (sale === undefined || sale.filled !== undefined) return undefined
  const ended = { ...sale, filled: new Quantity<'BTC'>(filled.units) }
  state.sales.set(intentId, ended)
  const unwind = state.unwinds.get(sale.coverageId)
  if (unwind?.intentId !== intentId) return ended
  state.unwinds.set(sale.coverageId, { ...unwind, intentId: undefined })
  const cover = state.coverages.get(sale.coverageId)
  if (cover !== undefined && filled.isZero()) keepOrForget(state, cover)
  return ended
}

/** What the order in flight may have sold already of an option. */
export function inFlight(state: UnwindState, { coverageId }: Coverage, { instrument, filled }: CoverLeg): bigint {
  const intentId = state.unwinds.get(coverageId)?.intentId
  const sale = intentId === undefined ? undefined : state.sales.get(intentId)
  if (sale?.instrument !== instrument) return 0n
  return sale.quantity.compare(filled) < 0 ? sale.quantity.units : filled.units
}

/** What orders for it that have ended did not sell: a fill of that may still be told. */
export function mayBeSoldLate({ sales }: Pick<UnwindState, 'sales'>, id: CoverageId, instrument: InstrumentId): bigint {
  let late = 0n
  for (const { coverageId, instrument: sold, quantity, filled } of sales.values())
    if (coverageId === id && sold === instrument && filled !== undefined) late += quantity.units - filled.units
  return late
}

/** Somebody's order for what the cover holds has not ended. */
export function isBeingSold({ sales }: Pick<UnwindState, 'sales'>, id: CoverageId): boolean {
  return sales.values().some(({ coverageId, filled }) => coverageId === id && filled === undefined)
}

export function forgetSales({ sales, saleCount }: UnwindState, id: CoverageId): void {
  saleCount.delete(id)
  for (const [intentId, { coverageId }] of sales) if (coverageId === id) sales.delete(intentId)
}
