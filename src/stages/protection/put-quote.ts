/**
 * From a request and the market as it stands to the body of a `put_quotes` event: inputs fresh, floor price, what the floor equity must
 * reach, the selection, and how long its prices may be used. Pure; the component `protection/quotes` keeps the market.
 * Guarantee (docs/decisions/0010-renewal-guarantee.md): equity counts without the standing covers, because their payoff at the new expiry
 * can be 0. Where a renewal misses its limit like that, the selection runs again with the old cover's bid as cash (a roll).
 */
import { explain } from '#domain/explanation.ts'
import { optionTradeFee } from '#domain/fees.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { Observed } from '#domain/observed.ts'
import type { QuoteId } from '#domain/order.ts'
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { sha256Hex } from '#base/sha256.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { AccountValue } from '#topics/account.ts'
import type { IndexPrice } from '#topics/market.ts'
import type { Candidate, Coverage, PricedBook, PutQuote, QuoteRequest, Roll } from '#topics/protection.ts'
import { alternativesOf } from './alternatives.ts'
import { liquidityRatioOf, NO_SUBSIDY } from './charge-terms.ts'
import type { SubsidyLeft } from './charge-terms.ts'
import { driftToleranceOf } from './controls.ts'
import { floorExcludesOf, floorPriceOf, optionTypeFor } from './floor.ts'
import { observed, readFresh } from './gates.ts'
import type { FloorWanted, Priced } from './gates.ts'
import { quoteOf } from './listing.ts'
import type { OptionChain } from './listing.ts'
import type { QuotesConfig } from './quote-config.ts'
import { lostBecause } from './score.ts'
import type { Scored } from './score.ts'
import { selectAffordable } from './selection.ts'
import type { Selection, SelectionInputs } from './selection.ts'

/** One slot per account, reused: the worth of an account comes with every mark. */
export interface Valued {
  value: AccountValue
  at: EpochMs
}
export interface QuoteInputs {
  readonly at: EpochMs
  readonly seq: number
  readonly request: QuoteRequest
  readonly chains: readonly OptionChain[]
  readonly index: IndexPrice | undefined
  readonly account: Valued | undefined
  /** Part of the position has no cover even then: what it loses is beside the floor. */
  readonly leavesUncovered?: boolean
  /** The cover a renewal follows. */
  readonly old: Coverage | undefined
  readonly config: QuotesConfig
  /** What today's caps on subsidies still allow; absent: nothing. */
  readonly left?: SubsidyLeft
  readonly ivRegime?: IvRegime
}
interface Fresh {
  readonly index: BtcUsdc
  readonly indexUntil: number
  readonly account: AccountValue
}

export function makePutQuote(inputs: QuoteInputs): PutQuote {
  const { request, seq, config } = inputs
  const fresh = readInputs(inputs)
  if (!fresh.ok) return noQuote(request, seq, fresh.refusal, { considered: 0 })
  const { index, account } = fresh.value
  const floorPrice = floorPriceFor(request, index)
  const equityBefore = certainEquity(account)
  const { ivRegime = 'unknown' } = inputs
  const plain: SelectionInputs = {
    at: inputs.at,
    terms: request.terms,
    index,
    account,
    equityBefore,
    wanted: floorWanted(request, account),
    config,
    chains: inputs.chains,
    floorPrice,
    only: request.instrument,
    charging: { controls: config.riskControls, regime: ivRegime, left: inputs.left ?? NO_SUBSIDY, mayPass: false },
  }
  const kept = selectAffordable(plain)
  const roll = kept.ok ? undefined : rollOf(inputs, index)
  const base = roll === undefined ? equityBefore : equityBefore.plus(roll.proceeds).minus(roll.fee)
  const selection = roll === undefined ? kept : selectAffordable({ ...plain, equityBefore: base })
  const known = {
    considered: selection.considered,
    index,
    ivRegime,
    equityBefore: selection.ok ? base : equityBefore,
    ...(floorPrice === undefined ? {} : { floorPrice }),
  }
  const cost = selection.ok ? selection.winner.priced.premium.plus(selection.winner.priced.fee) : undefined
  const pairs = request.alternatives === true ? { alternatives: alternativesOf({ ...plain, equityBefore: base }, cost) } : {}
  if (!selection.ok) return { ...noQuote(request, seq, kept.ok ? selection.refusal : nearer(kept, selection), known), ...pairs }
  const quote = { ...okQuote(inputs, fresh.value, selection, known), ...pairs }
  return roll === undefined ? quote : { ...quote, roll }
}

