/**
 * `ALERT_WEBHOOK_URL` (S1 8.4, 10.3): what the hedge loop did or could not do, and grave alerts, posted as JSON once they are durable. One at a time,
 * in order, from a bounded queue; each is tried `TRIES` times. Nothing waits for it: what cannot be delivered is dropped and said as a
 * condition of the host, which raises an alert and never stops an order. Redirects are not followed and the answer is not read; the URL is a
 * secret and appears in no line.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Offer } from '#engine/driver.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import type { Json } from '#topics/schema.ts'

const SUBJECT = 'alert webhook'
const TRIES = 3
const QUEUE_MAX = 200

export interface AlertWebhookOptions {
  readonly url: string
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

  async #post(body: string): Promise<string | undefined> {
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#options.timeoutMs)])
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(this.#options.url, { method: 'POST', headers, body, redirect: 'error', signal })
      await response.body?.cancel()
      return response.ok ? undefined : `status ${response.status}`
    } catch (error) {
      // the message of a failed fetch may name the address; its code does not
      const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined
      return typeof cause?.code === 'string' ? cause.code : error instanceof Error ? error.name : 'failed'
    }
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
