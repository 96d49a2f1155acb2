/**
 * What the cover's life is kept in. The state that concerns a decision changes here, on consuming the event that records it, never where it
 * is emitted: a recovery folds recorded decisions through these same lines. Ended covers are forgotten after `retainMs`.
 */
import { z } from 'zod'
import type { InstrumentId } from '#domain/instrument.ts'
import { STUB_BID_SHARE } from '#domain/plausible-bid.ts'
import type { StatedPart } from '#domain/stated-positions.ts'
import type { AccountId, CommandId, CoverageId, IntentId } from '#domain/order.ts'
import { Money } from '#units/money.ts'
import type { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { zRatio } from '#topics/schema.ts'
import type { VenueSettlement } from '#topics/account.ts'
import type { IndexPrice, OptionQuote } from '#topics/market.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg, ProtectionDecision } from '#topics/protection.ts'
import { DRIFT_TOLERANCE } from './drift-reserve.ts'
import { consumeQuote, forgetLapsed, lapseQuotes } from './open-quotes.ts'
import type { OpenQuotes } from './open-quotes.ts'
import { noExpiries, takeExpired } from './option-expiries.ts'
import type { OptionExpiries } from './option-expiries.ts'
import { forgetSales, keepUnwind } from './unwind-state.ts'
import type { UnwindState } from './unwind-state.ts'

export const coverageConfig = z
  .strictObject({
    /** How much worse than quoted the total may be at activation, as a share; by tier where named. */
    driftToleranceMax: z.number().min(0).max(1).default(DRIFT_TOLERANCE),
    driftToleranceByTier: z.record(z.string(), z.number().min(0).max(1)).default({}),
    /** IOC tries to complete a cover that was filled in part. */
    coverAttemptsMax: z.number().int().min(1).max(20).default(3),
    /** Renewals bought in part, and sold again, before no more is tried; and for how long from the first of them. */
    partialRenewalsMax: z.number().int().min(1).max(50).default(3),
    partialRenewalsForMs: z.number().positive().default(3_600_000),
    renewWindowMs: z
      .number()
      .positive()
      .default(12 * 3_600_000),
    /** From this long before expiry a missing renewal is an emergency. */
    escalateMs: z.number().positive().default(3_600_000),
    /** From here on the end without renewal is announced. */
    gapNoticeMs: z.number().positive().default(600_000),
    quoteMaxAgeMs: z.number().positive().default(30_000),
    /** Of what an option is worth, its mark or its intrinsic value, whichever is more: a lower bid is a stub, and nothing is sold at it. */
    stubBidShare: zRatio.default(STUB_BID_SHARE),
    payoutDifferenceMaxUsdc: z.number().positive().default(0.01),
    /** A cover is bought only for a position of its side and at most of that position's size. */
    requirePosition: z.boolean().default(true),
    retainMs: z
      .number()
      .positive()
      .default(30 * 86_400_000),
  })
  .prefault({})
export type CoverageConfig = z.output<typeof coverageConfig>

export interface RecentDecision {
  readonly seq: number
  readonly at: EpochMs
  readonly decision: ProtectionDecision
}
/** A position as a client states it. */
export interface StatedSize extends StatedPart {
  readonly id: string
}
export interface Bought {
  readonly coverageId: CoverageId
  readonly filled: Quantity<'BTC'>
  /** What the option was to cost: fee for its size, and the bound of its price. */
  readonly leg: Pick<CoverLeg, 'size' | 'fee' | 'limitPremiumCoin' | 'premiumCoin'>
  /** The purchase of a combination as it was when this order of it ended: what a late fill may still complete. */
  readonly whole?: Coverage
}
/** An option in the hedge book of an account, and what a coin of it brought when the book last held less (hedge-held.ts). */
export interface HedgeHeld {
  readonly units: bigint
  readonly realised: Money<'USDC'>
  readonly average: bigint | undefined
  readonly brought: Price | undefined
}
export interface CoverageState extends UnwindState, OpenQuotes {
  readonly coverages: Map<CoverageId, Coverage>
  /** Active and settling. */
  readonly standing: Set<CoverageId>
  readonly endedAt: Map<CoverageId, EpochMs>
  readonly chain: Map<InstrumentId, OptionQuote>
  readonly expiries: OptionExpiries
  index: IndexPrice | undefined
  /** Signed size of the client position in the books, and what clients state themselves, by account. */
  readonly held: Map<AccountId, Quantity<'BTC'>>
  readonly stated: Map<AccountId, readonly StatedSize[]>
  /** Options in the hedge book as the ledger tells them, and the settlements that have delivered some: `<account>:<instrument>`. */
  readonly hedges: Map<string, HedgeHeld>
  readonly delivered: Map<string, VenueSettlement>
  /** Funding of an account since its books were opened, and what was last told of a floor it eroded. */
  readonly funding: Map<AccountId, Money<'USDC'>>
  readonly eroded: Map<CoverageId, { readonly day: number; readonly paid: Money<'USDC'> }>
  /** Statements whose answer is still to come. */
  readonly ingests: Map<CommandId, AccountId>
  /** What the ended orders of purchases bought, as counted: a later fill of one adds the difference. */
  readonly bought: Map<IntentId, Bought>
  /** What has been said once and need not be said again: `<kind>:<coverageId>`. */
  readonly said: Set<string>
  /** The last decisions, oldest first. */
  readonly recent: RecentDecision[]
}
const RECENT_MAX = 200
const NO_COVERS: readonly Coverage[] = []

export function initialCoverageState(): CoverageState {
  return {
    coverages: new Map(),
    standing: new Set(),
    endedAt: new Map(),
    quotes: new Map(),
    lapsed: new Map(),
    lookedAt: 0,
    unwinds: new Map(),
    sales: new Map(),
    saleCount: new Map(),
    chain: new Map(),
    expiries: noExpiries(),
    index: undefined,
    held: new Map(),
    stated: new Map(),
    hedges: new Map(),
    delivered: new Map(),
    funding: new Map(),
    eroded: new Map(),
    ingests: new Map(),
    bought: new Map(),
    said: new Set(),
    recent: [],
  }
}

export function keepCoverage(state: CoverageState, cover: Coverage, at: EpochMs): void {
  const { coverageId, quoteId } = cover
  consumeQuote(state, quoteId)
  const was = state.coverages.get(coverageId)
  state.coverages.set(coverageId, cover)
  if (cover.state === 'active' || cover.state === 'settling') state.standing.add(coverageId)
  else state.standing.delete(coverageId)
  keepUnwind(state, cover, was)
  if (!hasEnded(cover)) return
  state.endedAt.delete(coverageId) // at its end again, so that the oldest stays the first
  state.endedAt.set(coverageId, at)
}

export interface Sold {
  readonly filled: Quantity<'BTC'>
  readonly proceeds: Money<'USDC'>
  readonly fee: Money<'USDC'>
}
/** What an order bought or sold, in USDC: as the fills had it, else its coin at the index given. */
export function inUsdc({ filled, notional, notionalUsdc, fees, feesUsdc }: TradeConfirmation, index: Coverage['index']): Sold {
  const coin = new Money<'BTC'>(notional.units)
  const feeCoin = new Money<'BTC'>(fees.reduce((total, { currency, amount }) => (currency === 'BTC' ? total + amount.units : total), 0n))
  const feeUsdc = new Money<'USDC'>(fees.reduce((total, { currency, amount }) => (currency === 'USDC' ? total + amount.units : total), 0n))
  return {
    filled: new Quantity<'BTC'>(filled.units),
    proceeds: notionalUsdc ?? coin.convert(index),
    fee: feesUsdc ?? feeCoin.convert(index).plus(feeUsdc),
  }
}

export function keepDecision(state: CoverageState, seq: number, at: EpochMs, decision: ProtectionDecision): void {
  if (decision.coverageId !== undefined) state.said.add(`${decision.kind}:${decision.coverageId}`)
  state.recent.push({ seq, at, decision })
  if (state.recent.length > RECENT_MAX) state.recent.shift()
}

/** Of an option in the hedge book of an account. */
export function hedgeKey(account: AccountId, instrument: InstrumentId): string {
  return `${account}:${instrument}`
}

export function hasSaid(state: CoverageState, kind: ProtectionDecision['kind'], id: CoverageId): boolean {
  return state.said.has(`${kind}:${id}`)
}

export function hasEnded({ state }: Coverage): boolean {
  return state === 'failed' || state === 'expired' || state === 'closed'
}

/** Oldest first; an array only of what there is. */
export function standingCovers(state: CoverageState): readonly Coverage[] {
  if (state.standing.size === 0) return NO_COVERS
  const covers: Coverage[] = []
  for (const id of state.standing) {
    const cover = state.coverages.get(id)
    if (cover !== undefined) covers.push(cover)
  }
  return covers
}

/** The cover that follows this one: on its way or standing. */
export function successorOf(state: CoverageState, id: CoverageId): Coverage | undefined {
  for (const cover of state.coverages.values()) {
    if (cover.previousCoverageId === id && (cover.state === 'pending' || cover.state === 'active')) return cover
  }
  return undefined
}

/** Once a minute: quotes past their end, options past their expiry, covers ended long ago. The oldest come first: what is not due ends the look. */
export function pruneCoverageState(state: CoverageState, at: EpochMs, { retainMs }: CoverageConfig): void {
  lapseQuotes(state, at)
  forgetLapsed(state, at)
  for (const name of takeExpired(state.expiries, at)) state.chain.delete(name)
  for (const [id, endedAt] of state.endedAt) {
    if (endedAt + retainMs >= at) break
    if (!state.unwinds.has(id)) forget(state, id)
  }
}

function forget(state: CoverageState, id: CoverageId): void {
  const cover = state.coverages.get(id)
  state.endedAt.delete(id)
  state.coverages.delete(id)
  state.eroded.delete(id)
  forgetSales(state, id)
  for (const [intent, { coverageId }] of state.bought) if (coverageId === id) state.bought.delete(intent)
  for (const said of state.said) if (said.endsWith(`:${id}`)) state.said.delete(said)
  if (cover === undefined) return
  for (const { instrument } of legsOf(cover)) {
    const key = hedgeKey(cover.account, instrument)
    state.hedges.delete(key)
    state.delivered.delete(key)
  }
}
