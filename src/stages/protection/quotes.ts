/**
 * Quotes for protection (P-01 to P-03). Keeps the option chain by venue, the index and the worth of every account, O(1) a tick; answers
 * the commands `quote` and, for the admission of its terms, `protect`; prices again for activations and renewals (`quote_requests`).
 * Emits one `put_quotes` per request, `ok` or `no_quote` with the nearest miss explained. A renewal is tried once per state of the market:
 * the same data would give the same refusal.
 */
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import type { IndexPrice, OptionQuote } from '#topics/market.ts'
import type { Coverage, PutQuote, QuoteRequest } from '#topics/protection.ts'
import { quoteJson, answered, refused } from './answers.ts'
import { noExpiries, noteExpiry, takeExpired } from './option-expiries.ts'
import type { OptionExpiries } from './option-expiries.ts'
import { makePutQuote } from './put-quote.ts'
import type { Valued } from './put-quote.ts'
import { quotesConfig } from './quote-config.ts'
import type { QuotesConfig } from './quote-config.ts'
import { admitTerms } from './terms.ts'

type In =
  | 'accepted_commands'
  | 'quote_requests'
  | 'index_prices'
  | 'option_quotes'
  | 'account_values'
  | 'coverages'
  | 'put_quotes'
  | 'clock_tick'
type Out = 'put_quotes' | 'command_results'

export interface QuotesState {
  readonly chains: Map<string, Map<InstrumentId, OptionQuote>>
  readonly expiries: OptionExpiries
  /** Counts what the market said, so that a renewal is not tried twice on the same data. */
  marketVersion: number
  index: IndexPrice | undefined
  readonly accounts: Map<AccountId, Valued>
  /** Pending and active covers. */
  readonly covers: Map<CoverageId, Coverage>
  readonly triedAt: Map<CoverageId, number>
  /** The last quotes by account, newest last; at most `LATEST_MAX`. */
  readonly latest: Map<AccountId, readonly PutQuote[]>
}
const LATEST_MAX = 20

export const quotes = component({
  name: 'protection/quotes',
  version: 2,
  consumes: [
    'accepted_commands',
    'quote_requests',
    'index_prices',
    'option_quotes',
    'account_values',
    'coverages',
    'put_quotes',
    'clock_tick',
  ],
  produces: ['put_quotes', 'command_results'],
  config: quotesConfig,
  initial: (): QuotesState => ({
    chains: new Map(),
    expiries: noExpiries(),
    marketVersion: 0,
    index: undefined,
    accounts: new Map(),
    covers: new Map(),
    triedAt: new Map(),
    latest: new Map(),
  }),
  step: (state: QuotesState, event: AnyEvent<In>, config: QuotesConfig): Step<QuotesState, Out> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: QuotesState, event: AnyEvent<In>, config: QuotesConfig): readonly Emission<Out>[] {
  switch (event.topic) {
    case 'option_quotes':
      return keepQuote(state, event.body)
    case 'index_prices':
      state.index = event.body
      state.marketVersion += 1
      return SILENT
    case 'account_values':
      return keepValue(state, event)
    case 'clock_tick':
      return event.body.name === 'minute' ? prune(state, event.at) : SILENT
    case 'coverages':
      return keepCover(state, event.body)
    case 'put_quotes':
      return keepLatest(state, event.body)
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

function keepQuote(state: QuotesState, quote: OptionQuote): readonly never[] {
  state.marketVersion += 1
  const chain = state.chains.get(quote.venue)
  if (chain?.has(quote.instrument) !== true && !noteExpiry(state.expiries, quote.instrument)) return SILENT
  if (chain === undefined) state.chains.set(quote.venue, new Map([[quote.instrument, quote]]))
  else chain.set(quote.instrument, quote)
  return SILENT
}

function prune(state: QuotesState, at: EpochMs): readonly never[] {
  const expired = takeExpired(state.expiries, at)
  if (expired.length === 0) return SILENT
  for (const chain of state.chains.values()) for (const name of expired) chain.delete(name)
  return SILENT
}

function keepCover(state: QuotesState, cover: Coverage): readonly never[] {
  if (cover.state === 'active' || cover.state === 'pending') state.covers.set(cover.coverageId, cover)
  else {
    state.covers.delete(cover.coverageId)
    state.triedAt.delete(cover.coverageId)
  }
  return SILENT
}

function keepLatest(state: QuotesState, quote: PutQuote): readonly never[] {
  const { account } = quote.terms
  state.latest.set(account, [...(state.latest.get(account) ?? []), quote].slice(-LATEST_MAX))
  return SILENT
}

function command(state: QuotesState, event: EventOf<'accepted_commands'>, config: QuotesConfig): readonly Emission<Out>[] {
  const { type, params, account, commandId } = event.body
  if (type !== 'quote' && type !== 'protect') return SILENT
  const terms = admitTerms(params, account, config)
  if (!terms.ok) return [refused(commandId, account, explain('protection/terms', event.seq, terms.refusal))]
  const cause = type === 'quote' ? 'command' : 'activation'
  const quote = make(state, event, { requestId: `${type}-${commandId}`, cause, commandId, terms: terms.value }, config)
  const emission: Emission<Out> = { topic: 'put_quotes', key: account, body: quote }
  return type === 'quote' ? [emission, answered(commandId, account, quoteJson(quote, event.seq))] : [emission]
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
  return makePutQuote({
    at,
    seq,
    request,
    quotes: executing.flatMap(([, chain]) => [...chain.values()]),
    index: state.index,
    account: state.accounts.get(request.terms.account),
    old: request.renews === undefined ? undefined : state.covers.get(request.renews),
    config,
  })
}

/** The last quotes of an account, newest first. */
export function latestQuotes(state: QuotesState, account: AccountId): readonly PutQuote[] {
  return (state.latest.get(account) ?? []).toReversed()
}
