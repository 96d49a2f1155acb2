/**
 * Feeds a journal's records to an engine. Under the same code and configuration it derives: inputs alone drive the engine and every
 * decision it makes must equal the recorded bytes; the first that differs is named. Under others it folds: recorded decisions are facts
 * and nothing is decided anew. Derived decisions that the journal lost at its end (written after the last durable batch) are handed
 * back to be written again.
 */
import type { AnyEvent } from './component.ts'
import type { Engine, Input, StepReport } from './engine.ts'
import type { WrittenRecord } from './ports.ts'
import { decisionText, parseEvent } from './record-text.ts'

export type ReplayMode = 'derive' | 'fold'
export interface Difference {
  readonly seq: number
  readonly recorded: string | undefined
  readonly derived: string | undefined
}
export interface ReplayOptions {
  readonly engine: Engine
  readonly mode: ReplayMode
  /** Inputs that the journal holds by reference, in order, for a record of kind `note`. */
  readonly expand?: (note: WrittenRecord) => Iterable<Input>
  /** Sees every step that was replayed, for read models. */
  readonly onStep?: (report: StepReport) => void
}

export class Replayer {
  readonly #options: ReplayOptions
  #expected: { readonly seq: number; readonly text: string }[] = []
  #next = 0
  /** Inputs of the last note that were not taken yet: recorded timers and decisions stand between them. */
  #referenced: Input[] = []
  #folding: { readonly input: AnyEvent; readonly decisions: AnyEvent[]; lastSeq: number } | undefined
  inputs = 0
  decisions = 0

  constructor(options: ReplayOptions) {
    this.#options = options
  }

  /** The first difference ends a derivation; undefined means all is equal so far. */
  feed(record: WrittenRecord): Difference | undefined {
    if (this.#options.mode === 'fold') return this.#feedFold(record)
    if (record.kind === 'decision') return this.#takeReferenced(() => this.#missing() === undefined) ?? this.#compare(record)
    const missing = this.#missing()
    if (missing !== undefined) return missing
    // asked first: a closure for each of a million ticks is dear
    const difference = this.#referenced.length === 0 ? undefined : this.#takeReferenced(() => this.#options.engine.seq + 1 < record.seq)
    if (difference !== undefined) return difference
    if (record.kind === 'note') {
      this.#referenced.push(...(this.#options.expand?.(record) ?? []))
      return undefined
    }
    if (record.kind === 'session') return undefined
    const { event } = parseEvent(record.text)
    return this.#missing() ?? this.#take(event, record)
  }

  /** After the last record: takes what the last note still holds. */
  finish(): Difference | undefined {
    return this.#takeReferenced(() => true)
  }

  /** Decisions derived from the last input that the journal does not hold. */
  unwritten(): readonly WrittenRecord[] {
    this.#flushFold()
    return this.#expected.slice(this.#next).map(({ seq, text }) => ({ seq, kind: 'decision', text }))
  }

  #takeReferenced(isDue: () => boolean): Difference | undefined {
    while (this.#referenced.length > 0 && isDue()) {
      const missing = this.#missing()
      if (missing !== undefined) return missing
      const input = this.#referenced.shift() as Input
      // the driver took it then or, when the clock had run on while orders waited, a moment later
      const at = Math.max(input.at, this.#options.engine.at) as Input['at']
      const difference = this.#take({ ...input, at }, undefined)
      if (difference !== undefined) return difference
    }
    return undefined
  }

  #take(input: Input, record: WrittenRecord | undefined): Difference | undefined {
    const { engine } = this.#options
    const expectedSeq = engine.seq + 1
    let report: StepReport
    try {
      report = engine.retake(input)
    } catch (failure) {
      return { seq: expectedSeq, recorded: record?.text, derived: `the step failed: ${String(failure)}` }
    }
    this.inputs++
    if (record !== undefined && report.input.seq !== record.seq)
      return { seq: record.seq, recorded: record.text, derived: `the same input at seq ${report.input.seq}` }
    if (this.#expected.length > 0) this.#expected = []
    this.#next = 0
    for (const event of report.decisions) {
      if (event.seq !== report.input.seq) this.#expected.push({ seq: event.seq, text: decisionText(event, engine.chainTo(event)) })
    }
    this.#options.onStep?.(report)
    return undefined
  }

  #compare(record: WrittenRecord): Difference | undefined {
    const derived = this.#expected[this.#next++]
    this.decisions++
    if (derived?.seq === record.seq && derived.text === record.text) return undefined
    return { seq: record.seq, recorded: record.text, derived: derived?.text }
  }

  #missing(): Difference | undefined {
    const derived = this.#expected[this.#next]
    return derived === undefined ? undefined : { seq: derived.seq, recorded: undefined, derived: derived.text }
  }

  #feedFold(record: WrittenRecord): undefined {
    if (record.kind === 'session' || record.kind === 'note') return
    const { event } = parseEvent(record.text)
    if (record.kind === 'decision') {
      this.#folding?.decisions.push(event)
      if (this.#folding !== undefined) this.#folding.lastSeq = record.seq
      this.decisions++
      return
    }
    this.#flushFold()
    this.#folding = { input: event, decisions: [], lastSeq: record.seq }
    this.inputs++
  }

  #flushFold(): void {
    const step = this.#folding
    if (step === undefined) return
    this.#folding = undefined
    this.#options.engine.fold(step.input, step.decisions, step.lastSeq)
    this.#options.onStep?.({ input: step.input, decisions: step.decisions })
  }
}
