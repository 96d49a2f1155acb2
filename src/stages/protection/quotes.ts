/**
 * Quotes for protection (P-01 to P-03). Keeps the option chain by venue, the index and the worth of every account, O(1) a tick; answers
 * the commands `quote` and, for the admission of its terms, `protect`; prices again for activations and renewals (`quote_requests`).
 * Emits one `put_quotes` per request, `ok` or `no_quote` with the nearest miss explained. A renewal is tried once per state of the market:
 * the same data would give the same refusal.
 */
import { answered, refused } from '#engine/command-answers.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { EpochMs } from '#units/time.ts'
import type { VolatilityContext } from '#topics/analysis.ts'
import type { IndexPrice, OptionQuote } from '#topics/market.ts'
import type { Coverage, ProtectionTerms, PutQuote, QuoteRequest } from '#topics/protection.ts'
import { quoteJson } from './answers.ts'
import { follow, lapse, leftOf, noBudget, promise, reserve } from './budget.ts'
import type { Budget } from './budget.ts'
import { NO_SUBSIDY } from './charge-terms.ts'
import { controlsOf, regimeNow, withControls } from './controls.ts'
import { countCover, countQuote, DAYS_KEPT, forgetDays } from './daily.ts'
import type { Daily } from './daily.ts'
import type { Now } from './decisions.ts'
import { reserveDrift } from './drift-reserve.ts'
import { relisted } from './listing.ts'
import { noExpiries, noteExpiry, takeExpired } from './option-expiries.ts'
import type { OptionExpiries } from './option-expiries.ts'
import { noPricingVenues } from './pricing-venues.ts'
import type { PricingVenues } from './pricing-venues.ts'
import { keepHeld, keepStated } from './protected-position.ts'
import { noQuote } from './put-quote.ts'
import type { QuoteInputs, Valued } from './put-quote.ts'
import { spotElsewhere, whyUnprotectable } from './quote-admission.ts'
import { quotesConfig } from './quote-config.ts'
import type { QuotesConfig } from './quote-config.ts'
import { budgetUpdated, quoteRecords } from './quote-records.ts'
import { admitTerms } from './terms.ts'
import { besideOf, noPositions, statedResultOf, uncoveredBy } from './uncovered.ts'
import type { Positions } from './uncovered.ts'
import { raceVenues } from './venue-race.ts'

type In =
  | 'accepted_commands'
  | 'quote_requests'
  | 'index_prices'
  | 'option_quotes'
  | 'pricing_quotes'
  | 'venue_gaps'
  | 'volatility_context'
  | 'account_values'
  | 'position_states'
  | 'coverages'
  | 'put_quotes'
  | 'clock_tick'
  | 'config_changed'
  | 'session_started'
  | 'command_results'
type Out = 'put_quotes' | 'command_results' | 'protection_decisions'

export interface QuotesState {
  readonly chains: Map<string, Map<InstrumentId, OptionQuote>>
  /** Venues that only price. */
  readonly pricing: PricingVenues
  readonly expiries: OptionExpiries
  /** Counts what the market said, so that a renewal is not tried twice on the same data. */
  marketVersion: number
  index: IndexPrice | undefined
  readonly accounts: Map<AccountId, Valued>
  /** Of clients, in the books and as stated. */
  readonly positions: Positions
  /** Pending and active covers. */
  readonly covers: Map<CoverageId, Coverage>
  readonly triedAt: Map<CoverageId, number>
  /** The last quotes by account, newest last; at most `LATEST_MAX`. */
  readonly latest: Map<AccountId, readonly PutQuote[]>
  /** Brought by a reload; until then the configuration's own are in force. */
  reloaded: RiskControls | undefined
  /** As analysis has it: names the regime prices go by. */
  volatility: VolatilityContext | undefined
  readonly budget: Budget
  readonly daily: Daily
}
const LATEST_MAX = 20

