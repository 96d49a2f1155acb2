/**
 * When a bid for an option is a price, and when it is a stub (docs/decisions/0014-nobody-bids.md). What an option would settle at now:
 *   inside = max(K - S, 0) for a put, max(S - K, 0) for a call, in the option's own quote (coin: / S, rounded down)
 *   worth  = min(inside, mark)                       what valuation measures a bid against
 *   bid < share x worth                              is no bid
 * Whoever sells measures it against max(inside, mark): time value given away is lost as surely as intrinsic value; and a bid without size buys
 * nothing. What valuation takes for a stub nobody sells at, therefore. Units: 1e-18 of the option's quote. Edges: a size nobody states (a
 * recording) does not speak against a bid; without a mark and without an index nothing can be said, and the bid is taken as it is.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { divideUnits, formatUnits, multiplyUnits, ONE } from '#units/exact.ts'
import type { Price } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import type { Option } from './instrument.ts'

/** The share of its worth under which a bid is a stub, where configuration states no other. */
export const STUB_BID_SHARE = ratio('0.5')

export function isStubBid(bid: bigint, worth: bigint, share: Ratio): boolean {
  return bid * ONE < worth * share.units
}

/** How far the index is beyond the strike on the side that pays, in USDC; 0 out of the money. */
export function insideOf({ optionType, strike }: Pick<Option, 'optionType' | 'strike'>, index: bigint): bigint {
  const distance = optionType === 'put' ? strike.units - index : index - strike.units
  return distance > 0n ? distance : 0n
}

/** In the option's own quote: coin of a coin-settled one, USDC otherwise. */
export function intrinsicValue(option: Pick<Option, 'optionType' | 'strike' | 'settlement'>, index: bigint): bigint {
  const inside = insideOf(option, index)
  return option.settlement === 'BTC' ? divideUnits(inside, index, 'floor') : inside
}

interface OfferedBid<P extends Price> {
  readonly bid: P | undefined
  readonly bidSize?: Quantity<'BTC'> | undefined
  readonly mark?: Price | undefined
}
type BidCode = 'no_bid' | 'stub_bid'

/** The bid an option may be sold at, or why there is none. */
export function plausibleBid<P extends Price>(
  option: Pick<Option, 'optionType' | 'strike' | 'settlement'>,
  { bid, bidSize, mark }: OfferedBid<P>,
  index: bigint | undefined,
  share: Ratio = STUB_BID_SHARE,
): Result<P, BidCode> {
  if (bid === undefined) return refuse('no_bid', 'bid', null, 'a bid')
  if (bidSize?.isPositive() === false) return refuse('no_bid', 'bidSize', bidSize.toString(), 'a bid with size')
  const inside = index === undefined ? 0n : intrinsicValue(option, index)
  const worth = mark !== undefined && mark.units > inside ? mark.units : inside
  if (!isStubBid(bid.units, worth, share)) return ok(bid)
  return refuse('stub_bid', 'bid', bid.toString(), formatUnits(multiplyUnits(worth, share.units, 'ceil')))
}
