/**
 * Runs the platform's pipeline over a recording: the same engine, driver and journal as live, a manual clock, and the venue over recorded
 * snapshots as the port. It holds no pricing, no books and no decisions; it moves time and carries messages. The journal reports a
 * durable batch after a stated latency; orders that leave up to the next full minute after a snapshot meet that snapshot's quotes.
 */
import { createHash } from 'node:crypto'
import { Driver } from '#engine/driver.ts'
import type { Offer } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import type { StepReport } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import type { Component } from '#engine/component.ts'
import { epochOf } from '#engine/session.ts'
import { PIPELINE } from '#pipeline'
import { codeDigest } from '#runtime/code-digest.ts'
import { manualClock } from '#runtime/clocks.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import { sessionStarted } from '#runtime/session-start.ts'
import { toVenue } from '#runtime/venue-link.ts'
import { createRecordedVenue, recordedStep } from '#sim/venue/recorded-venue.ts'
import type { RecordedInput, RecordedVenue } from '#sim/venue/recorded-venue.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import type { SyncJournal } from '#store/journal-sync.ts'
import type { EpochMs } from '#units/time.ts'
import { later } from '#units/time.ts'
import { LIQUIDATION_FEE_RATE } from './backtest-config.ts'
import { RECORDED_VENUE } from './recording.ts'
import type { DataNote, Observation } from './recording.ts'

/** Between a decision and the word that it is durable. */
export const DURABLE_LATENCY_MS = 5
/** What the platform decides at the full minute after an observation still meets its prices; later orders wait for the next. */
export const SAME_PRICES_MS = 61_000

export interface HostedAccount {
  readonly account: string
  readonly cash: string
  readonly leverage: number
}
/** What a host needs of a journal. */
export type HostJournal = Pick<SyncJournal, 'append' | 'flush' | 'close'>
export interface BacktestHostOptions {
  readonly config: ResolvedConfig
  readonly startAt: EpochMs
  readonly account: HostedAccount
  /** Further accounts at the same venue, where a study asks for many at once. */
  readonly others?: readonly HostedAccount[]
  readonly fundingRate8h: number
  readonly journal: HostJournal
  readonly onStep: (report: StepReport) => void
  /** The table itself, unless a test asks what happens without a stage. */
  readonly pipeline?: readonly Component[]
}

export class BacktestHost {
  readonly engine: Engine
  readonly driver: Driver
  /** Everything the venue said about the account, in order. */
  readonly said: VenueOutput[] = []
  readonly #clock
  readonly #venue: RecordedVenue
  readonly #journal: HostJournal
  readonly #hash = createHash('sha256')
  #approved = false
  /** True while the rows of one observation are handed over: a record of another input in between ends the reference that covers them. */
  #isReferring = false

  constructor({ config, startAt, account, others = [], fundingRate8h, journal, onStep, pipeline = PIPELINE }: BacktestHostOptions) {
    const accounts = [account, ...others]
    this.#clock = manualClock(startAt)
    this.#journal = journal
    this.engine = new Engine({ pipeline, config: config.components, snapshotEvery: 0 })
    this.#venue = createRecordedVenue(
      {
        venue: RECORDED_VENUE,
        liquidationFeeRate: LIQUIDATION_FEE_RATE,
        accounts: accounts.map((one) => ({ account: one.account, usdc: one.cash, leverage: one.leverage })),
      },
      { fundingRate8h, instantMs: SAME_PRICES_MS },
    )
    const link = {
      venue: { take: (input: VenueInput) => this.#hear(input as RecordedInput) },
      engine: this.engine,
      accounts: accounts.map((one) => one.account),
    }
    this.driver = new Driver({
      engine: this.engine,
      clock: this.#clock,
      journal: { append: (record) => this.#append(record) },
      effects: { perform: (effect) => toVenue(link, this.#clock.now(), effect) },
      onStep: (report) => {
        this.#approved ||= report.decisions.some(({ topic }) => topic === 'hedge_trades')
        onStep(report)
      },
      onPoisoned: (input, error) => {
        throw new Error(`input ${input.seq} (${input.topic}) could not be handled: ${error}`)
      },
    })
    const digests = { codeDigest: codeDigest(), configDigest: config.digest, node: process.version, architecture: process.arch }
    this.driver.offer(
      sessionStarted({ mode: 'backtest', config, digests, epoch: epochOf(Math.floor(startAt / 1_000), 0, ''), startedAt: startAt }),
    )
    this.driver.offer({ topic: 'venue_links', key: RECORDED_VENUE, source: 'recording', body: { venue: RECORDED_VENUE, state: 'up' } })
    this.settle()
  }

  get now(): EpochMs {
    return this.#clock.now()
  }

  /** SHA-256 over all journal records: seq, kind and text. */
  journalHash(): string {
    return this.#hash.copy().digest('hex')
  }

  offer(offer: Offer): void {
    this.driver.offer(offer)
    this.settle()
  }

  /** Lets time pass to `at`: timers and full minutes come due on the way. */
  passTo(at: EpochMs): void {
    for (let wake = this.driver.nextWakeAt(); wake <= at; wake = this.driver.nextWakeAt()) {
      this.#clock.set(wake)
      this.driver.advance()
      this.settle()
    }
    this.#clock.set(at)
  }

  /**
   * First the market as recorded, then, at the same instant, what the venue made of it: deliveries and orders that waited since the last
   * observation. So what is decided on a fill is decided on prices of its instant and not on the last ones before it.
   */
  observe({ at, index, quotes, offers, source, maxAgeMs }: Observation, digest: string): void {
    this.passTo(at)
    for (const [first, offer] of offers.entries()) {
      if (!this.#isReferring) {
        const note: DataNote = { ...source, sha256: digest, at, maxAgeMs, first, count: offers.length }
        this.#append({ seq: this.engine.seq + 1, kind: 'note', text: JSON.stringify(note) })
        this.#isReferring = true
      }
      this.driver.offer(offer)
    }
    this.#isReferring = false
    this.#hear({ type: 'snapshot', at, index, options: quotes })
    this.settle()
  }

  /** Until nothing waits for the medium: approvals become durable, orders leave, the venue's answers are taken. */
  settle(): void {
    while (this.#approved) {
      this.#approved = false
      this.#journal.flush()
      this.#clock.set(later(this.#clock.now(), DURABLE_LATENCY_MS))
      this.driver.durable(this.engine.seq)
    }
  }

  close(): void {
    this.#journal.flush()
    this.#journal.close()
  }

  #hear(input: RecordedInput): void {
    for (const output of recordedStep(this.#venue, input)) {
      this.said.push(output)
      this.driver.offer({ ...output, source: `venue:${RECORDED_VENUE}` } as Offer)
    }
  }

  #append(record: WrittenRecord): void {
    if (record.kind === 'input') this.#isReferring = false
    this.#hash.update(`${record.seq} ${record.kind} ${record.text}\n`)
    this.#journal.append(record)
  }
}