/** Of two refused selections (without and with the roll) the one that came further explains. */
function nearer(kept: Selection & { ok: false }, rolled: Selection & { ok: false }): Refusal {
  return rolled.rank >= kept.rank ? rolled.refusal : kept.refusal
}

/** Equity without the covers that stand: at the new expiry they may have paid nothing. Hedges that owe stay in. */
export function certainEquity(account: AccountValue): Money<'USDC'> {
  const standing = account.hedgeClose.isPositive() ? account.hedgeClose : new Money<'USDC'>(0n)
  return account.equityLow.minus(standing)
}

function readInputs({ at, index, account, config }: QuoteInputs): Result<Fresh> {
  const observedIndex = index === undefined ? undefined : new Observed(index.price, index.observedAt, index.maxAgeMs)
  const price = readFresh(observedIndex, at, config.indexMaxAgeMs, 'index')
  if (!price.ok) return price
  const valued = account === undefined ? undefined : new Observed(account.value, account.at, config.accountMaxAgeMs as DurationMs)
  const value = readFresh(valued, at, config.accountMaxAgeMs, 'account')
  if (!value.ok) return value
  const missing = value.value.missingPositions[0]
  if (missing !== undefined)
    return { ok: false, refusal: { code: 'equity_unknown', field: 'missingPositions', seen: missing, limit: 'a price for every position' } }
  const indexUntil = (index?.observedAt ?? at) + Math.min(index?.maxAgeMs ?? 0, config.indexMaxAgeMs)
  return ok({ index: price.value, indexUntil, account: value.value })
}

/** Under hold-limit a renewal still keeps the share of the price, from the index as it is now. */
function floorPriceFor({ terms }: QuoteRequest, index: BtcUsdc): BtcUsdc | undefined {
  return terms.drawdownFloor === undefined ? undefined : floorPriceOf(index, terms.drawdownFloor, terms.side)
}

function floorWanted({ drawdownLimit, terms }: QuoteRequest, account: AccountValue): FloorWanted | undefined {
  if (drawdownLimit !== undefined) return { least: drawdownLimit, code: 'below_drawdown_limit' }
  if (terms.equityFloor === undefined) return undefined
  return { least: account.equityLow.times(terms.equityFloor, 'up'), code: 'equity_floor_not_met' }
}

/** The old cover sold at its bid, if that is fresh and there. */
function rollOf({ at, old, chains, config }: QuoteInputs, index: BtcUsdc): Roll | undefined {
  if (old === undefined || old.state !== 'active') return undefined
  const quote = quoteOf(chains, old.instrument, old.venue)
  const fresh = quote === undefined ? undefined : observed(quote).read(at, config.quoteMaxAgeMs as DurationMs)
  const bid = fresh?.ok ? fresh.value.bid : undefined
  const bidSize = fresh?.ok ? fresh.value.bidSize : undefined
  if (bid === undefined || (bidSize?.units ?? 0n) < old.filled.units) return undefined
  return {
    coverageId: old.coverageId,
    venue: old.venue,
    instrument: old.instrument,
    size: old.filled,
    bidCoin: bid,
    proceeds: bid.times(old.filled).convert(index, 'floor'),
    fee: optionTradeFee(bid, old.filled, config.fees).convert(index, 'ceil'),
  }
}

type Known = Partial<Pick<PutQuote, 'index' | 'floorPrice' | 'equityBefore' | 'ivRegime'>> & Pick<PutQuote, 'considered'>

