/**
 * Selling what was bought: a purchase that stayed incomplete, or the old cover of a roll once the new one is active. A reduce-only IOC limit
 * at the bid, tried again each minute while a fresh bid is there; without a bid nothing is sold and the alarm stays. When a roll's sale is
 * complete the old cover is `closed`; the new cover's floor rises by what the sale really brings. Nobody sells at a
 * stub: it waits, as without a bid. The legs of a combination are sold one after the other.
 */
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { plausibleBid } from '#domain/plausible-bid.ts'
import type { IntentId, OrderIntent } from '#domain/order.ts'
import type { CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { legOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { CoverageConfig, CoverageState, Unwind } from './coverage-state.ts'
import { inUsdc, keepSale } from './coverage-state.ts'
import { because, covered, decided, intended } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { observed, usableUntil } from './gates.ts'
import { takeRollProceeds, withoutAlarm } from './roll.ts'
import { unwoundCharge } from './settled-charge.ts'

interface Bid {
  readonly price: CoinPremium
  readonly until: EpochMs
}
/** A fresh bid that is no stub (docs/decisions/0014-nobody-bids.md). */
export function freshBid(
  state: CoverageState,
  instrument: InstrumentId,
  at: EpochMs,
  { quoteMaxAgeMs, stubBidShare }: CoverageConfig,
): Bid | undefined {
  const quote = state.chain.get(instrument)
  const option = coinOption(instrument)
  const read = quote === undefined ? undefined : observed(quote).read(at, quoteMaxAgeMs as DurationMs)
  if (read?.ok !== true || option === undefined) return undefined
  const bid = plausibleBid(option, read.value, state.index?.price.units, stubBidShare)
  if (!bid.ok) return undefined
  return { price: bid.value, until: usableUntil(read.value, quoteMaxAgeMs) }
}

interface Sale extends Pick<CoverLeg, 'venue' | 'instrument'> {
  readonly quantity: Quantity<'BTC'>
  readonly bid: Bid
}
/** What can be sold now: of one option all that is left, of a combination the first leg that is to be sold and finds its bid. */
function saleOf(state: CoverageState, { left, forCover }: Wanted, cover: Coverage, at: EpochMs, config: CoverageConfig): Sale | undefined {
  const { venue, instrument } = cover
  if (cover.legs === undefined) {
    const bid = freshBid(state, instrument, at, config)
    return bid === undefined ? undefined : { venue, instrument, quantity: left, bid }
  }
  for (const leg of cover.legs) {
    const quantity = cover.state === 'active' && forCover === undefined ? surplusOf(leg) : leg.filled
    const bid = quantity.isPositive() ? freshBid(state, leg.instrument, at, config) : undefined
    if (bid !== undefined) return { venue: leg.venue, instrument: leg.instrument, quantity, bid }
  }
  return undefined
}

function surplusOf({ filled, size }: CoverLeg): Quantity<'BTC'> {
  return filled.minus(size)
}

type Wanted = Pick<Unwind, 'coverageId' | 'left' | 'tries' | 'forCover'>
/** The next order of a sale, where nothing is in flight and somebody bids. */
export function sell(state: CoverageState, unwind: Wanted, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const sale = saleOf(state, unwind, cover, now.at, config)
  if (sale === undefined) return []
  const intent = saleIntent(cover, unwind, sale)
  const why = because(now.seq, {
    code: unwind.forCover === undefined ? 'cover_incomplete' : 'rolled',
    field: 'left',
    seen: unwind.left.toString(),
    limit: '0',
  })
  const detail = { instrument: sale.instrument, limitCoin: sale.bid.price.toString(), size: sale.quantity.toString() }
  return [decided('unwind_placed', { account: cover.account, coverageId: cover.coverageId, detail }, why), intended(intent)]
}

function saleIntent(cover: Coverage, { tries }: Wanted, { venue, instrument, quantity, bid }: Sale): OrderIntent {
  return {
    intentId: `${cover.coverageId}-sell-${tries + 1}` as IntentId,
    account: cover.account,
    book: 'hedge',
    purpose: 'unwind_cover',
    venue,
    instrument,
    side: 'sell',
    quantity,
    type: 'limit',
    timeInForce: 'IOC',
    limitPrice: bid.price,
    reduceOnly: true,
    postOnly: false,
    goodUntil: bid.until,
    coverageId: cover.coverageId,
  }
}

/** On every tick: sales that wait for their next try. */
export function retrySales(state: CoverageState, now: Now, config: CoverageConfig): readonly Out[] {
  return [...state.unwinds.values()].flatMap((unwind) => {
    const cover = state.coverages.get(unwind.coverageId)
    return unwind.intentId !== undefined || cover === undefined || cover.expiry <= now.at ? [] : sell(state, unwind, cover, now, config)
  })
}

/** A sale's order has ended. */
export function onSold(state: CoverageState, confirmation: TradeConfirmation, now: Now, config: CoverageConfig): readonly Out[] {
  const unwind = confirmation.coverageId === undefined ? undefined : state.unwinds.get(confirmation.coverageId)
  const cover = unwind === undefined ? undefined : state.coverages.get(unwind.coverageId)
  if (unwind === undefined || cover === undefined || unwind.intentId !== confirmation.intentId) return []
  const next = keepSale(state, unwind, inUsdc(confirmation, state.index?.price ?? cover.index))
  if (confirmation.filled.isZero()) return []
  const held = cover.legs === undefined ? cover : lessSold(cover, confirmation)
  if (cover.state === 'active' && unwind.forCover === undefined) return [covered(withoutSurplus(held, unwind, next))]
  const gain = { proceeds: next.proceeds.minus(unwind.proceeds), fee: next.fee.minus(unwind.fee), complete: next.left.isZero() }
  const rolled = unwind.forCover === undefined ? [] : takeRollProceeds(state, unwind.forCover, gain, now)
  if (!next.left.isZero()) {
    const left: Coverage = { ...held, filled: next.left, alarm: unwind.forCover === undefined ? 'unwind_incomplete' : 'being_sold' }
    return [covered(left), ...rolled, ...nextLeg(state, next, left, confirmation, now, config)]
  }
  if (unwind.forCover === undefined) return afterSale(held, next, cover.filled, now.seq)
  const { alarm: _, ...quiet } = held
  return [covered({ ...quiet, state: 'closed' }), saleCompleted(cover, next, now.seq), ...rolled]
}

function saleCompleted({ account, coverageId, filled }: Coverage, { proceeds, fee }: Unwind, seq: number): Out {
  const why = because(seq, { code: 'sold', field: 'filled', seen: filled.toString(), limit: filled.toString() })
  const detail = { proceedsUsdc: proceeds.toString(), feeUsdc: fee.toString() }
  return decided('unwind_completed', { account, coverageId, detail }, why)
}

/** A cover that failed, without what was sold or delivered of it: with the last, what all of it cost is known. */
export function afterSale(held: Coverage, next: Unwind, filled: Quantity<'BTC'>, seq: number): readonly Out[] {
  if (!next.left.isZero()) return [covered({ ...held, alarm: 'unwind_incomplete' })]
  const { alarm: _, ...quiet } = held
  return [covered({ ...quiet, ...unwoundCharge(quiet, next) }), saleCompleted({ ...held, filled }, next, seq)]
}

function lessSold(cover: Coverage, { instrument, filled }: TradeConfirmation): Coverage {
  const was = legOf(cover, instrument)?.filled
  return was === undefined ? cover : withFilled(cover, instrument, was.minus(new Quantity<'BTC'>(filled.units)))
}

/** A leg that is sold makes way for the next at once; the rest of one that was sold in part waits for the minute, as a single option does. */
function nextLeg(
  state: CoverageState,
  unwind: Unwind,
  cover: Coverage,
  { instrument }: TradeConfirmation,
  now: Now,
  config: CoverageConfig,
): readonly Out[] {
  const isSold = cover.legs !== undefined && legOf(cover, instrument)?.filled.isZero() === true
  return isSold ? sell(state, unwind, cover, now, config) : []
}

/** A part of what was bought beyond the cover's size is sold: what it brought is cash now. */
function withoutSurplus(cover: Coverage, was: Unwind, { left, proceeds, fee }: Unwind): Coverage {
  const floorEquity = cover.floorEquity.plus(proceeds.minus(was.proceeds)).minus(fee.minus(was.fee))
  const next = { ...cover, ...(cover.legs === undefined ? { filled: cover.size.plus(left) } : {}), floorEquity }
  return left.isZero() ? withoutAlarm(next) : { ...next, alarm: 'over_bought' }
}

/** An order of a sale that never left: the next tick tries again. */
export function onSaleRefused(state: CoverageState, intentId: IntentId): void {
  for (const unwind of state.unwinds.values()) {
    if (unwind.intentId === intentId) state.unwinds.set(unwind.coverageId, { ...unwind, intentId: undefined })
  }
}
