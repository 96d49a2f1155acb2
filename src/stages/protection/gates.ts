/**
 * Prices one candidate and holds it against the gates (P-03, Y-10), cheapest gate first; the first one broken is reported, with its rank
 * (how far the candidate came) and a distance (relative excess), so that a refusal can name the nearest miss.
 *   premium USDC = average ask in coin x size x index;  fee by the venue's table, in coin x index
 * Spread: (ask - bid) <= max(spreadMax x mark, ticks x tick), an absent bid counts as 0. Size: what the top level shows.
 * Charge: what the client pays for it, within the fixed price (charge.ts). Margin: cash pays the outlay; equity at the conservative close, the
 * new cover at its bid (with the configured credit), stays above maintenance margin, now and at every index before expiry. Guarantee: floor
 * equity above 0 and at or above what is demanded.
 */
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { formatUnits, multiplyUnits, ONE, roundUnits } from '#units/exact.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { premiumTick } from '#domain/catalogue.ts'
import { optionTradeFee } from '#domain/fees.ts'
import { Observed } from '#domain/observed.ts'
import { NEUTRAL_CONTROLS } from '#domain/risk-controls.ts'
import type { AccountValue } from '#topics/account.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { Charge, ProtectionTerms } from '#topics/protection.ts'
import { walkAsks } from './book-walk.ts'
import type { Walked } from './book-walk.ts'
import type { Listed } from './candidates.ts'
import { chargeFor } from './charge.ts'
import { NO_SUBSIDY } from './charge-terms.ts'
import type { ChargeTerms, HedgeCost } from './charge-terms.ts'
import { exitCostsOf, floorEquityOf } from './floor.ts'
import type { ExitCosts } from './floor.ts'
import { marginBelowFloor } from './margin-at-strike.ts'
import type { QuotesConfig } from './quote-config.ts'

type Usdc = Money<'USDC'>

/** The least floor equity wanted, and what to call it where it is missed. */
export interface FloorWanted {
  readonly least: Usdc
  /** What a share is of, where it is not the account's equity alone: with what stated positions have lost. */
  readonly equity?: Usdc
  /** What other covers' parts of the position lose down to their strikes, in `least`. */
  readonly beside?: Usdc
  readonly code: 'equity_floor_not_met' | 'below_drawdown_limit'
}
export interface GateInputs {
  readonly at: EpochMs
  readonly terms: ProtectionTerms
  readonly index: BtcUsdc
  readonly account: AccountValue
  /** Equity the guarantee starts from: without anything whose worth at settlement is not certain. */
  readonly equityBefore: Usdc
  readonly wanted: FloorWanted | undefined
  readonly config: QuotesConfig
  /** What a client is charged by; neutral where absent: the cost itself. */
  readonly charging?: Charging
}
export type Charging = Omit<ChargeTerms, 'terms'>
export interface Priced {
  readonly listed: Listed
  readonly ask: CoinPremium
  readonly bid: CoinPremium | undefined
  readonly average: CoinPremium
  readonly worst: CoinPremium
  readonly premium: Usdc
  readonly fee: Usdc
  readonly charge: Charge
  /** What the account may lose by it at most: what it pays at the venue, or the charge where that is more. A subsidy counts once it is paid. */
  readonly outlay: Usdc
  readonly exit: ExitCosts
  readonly floorEquity: Usdc
}
export interface Miss {
  readonly listed: Listed
  readonly rank: number
  readonly distance: number
  readonly refusal: Refusal
}
export type Gated = { readonly ok: true; readonly priced: Priced } | { readonly ok: false; readonly miss: Miss }

export const NEUTRAL: Charging = { controls: NEUTRAL_CONTROLS, regime: 'unknown', left: NO_SUBSIDY, mayPass: false }
const CENT = ONE / 100n
const FLOOR_GRAIN = ONE / 1_000_000n
const LOT = ONE / 10n

export function gate(listed: Listed, inputs: GateInputs): Gated {
  const fail = (rank: number, distance: number, refusal: Refusal): Gated => ({ ok: false, miss: { listed, rank, distance, refusal } })
  const { config, terms } = inputs
  const fresh = observed(listed.quote).read(inputs.at, config.quoteMaxAgeMs as DurationMs)
  if (!fresh.ok) return fail(1, Number(fresh.refusal.seen), fresh.refusal)
  const { ask, bid, askSize } = fresh.value
  if (ask === undefined) return fail(2, 0, { code: 'no_ask', field: 'ask', seen: 'missing', limit: 'an offer' })
  const spread = checkSpread(fresh.value, ask, config)
  if (spread !== undefined) return fail(3, ratioOf(spread.seen, spread.limit), spread)
  const size = checkSize(askSize, terms.size, config)
  if (size !== undefined) return fail(4, -Number(size.limit), size)
  const walked = walkAsks([{ price: ask, size: askSize ?? new Quantity(0n) }], terms.size)
  if (walked === undefined) return fail(4, 0, tooSmall(askSize, terms.size, terms.size))
  const slipped = checkSlippage(walked, config)
  if (slipped !== undefined) return fail(5, Number(slipped.seen), slipped)
  const hedge = costOf(walked, askSize, inputs)
  const charge = chargeFor(hedge, { ...(inputs.charging ?? NEUTRAL), terms })
  // whatever the refusal is about, the cheaper hedge is the nearer miss
  if (!charge.ok) return fail(6, ratioOf(hedge.premium.plus(hedge.fee), terms.premiumMax ?? 0), charge.refusal)
  const priced = price({ listed, ask, bid, walked, hedge, charge: charge.value }, inputs)
  const money = checkMoney(impactOf(priced, inputs), inputs)
  return money === undefined ? { ok: true, priced } : fail(money.rank, ratioOf(money.refusal.seen, money.refusal.limit), money.refusal)
}

