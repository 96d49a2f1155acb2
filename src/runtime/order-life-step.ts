/**
 * One recorded event as steps of an order's life. A send is two: `durable` is the input by which the writer said that the approval is on the
 * medium (the cause of the send), `sent` what left then. Everything said comes from the event; a refusal keeps its whole explanation.
 */
import { explanationJson } from '#domain/explanation.ts'
import type { AnyEvent } from '#engine/component.ts'

export type StepKind =
  | 'intent'
  | 'approved'
  | 'refused'
  | 'durable'
  | 'sent'
  | 'cancel_sent'
  | 'vetoed'
  | 'asked'
  | 'venue'
  | 'fill'
  | 'confirmed'

export interface LifeStep {
  readonly kind: StepKind
  readonly seq: number
  /** Epoch ms, market time. */
  readonly at: number
  /** The venue's own stamp, where it gave one. */
  readonly venueAt?: number
  readonly detail: string
  /** How the order stands from here on, where our own record says so; the venue's words count once execution has weighed them. */
  readonly state?: string
  readonly explanation?: ReturnType<typeof explanationJson>
}
const NONE: readonly LifeStep[] = []

export function lifeStepOf(event: AnyEvent, input: AnyEvent): readonly LifeStep[] {
  const { seq, at } = event
  switch (event.topic) {
    case 'protection_intents':
    case 'hedging_intents':
      return [{ kind: 'intent', seq, at, detail: event.body.purpose.replaceAll('_', ' '), state: 'wished' }]
    case 'hedge_trades':
      return [{ kind: 'approved', seq, at, detail: `as ${event.body.orderId}`, state: 'approved' }]
    case 'order_refusals':
    case 'order_vetoes':
      return [stopped(event)]
    case 'order_sends':
      return sends(event, input)
    case 'order_updates':
      return [said(event)]
    case 'venue_fills':
      return [filled(event)]
    case 'venue_queries':
      return [{ kind: 'asked', seq, at, detail: 'no word from the venue: asked' }]
    case 'trade_confirmations': {
      const { filled: size, quantity, state } = event.body
      return [{ kind: 'confirmed', seq, at, detail: `${state.replaceAll('_', ' ')}, ${size.toString()} of ${quantity.toString()}`, state }]
    }
    default:
      return NONE
  }
}

function stopped({ seq, at, topic, body }: Extract<AnyEvent, { readonly topic: 'order_refusals' | 'order_vetoes' }>): LifeStep {
  const kind = topic === 'order_refusals' ? 'refused' : 'vetoed'
  const explanation = explanationJson(body.explanation)
  return { kind, seq, at, detail: body.explanation.code.replaceAll('_', ' '), state: kind, explanation }
}

/** Only a first send waited for the medium; a repeated one and a cancel go by what they were made from. */
function sends({ seq, at, body }: Extract<AnyEvent, { readonly topic: 'order_sends' }>, input: AnyEvent): readonly LifeStep[] {
  if (body.action === 'cancel') return [{ kind: 'cancel_sent', seq, at, detail: `cancel ${body.attempt} to ${body.venue}` }]
  const sent: LifeStep = {
    kind: 'sent',
    seq,
    at,
    detail: `to ${body.venue}${body.attempt > 1 ? `, try ${body.attempt}` : ''}`,
    state: 'sent',
  }
  if (input.topic !== 'journal_synced') return [sent]
  return [{ kind: 'durable', seq: input.seq, at: input.at, detail: `durable up to ${input.body.uptoSeq}` }, sent]
}

function said({ seq, at, body }: Extract<AnyEvent, { readonly topic: 'order_updates' }>): LifeStep {
  const { status, reason, venueAt } = body
  return {
    kind: 'venue',
    seq,
    at,
    detail: `${status.replaceAll('_', ' ')}${reason === undefined ? '' : `: ${reason}`}`,
    ...(venueAt === undefined ? {} : { venueAt }),
  }
}

function filled({ seq, at, body }: Extract<AnyEvent, { readonly topic: 'venue_fills' }>): LifeStep {
  const { quantity, price, venueAt } = body
  return { kind: 'fill', seq, at, venueAt, detail: `${quantity.toString()} at ${price.toString()}` }
}