export const quotes = component({
  name: 'protection/quotes',
  version: 5,
  consumes: [
    'accepted_commands',
    'quote_requests',
    'index_prices',
    'option_quotes',
    'pricing_quotes',
    'venue_gaps',
    'volatility_context',
    'account_values',
    'position_states',
    'coverages',
    'put_quotes',
    'clock_tick',
    'config_changed',
    'session_started',
    'command_results',
  ],
  produces: ['put_quotes', 'command_results', 'protection_decisions'],
  config: quotesConfig,
  initial: (): QuotesState => ({
    chains: new Map(),
    pricing: noPricingVenues(),
    expiries: noExpiries(),
    marketVersion: 0,
    index: undefined,
    accounts: new Map(),
    positions: noPositions(),
    covers: new Map(),
    triedAt: new Map(),
    latest: new Map(),
    reloaded: undefined,
    volatility: undefined,
    budget: noBudget(),
    daily: new Map(),
  }),
  step: (state: QuotesState, event: AnyEvent<In>, config: QuotesConfig): Step<QuotesState, Out> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: QuotesState, event: AnyEvent<In>, config: QuotesConfig): readonly Emission<Out>[] {
  switch (event.topic) {
    case 'option_quotes':
      state.marketVersion += 1
      return keepQuote(state, state.chains, event.body)
    case 'pricing_quotes':
      return keepQuote(state, state.pricing.chains, event.body)
    case 'venue_gaps':
      state.pricing.gaps.set(event.body.venue, event.body)
      return SILENT
    case 'volatility_context':
      state.volatility = event.body
      return SILENT
    case 'position_states':
      keepHeld(state.positions, event.body)
      return SILENT
    case 'command_results':
      keepStated(state.positions, event.body)
      return SILENT
    case 'index_prices':
      state.index = event.body
      state.marketVersion += 1
      return SILENT
    case 'account_values':
      return keepValue(state, event)
    case 'clock_tick':
      return event.body.name === 'minute' ? minutely(state, event, config) : SILENT
    case 'coverages':
      return keepCover(state, event, config)
    case 'put_quotes':
      return keepQuoted(state, event, config)
    case 'config_changed':
      state.reloaded = controlsOf(event, quotes.name) ?? state.reloaded
      return SILENT
    case 'session_started':
      state.reloaded = undefined
      return SILENT
    case 'accepted_commands':
      return command(state, event, config)
    case 'quote_requests':
      return requested(state, event, config)
  }
}

function keepValue({ accounts }: QuotesState, { at, body }: EventOf<'account_values'>): readonly never[] {
  const slot = accounts.get(body.account)
  if (slot === undefined) accounts.set(body.account, { value: body, at })
  else {
    slot.value = body
    slot.at = at
  }
  return SILENT
}

function keepQuote({ expiries }: QuotesState, chains: QuotesState['chains'], quote: OptionQuote): readonly never[] {
  const chain = chains.get(quote.venue)
  const isListed = chain?.has(quote.instrument) === true
  if (!isListed && !noteExpiry(expiries, quote.instrument)) return SILENT
  if (chain === undefined) chains.set(quote.venue, new Map([[quote.instrument, quote]]))
  else {
    chain.set(quote.instrument, quote)
    if (!isListed) relisted(chain)
  }
  return SILENT
}

/** Options past their expiry are forgotten, lapsed quotes give back what they held of the budget. */
function minutely(state: QuotesState, { at, seq }: Now, config: QuotesConfig): readonly Emission<Out>[] {
  const expired = takeExpired(state.expiries, at)
  if (expired.length > 0)
    for (const chains of [state.chains, state.pricing.chains])
      for (const chain of chains.values()) {
        for (const name of expired) chain.delete(name)
        relisted(chain)
      }
  forgetDays(state.daily, at)
  const released = lapse(state.budget, at, DAYS_KEPT)
  return released.map((update) => budgetUpdated(state.budget, update, { at, seq }, controlsInForce(state, config)))
}

function keepCover(state: QuotesState, { at, seq, body: cover }: EventOf<'coverages'>, config: QuotesConfig): readonly Emission<Out>[] {
  countCover(state.daily, cover, state.covers.get(cover.coverageId), at)
  if (cover.state === 'active' || cover.state === 'pending') state.covers.set(cover.coverageId, cover)
  else {
    state.covers.delete(cover.coverageId)
    state.triedAt.delete(cover.coverageId)
  }
  const update = follow(state.budget, cover, at)
  return update === undefined ? SILENT : [budgetUpdated(state.budget, update, { at, seq }, controlsInForce(state, config))]
}

function keepQuoted(state: QuotesState, { at, seq, body: quote }: EventOf<'put_quotes'>, config: QuotesConfig): readonly Emission<Out>[] {
  const { account } = quote.terms
  state.latest.set(account, [...(state.latest.get(account) ?? []), quote].slice(-LATEST_MAX))
  countQuote(state.daily, quote, at)
  const update = reserve(state.budget, quote)
  const reserved = update === undefined ? [] : [budgetUpdated(state.budget, update, { at, seq }, controlsInForce(state, config))]
  return [...quoteRecords(quote, seq), ...reserved]
}

function command(state: QuotesState, event: EventOf<'accepted_commands'>, config: QuotesConfig): readonly Emission<Out>[] {
  const { type, params, account, commandId } = event.body
  if (type === 'ingest_portfolio') state.positions.ingests.set(commandId, account)
  if (type !== 'quote' && type !== 'protect') return SILENT
  const terms = admitTerms(params, account, withControls(config, controlsInForce(state, config)))
  if (!terms.ok) return [refused(commandId, account, explain('protection/terms', event.seq, terms.refusal))]
  const elsewhere = spotElsewhere(state, params, config)
  if (elsewhere !== undefined) return [refused(commandId, account, explain('protection/terms', event.seq, elsewhere))]
  const cause = type === 'quote' ? 'command' : 'activation'
  const quote = make(state, event, requestOf(event, cause, terms.value), config)
  const emission: Emission<Out> = { topic: 'put_quotes', key: account, body: quote }
  return type === 'quote' ? [emission, answered(commandId, account, quoteJson(quote, event.seq))] : [emission]
}

/** `alternatives` and `preview` are no terms of the cover: they say what the quote is for. */
function requestOf(
  { body: { type, commandId, params } }: EventOf<'accepted_commands'>,
  cause: QuoteRequest['cause'],
  terms: ProtectionTerms,
): QuoteRequest {
  const { alternatives, preview } = params as { readonly alternatives?: boolean; readonly preview?: boolean }
  const shown = { ...(alternatives === true ? { alternatives } : {}), ...(preview === true && type === 'quote' ? { preview } : {}) }
  return { requestId: `${type}-${commandId}`, cause, commandId, terms, ...shown }
}

function requested(state: QuotesState, event: EventOf<'quote_requests'>, config: QuotesConfig): readonly Emission<Out>[] {
  const request = event.body
  if (request.renews !== undefined) {
    if (state.triedAt.get(request.renews) === state.marketVersion) return SILENT
    state.triedAt.set(request.renews, state.marketVersion)
  }
  return [{ topic: 'put_quotes', key: request.terms.account, body: make(state, event, request, config) }]
}

function make(
  state: QuotesState,
  { at, seq }: { readonly at: EpochMs; readonly seq: number },
  request: QuoteRequest,
  config: QuotesConfig,
): PutQuote {
  const executing = [...state.chains].filter(([venue]) => config.venues.length === 0 || config.venues.includes(venue))
  const controls = controlsInForce(state, config)
  const { account } = request.terms
  const inputs: QuoteInputs = {
    at,
    seq,
    request,
    chains: executing.map(([, chain]) => chain),
    index: state.index,
    account: state.accounts.get(account),
    uncovered: uncoveredBy(state.positions, state.covers, request),
    ...statedResultOf(state.positions, account, state.index?.price),
    ...besideOf(state.covers, request, state.index?.price),
    old: request.renews === undefined ? undefined : state.covers.get(request.renews),
    config: withControls(config, controls),
    left: leftOf(state.budget, account, at, controls, request.activates),
    ivRegime: regimeNow(state.volatility, controls, config.riskControls),
  }
  const unprotectable = whyUnprotectable(state, request, config)
  if (unprotectable !== undefined) return noQuote(request, seq, unprotectable, { considered: 0 })
  const raced = raceVenues(inputs, state.pricing)
  const reserved = reserveDrift(raced, { controls, left: inputs.left ?? NO_SUBSIDY })
  const quote = reserved.ok ? reserved.value : noQuote(request, seq, reserved.refusal, { considered: raced.considered })
  if (request.preview === true) return previewOf(quote)
  promise(state.budget, quote, at)
  return quote
}

/** Without a name there is nothing to activate, to keep or to reserve for. */
function previewOf({ quoteId: _, acceptUntil: __, goodUntil: ___, ...quote }: PutQuote): PutQuote {
  return { ...quote, preview: true }
}

/** What a reload brought, else what the session was started with. */
export function controlsInForce({ reloaded }: QuotesState, { riskControls }: QuotesConfig): RiskControls {
  return reloaded ?? riskControls
}

/** The last quotes of an account, newest first. */
export function latestQuotes(state: QuotesState, account: AccountId): readonly PutQuote[] {
  return (state.latest.get(account) ?? []).toReversed()
}
