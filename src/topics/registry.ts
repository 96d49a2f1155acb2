/**
 * Every event there is. `rank` orders the queue inside a step (1 safety, 2 facts, 3 context, 4 intents, 5 approvals and answers);
 * `producer` is the one folder that may emit it (`ports`: taken from outside); `journal` says whether it is written as an input, written
 * as a decision (and compared on replay), or derived (recomputed on replay). `effect` topics leave the engine through its driver.
 */
import type { z } from 'zod'
import type { AccountValue, DoubtfulSettlement, PositionState, Posting, Reconciliation, TwinValue } from './account.ts'
import { accountRaw, venueFunding, venueSettlement, venueTransfer } from './account.ts'
import type { FundingContext, VolatilityContext, VolSurface } from './analysis.ts'
import {
  alert,
  auditEvent,
  clockTick,
  command,
  commandRepeat,
  commandResult,
  configChanged,
  hostCondition,
  journalSynced,
  poisoned,
  safetyTrigger,
  sessionStarted,
  venueLink,
} from './control.ts'
import type { Command, TimerRequest } from './control.ts'
import { hedgeDecision, hedgeEvaluation } from './hedging.ts'
import type { HedgeRound } from './hedging.ts'
import type { FundingRate, IndexPrice, Mark, MarketRefusal, OptionQuote, Quote, VenueGap } from './market.ts'
import { rawIndex, rawOptionQuotes, rawQuotes } from './market.ts'
import {
  approvedOrder,
  orderIntent,
  orderRefusal,
  orderSend,
  orderUpdate,
  orderVeto,
  tradeConfirmation,
  venueFill,
  venueQuery,
} from './orders.ts'
import type { OrderStateChange } from './orders.ts'
import { coverageCertificate, payoutCheck } from './proof.ts'
import type { MtmRecord, MtmRound } from './proof.ts'
import { coverage, protectionDecision, putQuote } from './protection.ts'
import type { QuoteRequest } from './protection.ts'

export type Rank = 1 | 2 | 3 | 4 | 5
export type Producer =
  | 'ports'
  | 'engine'
  | 'admission'
  | 'analysis'
  | 'protection'
  | 'hedging'
  | 'risk'
  | 'execution'
  | 'ledger'
  | 'monitoring'

interface Written<Schema extends z.ZodType> {
  readonly rank: Rank
  readonly producer: Producer
  readonly journal: 'input' | 'decision'
  readonly schema: Schema
  readonly effect?: true
  /** A field of the body that its record leaves out, because an earlier record holds it; its schema is optional. */
  readonly unwritten?: string
}
interface Derived<Body> {
  readonly rank: Rank
  readonly producer: Producer
  readonly journal: 'derived'
  readonly effect?: true
  /** Carries the type only. */
  readonly body?: Body
}

function input<S extends z.ZodType>(schema: S): Written<S> {
  return { rank: 2, producer: 'ports', journal: 'input', schema }
}
function decision<S extends z.ZodType>(rank: Rank, producer: Producer, schema: S): Written<S> {
  return { rank, producer, journal: 'decision', schema }
}
function effect<S extends z.ZodType>(rank: Rank, producer: Producer, schema: S): Written<S> {
  return { rank, producer, journal: 'decision', schema, effect: true }
}
function derived<Body>(rank: Rank, producer: Producer): Derived<Body> {
  return { rank, producer, journal: 'derived' }
}

