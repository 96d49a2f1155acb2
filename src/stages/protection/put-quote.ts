/**
 * From a request and the market as it stands to the body of a `put_quotes` event: inputs fresh, floor price, what the floor equity must
 * reach, the selection, how long its prices may be used (`goodUntil`) and until when a client may accept it (`acceptUntil`), which is not the
 * same (docs/decisions/0030-a-quote-has-a-deadline-of-its-own.md). Pure; the component `protection/quotes` keeps the market.
 * Guarantee (docs/decisions/0010-renewal-guarantee.md): equity counts without the standing covers, because their payoff at the new expiry
 * can be 0. Where a renewal misses its limit like that, the selection runs again with the old cover's bid as cash (a roll).
 */
import { explain } from '#domain/explanation.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { Observed } from '#domain/observed.ts'
import type { QuoteId } from '#domain/order.ts'
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { noQuantity } from '#units/quantity.ts'
import type { Quantity } from '#units/quantity.ts'
import { DAY_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { AccountValue } from '#topics/account.ts'
import type { IndexPrice } from '#topics/market.ts'
import type { Coverage, PutQuote, QuoteRequest } from '#topics/protection.ts'
import { alternativesOf } from './alternatives.ts'
import { NO_SUBSIDY } from './charge-terms.ts'
import type { SubsidyLeft } from './charge-terms.ts'
import { chooseCover } from './combination-choice.ts'
import type { Choice } from './combination-choice.ts'
import { driftToleranceOf } from './controls.ts'
import { floorExcludesOf, floorPriceOf, optionTypeFor } from './floor.ts'
import { readFresh } from './gates.ts'
import type { FloorWanted } from './gates.ts'
import type { OptionChain } from './listing.ts'
import type { QuotesConfig } from './quote-config.ts'
import { combinationBought, singleBought } from './quoted-cover.ts'
import type { QuotedCover } from './quoted-cover.ts'
import { rollOf } from './roll-quote.ts'
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
  readonly uncovered?: Quantity<'BTC'>
  /** What the client's positions beyond the books have lost, at this index: no cash of this account, and against it all the same; not positive. */
  readonly statedResult?: Money<'USDC'>
  /** What the parts of the position that other covers stand for lose down to their strikes, and what leaving them costs: a share of equity is of all. */
  readonly beside?: Money<'USDC'>
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
  const equityBefore = certainEquity(account, inputs.statedResult)
  const { ivRegime = 'unknown' } = inputs
  const plain: SelectionInputs = {
    at: inputs.at,
    terms: request.terms,
    index,
    account,
    equityBefore,
    wanted: floorWanted(request, account, inputs),
    config,
    chains: inputs.chains,
    floorPrice,
    only: request.instrument,
    charging: { controls: config.riskControls, regime: ivRegime, left: inputs.left ?? NO_SUBSIDY, mayPass: false },
  }
  const kept = chooseCover(plain, request.legs)
  const roll = kept.ok ? undefined : rollOf(inputs, index)
  const base = roll === undefined ? equityBefore : equityBefore.plus(roll.proceeds).minus(roll.fee)
  const selection = roll === undefined ? kept : chooseCover({ ...plain, equityBefore: base }, request.legs)
  const known = {
    considered: selection.considered,
    index,
    ivRegime,
    equityBefore: selection.ok ? base : equityBefore,
    ...(floorPrice === undefined ? {} : { floorPrice }),
  }
  const cost = selection.ok ? costOf(selection) : undefined
  const pairs = request.alternatives === true ? { alternatives: alternativesOf({ ...plain, equityBefore: base }, cost) } : {}
  if (!selection.ok) return { ...noQuote(request, seq, kept.ok ? selection.refusal : nearer(kept, selection), known), ...pairs }
  const bought = 'combination' in selection ? combinationBought(selection, inputs, index) : singleBought(selection, inputs, index)
  const quote = { ...okQuote(inputs, fresh.value, bought, known), ...pairs }
  return roll === undefined ? quote : { ...quote, roll }
}

