/**
 * Joins one engine to its journal, clock and effects; the same code drives live, simulation and backtest. It takes inputs one at a time,
 * writes them and their decisions, performs effects, delivers timers, turns a durable batch with an approved order into the input
 * `journal_synced`, and answers commands only from what is durable. It decides nothing.
 */
import { assert } from '#base/assert.ts'
import { TOPICS, TOPIC_NAMES } from '#topics/registry.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import { MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { AnyEvent } from './component.ts'
import type { Engine, Input, StepReport } from './engine.ts'
import type { Clock, EffectsPort, EffectTopic, JournalPort, WrittenRecord } from './ports.ts'
import { decisionText, inputText } from './record-text.ts'
import { nextDue, timers } from './timers.ts'
import type { TimersState } from './timers.ts'

/** After this many poisoned inputs in a row something is wrong beyond one input: the process stops. */
const POISONED_IN_A_ROW_MAX = 3
/** Full minutes delivered one by one after a pause; a longer pause skips to the newest. */
const MINUTES_CAUGHT_UP_MAX = 60

const NO_TEXTS: readonly string[] = []

export type Offer<T extends TopicName = TopicName> = {
  [K in T]: {
    readonly topic: K
    readonly key: string
    readonly source: string
    readonly body: BodyOf<K>
    readonly cause?: number
    /** Journaled by reference elsewhere (a recorded file): no record of its own. */
    readonly referenced?: boolean
  }
}[T]
export interface DriverOptions {
  readonly engine: Engine
  readonly clock: Clock
  readonly journal: JournalPort
  readonly effects: EffectsPort
  /** Sees every step after it was written, before its effects; `texts` are the records of its decisions, one for each; '' for the input's own. */
  readonly onStep?: (report: StepReport, texts: readonly string[]) => void
  readonly onPoisoned?: (input: AnyEvent, error: string) => void
}

export class FatalFailure extends Error {
  override readonly name = 'FatalFailure'
}

export class Driver {
  readonly engine: Engine
  readonly #options: DriverOptions
  readonly #inbox: Offer[] = []
  readonly #approvals: number[] = []
  readonly #timers: { readonly state: TimersState }
  readonly #waiting: { readonly seq: number; readonly resolve: () => void }[] = []
  /** Where the engine stood when this driver took it over: all of it rests on durable inputs, although a last decision may be written anew. */
  readonly #recoveredSeq: number
  #busy = false
  #durableSeq = 0
  /** The last record handed to the journal; what is derived after it is recomputed on replay and needs no record. */
  #writtenSeq = 0
  #lastMinute: number
  #poisonedInARow = 0

  constructor(options: DriverOptions) {
    this.engine = options.engine
    this.#options = options
    this.#recoveredSeq = options.engine.seq
    this.#timers = options.engine.cellOf(timers)
    this.#durableSeq = options.engine.seq
    this.#writtenSeq = options.engine.seq
    this.#lastMinute = Math.floor(Math.max(options.engine.at, options.clock.now()) / MINUTE_MS)
  }

  get durableSeq(): number {
    return this.#durableSeq
  }

