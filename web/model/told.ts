/**
 * What a written record says in one line, for those who walk a chain of causes: the figures that a reader looks for first, as they stand in the
 * record. Topics without a line of their own give nothing; the record itself can be opened.
 */
import { scalar } from '../format/decimal.ts'

type Fields = Readonly<Record<string, unknown>>

export function told(topic: string, record: unknown): string | undefined {
  const body = fieldsOf(fieldsOf(record)['body'])
  const line = Object.keys(body).length === 0 ? '' : LINES[topic]?.(body)
  return line === '' ? undefined : line
}

const LINES: Readonly<Record<string, (body: Fields) => string>> = {
  raw_index: ({ asset, price }) => said(asset, 'index', price),
  raw_quotes: ({ instrument, bid, ask }) => said(instrument, bid === undefined ? '' : 'bid', bid, ask === undefined ? '' : 'ask', ask),
  raw_option_quotes: ({ instrument, bid, ask }) =>
    said(instrument, bid === undefined ? '' : 'bid', bid, ask === undefined ? '' : 'ask', ask),
  clock_tick: ({ name }) => said('timer', name),
  journal_synced: ({ uptoSeq }) => said('everything up to event', uptoSeq, 'is on the medium'),
  commands: ({ type, route }) => said('command', type, 'by', route),
  venue_fills: ({ side, quantity, instrument, price }) => said(side, quantity, instrument, 'at', price),
  order_updates: ({ status, orderId }) => said('order', orderId, status),
  venue_links: ({ venue, state }) => said(venue, state),
  put_quotes: ({ status, selected }) => said('quote', status, fieldsOf(selected)['instrument']),
  coverages: ({ state, instrument, floorEquity }) => said('cover', state, instrument, 'floor', floorEquity),
  protection_intents: order,
  hedging_intents: order,
  hedge_trades: order,
  order_sends: ({ action, orderId }) => said(action, orderId),
  trade_confirmations: ({ state, filled, instrument }) => said(state, filled, instrument),
  protection_decisions: ({ kind }) => said(kind),
  hedge_decisions: ({ action }) => said(action),
  safety_triggers: ({ action, source }) => said(action, 'by', source),
  audit_events: ({ event }) => said('entry', event),
  alerts: ({ name, state }) => said(name, state),
  session_started: ({ mode }) => said('session in mode', mode),
}

function order({ side, quantity, instrument, limitPrice }: Fields): string {
  return said(side, quantity, instrument, side === 'buy' ? 'at most' : 'at least', limitPrice)
}

function said(...parts: readonly unknown[]): string {
  return parts.flatMap((part) => shown(part) ?? []).join(' ')
}

/** Ids and instruments stay as they are; decimals are rounded for reading, codes lose their underscores. */
function shown(part: unknown): string | undefined {
  if (typeof part === 'number') return scalar(part)
  if (typeof part !== 'string' || part === '') return undefined
  return /^[a-z_]+$/.test(part) ? part.replaceAll('_', ' ') : scalar(part)
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}
