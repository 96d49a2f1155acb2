/**
 * What the documented files say (document 1, 6.2 to 6.5), folded from records that stand in the journal alone: audit events, covers, trade
 * confirmations, settlements, stated portfolios. Running or rebuilding makes no difference, because nothing derived enters.
 * A hedge's cost is what was paid without fees, in USDC; a partial close takes cost x closed / held. The entry price of a cover's position is
 * the client's statement where one exists, else the average of the account's own fills.
 * Edges: fees are in the trade confirmations, not in the ledger files; a mark of a cover enters the coverage ledger at most once an hour.
 */
import { z } from 'zod'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { divideUnits, formatUnits, multiplyUnits } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import { HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { applyTrade, FLAT } from '#domain/position.ts'
import type { CostPosition } from '#domain/position.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { VenueSettlement } from '#topics/account.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import type { TopicName } from '#topics/registry.ts'

export const DOCUMENTED_TOPICS: ReadonlySet<TopicName> = new Set([
  'audit_events',
  'coverages',
  'trade_confirmations',
  'venue_settlements',
  'command_results',
])

export interface PositionRecord {
  readonly id: string
  readonly asset: 'BTC'
  readonly side: 'long' | 'short'
  readonly marginUsd: number
  readonly leverage: number
  readonly entryPrice: number
}
export interface CoverageRecord {
  readonly coverageId: string
  readonly expiryIso: string
  readonly positions: readonly PositionRecord[]
}
interface HedgeLine extends CostPosition {
  readonly instrument: string
}
export interface DocumentedState {
  readonly coverages: Map<string, CoverageRecord>
  /** By account. */
  readonly stated: Map<string, readonly PositionRecord[]>
  readonly client: Map<string, CostPosition>
  /** By account and instrument. */
  readonly hedges: Map<string, HedgeLine>
  readonly legs: Map<string, string>
  readonly markedAt: Map<string, EpochMs>
  realised: bigint
  hedgedAt: EpochMs | undefined
}

export function emptyState(): DocumentedState {
  return {
    coverages: new Map(),
    stated: new Map(),
    client: new Map(),
    hedges: new Map(),
    legs: new Map(),
    markedAt: new Map(),
    realised: 0n,
    hedgedAt: undefined,
  }
}

/** Takes an event in order of seq; the text of the coverage ledger's entry where it makes one. */
export function foldDocumented(state: DocumentedState, event: AnyEvent): string | undefined {
  if (event.topic === 'coverages') return foldCoverage(state, event.body, event.at)
  if (event.topic === 'audit_events') return event.body.event === 'mtm_position' ? marked(state, event.body.payload, event.at) : undefined
  if (event.topic === 'trade_confirmations') foldTrade(state, event.body, event.at)
  else if (event.topic === 'venue_settlements') foldSettlement(state, event.body, event.at)
  else if (event.topic === 'command_results') foldStatement(state, event.body.answer)
  return undefined
}

/** Keys in the order of the document: a state that was saved and loaded has them in another. */
export function coveragesText(state: DocumentedState): string {
  const pairs = [...state.coverages].map(([id, { coverageId, expiryIso, positions }]) => [
    id,
    { coverageId, expiryIso, positions: positions.map(inOrder) },
  ])
  return `${JSON.stringify(pairs, undefined, 2)}\n`
}

function inOrder({ id, asset, side, marginUsd, leverage, entryPrice }: PositionRecord): PositionRecord {
  return { id, asset, side, marginUsd, leverage, entryPrice }
}

/** Net per instrument over all accounts, as the document has it. */
export function hedgeLedgerText(state: DocumentedState): string {
  const net = new Map<string, CostPosition>()
  for (const { instrument, quantity, cost } of state.hedges.values()) {
    const { quantity: heldBefore, cost: costBefore } = net.get(instrument) ?? FLAT
    net.set(instrument, { quantity: heldBefore + quantity, cost: costBefore + cost })
  }
  const ledger = [...net]
    .filter(([, { quantity }]) => quantity !== 0n)
    .map(([instrument, { quantity, cost }]) => [
      instrument,
      { size: formatUnits(quantity), avgCostUsdc: formatUnits(divideUnits(cost, quantity)) },
    ])
  const timestamp = state.hedgedAt === undefined ? null : isoFromEpochMs(state.hedgedAt)
  return `${JSON.stringify({ ledger, realizedPnl: formatUnits(state.realised), timestamp }, undefined, 2)}\n`
}

export function coverageLedgerText(entries: readonly string[]): string {
  return entries.length === 0 ? '[]\n' : `[\n${entries.join(',\n')}\n]\n`
}

function foldCoverage(state: DocumentedState, cover: Coverage, at: EpochMs): string | undefined {
  const { coverageId, expiry, equityBefore, drawdownLimit } = cover
  if (cover.state !== 'active' && cover.state !== 'settling') {
    state.coverages.delete(coverageId)
    state.legs.delete(coverageId)
    state.markedAt.delete(coverageId)
    return undefined
  }
  const isNew = !state.coverages.has(coverageId)
  state.coverages.set(coverageId, { coverageId, expiryIso: isoFromEpochMs(expiry), positions: positionsOf(state, cover) })
  if (!isNew) return undefined
  const { filled, venue } = cover
  const legs = {
    selectedVenue: venue,
    coverageLegs: legsShown(cover).map((leg) => ({ ...leg, strike: Number(leg.strike) })),
  }
  state.legs.set(coverageId, JSON.stringify(legs))
  return JSON.stringify({
    coverageId,
    ...legs,
    equityUsdc: equityBefore?.toString() ?? null,
    drawdownBufferUsdc: equityBefore?.minus(drawdownLimit).toString() ?? null,
    coverageRatio: filled.ratioTo(cover.size).toString(),
    timestamp: isoFromEpochMs(at),
  })
}

/** What the client stated under the cover's names; a position nobody named is the account's own perpetual, as ledger, API and audit events call it. */
function positionsOf(state: DocumentedState, { account, terms, positionIds, index }: Coverage): readonly PositionRecord[] {
  const names = terms.positionId === undefined ? (positionIds ?? []) : [terms.positionId]
  const stated = state.stated.get(account)?.filter(({ id }) => names.includes(id)) ?? []
  if (stated.length > 0) return stated
  const held = state.client.get(account) ?? FLAT
  const entry = held.quantity === 0n ? index : new Price<'BTC', 'USDC'>(divideUnits(held.cost, held.quantity))
  const margin = entry.times(terms.size).units
  const leverage = BigInt(Math.round(terms.leverage * 1e6)) * 10n ** 12n
  return [
    {
      id: terms.positionId ?? LINEAR_PERPETUAL,
      asset: terms.asset,
      side: terms.side,
      marginUsd: nearest(divideUnits(margin, leverage)),
      leverage: terms.leverage,
      entryPrice: nearest(entry.units),
    },
  ]
}

/** The JSON number nearest to an exact amount: read as a text, because a division of floats may miss it by a last bit and print as 17987.899999999998. */
function nearest(units: bigint): number {
  return Number(formatUnits(units))
}

const markPayload = z.object({ coverageId: z.string(), equityUsdc: z.string(), drawdownBufferUsdc: z.string(), coverageRatio: z.string() })

function marked(state: DocumentedState, payload: unknown, at: EpochMs): string | undefined {
  const parsed = markPayload.safeParse(payload)
  if (!parsed.success) return undefined
  const { coverageId, equityUsdc, drawdownBufferUsdc, coverageRatio } = parsed.data
  const legs = state.legs.get(coverageId)
  const last = state.markedAt.get(coverageId)
  if (legs === undefined || (last !== undefined && at - last < HOUR_MS)) return undefined
  state.markedAt.set(coverageId, at)
  const fixed = JSON.parse(legs) as Readonly<Record<string, unknown>>
  return JSON.stringify({ coverageId, ...fixed, equityUsdc, drawdownBufferUsdc, coverageRatio, timestamp: isoFromEpochMs(at) })
}

function foldTrade(state: DocumentedState, trade: TradeConfirmation, at: EpochMs): void {
  if (trade.filled.isZero()) return
  const sign = trade.side === 'buy' ? 1n : -1n
  const quantity = sign * trade.filled.units
  const worth = sign * (trade.notionalUsdc ?? trade.notional).units
  if (trade.book === 'client') {
    const { quantity: held, cost } = applyTrade(state.client.get(trade.account) ?? FLAT, quantity, worth)
    state.client.set(trade.account, { quantity: held, cost })
  } else if (trade.book === 'hedge') bookHedge(state, trade, quantity, worth, at)
}

/** Delivery closes what is held at the payout; the venue's word comes once per account and instrument, a repeat finds nothing held. */
function foldSettlement(state: DocumentedState, settled: VenueSettlement, at: EpochMs): void {
  const held = state.hedges.get(hedgeKey(settled)) ?? FLAT
  if (held.quantity === 0n || settled.quantity.isZero()) return
  const payout = settled.currency === 'BTC' ? multiplyUnits(settled.payout.units, settled.settlementIndex.units) : settled.payout.units
  bookHedge(state, settled, -settled.quantity.units, -payout, at)
}

function bookHedge(
  state: DocumentedState,
  what: { readonly account: string; readonly instrument: string },
  quantity: bigint,
  worth: bigint,
  at: EpochMs,
): void {
  const key = hedgeKey(what)
  const { quantity: held, cost, realised } = applyTrade(state.hedges.get(key) ?? FLAT, quantity, worth)
  if (held === 0n) state.hedges.delete(key)
  else state.hedges.set(key, { instrument: what.instrument, quantity: held, cost })
  state.realised += realised
  state.hedgedAt = at
}

function hedgeKey({ account, instrument }: { readonly account: string; readonly instrument: string }): string {
  return `${account} ${instrument}`
}

const decimal = z.string().transform(Number)
const statement = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  count: z.number(),
  updatedAt: z.string(),
  positions: z.array(
    z.object({
      id: z.string(),
      asset: z.literal('BTC'),
      side: z.enum(['long', 'short']),
      entryPrice: decimal,
      leverage: decimal,
      marginUsd: decimal,
    }),
  ),
})

/** The answer to `POST /portfolio/ingest`; every other answer has another shape. */
function foldStatement(state: DocumentedState, answer: unknown): void {
  const parsed = statement.safeParse(answer)
  if (!parsed.success) return
  const { accountId, positions } = parsed.data
  state.stated.set(accountId, positions.map(inOrder))
}
