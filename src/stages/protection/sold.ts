/**
 * What a sale brought, and what follows from it. Of a rolled cover it is cash of the new one, whose floor rises by it; when all is sold the old one
 * is `closed`. Of a failed one it is what is got back of its cost. Of an active one it is what was held beyond its size; where more than that is
 * gone (a renewal that died while it sold, a fill told after the order's end) the cover stands on with what it holds, or is `closed`. A cover that
 * is settling holds less for the delivery. Units: USDC as the fills had it; a late fill of a sale at its limit, which is the least it brought,
 * with the fee in proportion to that of the purchase.
 */
import { Money } from '#units/money.ts'
import { noQuantity } from '#units/quantity.ts'
import type { Quantity } from '#units/quantity.ts'
import type { IntentId } from '#domain/order.ts'
import { coverName, legOf, legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import { inUsdc } from './coverage-state.ts'
import type { CoverageConfig, CoverageState, Sold } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { takeRollProceeds } from './roll.ts'
import { surplusCharge, unwoundCharge } from './settled-charge.ts'
import { endSale, keepOrForget, leftToSell, surplusOf } from './unwind-state.ts'
import type { SaleOrder, Unwind } from './unwind-state.ts'
import { sell } from './unwinding.ts'
import { standingAlarm } from './standing-alarm.ts'

/** A sale's order has ended. */
export function onSold(state: CoverageState, confirmation: TradeConfirmation, now: Now, config: CoverageConfig): readonly Out[] {
  const sale = endSale(state, confirmation)
  const cover = sale === undefined ? undefined : state.coverages.get(sale.coverageId)
  if (sale === undefined || cover === undefined || sale.byClient || confirmation.filled.isZero()) return []
  const isWhole = confirmation.filled.compare(confirmation.quantity) >= 0
  return take(state, { cover, sale, sold: inUsdc(confirmation, state.index?.price ?? cover.index), isWhole }, now, config)
}

/** An order of a sale that never left: the next tick tries again. */
export function onSaleRefused(state: CoverageState, intentId: IntentId): void {
  const sale = endSale(state, { intentId, filled: noQuantity() })
  if (sale !== undefined) state.sales.set(intentId, { ...sale, quantity: noQuantity() }) // nothing of it can come late
}

/** More was sold than the order's end told. */
export function onLateSale(
  state: CoverageState,
  intentId: IntentId,
  filled: Quantity<'BTC'>,
  now: Now,
  config: CoverageConfig,
): readonly Out[] {
  const sale = state.sales.get(intentId)
  const cover = sale === undefined ? undefined : state.coverages.get(sale.coverageId)
  if (sale?.filled === undefined || cover === undefined || sale.filled.compare(filled) >= 0) return []
  const late = filled.minus(sale.filled)
  state.sales.set(intentId, { ...sale, filled })
  const leg = legOf(cover, sale.instrument)
  const proceeds = new Money<'BTC'>(sale.limit.times(late).units).convert(state.index?.price ?? cover.index, 'floor')
  const fee = leg === undefined || leg.size.isZero() ? cover.fee : leg.fee.share(late.units, leg.size.units, 'up')
  const why = because(now.seq, { code: 'late_fill', field: 'filled', seen: filled.toString(), limit: sale.filled.toString() })
  const { account, coverageId } = cover
  const detail = { late: late.toString(), state: cover.state, side: 'sell', instrument: sale.instrument }
  const said = decided('late_fill', { account, coverageId, detail }, why)
  return [...take(state, { cover, sale, sold: { filled: late, proceeds, fee }, isWhole: false }, now, config), said]
}

interface Taken {
  readonly cover: Coverage
  readonly sale: SaleOrder
  readonly sold: Sold
  /** The order sold all that it was for, so the next option makes its way at once. */
  readonly isWhole: boolean
}
function take(state: CoverageState, taken: Taken, now: Now, config: CoverageConfig): readonly Out[] {
  const { cover, sale, sold } = taken
  const held = lessSold(cover, sale.instrument, sold.filled)
  const was = state.unwinds.get(cover.coverageId)
  // in the step in which the book lost it, what it brought is counted already (unsold.ts)
  const unwind = was && { ...(was.isAhead ? was : withProceeds(was, sold)), isAhead: true }
  if (unwind !== undefined) state.unwinds.set(cover.coverageId, unwind)
  switch (cover.state) {
    case 'active':
      return unwind?.forCover === undefined ? ownSale(taken, held, now) : rolledSale(state, taken, held, unwind, now, config)
    case 'failed':
    case 'closed':
      return unwind === undefined
        ? []
        : [...afterSale(held, unwind, { cover, sold }, now.seq), ...next(state, taken, held, unwind, now, config)]
    default:
      return soldAtTheEnd(state, taken, held, now)
  }
}

function withProceeds(unwind: Unwind, { proceeds, fee }: Sold): Unwind {
  return { ...unwind, proceeds: unwind.proceeds.plus(proceeds), fee: unwind.fee.plus(fee) }
}

/** While the venue delivers, or after it: that much less was delivered. Sold out, no settlement comes. */
function soldAtTheEnd(state: CoverageState, { cover, sold }: Taken, held: Coverage, now: Now): readonly Out[] {
  const rolled = rollGain(state, cover, sold, held, now)
  const charge = rolled.length > 0 ? {} : surplusCharge(cover, { sold })
  keepOrForget(state, cover)
  if (cover.state === 'expired') return [covered({ ...cover, ...charge }), ...rolled]
  const floorEquity = cover.floorEquity.plus(sold.proceeds).minus(sold.fee)
  const isShort = now.at < cover.expiry && legsOf(held).some(({ filled, size }) => filled.compare(size) < 0)
  const alarm = isShort ? { alarm: 'hedge_missing' } : {} // its client's close is under way, and may leave it standing
  return [covered({ ...held, ...charge, floorEquity, ...alarm, ...(held.filled.isZero() ? { state: 'closed' } : {}) }), ...rolled]
}

function lessSold(cover: Coverage, instrument: SaleOrder['instrument'], sold: Quantity<'BTC'>): Coverage {
  const was = legOf(cover, instrument)?.filled
  if (was === undefined) return cover
  return withFilled(cover, instrument, was.compare(sold) > 0 ? was.minus(sold) : noQuantity())
}

function next(state: CoverageState, { isWhole }: Taken, held: Coverage, unwind: Unwind, now: Now, config: CoverageConfig): readonly Out[] {
  return isWhole ? sell(state, unwind, held, now, config) : []
}

function rolledSale(state: CoverageState, taken: Taken, held: Coverage, unwind: Unwind, now: Now, config: CoverageConfig): readonly Out[] {
  const { cover, sold } = taken
  const rolled = rollGain(state, cover, sold, held, now)
  if (held.filled.isPositive())
    return [covered({ ...held, alarm: 'being_sold' }), ...rolled, ...next(state, taken, held, unwind, now, config)]
  const { alarm: _, ...quiet } = cover.legs === undefined ? cover : held
  return [covered({ ...quiet, state: 'closed' }), saleCompleted(cover, unwind, now.seq), ...rolled]
}

/** What the old cover of a roll brought is the new one's. */
function rollGain(state: CoverageState, { coverageId }: Coverage, { proceeds, fee }: Sold, held: Coverage, now: Now): readonly Out[] {
  const forCover = state.unwinds.get(coverageId)?.forCover
  return forCover === undefined ? [] : takeRollProceeds(state, forCover, { proceeds, fee, complete: held.filled.isZero() }, now)
}

/** Of a cover that stands by itself: what was beyond its size, and where more is gone, a part of its hedge. */
function ownSale({ cover, sale, sold }: Taken, held: Coverage, now: Now): readonly Out[] {
  const floorEquity = cover.floorEquity.plus(sold.proceeds).minus(sold.fee)
  const next = { ...held, ...surplusCharge(cover, { sold }), floorEquity }
  const leg = legOf(cover, sale.instrument)
  if (leg !== undefined && surplusOf(leg).compare(sold.filled) >= 0) return [covered(standingAlarm(next))]
  const { account, coverageId } = cover
  const why = because(now.seq, { code: 'sold', field: 'filled', seen: held.filled.toString(), limit: held.size.toString() })
  const detail = { instrument: coverName(cover), sold: sold.filled.toString(), order: sale.byClient ? 'close' : 'sale' }
  if (held.filled.isPositive())
    return [covered({ ...next, alarm: 'hedge_missing', explanation: why }), decided('hedge_missing', { account, coverageId, detail }, why)]
  const { alarm: _, ...quiet } = next
  return [covered({ ...quiet, state: 'closed', explanation: why }), decided('unprotected', { account, coverageId, detail }, why)]
}

function saleCompleted({ account, coverageId, filled }: Coverage, { proceeds, fee }: Unwind, seq: number): Out {
  const why = because(seq, { code: 'sold', field: 'filled', seen: filled.toString(), limit: filled.toString() })
  const detail = { proceedsUsdc: proceeds.toString(), feeUsdc: fee.toString() }
  return decided('unwind_completed', { account, coverageId, detail }, why)
}

/** A cover that is being unwound, without what was sold or delivered of it: with the last of a failed one, what all of it cost is known. */
export function afterSale(
  held: Coverage,
  unwind: Unwind,
  { cover, sold }: { readonly cover: Coverage; readonly sold: Pick<Sold, 'proceeds' | 'fee'> },
  seq: number,
): readonly Out[] {
  const isFailed = cover.state === 'failed'
  const told = isFailed ? held : { ...held, ...surplusCharge(held, { sold }) }
  if (leftToSell(held, undefined).isPositive()) return [covered({ ...told, alarm: 'unwind_incomplete' })]
  const { alarm: _, ...quiet } = told
  return [
    covered({ ...quiet, ...(isFailed ? unwoundCharge(quiet, unwind) : {}) }),
    saleCompleted({ ...held, filled: cover.filled }, unwind, seq),
  ]
}
