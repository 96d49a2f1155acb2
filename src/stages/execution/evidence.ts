/**
 * What the venue says of an order. An end is believed when all fills it counts are here, so that the confirmation carries exact sums;
 * until then the order stays open and the statement is asked for. `not_found` is no proof before the venue's visibility delay; after it,
 * an order whose prices still hold is sent again under its own id, any other ends as never arrived (faults V01, V02). Should it turn up
 * later it is cancelled.
 */
import { refuse } from '#base/result.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { SILENT } from '#engine/component.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { ExecutionConfig } from './execution-config.ts'
import { hasEnded, isImmediate } from './order-record.ts'
import type { Ending, ExecutionState, OrderRecord } from './order-record.ts'
import { cancel, send, veto, whyVeto } from './sending.ts'
import type { SendEvent } from './sending.ts'
import { isLive, liveState, moveTo, tell } from './transitions.ts'
import { ask, forgetSilence, wakeIn } from './watch.ts'
import type { WatchEvent } from './watch.ts'

export type EvidenceEvent = SendEvent | WatchEvent

export function takeUpdate(
  state: ExecutionState,
  event: EventOf<'order_updates'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  const { at, body } = event
  const record = state.orders.get(body.orderId)
  if (record === undefined) return SILENT
  const { status } = body
  if (hasEnded(record)) return status === 'accepted' && record.neverArrived && record.cancels === 0 ? cancel(record, at, config) : SILENT
  if (record.state === 'approved') return SILENT // nothing was sent: not about this order
  if (status === 'not_found') return takeAbsence(state, record, event, config)
  if (status === 'accepted' || status === 'triggered') return takeLife(state, record, event, config)
  if (status === 'rejected' && record.sends > 1 && isAboutRepeat(body.reason))
    return [ask(state, record), wakeIn(record, at, config.queryBackoffMs)]
  const size = record.order.quantity.units
  const filled = status === 'filled' || body.filled.units > size ? size : body.filled.units
  const hasTraded = filled > 0n || record.filled > 0n
  return takeEnd(
    state,
    record,
    { state: status === 'rejected' && hasTraded ? 'cancelled' : status, filled, reason: body.reason },
    at,
    config,
  )
}

/** The second of two sends under one id is refused as a repeat: that says the first one lives. */
function isAboutRepeat(reason: string | undefined): boolean {
  return reason !== undefined && /duplicate|already/i.test(reason)
}

function takeLife(
  state: ExecutionState,
  record: OrderRecord,
  { at, body }: EventOf<'order_updates'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  const wasUncertain = record.state === 'sent' || record.state === 'unknown'
  const told = wasUncertain
    ? moveTo(record, liveState(record))
    : body.status === 'triggered'
      ? [tell(record, record.state, 'triggered')]
      : []
  forgetSilence(record)
  if (body.filled.units > record.filled) return [...told, askStatement(state, record), wakeIn(record, at, config.queryBackoffMs)]
  return isImmediate(record) || record.cancels > 0 ? [...told, wakeIn(record, at, config.ackTimeoutMs)] : told
}

function takeEnd(
  state: ExecutionState,
  record: OrderRecord,
  ending: Ending,
  at: EpochMs,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  if (record.filled >= ending.filled) return moveTo(record, ending.state, ending.reason)
  record.ending = ending
  return [ask(state, record), wakeIn(record, at, config.queryBackoffMs)]
}

function askStatement(state: ExecutionState, record: OrderRecord): Emission<'venue_queries'> {
  const query = ask(state, record)
  const { queryId, venue } = query.body
  return { topic: 'venue_queries', key: query.key, body: { queryId, venue, kind: 'statement', account: record.order.account } }
}

function takeAbsence(
  state: ExecutionState,
  record: OrderRecord,
  { at, seq }: EventOf<'order_updates'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  if (at < record.visibleBy) return SILENT // its timer asks again
  if (record.state === 'sent')
    return [...moveTo(record, 'unknown', 'not_found'), ask(state, record), wakeIn(record, at, config.queryBackoffMs)]
  if (record.state === 'accepted' || record.filled > 0n)
    return takeEnd(state, record, { state: 'cancelled', filled: record.filled, reason: 'gone_from_venue' }, at, config)
  if (record.sends > 0 && record.sends < config.sendsMax && record.cancels === 0 && whyVeto(record, state, at) === undefined)
    return send(record, at, config)
  record.neverArrived = true
  if (record.sends > 0) return moveTo(record, 'cancelled', 'never_arrived')
  return veto(record, refuse('stale_epoch', 'orderId', record.order.orderId, state.epoch ?? null).refusal, seq)
}

/** The statement's open orders against ours: what we hold as live and the venue does not list is asked for, what should not be is cancelled. */
export function takeStatement(
  state: ExecutionState,
  { at, body }: EventOf<'account_raw'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  const out: Emission<EvidenceEvent>[] = []
  const listed = new Set(body.openOrders.map(({ orderId }) => orderId))
  for (const record of state.orders.values()) {
    if (record.order.venue !== body.venue || record.order.account !== body.account) continue
    const isListed = listed.has(record.order.orderId)
    if (hasEnded(record)) {
      if (isListed && record.neverArrived && record.cancels < config.cancelsMax) out.push(...cancel(record, at, config))
    } else if (!isListed && isLive(record) && record.state !== 'sent' && record.ending === undefined) out.push(ask(state, record))
  }
  return out
}

/** A start: everything without an end may have happened or not, also what has no recorded send (its bytes may have left before it). */
export function recover(
  state: ExecutionState,
  { at, body }: EventOf<'session_started'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  state.epoch = body.epoch
  state.waiting.clear()
  state.links.clear()
  const out: Emission<EvidenceEvent>[] = []
  for (const record of state.orders.values()) {
    if (hasEnded(record)) continue
    forgetSilence(record)
    record.visibleBy = later(at, config.visibilityDelayMs)
    out.push(
      ...moveTo(record, 'unknown', record.state === 'approved' ? 'stale_epoch' : 'restart'),
      ask(state, record),
      wakeIn(record, at, config.queryBackoffMs),
    )
  }
  return out
}