export function observed(quote: OptionQuote): Observed<OptionQuote> {
  return new Observed(quote, quote.observedAt, quote.maxAgeMs)
}

/** The last millisecond at which its price may be used. */
export function usableUntil({ observedAt, maxAgeMs }: OptionQuote, quoteMaxAgeMs: number): EpochMs {
  return Math.floor(observedAt + Math.min(maxAgeMs, quoteMaxAgeMs)) as EpochMs
}

/** The widest spread allowed: a share of the mark, or some ticks where that is wider. */
export function spreadLimit(
  { mark, bid }: Pick<OptionQuote, 'mark' | 'bid'>,
  ask: CoinPremium,
  config: Pick<QuotesConfig, 'spreadMax' | 'spreadTicksMax'>,
): bigint {
  const reference = mark?.units ?? (bid === undefined ? ask.units / 2n : (bid.units + ask.units) / 2n)
  const byShare = multiplyUnits(reference, config.spreadMax.units, 'floor')
  const byTicks = premiumTick(ask).units * BigInt(config.spreadTicksMax)
  return byShare > byTicks ? byShare : byTicks
}

export function checkSpread(quote: OptionQuote, ask: CoinPremium, config: QuotesConfig): Refusal | undefined {
  const spread = ask.units - (quote.bid?.units ?? 0n)
  if (spread < 0n) return { code: 'crossed_quote', field: 'bid', seen: quote.bid?.toString() ?? 'missing', limit: ask.toString() }
  const limit = spreadLimit(quote, ask, config)
  if (spread <= limit) return undefined
  return {
    code: 'spread_too_wide',
    field: 'spread',
    seen: formatUnits(spread),
    limit: formatUnits(limit),
    flip: { field: 'spread', to: formatUnits(limit) },
  }
}

export function checkSize(
  askSize: Quantity<'BTC'> | undefined,
  size: Quantity<'BTC'>,
  { availableRatioMin }: QuotesConfig,
): Refusal | undefined {
  const required = multiplyUnits(size.units, availableRatioMin.units, 'ceil')
  return (askSize?.units ?? 0n) >= required ? undefined : tooSmall(askSize, new Quantity(required), size)
}

/** The largest size the level would serve, where that is a lot or more. */
export function tooSmall(askSize: Quantity<'BTC'> | undefined, required: Quantity<'BTC'>, size: Quantity<'BTC'>): Refusal {
  const available = askSize?.units ?? 0n
  const fits = required.isZero() ? available : (available * size.units) / required.units
  const most = fits < available ? fits : available
  const lots = roundUnits(most, LOT, 'floor')
  const refusal = { code: 'insufficient_size', field: 'positionSize', seen: size.toString(), limit: formatUnits(most) }
  return lots >= LOT ? { ...refusal, flip: { field: 'positionSize', to: formatUnits(lots) } } : refusal
}

export function checkSlippage({ slippage }: Walked, { slippageMax }: QuotesConfig): Refusal | undefined {
  if (slippage.compare(slippageMax) <= 0) return undefined
  return {
    code: 'slippage_too_high',
    field: 'slippage',
    seen: slippage.toString(),
    limit: slippageMax.toString(),
    flip: { field: 'slippage', to: slippageMax.toString() },
  }
}

function costOf(
  { average }: Walked,
  askSize: Quantity<'BTC'> | undefined,
  { terms, index, config }: Pick<GateInputs, 'terms' | 'index' | 'config'>,
): HedgeCost {
  return {
    premium: average.times(terms.size).convert(index, 'ceil'),
    fee: optionTradeFee(average, terms.size, config.fees).convert(index, 'ceil'),
    offered: askSize ?? new Quantity(0n),
    size: terms.size,
  }
}

