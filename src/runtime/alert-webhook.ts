/**
 * `ALERT_WEBHOOK_URL` (S1 8.4, 10.3): what the hedge loop did or could not do, and grave alerts, posted as JSON once they are durable. One at a time,
 * in order, from a bounded queue; each is tried `TRIES` times. Nothing waits for it: what cannot be delivered is dropped and said as a
 * condition of the host, which raises an alert and never stops an order. Where it may go says `outbound.ts`; the URL is a secret and
 * appears in no line.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Offer } from '#engine/driver.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import type { Json } from '#topics/schema.ts'
import { postJson } from './outbound.ts'

const SUBJECT = 'alert webhook'
const TRIES = 3
const QUEUE_MAX = 200

export interface AlertWebhookOptions {
  readonly url: string
  /** May the address be of this machine or its network? */
  readonly allowPrivate: boolean
  readonly whenDurable: (seq: number) => Promise<unknown>
  /** Takes the condition of the webhook into the engine. */
  readonly offer: (offer: Offer) => void
  readonly log: (line: string) => void
  readonly timeoutMs?: number
  readonly retryMs?: number
}
interface Message {
  readonly seq: number
  readonly body: { readonly [key: string]: Json }
}

export class AlertWebhook {
  readonly #options: Required<AlertWebhookOptions>
  readonly #queue: Message[] = []
  readonly #closing = new AbortController()
  readonly #closed = new Promise<void>((done) => this.#closing.signal.addEventListener('abort', () => done()))
  #work: Promise<void> | undefined
  #isImpaired = false

  constructor(options: AlertWebhookOptions) {
    this.#options = { timeoutMs: 5_000, retryMs: 1_000, ...options }
  }

  observe({ decisions }: StepReport): void {
    for (const event of decisions) {
      const body = messageOf(event)
      if (body === undefined) continue
      this.#queue.push({ seq: event.seq, body })
      if (this.#queue.length > QUEUE_MAX) {
        this.#queue.shift()
        this.#told('impaired', 'queue_full', `more than ${QUEUE_MAX} messages wait`)
      }
    }
    if (this.#queue.length > 0) this.#work ??= this.#deliverAll()
  }

  /** What is under way is given up: the journal keeps it. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#queue.length = 0
    await this.#work
  }

  async #deliverAll(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined && !this.#closing.signal.aborted; message = this.#queue.shift()) {
      await Promise.race([this.#options.whenDurable(message.seq), this.#closed])
      if (this.#closing.signal.aborted) break
      const failure = await this.#deliver(message)
      if (this.#closing.signal.aborted) break
      if (failure === undefined) this.#told('ok', 'delivered', `seq ${message.seq}`)
      else this.#told('impaired', 'not_delivered', `seq ${message.seq}: ${failure}`)
    }
    this.#work = undefined
  }

  /** Undefined once delivered, else what stood against it the last time. */
  async #deliver({ seq, body }: Message): Promise<string | undefined> {
    let failure: string | undefined
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      failure = await this.#post(JSON.stringify({ ...body, seq }))
      if (failure === undefined || attempt === TRIES || this.#closing.signal.aborted) return failure
      await sleep(this.#options.retryMs * attempt, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    }
    return failure
  }

  #post(body: string): Promise<string | undefined> {
    const { url, allowPrivate, timeoutMs } = this.#options
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)])
    return postJson({ url, body, signal, allowPrivate })
  }

  #told(state: 'impaired' | 'ok', code: string, detail: string): void {
    const isImpaired = state === 'impaired'
    if (isImpaired) this.#options.log(`alert webhook: ${code}, ${detail}`)
    if (isImpaired === this.#isImpaired) return
    this.#isImpaired = isImpaired
    const body = { subject: SUBJECT, state, code, detail, advisory: true }
    this.#options.offer({ topic: 'host_conditions', key: SUBJECT, source: 'host', body })
  }
}

function messageOf(event: AnyEvent): { readonly [key: string]: Json } | undefined {
  const atIso = isoFromEpochMs(event.at)
  if (event.topic === 'hedge_decisions') {
    const { account, action, reason, skipped, order, buffer, target, explanation } = event.body
    if (order === undefined && skipped === undefined) return undefined
    return {
      event: skipped === undefined ? 'hedge_action' : 'hedge_action_skipped',
      atIso,
      accountId: account,
      action,
      reason: skipped ?? reason,
      ...(order === undefined ? {} : { instrument: order.instrument, side: order.side, size: order.size.toString() }),
      bufferUsdc: buffer?.toString() ?? null,
      targetUsdc: target?.toString() ?? null,
      explanation: { ...explanation } as unknown as Json,
    }
  }
  // its own alert would have to pass where it just failed
  if (event.topic !== 'alerts' || event.key === SUBJECT) return undefined
  const { name, severity, state, explanation } = event.body
  if (severity !== 'high' && severity !== 'critical') return undefined
  return { event: `alert_${state}`, atIso, name, severity, explanation: { ...explanation } as unknown as Json }
}
