/**
 * Selling what was bought: a purchase that stayed incomplete, what is held beyond a cover's size, or the old cover of a roll once the new one is
 * active (unwind-state.ts says how much). A reduce-only IOC limit at the bid, one order at a time, tried again each minute while a fresh bid is
 * there; without a bid nothing is sold and the alarm stays. Nobody sells at a stub: it waits, as without a bid. The legs of a combination are
 * sold one after the other. What a sale brought, and what follows from it, is in sold.ts.
 */
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { plausibleBid } from '#domain/plausible-bid.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { CoinPremium } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, decided, intended } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { observed, usableUntil } from './gates.ts'
import { heldOf } from './hedge-left.ts'
import { leftToSell, nextSaleId, toSell } from './unwind-state.ts'
import type { Unwind } from './unwind-state.ts'

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
/** What can be sold now: the first option of which something is to be sold and that finds its bid. */
function saleOf(state: CoverageState, { forCover }: Wanted, cover: Coverage, at: EpochMs, config: CoverageConfig): Sale | undefined {
  for (const leg of legsOf(cover)) {
    const quantity = toSell(cover, leg, forCover)
    const bid = quantity.isPositive() ? freshBid(state, leg.instrument, at, config) : undefined
    if (bid !== undefined) return { venue: leg.venue, instrument: leg.instrument, quantity, bid }
  }
  return undefined
}

type Wanted = Pick<Unwind, 'forCover'>
/** The next order of a sale, where none is in flight and somebody bids. */
export function sell(state: CoverageState, unwind: Wanted, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const { coverageId, account } = cover
  if (cover.expiry <= now.at || state.unwinds.get(coverageId)?.intentId !== undefined) return []
  const sale = saleOf(state, unwind, heldOf(state, cover), now.at, config)
  if (sale === undefined) return []
  const why = because(now.seq, {
    code: unwind.forCover !== undefined ? 'rolled' : cover.state === 'active' ? 'over_bought' : 'cover_incomplete',
    field: 'left',
    seen: leftToSell(cover, unwind.forCover).toString(),
    limit: '0',
  })
  const detail = { instrument: sale.instrument, limitCoin: sale.bid.price.toString(), size: sale.quantity.toString() }
  return [decided('unwind_placed', { account, coverageId, detail }, why), intended(saleIntent(state, cover, sale))]
}

function saleIntent(state: CoverageState, { coverageId, account }: Coverage, { venue, instrument, quantity, bid }: Sale): OrderIntent {
  return {
    intentId: nextSaleId(state, coverageId),
    account,
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
    coverageId,
  }
}

/** On every tick: sales that wait for their next try. */
export function retrySales(state: CoverageState, now: Now, config: CoverageConfig): readonly Out[] {
  return [...state.unwinds.values()].flatMap((unwind) => {
    const cover = state.coverages.get(unwind.coverageId)
    return cover === undefined ? [] : sell(state, unwind, cover, now, config)
  })
}
