/**
 * What the loop knows, folded from events. Orders under way, rolls, standing exposures and shadow scores follow from recorded decisions and
 * change when those are consumed. A hedge is what the hedge book holds beyond the covers' legs: those belong to protection.
 */
import { forgetOldest } from '#base/horizon.ts'
import { instrumentOf, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId, Option } from '#domain/instrument.ts'
import type { AccountId, IntentId } from '#domain/order.ts'
import type { AccountValue, PositionState } from '#topics/account.ts'
import type { HedgeDecision, HedgeEvaluation, ShadowScore } from '#topics/hedging.ts'
import type { Mark, OptionQuote } from '#topics/market.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import type { IntermittentConfig } from './loop-config.ts'
import type { EpochMs } from '#units/time.ts'

export interface Leg {
  readonly instrument: InstrumentId
  readonly side: 'long' | 'short'
  readonly size: bigint
  readonly limit: bigint
}
export interface AccountView {
  value: AccountValue | undefined
  /** Signed size of the client book in the linear perpetual. */
  client: bigint
  /** Venue leverage of the client's position, as its last order set it. */
  leverage: number | undefined
  /** Signed sizes of the hedge book. */
  readonly hedges: Map<InstrumentId, bigint>
  /** By cover, and of a combination by cover and option. */
  readonly covers: Map<string, Leg>
  /** Options bought as hedges and not sold again; the rest of the hedge book's options is protection's, also while it is being unwound. */
  readonly own: Map<InstrumentId, bigint>
  /** Net of the exposures last stated; undefined: the loop minds the account's own position. */
  stated: bigint | undefined
  /** What the timer last told, so that a quiet look is told once. */
  lastTold: string
}
export interface Shadow {
  readonly mark: bigint
  readonly held: bigint
  readonly selected: bigint
  readonly score: ShadowScore
}
export interface LoopState {
  readonly accounts: Map<AccountId, AccountView>
  mark: Mark | undefined
  readonly quotes: Map<InstrumentId, OptionQuote>
  /** Decisions whose order is not at its end, by intent. */
  readonly open: Map<IntentId, HedgeDecision>
  /** First legs of rolls that are filled, as their answer will show them. */
  readonly rolled: Map<string, { readonly [key: string]: Json }>
  readonly shadows: Map<AccountId, Shadow>
  dueAt: EpochMs | undefined
  /** The intermittent keys since a reload; undefined: those of the start. */
  intermittent: IntermittentConfig | undefined
}

const QUOTES_MAX = 4_096

export function initialLoopState(): LoopState {
  return {
    accounts: new Map(),
    mark: undefined,
    quotes: new Map(),
    open: new Map(),
    rolled: new Map(),
    shadows: new Map(),
    dueAt: undefined,
    intermittent: undefined,
  }
}

export function viewOf(state: LoopState, account: AccountId): AccountView {
  const known = state.accounts.get(account)
  if (known !== undefined) return known
  const fresh: AccountView = {
    value: undefined,
    client: 0n,
    leverage: undefined,
    hedges: new Map(),
    covers: new Map(),
    own: new Map(),
    stated: undefined,
    lastTold: '',
  }
  state.accounts.set(account, fresh)
  return fresh
}

export function keepPosition(state: LoopState, { account, book, instrument, quantity }: PositionState): void {
  const view = viewOf(state, account)
  if (book === 'client' && instrument === LINEAR_PERPETUAL) view.client = quantity.units
  if (book !== 'hedge') return
  if (!quantity.isZero()) {
    view.hedges.set(instrument, quantity.units)
    return
  }
  view.hedges.delete(instrument)
  view.own.delete(instrument)
}

export function keepTrade(state: LoopState, { account, purpose, instrument, side, filled }: TradeConfirmation): void {
  if (purpose !== 'hedge' || filled.isZero() || optionOf(instrument) === undefined) return
  const { own } = viewOf(state, account)
  const left = (own.get(instrument) ?? 0n) + (side === 'buy' ? filled.units : -filled.units)
  if (left > 0n) own.set(instrument, left)
  else own.delete(instrument)
}

