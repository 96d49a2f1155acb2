/**
 * Silence and questions. An order without a definite answer is `unknown` (both filled and not filled count) and is asked for by its id,
 * with growing pauses; after a bounded number of questions it is reported as unresolved and left to the periodic statements. While the
 * link is down nothing is asked; when it is up again everything open is. Questions change nothing at the venue.
 */
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { SILENT } from '#engine/component.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { ExecutionConfig } from './execution-config.ts'
import type { AccountId } from '#domain/order.ts'
import { isImmediate } from './order-record.ts'
import type { ExecutionState, OrderRecord } from './order-record.ts'
import { isLive, moveTo, tell } from './transitions.ts'
import type { LifeEvent } from './transitions.ts'

export type WatchEvent = LifeEvent | 'venue_queries' | 'timer_requests'
const ORDER_TIMER = 'execution/order/'
const STATEMENT_TIMER = 'execution/statement'

export function wakeIn(record: OrderRecord, at: EpochMs, inMs: number): Emission<'timer_requests'> {
  record.wakeAt = later(at, inMs)
  return { topic: 'timer_requests', key: record.order.orderId, body: { name: ORDER_TIMER + record.order.orderId, at: record.wakeAt } }
}

/** An order that has ended is waited for no longer. */
export function sleep(record: OrderRecord): readonly Emission<'timer_requests'>[] {
  const { wakeAt } = record
  if (wakeAt === undefined) return SILENT
  record.wakeAt = undefined
  const { orderId } = record.order
  return [{ topic: 'timer_requests', key: orderId, body: { name: ORDER_TIMER + orderId, at: wakeAt, isOver: true } }]
}

/** The order a timer woke, if it is the timer that counts and the order still needs watching. */
export function wokenBy(state: ExecutionState, { body: { name, dueAt } }: EventOf<'clock_tick'>): OrderRecord | undefined {
  if (!name.startsWith(ORDER_TIMER)) return undefined
  const record = state.orders.get(name.slice(ORDER_TIMER.length) as OrderRecord['order']['orderId'])
  return record !== undefined && record.wakeAt === dueAt && isLive(record) && needsWatch(record) ? record : undefined
}

function needsWatch(record: OrderRecord): boolean {
  return record.state === 'sent' || record.state === 'unknown' || record.ending !== undefined || record.cancels > 0 || isImmediate(record)
}

/** Nothing definite came in time: unknown if it was only sent, and asked again. */
export function askAgain(
  state: ExecutionState,
  record: OrderRecord,
  at: EpochMs,
  config: ExecutionConfig,
): readonly Emission<WatchEvent>[] {
  const told = record.state === 'sent' ? moveTo(record, 'unknown', 'no_reply') : []
  if (state.links.get(record.order.venue) === 'down') return [...told, wakeIn(record, at, config.queryBackoffMaxMs)]
  if (record.queries >= config.queriesToAlarm) {
    if (record.unresolved) return told
    record.unresolved = true
    return [...told, tell(record, record.state === 'sent' ? 'unknown' : record.state, 'unresolved')]
  }
  return [...told, ask(state, record), wakeIn(record, at, backoff(record, at, config))]
}

/** The venue speaks again: pauses and alarm begin anew. */
export function forgetSilence(record: OrderRecord): void {
  record.queries = 0
  record.unresolved = false
}

/** 1, 2, 4, … x the first pause up to the longest; while only the venue's delay is missing for proof, its end. */
function backoff(record: OrderRecord, at: EpochMs, { queryBackoffMs, queryBackoffMaxMs }: ExecutionConfig): number {
  const pause = Math.min(queryBackoffMs * 2 ** (record.queries - 1), queryBackoffMaxMs)
  const proofIn = record.visibleBy - at
  return proofIn > 0 && proofIn < pause ? proofIn : pause
}

/** Its own state, or the account's statement where fills are missing: the venue tells those before the statement. */
export function ask(state: ExecutionState, record: OrderRecord): Emission<'venue_queries'> {
  record.queries++
  const { venue, account, orderId } = record.order
  const queryId = nextQueryId(state)
  if (record.ending !== undefined) return { topic: 'venue_queries', key: account, body: { queryId, venue, kind: 'statement', account } }
  return { topic: 'venue_queries', key: account, body: { queryId, venue, kind: 'order', account, orderId } }
}

export function askAll(state: ExecutionState, venue: string, at: EpochMs, config: ExecutionConfig): readonly Emission<WatchEvent>[] {
  const out: Emission<WatchEvent>[] = [...askStatements(state, venue)]
  for (const record of state.orders.values()) {
    if (record.order.venue !== venue || !isLive(record)) continue
    forgetSilence(record)
    out.push(ask(state, record), wakeIn(record, at, config.queryBackoffMs))
  }
  return out
}

/**
 * A venue whose link is up is asked for whatever accounts it has, again and again: an account whose first statement was lost is not known
 * here yet and could not be asked for by name. Without a word on the link, the accounts known are asked for.
 */
export function askStatements(state: ExecutionState, venue?: string): readonly Emission<'venue_queries'>[] {
  const isMeant = (name: string): boolean => (venue ?? name) === name
  const up = [...state.links].filter(([name, link]) => link === 'up' && isMeant(name)).map(([name]) => name)
  const known = [...state.accounts].filter(([name]) => isMeant(name) && !state.links.has(name))
  const asked = known.flatMap(([name, accounts]) => Array.from(accounts, (account) => statementQuery(state, name, account)))
  return [...up.map((name) => statementQuery(state, name)), ...asked]
}

function statementQuery(state: ExecutionState, venue: string, account?: AccountId): Emission<'venue_queries'> {
  const body = { queryId: nextQueryId(state), venue, kind: 'statement' } as const
  return { topic: 'venue_queries', key: account ?? venue, body: account === undefined ? body : { ...body, account } }
}

export function scheduleStatement(state: ExecutionState, at: EpochMs, { statementEveryMs }: ExecutionConfig): Emission<'timer_requests'> {
  state.statementAt = later(at, statementEveryMs)
  return { topic: 'timer_requests', key: 'statement', body: { name: STATEMENT_TIMER, at: state.statementAt } }
}

export function isStatementDue(state: ExecutionState, { body: { name, dueAt } }: EventOf<'clock_tick'>): boolean {
  return name === STATEMENT_TIMER && dueAt === state.statementAt
}

function nextQueryId(state: ExecutionState): string {
  return `q${state.epoch ?? ''}-${(state.queryCount++).toString(36)}`
}
