/** What a run collects while it goes: a point per observation, covers as they change, refusals and every decision with its explanation. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import type { Explanation } from '#domain/explanation.ts'
import { coverName } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import type { EpochMs } from '#units/time.ts'

export interface SeriesPoint {
  readonly atIso: string
  readonly index: string
  readonly equityProtected: string
  readonly equityAtMark: string
  readonly equityUnprotected: string
  /** Of the cover in force, which is the one bought last; null while nothing protects. */
  readonly floorEquity: string | null
  /** Held, but not quoted at this instant: valued at the price last recorded. */
  readonly stale: readonly string[]
}
export interface DecisionRow {
  readonly seq: number
  readonly atIso: string
  readonly topic: string
  readonly what: string
  readonly detail: string
  readonly explanation: Explanation | undefined
}
export interface RefusalRow {
  readonly atIso: string
  readonly code: string
  readonly explanation: Explanation
  /** How often in a row the same refusal came, where it came again. */
  readonly times: number
}

export class RunLedger {
  readonly series: SeriesPoint[] = []
  readonly decisions: DecisionRow[] = []
  readonly refusals: RefusalRow[] = []
  readonly covers = new Map<string, Coverage>()
  /** When a cover stopped protecting: expired, sold or never bought. */
  readonly endedAt = new Map<string, EpochMs>()
  #lastRefusal: { readonly at: EpochMs; readonly explanation: Explanation } | undefined
  readonly answers = new Map<string, { readonly final: boolean; readonly answer: unknown }>()

  observe({ input, decisions }: StepReport): void {
    for (const event of decisions) {
      if (event.seq === input.seq) continue
      this.#collect(event)
    }
  }

  #collect(event: AnyEvent): void {
    switch (event.topic) {
      case 'coverages':
        this.#cover(event)
        this.#decision(
          event,
          `cover ${event.body.state}`,
          `${coverName(event.body)} x ${event.body.size.toString()}, floor ${event.body.floorEquity.toFixed(2)}`,
          event.body.explanation,
        )
        return
      case 'put_quotes':
        this.#decision(event, event.body.status === 'ok' ? 'quote' : 'no quote', quoteText(event), event.body.explanation)
        if (event.body.explanation !== undefined && event.body.status === 'no_quote') this.#refusal(event, event.body.explanation)
        return
      case 'protection_decisions':
        this.#decision(event, event.body.kind, detailText(event.body.detail), event.body.explanation)
        return
      case 'order_refusals':
        this.#decision(event, 'order refused', event.body.instrument, event.body.explanation)
        this.#refusal(event, event.body.explanation)
        return
      case 'order_vetoes':
        this.#decision(event, 'order vetoed', event.body.orderId, event.body.explanation)
        this.#refusal(event, event.body.explanation)
        return
      case 'safety_triggers':
        this.#decision(event, `safety ${event.body.action}`, event.body.source, event.body.explanation)
        return
      case 'hedge_trades':
        this.#decision(
          event,
          'order approved',
          `${event.body.side} ${event.body.quantity.toString()} ${event.body.instrument} at ${event.body.limitPrice.toString()} or better`,
          undefined,
        )
        return
      case 'trade_confirmations':
        this.#decision(
          event,
          `order ${event.body.state}`,
          `${event.body.side} ${event.body.filled.toString()} ${event.body.instrument}`,
          undefined,
        )
        return
      case 'command_results':
        this.answers.set(event.body.commandId, event.body)
        this.#answer(event)
        return
      default:
    }
  }

  #cover({ at, body }: AnyEvent<'coverages'>): void {
    const { coverageId, state } = body
    this.covers.set(coverageId, body)
    if (state !== 'pending' && state !== 'active' && !this.endedAt.has(coverageId)) this.endedAt.set(coverageId, at)
  }

  /** A wish that a stage refused before there was a quote or an order to tell of. */
  #answer(event: AnyEvent<'command_results'>): void {
    const { status, explanation } = event.body.answer as { readonly status?: string; readonly explanation?: Explanation }
    if (status === 'ok' || explanation === undefined) return
    const { at, explanation: told } = this.#lastRefusal ?? {}
    if (at === event.at && told !== undefined && sameRefusal(told, explanation)) return
    this.#decision(event, 'refused', event.body.commandId, explanation)
    this.#refusal(event, explanation)
  }

  #decision(event: AnyEvent, what: string, detail: string, explanation: Explanation | undefined): void {
    this.decisions.push({ seq: event.seq, atIso: isoFromEpochMs(event.at), topic: event.topic, what, detail, explanation })
  }

  #refusal(event: AnyEvent, explanation: Explanation): void {
    this.#lastRefusal = { at: event.at, explanation }
    const last = this.refusals.at(-1)
    if (last !== undefined && sameRefusal(last.explanation, explanation))
      this.refusals[this.refusals.length - 1] = { ...last, times: last.times + 1 }
    else this.refusals.push({ atIso: isoFromEpochMs(event.at), code: explanation.code, explanation, times: 1 })
  }
}

function sameRefusal(a: Explanation, b: Explanation): boolean {
  return a.gate === b.gate && a.code === b.code && a.field === b.field && a.seen === b.seen && a.limit === b.limit
}

function quoteText({ body: { selected, legs, runnerUp, considered } }: AnyEvent<'put_quotes'>): string {
  if (selected === undefined) return `${considered} options considered, none passed`
  const lost = runnerUp === undefined ? '' : `; runner-up ${runnerUp.instrument} lost because ${runnerUp.lostBecause ?? 'of its score'}`
  const named =
    legs === undefined ? selected.instrument : legs.map(({ instrument, size }) => `${size.toString()} ${instrument}`).join(' + ')
  return `${named} for ${selected.premium.toFixed(2)} USDC of ${considered} considered${lost}`
}

function detailText(detail: Readonly<Record<string, string>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