/** What is filled of a cover counts, also while the rest of it is still being bought. */
export function keepCover(state: LoopState, cover: Coverage): void {
  const { account, coverageId, terms, state: now, drawdownLimit } = cover
  const { covers } = viewOf(state, account)
  const stands = now === 'active' || now === 'pending' || now === 'settling'
  for (const key of covers.keys()) if (key.startsWith(`${coverageId} `)) covers.delete(key)
  for (const { instrument, filled, size, payout } of legsOf(cover)) {
    const key = cover.legs === undefined ? coverageId : `${coverageId} ${instrument}`
    const part = filled.units < size.units ? filled.units : size.units
    if (!stands || part <= 0n || payout !== undefined) covers.delete(key)
    else covers.set(key, { instrument, side: terms.side, size: part, limit: drawdownLimit.units })
  }
}

export function keepQuote(state: LoopState, quote: OptionQuote): void {
  if (!state.quotes.has(quote.instrument)) forgetOldest(state.quotes, QUOTES_MAX - 1)
  state.quotes.set(quote.instrument, quote)
}

export function keepDecision(state: LoopState, decision: HedgeDecision): void {
  const view = viewOf(state, decision.account)
  view.lastTold = toldOf(decision)
  if (decision.order !== undefined) state.open.set(decision.order.intentId, decision)
  if (decision.attribution !== undefined) view.stated = decision.attribution.length === 0 ? undefined : -sumOf(decision.attribution)
}

export function keepEvaluation(state: LoopState, { account, mark, hedgeHeld, hedgeSelected, score }: HedgeEvaluation): void {
  state.shadows.set(account, { mark: mark.units, held: hedgeHeld.units, selected: hedgeSelected.units, score })
}

/** Equal texts: nothing new to tell. */
export function toldOf({ action, reason, skipped, order }: HedgeDecision): string {
  return `${action}|${reason}|${skipped ?? ''}|${order?.intentId ?? ''}`
}

/** Size of the account's exposure that covers protect, at most all of it. */
export function coveredOf({ covers }: AccountView, exposure: bigint): bigint {
  const side = exposure < 0n ? 'short' : 'long'
  const whole = exposure < 0n ? -exposure : exposure
  let covered = 0n
  for (const leg of covers.values()) if (leg.side === side) covered += leg.size
  return covered < whole ? covered : whole
}

/** What of an instrument in the hedge book is the loop's to touch: perpetuals, and of options what was bought as a hedge (C-33). Signed. */
export function freeHedge({ hedges, covers, own }: AccountView, instrument: InstrumentId): bigint {
  const held = hedges.get(instrument) ?? 0n
  if (optionOf(instrument) === undefined) return held
  let required = 0n
  for (const leg of covers.values()) if (leg.instrument === instrument) required += leg.size
  const bought = own.get(instrument) ?? 0n
  const beyond = held > required ? held - required : 0n
  return bought < beyond ? bought : beyond
}

export function isCoverLeg({ covers }: AccountView, instrument: InstrumentId): boolean {
  for (const leg of covers.values()) if (leg.instrument === instrument) return true
  return false
}

/** Coins of the exposure that hedges take off, beyond covers: perpetuals held against it and options that protect it. */
export function hedgedOf(view: AccountView, exposure: bigint, at: EpochMs): bigint {
  let hedged = 0n
  for (const instrument of view.hedges.keys()) {
    const size = freeHedge(view, instrument)
    if (instrument === LINEAR_PERPETUAL) {
      if (exposure !== 0n && size < 0n !== exposure < 0n) hedged += size < 0n ? -size : size
      continue
    }
    const option = optionOf(instrument)
    if (option !== undefined && option.expiry > at && protects(option, exposure) && size > 0n) hedged += size
  }
  return hedged
}

export function protects({ optionType }: Option, exposure: bigint): boolean {
  return optionType === (exposure < 0n ? 'call' : 'put')
}

export function optionOf(instrument: InstrumentId): Option | undefined {
  const found = instrumentOf(instrument)
  return found.ok && found.value.kind === 'option' ? found.value : undefined
}

export function hasOpenAction(state: LoopState, account: AccountId): boolean {
  for (const decision of state.open.values()) if (decision.account === account) return true
  return false
}

function sumOf(parts: readonly { readonly hedge: { readonly units: bigint } }[]): bigint {
  return parts.reduce((sum, { hedge }) => sum + hedge.units, 0n)
}
