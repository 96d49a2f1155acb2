/**
 * The simulated venue as a machine of its own: market, matching and accounts with their own journal folder and their own sync. Every input
 * is written, and nothing is said to anyone before the input that caused it is durable; so what the engine has heard, the venue still
 * knows after any crash. Its market time is the instant of its last durable input. Another seed or scenario than the folder's is refused.
 */
import { toHex } from '#base/hex.ts'
import type { AccountId } from '#domain/order.ts'
import { hashText } from '#base/prng.ts'
import { fromPlain, loadVenue, saveVenue, toPlain } from '#sim/venue/save.ts'
import type { Plain } from '#sim/venue/save.ts'
import type { PricingBook } from '#sim/pricing/book.ts'
import type { VenueConfigInput } from '#sim/venue/config.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import { openJournal } from '#store/journal.ts'
import type { Journal } from '#store/journal.ts'
import type { JournalOptions } from '#store/journal-host.ts'
import { loadSnapshot, pruneSnapshots, writeSnapshot } from '#store/snapshots.ts'
import type { EpochMs } from '#units/time.ts'

const SNAPSHOT_EVERY_RECORDS = 20_000
/** At a high speed few records hold many days of market, each second of which a recovery would run again. */
const SNAPSHOT_EVERY_MS = 86_400_000

export interface VenueMachineOptions {
  readonly journal: JournalOptions
  readonly config: VenueConfigInput
  /** Of index and perpetual one value leaves in so much market time; 0: all. */
  readonly quoteEveryMs: number
  /** A second venue around the same market, which only prices. What it says keeps no journal: a price not heard is gone. */
  readonly pricing?: PricingBook | undefined
  readonly onOutput: (output: VenueOutput) => void
  readonly onFailure: (detail: string) => void
  readonly log?: (line: string) => void
}

export class OtherMarketError extends Error {
  override readonly name = 'OtherMarketError'
}

interface Recovered {
  readonly journal: Journal
  readonly state: VenueState
  readonly seq: number
  readonly snapshotSeq: number
}
interface CadenceChange {
  readonly type: 'cadence'
  readonly optionQuoteMs: number
  readonly heldQuoteMs: number
}

export class VenueMachine {
  readonly #journal: Journal
  readonly #state: VenueState
  readonly #onOutput: (output: VenueOutput) => void
  readonly #log: (line: string) => void
  readonly #folder: string
  readonly #quoteEveryMs: number
  readonly #pricing: PricingBook | undefined
  readonly #said: { readonly seq: number; readonly outputs: readonly VenueOutput[] }[] = []
  #seq: number
  #snapshotSeq: number
  /** Market time of the last snapshot, at first that of this start. */
  #snapshotAt: number
  #head: string
  #quotedAt = 0
  /** What is on the medium, and the questions that wait for it to reach what they saw. */
  #durableSeq: number
  #full = fullSignal()
  #asked: { readonly seq: number; readonly tell: () => void }[] = []

