/**
 * A client's close of its cover, option by option (API-02). Each is sold whole or not at all at its bid, the one that protects least first, so that what
 * is left when a later one finds no buyer still protects the most. Then the cover stands on with what it holds, smaller and named so:
 *   floor = floor before + loss to the mean strike of the whole - loss to the strike that is left + what the sale brought - what it cost
 * with the exit costs in proportion. One option is sold in one order and is closed or is not; what comes late while it is sold (late-fill.ts) is sold
 * next.
 */
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { coinOption } from '#domain/catalogue.ts'
import { Observed } from '#domain/observed.ts'
import type { IntentId, OrderIntent } from '#domain/order.ts'
import { plausibleBid } from '#domain/plausible-bid.ts'
import { multiplyUnits } from '#units/exact.ts'
import { Money, zero } from '#units/money.ts'
import type { Price } from '#units/price.ts'
import { noQuantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { later } from '#units/time.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { SoldSoFar } from './client-orders-state.ts'
import type { OrderInputs } from './client-order-rules.ts'
import { direction, withUncovered } from './floor.ts'

export interface LegSale {
  readonly intent: OrderIntent
  /** Why the bid is no price, where the client sells at it all the same. */
  readonly stub: Refusal | undefined
}
export const NOTHING_SOLD: SoldSoFar = { count: 0, orderId: undefined, filled: 0n, notional: 0n, proceeds: zero(), fee: zero() }

/** With an order of it that has ended. */
export function plusSold(was: SoldSoFar | undefined, { orderId, filled, notional, notionalUsdc, feesUsdc }: TradeConfirmation): SoldSoFar {
  const before = was ?? NOTHING_SOLD
  return {
    count: before.count + 1,
    orderId,
    filled: before.filled + filled.units,
    notional: before.notional + notional.units,
    proceeds: before.proceeds.plus(notionalUsdc ?? zero()),
    fee: before.fee.plus(feesUsdc ?? zero()),
  }
}

interface Terms {
  readonly limit?: Price | undefined
  readonly acceptStubBid: boolean
  /** Sales of this close before. */
  readonly sold?: number
}

/** What the venue has delivered is not there to be sold. */
export function nextToClose(cover: Coverage): CoverLeg | undefined {
  return legsOf(cover).findLast(({ filled, payout }) => filled.isPositive() && payout === undefined)
}

export function legSale(inputs: OrderInputs, cover: Coverage, leg: CoverLeg, { limit, acceptStubBid, sold = 0 }: Terms): Result<LegSale> {
  const { account, commandId, at, config } = inputs
  const bid = bidOf(inputs, leg, acceptStubBid)
  if (!bid.ok) return bid
  if (limit !== undefined && limit.units > bid.value.price.units) {
    const to = bid.value.price.toString()
    return refuse('price_above_bid', 'price', limit.toString(), to, { field: 'price', to })
  }
  const intent: OrderIntent = {
    intentId: `${commandId}-close${sold === 0 ? '' : `-${sold + 1}`}` as IntentId,
    account,
    book: 'hedge',
    instrument: leg.instrument,
    side: 'sell',
    quantity: leg.filled,
    postOnly: false,
    commandId,
    purpose: 'unwind_cover',
    venue: leg.venue,
    type: 'limit',
    timeInForce: 'FOK',
    limitPrice: limit ?? bid.value.price,
    reduceOnly: true,
    goodUntil: later(at, Math.min(config.optionMaxAgeMs, bid.value.leftMs)),
    coverageId: cover.coverageId,
  }
  return ok({ intent, stub: bid.value.stub })
}

interface Bid {
  readonly price: Price
  readonly leftMs: number
  readonly stub: Refusal | undefined
}
/** A stub is no bid (docs/decisions/0014-nobody-bids.md), unless the client says in so many words that it takes it. */
function bidOf({ state, at, config, account }: OrderInputs, { instrument }: CoverLeg, acceptStubBid: boolean): Result<Bid> {
  const quote = state.options.get(instrument)
  if (quote?.bid === undefined) return refuse('no_bid', 'bid', null, `a bid for ${instrument}`)
  const index = state.values.get(account)?.value.index.units
  const option = coinOption(instrument)
  const plausible = option === undefined ? ok(quote.bid) : plausibleBid(option, quote, index, config.stubBidShare)
  const stub = plausible.ok ? undefined : plausible.refusal
  if (stub?.code === 'no_bid') return { ok: false, refusal: stub }
  if (stub !== undefined && !acceptStubBid) return { ok: false, refusal: { ...stub, flip: { field: 'acceptStubBid', to: true } } }
  const price = new Observed(quote.bid, quote.observedAt, quote.maxAgeMs).read(at, config.optionMaxAgeMs as DurationMs)
  if (!price.ok) return price
  const maxAgeMs = Math.min(config.optionMaxAgeMs, quote.maxAgeMs)
  return ok({ price: price.value, leftMs: quote.observedAt + maxAgeMs - at, stub })
}

/** What still stands when the rest could not be sold; past its expiry it waits for its delivery. */
export function leftStanding(cover: Coverage, sold: SoldSoFar, explanation: Coverage['explanation'], at: EpochMs): Coverage {
  const state = at >= cover.expiry || legsOf(cover).some(({ payout }) => payout !== undefined) ? 'settling' : 'active'
  const left = nextToClose(cover)
  if (left === undefined || sold.count === 0) return { ...cover, state }
  const { index, size, strike, terms, exitCostMax = zero<'USDC'>() } = cover
  const lossTo = (to: typeof strike, of: typeof size): bigint =>
    multiplyUnits(index.units - to.units, of.units, 'ceil') * direction(terms.side)
  const exit = exitCostMax.share(left.filled.units, size.units, 'up')
  const restated = new Money<'USDC'>(cover.floorEquity.units + lossTo(strike, size) - lossTo(left.strike, left.filled))
  const others = cover.legs?.filter(({ instrument }) => instrument !== left.instrument)
  return {
    ...cover,
    state,
    venue: left.venue,
    instrument: left.instrument,
    strike: left.strike,
    expiry: left.expiry,
    size: left.filled,
    filled: left.filled,
    ...(others === undefined ? {} : { legs: [{ ...left, size: left.filled }, ...others.map(sizedToNothing)] }),
    exitCostMax: exit,
    floorEquity: restated.plus(exitCostMax).minus(exit).plus(sold.proceeds).minus(sold.fee),
    floorExcludes: withUncovered(cover.floorExcludes),
    alarm: 'partly_closed',
    explanation,
  }
}

function sizedToNothing(leg: CoverLeg): CoverLeg {
  return { ...leg, size: noQuantity<'BTC'>() }
}