export const TOPICS = {
  // from outside
  raw_index: input(rawIndex),
  raw_quotes: input(rawQuotes),
  raw_option_quotes: input(rawOptionQuotes),
  account_raw: input(accountRaw),
  order_updates: input(orderUpdate),
  venue_fills: input(venueFill),
  venue_funding: input(venueFunding),
  venue_settlements: input(venueSettlement),
  venue_transfers: input(venueTransfer),
  venue_links: input(venueLink),
  host_conditions: input(hostCondition),
  commands: input(command),
  clock_tick: input(clockTick),
  journal_synced: input(journalSynced),
  session_started: input(sessionStarted),
  config_changed: input(configChanged),

  // engine
  accepted_commands: derived<Command>(3, 'engine'),
  command_repeats: decision(5, 'engine', commandRepeat),

  // admission, analysis
  index_prices: derived<IndexPrice>(2, 'admission'),
  quotes: derived<Quote>(2, 'admission'),
  option_quotes: derived<OptionQuote>(2, 'admission'),
  pricing_quotes: derived<OptionQuote>(2, 'admission'),
  venue_gaps: derived<VenueGap>(2, 'admission'),
  funding_rates: derived<FundingRate>(2, 'admission'),
  market_refusals: derived<MarketRefusal>(3, 'admission'),
  marks: derived<Mark>(2, 'analysis'),
  vol_surface: derived<VolSurface>(3, 'analysis'),
  volatility_context: derived<VolatilityContext>(3, 'analysis'),
  funding_context: derived<FundingContext>(3, 'analysis'),

  // ledger
  postings: derived<Posting>(2, 'ledger'),
  position_states: derived<PositionState>(2, 'ledger'),
  account_values: derived<AccountValue>(2, 'ledger'),
  twin_values: derived<TwinValue>(2, 'ledger'),
  reconciliations: derived<Reconciliation>(2, 'ledger'),
  doubtful_settlements: derived<DoubtfulSettlement>(2, 'ledger'),
  payout_checks: decision(2, 'ledger', payoutCheck),
  coverage_certificates: decision(3, 'ledger', coverageCertificate),
  mtm_rounds: derived<MtmRound>(3, 'ledger'),
  mtm_records: derived<MtmRecord>(3, 'ledger'),

  // protection
  quote_requests: derived<QuoteRequest>(3, 'protection'),
  put_quotes: decision(3, 'protection', putQuote),
  coverages: decision(3, 'protection', coverage),
  protection_decisions: decision(3, 'protection', protectionDecision),
  protection_intents: decision(4, 'protection', orderIntent),

  // hedging
  hedge_rounds: derived<HedgeRound>(3, 'hedging'),
  hedge_decisions: decision(3, 'hedging', hedgeDecision),
  hedge_evaluations: decision(3, 'hedging', hedgeEvaluation),
  hedging_intents: decision(4, 'hedging', orderIntent),

  // risk
  safety_triggers: decision(1, 'risk', safetyTrigger),
  hedge_trades: decision(5, 'risk', approvedOrder),
  order_refusals: decision(5, 'risk', orderRefusal),

  // execution
  order_states: derived<OrderStateChange>(2, 'execution'),
  trade_confirmations: decision(2, 'execution', tradeConfirmation),
  order_vetoes: decision(5, 'execution', orderVeto),
  order_sends: { ...effect(5, 'execution', orderSend), unwritten: 'order' },
  venue_queries: effect(5, 'execution', venueQuery),

  // monitoring
  audit_events: decision(5, 'monitoring', auditEvent),
  alerts: decision(5, 'monitoring', alert),

  // shared by several producers: the answer to a command, a wish for time
  command_results: decision(5, 'engine', commandResult),
  timer_requests: { ...derived<TimerRequest>(3, 'engine'), effect: true },
  poisoned_inputs: decision(1, 'engine', poisoned),
} as const satisfies Record<string, Written<z.ZodType> | Derived<unknown>>

/** Topics any stage may emit: they belong to the engine's own protocol with its driver, not to a stage. */
export const SHARED_TOPICS: ReadonlySet<TopicName> = new Set(['command_results', 'timer_requests'])

export type TopicName = keyof typeof TOPICS
export type BodyOf<T extends TopicName> =
  (typeof TOPICS)[T] extends Written<infer S> ? z.output<S> : (typeof TOPICS)[T] extends Derived<infer B> ? B : never

export const TOPIC_NAMES = Object.keys(TOPICS) as readonly TopicName[]