  private constructor(
    { journal, state, seq, snapshotSeq }: Recovered,
    { journal: { folder }, quoteEveryMs, pricing, onOutput, onFailure, log = () => undefined }: VenueMachineOptions,
  ) {
    this.#journal = journal
    this.#quoteEveryMs = quoteEveryMs
    this.#pricing = pricing
    this.#state = state
    this.#seq = seq
    this.#durableSeq = seq
    this.#snapshotSeq = snapshotSeq
    this.#snapshotAt = state.at
    this.#head = journal.opened.head
    this.#folder = folder
    this.#onOutput = onOutput
    this.#log = log
    journal.onDurable((seqDurable, head) => this.#durable(seqDurable, head))
    journal.onFailure(({ code, detail, isFatal }) => {
      if (isFatal) onFailure(`${code}: ${detail}`)
      else if (code === 'journal_full') this.#full.resolve()
    })
    journal.onResumed(() => {
      this.#full = fullSignal()
    })
  }

  static async open(options: VenueMachineOptions): Promise<VenueMachine> {
    const journal = await openJournal(options.journal)
    try {
      const { lastSeq: seq } = journal.opened
      const { state, snapshotSeq } = recovered(journal, options.journal.folder)
      if (state !== undefined) checkSameMarket(state, options.config)
      const machine = new VenueMachine({ journal, state: state ?? createVenue(options.config), seq, snapshotSeq }, options)
      if (state === undefined) machine.#write(options.config)
      else machine.#keepCadence(options.config)
      await journal.flush()
      return machine
    } catch (error) {
      await journal.close().catch(() => undefined)
      throw error
    }
  }

  /** Market time: nothing later has been said to anyone. */
  get at(): EpochMs {
    return this.#state.at as EpochMs
  }

  /** Takes one input at `at` (never before the last); what it says comes through `onOutput` once the input is durable. */
  take(input: VenueInput): void {
    // Without space nothing can be said: the market waits and catches up, so that what is held back stays bounded.
    if (this.#full.isFull && input.type === 'advance') return
    const at = Math.max(input.at, this.#state.at)
    const stamped = { ...input, at }
    const outputs = [...this.#conflated(venueStep(this.#state, stamped)), ...this.#priced()]
    this.#write(stamped)
    if (outputs.length > 0) this.#said.push({ seq: this.#seq, outputs })
  }

  /** A question that changes nothing: read now, told once all it could see is durable, as everything this machine says. */
  ask<T>(read: (state: VenueState) => T): Promise<T> {
    const answer = read(this.#state)
    if (this.#seq <= this.#durableSeq) return Promise.resolve(answer)
    return new Promise((resolve) => {
      this.#asked.push({ seq: this.#seq, tell: () => resolve(answer) })
    })
  }

  async close(): Promise<void> {
    await Promise.race([this.#journal.flush(), this.#full.promise])
    if (this.#seq > this.#snapshotSeq && !this.#full.isFull) this.#snapshot(this.#seq)
    await this.#journal.close()
  }

  #write(value: unknown): void {
    this.#seq = Math.max(this.#seq, this.#journal.opened.lastSeq) + 1
    this.#journal.append({ seq: this.#seq, kind: 'input', text: JSON.stringify(toPlain(value)) })
  }

  /** Another speed asks for another cadence: a fact of this machine from here on, written like any input. */
  #keepCadence({ market }: VenueConfigInput): void {
    const { optionQuoteMs, heldQuoteMs } = market ?? {}
    const held = this.#state.config.market
    if (optionQuoteMs === undefined || heldQuoteMs === undefined) return
    if (held?.optionQuoteMs === optionQuoteMs && held.heldQuoteMs === heldQuoteMs) return
    const change: CadenceChange = { type: 'cadence', optionQuoteMs, heldQuoteMs }
    changeCadence(this.#state, change)
    this.#write(change)
  }

  /** The market tells index and perpetual every second; of those that fall into one `quoteEveryMs` only the newest of an advance leaves. */
  #conflated(outputs: readonly VenueOutput[]): readonly VenueOutput[] {
    const newest = new Map<string, VenueOutput>()
    for (const output of outputs) if (isTick(output)) newest.set(`${output.topic} ${output.key}`, output)
    const isDue = this.#state.at - this.#quotedAt >= this.#quoteEveryMs
    if (isDue && newest.size > 0) this.#quotedAt = this.#state.at
    return outputs.filter((output) => !isTick(output) || (isDue && newest.get(`${output.topic} ${output.key}`) === output))
  }

  #priced(): readonly VenueOutput[] {
    const { generator } = this.#state
    return generator === null ? [] : (this.#pricing?.follow(generator) ?? [])
  }

  #durable(seq: number, head: Uint8Array): void {
    for (let first = this.#said[0]; first !== undefined && first.seq <= seq; first = this.#said[0]) {
      this.#said.shift()
      for (const output of first.outputs) this.#onOutput(output)
    }
    this.#durableSeq = seq
    for (const { tell } of this.#asked.filter((one) => one.seq <= seq)) tell()
    this.#asked = this.#asked.filter((one) => one.seq > seq)
    this.#head = toHex(head)
    const isDue = seq - this.#snapshotSeq >= SNAPSHOT_EVERY_RECORDS || this.#state.at - this.#snapshotAt >= SNAPSHOT_EVERY_MS
    if (seq === this.#seq && isDue) this.#snapshot(seq)
  }

  #snapshot(seq: number): void {
    this.#snapshotSeq = seq
    this.#snapshotAt = this.#state.at
    const body = JSON.stringify(saveVenue(this.#state))
    try {
      writeSnapshot(this.#folder, { seq, head: this.#head, componentVersions: { venue: 1 }, body })
      pruneSnapshots(this.#folder)
    } catch (error) {
      return this.#log(`snapshot of the venue not written: ${String(error)}`) // the next start replays more
    }
    this.#journal.checkpoint('snapshot').catch(() => undefined) // a checkpoint that fails is told by the journal itself
  }
}

/** Whether the medium is full, and a promise of the instant at which it is. */
function fullSignal() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const signal = { promise, isFull: false, resolve: () => ((signal.isFull = true), resolve()) }
  return signal
}

/** The market's number for a seed given as text: a whole number is itself. */
export function seedNumber(seed: string): number {
  return /^\d{1,9}$/.test(seed) ? Number(seed) : hashText(seed)
}

function recovered(journal: Journal, folder: string): { readonly state: VenueState | undefined; readonly snapshotSeq: number } {
  const { snapshot } = loadSnapshot(folder, journal.opened.lastSeq)
  let state = snapshot === undefined ? undefined : loadVenue(JSON.parse(snapshot.body))
  for (const batch of journal.readBatches((snapshot?.seq ?? 0) + 1)) {
    for (const record of batch) {
      if (record.kind !== 'input') continue
      const input = fromPlain(JSON.parse(record.text) as Plain)
      if (state === undefined) state = createVenue(input as VenueConfigInput)
      else if (isCadenceChange(input)) changeCadence(state, input)
      else venueStep(state, input as VenueInput)
    }
  }
  return { state, snapshotSeq: snapshot?.seq ?? 0 }
}

function isCadenceChange(input: unknown): input is CadenceChange {
  return (input as { readonly type?: unknown }).type === 'cadence'
}

function changeCadence(state: VenueState, { optionQuoteMs, heldQuoteMs }: CadenceChange): void {
  const { market } = state.config
  if (market !== undefined) Object.assign(state, { config: { ...state.config, market: { ...market, optionQuoteMs, heldQuoteMs } } })
}

function isTick({ topic }: VenueOutput): boolean {
  return topic === 'raw_index' || topic === 'raw_quotes'
}

function checkSameMarket({ config, accounts }: VenueState, wanted: VenueConfigInput): void {
  const held = config.market
  for (const { account } of wanted.accounts ?? []) {
    if (accounts.has(account as AccountId)) continue
    throw new OtherMarketError(
      `this journal's venue has no account ${account}, it has ${[...accounts.keys()].join(', ')}; begin anew with --reset`,
    )
  }
  if (held?.seed === wanted.market?.seed && held?.scenario === wanted.market?.scenario) return
  throw new OtherMarketError(
    `this journal's market has seed ${String(held?.seed)} and scenario ${String(held?.scenario)}, not ${String(wanted.market?.seed)} and ${String(wanted.market?.scenario)}; begin anew with --reset`,
  )
}