  /** Takes an input now, or right after the step that is running. Timers that have fallen due go first. */
  offer(offer: Offer): void {
    if (this.#busy) this.#inbox.push(offer)
    else this.#drain(offer)
  }

  /** The record a session begins with: taken before any timer or minute that has fallen due since this driver was made. */
  open(session: Offer<'session_started'>): void {
    assert(!this.#busy, 'a session is opened between two inputs')
    this.#busy = true
    try {
      this.#take(session, this.#now())
    } finally {
      this.#busy = false
    }
    this.advance()
  }

  /** Delivers timers and full minutes up to now. */
  advance(): void {
    if (!this.#busy) this.#drain(undefined)
  }

  /** The instant of the next timer or full minute, for hosts that sleep or jump until then. */
  nextWakeAt(): EpochMs {
    const minute = (this.#lastMinute + 1) * MINUTE_MS
    const due = nextDue(this.#timers.state)
    return (due === undefined ? minute : Math.min(due.at, minute)) as EpochMs
  }

  /** The journal says that everything up to `seq` is on the medium. */
  durable(seq: number): void {
    if (seq <= this.#recoveredSeq) return
    assert(seq >= this.#durableSeq, 'durability never falls')
    this.#durableSeq = seq
    let approved = false
    while (this.#approvals.length > 0 && (this.#approvals[0] ?? 0) <= seq) {
      this.#approvals.shift()
      approved = true
    }
    while (this.#waiting.length > 0 && (this.#waiting[0]?.seq ?? 0) <= seq) this.#waiting.shift()?.resolve()
    if (approved) this.offer({ topic: 'journal_synced', key: 'journal', source: 'journal', body: { uptoSeq: seq } })
  }

  /** Whether `whenDurable` has nothing to wait for. */
  isDurable(seq: number): boolean {
    return Math.min(seq, this.#writtenSeq) <= this.#durableSeq
  }

  /** Resolves once `seq`, or the last record before it where `seq` is a derived event, is durable. */
  whenDurable(seq: number): Promise<void> {
    if (this.isDurable(seq)) return Promise.resolve()
    const needed = Math.min(seq, this.#writtenSeq)
    return new Promise((resolve) => {
      let index = this.#waiting.length
      while (index > 0 && (this.#waiting[index - 1]?.seq ?? 0) > needed) index--
      this.#waiting.splice(index, 0, { seq: needed, resolve })
    })
  }

  /** Offers that come while one is taken wait in the inbox; the one that found nobody busy passes it by. */
  #drain(first: Offer | undefined): void {
    this.#busy = true
    try {
      let now = this.#deliverDue()
      if (first !== undefined) {
        this.#take(first, now)
        // most steps ask for no timer and leave nothing in the inbox: what falls due by the clock alone comes with the next wake
        if (this.#inbox.length === 0 && !this.#isDue(now)) return
        now = this.#deliverDue()
      }
      for (let next = 0; next < this.#inbox.length; next++) {
        this.#take(this.#inbox[next] as Offer, now)
        now = this.#deliverDue()
      }
      if (this.#inbox.length > 0) this.#inbox.length = 0
    } finally {
      this.#busy = false
    }
  }

  #isDue(now: EpochMs): boolean {
    const due = nextDue(this.#timers.state)
    return due !== undefined && due.at <= now
  }

  /** The instant at which nothing was due any more. */
  #deliverDue(): EpochMs {
    for (;;) {
      const now = this.#now()
      const due = nextDue(this.#timers.state)
      if (now < (this.#lastMinute + 1) * MINUTE_MS && (due === undefined || due.at > now)) return now
      const minute = Math.floor(now / MINUTE_MS)
      if (minute - this.#lastMinute > MINUTES_CAUGHT_UP_MAX) this.#lastMinute = minute - 1
      const minuteAt = (this.#lastMinute + 1) * MINUTE_MS
      if (due !== undefined && due.at <= now && due.at <= minuteAt) {
        this.#take({ topic: 'clock_tick', key: due.name, source: 'timer', body: { name: due.name, dueAt: due.at } }, now)
      } else if (minuteAt <= now) {
        this.#lastMinute++
        this.#take({ topic: 'clock_tick', key: 'minute', source: 'timer', body: { name: 'minute', dueAt: minuteAt as EpochMs } }, now)
      } else return now
    }
  }

  #now(): EpochMs {
    const now = this.#options.clock.now()
    const { at } = this.engine
    return now < at ? at : now
  }

  #take(offer: Offer, at: EpochMs): void {
    const report = this.engine.takeAt(offer, at)
    if (report.failure !== undefined) return this.#poisoned(report)
    this.#poisonedInARow = 0
    if (offer.referenced !== true) this.#append({ seq: report.input.seq, kind: 'input', text: inputText(report.input) })
    this.#afterStep(report)
  }

  #afterStep(report: StepReport): void {
    const { decisions } = report
    if (decisions.length === 0) return this.#options.onStep?.(report, NO_TEXTS)
    const effects: AnyEvent<EffectTopic>[] = []
    const texts: string[] = []
    for (const event of decisions) {
      if (event.seq === report.input.seq) {
        texts.push('')
        continue
      }
      const text = decisionText(event, this.engine.chainTo(event))
      texts.push(text)
      this.#append({ seq: event.seq, kind: 'decision', text })
      if (event.topic === 'hedge_trades') this.#approvals.push(event.seq)
      if (isEffect(event)) effects.push(event)
    }
    this.#options.onStep?.(report, texts)
    for (const effect of effects) this.#options.effects.perform(effect)
  }

  #append(record: WrittenRecord): void {
    this.#writtenSeq = record.seq
    this.#options.journal.append(record)
  }

  #poisoned({ input, failure }: StepReport): void {
    const error = textOf(failure)
    if (++this.#poisonedInARow >= POISONED_IN_A_ROW_MAX) {
      throw new FatalFailure(`${POISONED_IN_A_ROW_MAX} poisoned inputs in a row; the last: ${input.topic}, ${error}`)
    }
    const body = { inputSeq: input.seq, inputTopic: input.topic, error }
    const marker: Input = { at: this.#now(), topic: 'poisoned_inputs', key: input.key, source: 'driver', cause: 0, body }
    const report = this.engine.take(marker)
    if (report.failure !== undefined) throw new FatalFailure(`the step that records a poisoned input failed too: ${textOf(report.failure)}`)
    this.#append({ seq: report.input.seq, kind: 'poisoned', text: inputText(report.input, inputText(input)) })
    this.#options.onPoisoned?.(input, error)
    this.#afterStep(report)
  }
}

function textOf(failure: unknown): string {
  return failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)
}

/** Timers are the driver's own. A handful: looking along them is quicker than asking the registry. */
const EFFECTS: readonly TopicName[] = TOPIC_NAMES.filter((topic) => 'effect' in TOPICS[topic] && topic !== 'timer_requests')

function isEffect(event: AnyEvent): event is AnyEvent<EffectTopic> {
  return EFFECTS.includes(event.topic)
}