function about(request: QuoteRequest): Pick<PutQuote, 'requestId' | 'commandId' | 'renews' | 'cause' | 'activates' | 'terms'> {
  const { requestId, commandId, renews, cause, activates, terms } = request
  return {
    requestId,
    cause,
    terms,
    ...(commandId === undefined ? {} : { commandId }),
    ...(renews === undefined ? {} : { renews }),
    ...(activates === undefined ? {} : { activates }),
  }
}

export function noQuote(request: QuoteRequest, seq: number, refusal: Refusal, known: Known): PutQuote {
  const explanation = explain('protection/quote', seq, refusal)
  const variant = refusal.code === 'premium_floor' ? { variant: 'premium_floor' as const } : {}
  return { ...about(request), ...known, ...variant, status: 'no_quote', lines: [], explanation }
}

function okQuote(
  { at, seq, request, config, leavesUncovered = false }: QuoteInputs,
  fresh: Fresh,
  { winner, runnerUp, byVenue }: Selection & { ok: true },
  known: Known,
): PutQuote {
  const { charge, exit, floorEquity, worst, listed } = winner.priced
  const quoteUntil = listed.quote.observedAt + Math.min(listed.quote.maxAgeMs, config.quoteMaxAgeMs)
  const drift = driftToleranceOf(request.terms, config.riskControls)
  return {
    ...about(request),
    ...known,
    status: 'ok',
    ...(charge.status === 'ok' ? {} : { variant: charge.status }),
    quoteId: `quote-${seq}` as QuoteId,
    goodUntil: Math.floor(Math.min(at + config.quoteTtlMs, fresh.indexUntil, quoteUntil)) as EpochMs,
    venue: listed.quote.venue,
    optionType: optionTypeFor(request.terms.side),
    selected: candidateOf(winner),
    limitPremiumCoin: worst,
    book: bookOf(winner.priced, request.terms.size, fresh.index),
    ...(runnerUp === undefined ? {} : { runnerUp: { ...candidateOf(runnerUp), lostBecause: lostBecause(runnerUp, winner) } }),
    venues: byVenue.map((best) => venueOf(best, winner, at)),
    floorEquity,
    exitCostMax: exit.total,
    ...(exit.indexMax === undefined ? {} : { floorHoldsUpTo: exit.indexMax }),
    floorExcludes: floorExcludesOf(fresh.account, leavesUncovered),
    charge,
    ...(drift === undefined ? {} : { driftTolerance: drift }),
    lines: charge.lines,
    exitLines: [
      { name: 'delivery fee, at most', usdc: exit.delivery },
      { name: 'closing fee, at most', usdc: exit.closing },
    ],
  }
}

/** The level the price was made on, and its digest together with the index: whoever holds both can make the digest again. */
function bookOf({ listed, ask, bid }: Priced, size: Quantity<'BTC'>, index: BtcUsdc): PricedBook {
  const { venue, instrument, askSize: offered = new Quantity<'BTC'>(0n), observedAt } = listed.quote
  const level = { ask, askSize: offered, ...(bid === undefined ? {} : { bid }), observedAt }
  // keys in their order: canonical as it stands
  const digest = sha256Hex(JSON.stringify({ ask, askSize: offered, bid, index, instrument, observedAt, venue }))
  return { ...level, liquidityRatio: liquidityRatioOf({ offered, size }), digest }
}

/** The best cover of one venue, and why it lost where another venue has the winner. */
function venueOf(best: Scored, winner: Scored, at: EpochMs): NonNullable<PutQuote['venues']>[number] {
  const { quote } = best.priced.listed
  const told = { venue: quote.venue, premium: best.priced.premium, ageMs: Math.max(0, at - quote.observedAt) }
  return best === winner ? told : { ...told, lostBecause: lostBecause(best, winner) }
}

function candidateOf({ priced, score }: Scored): Candidate {
  const { listed, average, premium, fee, exit, floorEquity }: Priced = priced
  const { id, strike, expiry }: { id: InstrumentId; strike: BtcUsdc; expiry: EpochMs } = listed.option
  return { instrument: id, strike, expiry, premiumCoin: average, premium, fee, exitCostMax: exit.total, floorEquity, score }
}