interface Costed extends Pick<Priced, 'listed' | 'ask' | 'bid' | 'charge'> {
  readonly walked: Walked
  readonly hedge: HedgeCost
}
function price({ listed, ask, bid, walked, hedge, charge }: Costed, { terms, index, equityBefore, config }: GateInputs): Priced {
  const { size, side } = terms
  const { strike } = listed.option
  const exit = exitCostsOf({ size, strike, side }, { ...config.fees, settlementMultipleMax: config.settlementMultipleMax })
  const cost = hedge.premium.plus(hedge.fee)
  const outlay = cost.isBelow(charge.charged) ? charge.charged : cost
  const paid = { premium: outlay, fee: zero<'USDC'>() }
  const floorEquity = floorEquityOf({ equityBefore, size, index, strike, side, ...paid, exitCosts: exit.total })
  const { premium, fee } = hedge
  return { listed, ask, bid, average: walked.average, worst: walked.worst, premium, fee, charge, outlay, exit, floorEquity }
}

/** What buying a cover does to its account, whether it is one option or several. */
interface Impact extends Pick<Priced, 'outlay' | 'exit' | 'floorEquity'> {
  /** What the venue would pay for it at once. */
  readonly atBid: Usdc
  /** What its floor has to be above (margin-at-strike.ts). */
  readonly margin: Usdc
}
function impactOf({ listed, bid, outlay, exit, floorEquity }: Priced, { terms: { size }, index, config }: GateInputs): Impact {
  const atBid = (bid ?? new Price<'BTC', 'BTC'>(0n)).times(size).convert(index, 'floor')
  const margin = marginBelowFloor({ size, strike: listed.option.strike, indexMax: exit.indexMax }, config)
  return { outlay, exit, floorEquity, atBid, margin }
}

interface MoneyMiss {
  readonly rank: number
  readonly refusal: Refusal
}
export function checkMoney(
  { outlay, atBid, floorEquity, exit, margin }: Impact,
  { account, wanted, config }: GateInputs,
): MoneyMiss | undefined {
  if (account.cash.isBelow(outlay)) return { rank: 7, refusal: short('insufficient_cash', 'cash', account.cash, outlay) }
  const equityAfter = account.equityLow.minus(outlay).plus(atBid.times(config.optionMarginCredit, 'floor'))
  if (!(equityAfter.units > account.maintenanceMargin.units)) {
    return { rank: 8, refusal: shortOfEquity('margin_breach', 'equityAfter', equityAfter, account.maintenanceMargin, account) }
  }
  if (!floorEquity.isPositive()) {
    return { rank: 9, refusal: shortOfEquity('floor_not_positive', 'floorEquity', floorEquity, zero(), account) }
  }
  const atStrike = floorEquity.plus(exit.total)
  if (!(atStrike.units > margin.units))
    return { rank: 10, refusal: shortOfEquity('floor_below_margin', 'equityAtStrike', atStrike, margin, account) }
  if (wanted !== undefined && floorEquity.isBelow(wanted.least)) return { rank: 11, refusal: underFloor(floorEquity, wanted, account) }
  return undefined
}

function short(code: string, field: string, seen: Usdc, limit: Usdc): Refusal {
  return { code, field, seen: seen.toString(), limit: limit.toString(), flip: { field, to: limit.toString() } }
}

/** The flip is the least equity, to the cent above, that would be over the limit. */
function shortOfEquity(code: string, field: string, seen: Usdc, limit: Usdc, account: AccountValue): Refusal {
  const missing = roundUnits(limit.units - seen.units, CENT, 'floor') + CENT
  return { ...short(code, field, seen, limit), flip: { field: 'equity', to: formatUnits(account.equityLow.units + missing) } }
}

/** Names the nearest that can be bought: as a share of equity for a request, as an amount for a standing limit. */
function underFloor(floorEquity: Usdc, { least, code, equity, beside = zero() }: FloorWanted, account: AccountValue): Refusal {
  const refusal = { code, field: 'floorEquity', seen: floorEquity.toString(), limit: least.toString() }
  if (code === 'below_drawdown_limit') return { ...refusal, flip: { field: 'drawdownLimitUsdc', to: floorEquity.toString() } }
  const share = roundUnits((floorEquity.minus(beside).units * ONE) / (equity ?? account.equityLow).units, FLOOR_GRAIN, 'floor')
  return share > 0n ? { ...refusal, flip: { field: 'equityFloorPct', to: formatUnits(share) } } : refusal
}

function ratioOf(seen: unknown, limit: unknown): number {
  const [a, b] = [Number(seen), Number(limit)]
  return b === 0 ? Math.abs(a - b) : Math.abs(a - b) / Math.abs(b)
}

/** Fresh value of the index, or why there is none. */
export function readFresh<T>(value: Observed<T> | undefined, at: EpochMs, maxAgeMs: number, what: string): Result<T> {
  if (value === undefined) return { ok: false, refusal: { code: `no_${what}`, field: what, seen: 'missing', limit: 'a fresh value' } }
  const read = value.read(at, maxAgeMs as DurationMs)
  return read.ok
    ? ok(read.value)
    : { ok: false, refusal: { ...read.refusal, field: `${what}AgeMs`, flip: { field: `${what}AgeMs`, to: read.refusal.limit } } }
}
