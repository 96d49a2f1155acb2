/**
 * Selling what was bought: a purchase that stayed incomplete, or the old cover of a roll once the new one is active. A reduce-only IOC limit
 * at the bid, tried again each minute while a fresh bid is there; without a bid nothing is sold and the alarm stays. When a roll's sale is
 * complete the old cover is `closed`; the new cover's floor rises by what the sale really brings.
 */
import type { IntentId, OrderIntent } from '#domain/order.ts'
import type { CoinPremium } from '#units/price.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { CoverageConfig, CoverageState, Unwind } from './coverage-state.ts'
import { inUsdc, keepSale } from './coverage-state.ts'
import { because, covered, decided, intended } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { observed } from './gates.ts'
import { takeRollProceeds, withoutAlarm } from './roll.ts'

interface Bid {
  readonly price: CoinPremium
  readonly until: EpochMs
}

export function freshBid(state: CoverageState, cover: Coverage, at: EpochMs, { quoteMaxAgeMs }: CoverageConfig): Bid | undefined {
  const quote = state.chain.get(cover.instrument)
  const read = quote === undefined ? undefined : observed(quote).read(at, quoteMaxAgeMs as DurationMs)
  if (read?.ok !== true || read.value.bid === undefined) return undefined
  return { price: read.value.bid, until: Math.floor(read.value.observedAt + Math.min(read.value.maxAgeMs, quoteMaxAgeMs)) as EpochMs }
}

/** The next order of a sale, where nothing is in flight and somebody bids. */
export function sell(
  state: CoverageState,
  unwind: Pick<Unwind, 'coverageId' | 'left' | 'tries' | 'forCover'>,
  cover: Coverage,
  now: Now,
  config: CoverageConfig,
): readonly Out[] {
  const bid = freshBid(state, cover, now.at, config)
  if (bid === undefined) return []
  const intent = saleIntent(cover, unwind, bid)
  const why = because(now.seq, {
    code: unwind.forCover === undefined ? 'cover_incomplete' : 'rolled',
    field: 'left',
    seen: unwind.left.toString(),
    limit: '0',
  })
  const detail = { instrument: cover.instrument, limitCoin: bid.price.toString(), size: unwind.left.toString() }
  return [decided('unwind_placed', { account: cover.account, coverageId: cover.coverageId, detail }, why), intended(intent)]
}

function saleIntent(cover: Coverage, { left, tries }: Pick<Unwind, 'left' | 'tries'>, bid: Bid): OrderIntent {
  return {
    intentId: `${cover.coverageId}-sell-${tries + 1}` as IntentId,
    account: cover.account,
    book: 'hedge',
    purpose: 'unwind_cover',
    venue: cover.venue,
    instrument: cover.instrument,
    side: 'sell',
    quantity: left,
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
export function onSold(state: CoverageState, confirmation: TradeConfirmation, now: Now): readonly Out[] {
  const unwind = confirmation.coverageId === undefined ? undefined : state.unwinds.get(confirmation.coverageId)
  const cover = unwind === undefined ? undefined : state.coverages.get(unwind.coverageId)
  if (unwind === undefined || cover === undefined || unwind.intentId !== confirmation.intentId) return []
  const next = keepSale(state, unwind, inUsdc(confirmation, state.index?.price ?? cover.index))
  if (confirmation.filled.isZero()) return []
  const { alarm: _, ...quiet } = cover
  if (cover.state === 'active' && unwind.forCover === undefined) return [covered(withoutSurplus(cover, unwind, next))]
  const gain = { proceeds: next.proceeds.minus(unwind.proceeds), fee: next.fee.minus(unwind.fee), complete: next.left.isZero() }
  const rolled = unwind.forCover === undefined ? [] : takeRollProceeds(state, unwind.forCover, gain, now)
  if (!next.left.isZero())
    return [covered({ ...cover, filled: next.left, alarm: unwind.forCover === undefined ? 'unwind_incomplete' : 'being_sold' }), ...rolled]
  const why = because(now.seq, { code: 'sold', field: 'filled', seen: cover.filled.toString(), limit: cover.filled.toString() })
  const detail = { proceedsUsdc: next.proceeds.toString(), feeUsdc: next.fee.toString() }
  const done = decided('unwind_completed', { account: cover.account, coverageId: cover.coverageId, detail }, why)
  if (unwind.forCover === undefined) return [covered(quiet), done]
  return [covered({ ...quiet, state: 'closed' }), done, ...rolled]
}

/** A part of what was bought beyond the cover's size is sold: what it brought is cash now. */
function withoutSurplus(cover: Coverage, was: Unwind, { left, proceeds, fee }: Unwind): Coverage {
  const floorEquity = cover.floorEquity.plus(proceeds.minus(was.proceeds)).minus(fee.minus(was.fee))
  const next = { ...cover, filled: cover.size.plus(left), floorEquity }
  return left.isZero() ? withoutAlarm(next) : { ...next, alarm: 'over_bought' }
}

/** An order of a sale that never left: the next tick tries again. */
export function onSaleRefused(state: CoverageState, intentId: IntentId): void {
  for (const unwind of state.unwinds.values()) {
    if (unwind.intentId === intentId) state.unwinds.set(unwind.coverageId, { ...unwind, intentId: undefined })
  }
}
