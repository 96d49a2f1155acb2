/**
 * The life of a cover: activation (P-11), purchase, renewal (P-13), expiry and payout (P-14). One idempotent step: a cover is `pending` with
 * its order intended in the same breath, `active` only when the hedge is confirmed for the full size, and what cannot be completed is undone.
 * Per-tick topics only store a reference. Decisions change the state when they are consumed (see coverage-state.ts).
 */
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, EventOf, Step } from '#engine/component.ts'
import type { AccountId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import { activate, onPutQuote } from './activation.ts'
import { coverageConfig, hedgeKey, initialCoverageState, keepCoverage, keepDecision } from './coverage-state.ts'
import type { CoverageConfig, CoverageState, RecentDecision } from './coverage-state.ts'
import type { CoverageOut, Out } from './decisions.ts'
import { deliverUnsold } from './delivery.ts'
import { onSettlement } from './expiry.ts'
import { checkErosion, keepErosion } from './erosion.ts'
import { keepQuote } from './open-quotes.ts'
import { noteExpiry } from './option-expiries.ts'
import { onRenewalTold } from './partial-renewal.ts'
import { keepHeld, keepStated } from './protected-position.ts'
import { onLateFill } from './late-fill.ts'
import { onBought, onNotBought } from './purchase.ts'
import { onTick } from './renewal.ts'
import { restateUncovered } from './restated-uncovered.ts'
import { keepHedge } from './hedge-held.ts'
import { checkStanding } from './standing.ts'
import { onSaleRefused, onSold } from './sold.ts'
import { keepSaleIntent } from './unwind-state.ts'

type In =
  | 'option_quotes'
  | 'index_prices'
  | 'accepted_commands'
  | 'put_quotes'
  | 'coverages'
  | 'protection_decisions'
  | 'protection_intents'
  | 'trade_confirmations'
  | 'order_states'
  | 'order_refusals'
  | 'order_vetoes'
  | 'venue_settlements'
  | 'clock_tick'
  | 'position_states'
  | 'account_values'
  | 'command_results'

export const coverage = component({
  name: 'protection/coverage',
  version: 5,
  consumes: [
    'option_quotes',
    'index_prices',
    'accepted_commands',
    'put_quotes',
    'coverages',
    'protection_decisions',
    'protection_intents',
    'trade_confirmations',
    'order_states',
    'order_refusals',
    'order_vetoes',
    'venue_settlements',
    'clock_tick',
    'position_states',
    'account_values',
    'command_results',
  ],
  produces: ['quote_requests', 'coverages', 'protection_decisions', 'protection_intents', 'command_results', 'timer_requests'],
  config: coverageConfig,
  initial: initialCoverageState,
  step: (state: CoverageState, event: AnyEvent<In>, config: CoverageConfig): Step<CoverageState, CoverageOut> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: CoverageState, event: AnyEvent<In>, config: CoverageConfig): readonly Out[] {
  switch (event.topic) {
    case 'option_quotes':
      if (state.chain.has(event.body.instrument) || noteExpiry(state.expiries, event.body.instrument))
        state.chain.set(event.body.instrument, event.body)
      return SILENT
    case 'index_prices':
      state.index = event.body
      return SILENT
    case 'position_states':
      keepHeld(state, event.body)
      keepHedge(state, event.body)
      return positionTold(state, event, config)
    case 'account_values':
      state.funding.set(event.body.account, event.body.funding)
      return SILENT
    case 'command_results':
      return keepStated(state, event.body) ? restateUncovered(state, undefined, SILENT) : SILENT
    case 'accepted_commands':
      return command(state, event)
    case 'clock_tick':
      return event.body.name === 'minute' ? minutely(state, event, config) : onTick(state, event, config)
    case 'venue_settlements':
      state.delivered.set(hedgeKey(event.body.account, event.body.instrument), event.body)
      return onSettlement(state, event, config)
    default:
      return keepOrAnswer(state, event, config)
  }
}

/** What stands is held against the books, and the floor against the funding paid. */
function minutely(state: CoverageState, event: EventOf<'clock_tick'>, config: CoverageConfig): readonly Out[] {
  const isQuiet = state.standing.size === 0 && state.unwinds.size === 0
  const rest = isQuiet
    ? SILENT
    : [...checkStanding(state, undefined, event, config), ...deliverUnsold(state, event), ...checkErosion(state, event)]
  const told = [...onTick(state, event, config), ...rest]
  return state.standing.size === 0 ? told : [...told, ...restateUncovered(state, undefined, told)]
}

function positionTold(state: CoverageState, event: EventOf<'position_states'>, config: CoverageConfig): readonly Out[] {
  const { account, book } = event.body
  const told = checkStanding(state, account, event, config, true)
  return book === 'client' ? [...told, ...restateUncovered(state, account, told)] : told
}

function command(state: CoverageState, event: EventOf<'accepted_commands'>): readonly Out[] {
  const { type, commandId, account } = event.body
  if (type === 'ingest_portfolio') state.ingests.set(commandId, account)
  return type === 'activate' ? activate(state, event) : SILENT
}

type Recorded = Extract<
  In,
  | 'put_quotes'
  | 'coverages'
  | 'protection_decisions'
  | 'protection_intents'
  | 'trade_confirmations'
  | 'order_states'
  | 'order_refusals'
  | 'order_vetoes'
>

function keepOrAnswer(state: CoverageState, event: AnyEvent<Recorded>, config: CoverageConfig): readonly Out[] {
  switch (event.topic) {
    case 'put_quotes':
      keepQuote(state, event.body, event.at)
      return onPutQuote(state, event, config)
    case 'coverages': {
      const was = state.coverages.get(event.body.coverageId)
      keepCoverage(state, event.body, event.at)
      return [...onRenewalTold(state, event.body, was, event, config), ...nowHeld(state, event, was, config)]
    }
    case 'protection_decisions':
      keepDecision(state, event.seq, event.at, event.body)
      keepErosion(state, event.body, event.at)
      return SILENT
    case 'protection_intents':
      keepSaleIntent(state, event.body)
      return SILENT
    case 'trade_confirmations':
      if (event.body.purpose === 'cover') return onBought(state, event.body, event, config)
      if (event.body.purpose !== 'unwind_cover') return SILENT
      return event.body.filled.isZero()
        ? [...onSold(state, event.body, event, config), ...notSold(state, event, config)]
        : onSold(state, event.body, event, config)
    case 'order_states':
      return onLateFill(state, event.body, event, config)
    case 'order_refusals':
    case 'order_vetoes':
      onSaleRefused(state, event.body.intentId)
      return [...onNotBought(state, event.body.intentId, event.body.explanation, event, config), ...notSold(state, event, config)]
  }
}

/**
 * A cover that holds more or less than before, or has just become active or failed: what the books lost while its orders were under way, and
 * so was not missed, is missing now.
 */
function nowHeld(state: CoverageState, event: EventOf<'coverages'>, was: Coverage | undefined, config: CoverageConfig): readonly Out[] {
  const { state: life, filled, account } = event.body
  if (was === undefined || life === 'pending' || (was.state === life && was.filled.compare(filled) === 0)) return SILENT
  return checkStanding(state, account, event, config)
}

/** The end of an order that sold nothing: until now it may have. */
function notSold(
  state: CoverageState,
  event: EventOf<'trade_confirmations' | 'order_refusals' | 'order_vetoes'>,
  config: CoverageConfig,
): readonly Out[] {
  return state.sales.has(event.body.intentId) ? checkStanding(state, event.body.account, event, config) : SILENT
}

/** Covers that stand for an account at an instant: active and not yet at their expiry. */
export function activeCoverages(state: CoverageState, account: AccountId, at: EpochMs): readonly Coverage[] {
  return [...state.coverages.values()].filter((cover) => cover.account === account && cover.state === 'active' && at < cover.expiry)
}

/** The last decisions about an account's protection, newest first. */
export function recentDecisions(state: CoverageState, account: AccountId, count: number): readonly RecentDecision[] {
  return state.recent
    .filter(({ decision }) => decision.account === account)
    .slice(-count)
    .toReversed()
}