function costOf(chosen: Choice & { ok: true }): Money<'USDC'> {
  const { premium, fee } = 'combination' in chosen ? chosen.combination : chosen.winner.priced
  return premium.plus(fee)
}

/** Of two refused selections (without and with the roll) the one that came further explains. */
function nearer(kept: Selection & { ok: false }, rolled: Selection & { ok: false }): Refusal {
  return rolled.rank >= kept.rank ? rolled.refusal : kept.refusal
}

/**
 * Equity without the covers that stand: at the new expiry they may have paid nothing. Hedges that owe stay in, and so does what positions have lost
 * that the client states beyond the books (`domain/stated-positions.ts`).
 */
export function certainEquity(account: AccountValue, statedResult = zero<'USDC'>()): Money<'USDC'> {
  const standing = account.hedgeClose.isPositive() ? account.hedgeClose : zero<'USDC'>()
  return account.equityLow.minus(standing).plus(statedResult)
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

function floorWanted(
  { drawdownLimit, terms }: QuoteRequest,
  { equityLow }: AccountValue,
  { statedResult = zero<'USDC'>(), beside = zero<'USDC'>() }: QuoteInputs,
): FloorWanted | undefined {
  const equity = equityLow.plus(statedResult)
  if (drawdownLimit !== undefined) return { least: drawdownLimit, equity, code: 'below_drawdown_limit' }
  if (terms.equityFloor === undefined) return undefined
  return { least: equity.times(terms.equityFloor, 'up').plus(beside), equity, beside, code: 'equity_floor_not_met' }
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

/** Accepted any later, the option chosen would end before the tenor that was asked for. */
function acceptUntilOf(
  at: EpochMs,
  expiry: number | undefined,
  { terms }: QuoteRequest,
  { quoteTtlMs, expirySlackMs }: QuotesConfig,
): EpochMs {
  const lastBegin = (expiry ?? Infinity) - terms.tenorDays * DAY_MS + expirySlackMs
  return Math.floor(Math.min(at + quoteTtlMs, lastBegin)) as EpochMs
}

function okQuote(
  { at, seq, request, config, uncovered = noQuantity<'BTC'>(), statedResult = zero<'USDC'>() }: QuoteInputs,
  fresh: Fresh,
  { charge, exit, floorEquity, quotesUntil, shown }: QuotedCover,
  known: Known,
): PutQuote {
  const drift = driftToleranceOf(request.terms, config.riskControls)
  const { venue, ...rest } = shown
  return {
    ...about(request),
    ...known,
    status: 'ok',
    ...(charge.status === 'ok' ? {} : { variant: charge.status }),
    quoteId: `quote-${seq}` as QuoteId,
    ...(request.cause === 'command' ? { acceptUntil: acceptUntilOf(at, shown.selected?.expiry, request, config) } : {}),
    goodUntil: Math.floor(Math.min(at + config.quoteTtlMs, fresh.indexUntil, quotesUntil)) as EpochMs,
    ...(venue === undefined ? {} : { venue }),
    optionType: optionTypeFor(request.terms.side),
    ...rest,
    floorEquity,
    exitCostMax: exit.total,
    ...(exit.indexMax === undefined ? {} : { floorHoldsUpTo: exit.indexMax }),
    floorExcludes: floorExcludesOf(fresh.account, uncovered.isPositive()),
    ...(uncovered.isPositive() ? { uncoveredSize: uncovered } : {}),
    ...(statedResult.isZero() ? {} : { statedResult }),
    charge,
    ...(drift === undefined ? {} : { driftTolerance: drift }),
    lines: charge.lines,
    exitLines: [
      { name: 'delivery fee, at most', usdc: exit.delivery },
      { name: 'closing fee, at most', usdc: exit.closing },
    ],
  }
}
