/**
 * One position in USDC. Close: a long at the bid, a short at the ask (a perpetual without a quote at its mark); a long option without a
 * bid, or with one under `stubBidShare` of that, is worth what it would settle at now (intrinsic value at the index, at most its mark) and
 * counts as doubtful (docs/decisions/0014): a market that stops bidding for a few minutes has not taken the settlement away, but nobody
 * would pay for it either, and the interval says so. A short
 * one without an ask is worth its mark. Coin prices count at the index. An option past its expiry and not yet
 * delivered is settling: intrinsic value at the last index, shown as stale. Initial margin = notional / leverage, maintenance =
 * notional x rate, for contracts and short options; what is paid for needs none. Rounding: half-even at 1e-18.
 */
import { divideUnits, multiplyUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { Observed } from '#domain/observed.ts'
import type { Option } from '#domain/instrument.ts'
import { insideOf, intrinsicValue, isStubBid } from '#domain/plausible-bid.ts'
import { worthOf } from '#domain/position.ts'
import { contractOf, isCoinSettled, isPaidFor } from './account-books.ts'
import type { Held, Valued } from './account-books.ts'
import { freshUntil } from './prices.ts'
import type { Prices, Quoted } from './prices.ts'

export interface ValuationConfig {
  readonly markMaxAgeMs: number
  readonly maintenanceMarginRate: Ratio
  /** A bid under this share of the lesser of settlement value and mark is none: a stub, there to be hit by mistake. */
  readonly stubBidShare: Ratio
}

/** Beyond every instant: nothing but a new price changes the value. */
const LASTING = Number.MAX_SAFE_INTEGER
const MISSING: Valued = {
  close: 0n,
  mark: 0n,
  unrealised: 0n,
  initial: 0n,
  maintenance: 0n,
  missing: true,
  stale: false,
  validUntil: LASTING,
}
const NO_MARGIN = { initial: 0n, maintenance: 0n }
const NOTHING: Valued = { ...MISSING, missing: false }

export function valueHeld(held: Held, prices: Prices, index: Observed<BtcUsdc>, at: EpochMs, config: ValuationConfig): Valued {
  if (held.quantity === 0n) return NOTHING
  const { instrument } = held
  const rate = index.lastKnown().value.units
  if (instrument.kind === 'option' && at >= instrument.expiry) return settling(held, instrument, rate)
  const observed = prices.quoted.get(instrument.id)
  if (observed === undefined) return unseen(held, rate)
  const { close, mark, isUnbid } = closingPrices(held, observed, rate, config.stubBidShare)
  if (close === undefined || mark === undefined) return unseen(held, rate)
  const contract = contractOf(instrument)
  const worth = worthOf(contract, held.quantity, mark)
  const markWorth = equityShare(held, worth, rate)
  const closeWorth = close === mark ? markWorth : equityShare(held, worthOf(contract, held.quantity, close), rate)
  const needsIndex = isCoinSettled(instrument)
  const freshEnd = freshUntil(observed, config.markMaxAgeMs)
  const end = needsIndex ? Math.min(freshEnd, freshUntil(index, config.markMaxAgeMs)) : freshEnd
  const stale = at > end || isUnbid
  const expiryEnd = instrument.kind === 'option' ? instrument.expiry - 1 : LASTING
  const margin = marginOf(held, worth, rate, config)
  return {
    close: closeWorth,
    mark: markWorth,
    unrealised: isPaidFor(instrument) ? markWorth - costInUsdc(held, rate) : markWorth,
    initial: margin.initial,
    maintenance: margin.maintenance,
    missing: false,
    stale,
    validUntil: stale ? expiryEnd : Math.min(end, expiryEnd),
  }
}

/** Left out of equity, so that what was paid for it counts as lost until a price says otherwise. */
function unseen(held: Held, rate: bigint): Valued {
  return isPaidFor(held.instrument) ? { ...MISSING, unrealised: -costInUsdc(held, rate) } : MISSING
}

/** What the paid cost is worth in USDC today: coin cost moves with the index, and with it the currency result. */
export function costInUsdc(held: Held, rate: bigint): bigint {
  return held.currency === 'BTC' ? multiplyUnits(held.cost, rate) : held.cost
}

interface ClosingPrices {
  readonly close: bigint | undefined
  readonly mark: bigint | undefined
  /** Nobody bids, or next to nothing, for something that has a settlement value. */
  readonly isUnbid: boolean
}

/** Units of the price at which a position is closed, and of its mark; a mark that nobody states is the closing price. */
function closingPrices({ instrument, quantity }: Held, { bid, ask, mark }: Quoted, rate: bigint, stubBidShare: Ratio): ClosingPrices {
  const side = quantity > 0n ? bid : ask
  if (instrument.kind === 'option' && quantity > 0n) {
    const settled = unlessBid(instrument, { bid, mark }, rate, stubBidShare)
    if (settled !== undefined) return { close: settled, mark: mark?.units ?? settled, isUnbid: settled > 0n }
  }
  const close = side?.units ?? mark?.units
  return { close, mark: mark?.units ?? close, isUnbid: false }
}

/** What a long option would settle at now, at most its mark, where nobody bids a real price for it; undefined where somebody does. */
function unlessBid(option: Option, { bid, mark }: Pick<Quoted, 'bid' | 'mark'>, rate: bigint, share: Ratio): bigint | undefined {
  // a bid that is real beside the mark is real beside anything less; most ticks end here
  if (bid !== undefined && mark !== undefined && !isStubBid(bid.units, mark.units, share)) return undefined
  const settled = intrinsicValue(option, rate)
  const least = mark !== undefined && mark.units < settled ? mark.units : settled
  return bid === undefined || isStubBid(bid.units, least, share) ? least : undefined
}

function equityShare(held: Held, worth: bigint, rate: bigint): bigint {
  const share = isPaidFor(held.instrument) ? worth : worth - held.cost
  return isCoinSettled(held.instrument) ? multiplyUnits(share, rate) : share
}

function settling(held: Held, option: Option, rate: bigint): Valued {
  const worth = multiplyUnits(held.quantity, insideOf(option, rate))
  return { ...NOTHING, close: worth, mark: worth, unrealised: worth - costInUsdc(held, rate), stale: true }
}

/** `worth` is that of the position at its mark: the notional of a linear contract, made once. */
function marginOf(
  held: Held,
  worth: bigint,
  rate: bigint,
  config: ValuationConfig,
): { readonly initial: bigint; readonly maintenance: bigint } {
  const { kind } = held.instrument
  if (kind === 'spot' || (kind === 'option' && held.quantity > 0n)) return NO_MARGIN
  const notional = kind === 'linear-perpetual' ? (worth < 0n ? -worth : worth) : notionalOf(held, rate)
  return { initial: divideUnits(notional, held.leverage), maintenance: multiplyUnits(notional, config.maintenanceMarginRate.units) }
}

/** Size in USDC, positive: an inverse contract is sized in dollars already. */
export function notionalOf(held: Held, price: bigint): bigint {
  const size = held.quantity < 0n ? -held.quantity : held.quantity
  return held.instrument.kind === 'inverse-perpetual' ? size : multiplyUnits(size, price)
}
