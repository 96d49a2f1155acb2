/**
 * What the account has and how it stands: positions, covers, their worth, the price. Asked for every 2 s while somebody watches and the page is to be
 * seen; after a failure less and less often, up to 30 s. Positions are asked of their source at the start, when it says so, and every 15 s; a
 * source that states them has the statement repeated to the API when the two differ. What was last known stays and is called that.
 */
import type { ActiveCoverage, PriceAnswer } from '#api/contract.ts'
import type { MtmAnswer } from '#api/contract-proof.ts'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { Answer } from '../api/ask.ts'
import type { Client, ServerPosition } from '../api/client.ts'
import { MarketClock } from '../model/market-clock.ts'
import { toldLost } from '../model/told.ts'
import type { Told } from '../model/told.ts'
import { isSame } from '../sources/source.ts'
import type { HeldPosition, PositionSource } from '../sources/source.ts'
import { Store } from './store.ts'
import type { Clock } from './store.ts'

export interface Standing {
  readonly line: 'connecting' | 'live' | 'lost'
  readonly problem: Told | undefined
  readonly terms: TermsAnswer | undefined
  /** Undefined until the source has answered. */
  readonly positions: readonly HeldPosition[] | undefined
  readonly worths: readonly ServerPosition[]
  readonly covers: readonly ActiveCoverage[] | undefined
  readonly marks: MtmAnswer['positions']
  readonly price: PriceAnswer | undefined
  /** Why there is no price; the covers stand all the same. */
  readonly priceProblem: Told | undefined
  /** By the reader's clock, ms; of the last answer in full. */
  readonly at: number | undefined
}

const EVERY_MS = 2_000
const BACKOFF_MAX_MS = 30_000
const POSITIONS_EVERY_MS = 15_000
const TERMS_EVERY_MS = 30_000
const NOTHING: Standing = {
  line: 'connecting',
  problem: undefined,
  terms: undefined,
  positions: undefined,
  worths: [],
  covers: undefined,
  marks: [],
  price: undefined,
  priceProblem: undefined,
  at: undefined,
}

export class Monitor {
  readonly store: Store<Standing>
  readonly market: MarketClock
  readonly #client: Client
  readonly #source: PositionSource
  readonly #clock: Clock
  #running: AbortController | undefined
  #callOff: (() => void) | undefined
  #leave: (() => void) | undefined
  #failures = 0
  #positionsAt = -Infinity
  #termsAt = -Infinity
  #isTurning = false
  #isPaused = false

  constructor({ client, source, clock }: { readonly client: Client; readonly source: PositionSource; readonly clock: Clock }) {
    this.#client = client
    this.#source = source
    this.#clock = clock
    this.market = new MarketClock(() => clock.now())
    this.store = new Store(NOTHING, { onFirst: () => this.#start(), onLast: () => this.#stop() })
  }

  /** Asks at once: after a purchase, or because the reader wants to. */
  refresh(): void {
    this.#positionsAt = -Infinity
    this.#schedule(0)
  }

  /** A page nobody looks at asks nothing. */
  pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return
    this.#isPaused = isPaused
    this.#schedule(0)
  }

  #start(): void {
    this.#running = new AbortController()
    this.#leave = this.#source.subscribe?.(() => this.refresh())
    this.#schedule(0)
  }

  #stop(): void {
    this.#running?.abort()
    this.#running = undefined
    this.#leave?.()
    this.#callOff?.()
    this.#isTurning = false
  }

  #schedule(ms: number): void {
    this.#callOff?.()
    if (this.#running === undefined || this.#isPaused) return
    this.#callOff = this.#clock.after(ms, () => void this.#turn())
  }

  async #turn(): Promise<void> {
    const running = this.#running
    if (running === undefined || this.#isTurning) return
    this.#isTurning = true
    try {
      const next = await this.#ask(running.signal)
      if (this.#running !== running) return
      this.#failures = next.line === 'lost' ? this.#failures + 1 : 0
      this.store.set(next)
    } catch (error) {
      if (this.#running !== running) return
      this.#failures += 1
      this.store.set({ ...this.store.current(), line: 'lost', problem: sourceProblem(error) })
    } finally {
      if (this.#running === running) {
        this.#isTurning = false
        this.#schedule(Math.min(EVERY_MS * 2 ** Math.min(this.#failures, 4), BACKOFF_MAX_MS))
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<Standing> {
    const known = this.store.current()
    const now = this.#clock.now()
    const terms = now - this.#termsAt < TERMS_EVERY_MS && known.terms !== undefined ? known.terms : await this.#terms(signal)
    if ('line' in terms) return terms
    const positions = await this.#positions(signal)
    const [worths, covers, marks, price] = await Promise.all([
      this.#client.positions(signal),
      this.#client.coverages(signal),
      this.#client.worth(signal),
      this.#client.price(signal),
    ])
    const failed = [covers, worths, marks].find(({ kind }) => kind === 'lost' || kind === 'refused')
    if (failed !== undefined) return { ...known, terms, positions, line: 'lost', problem: problemOf(failed) }
    return {
      line: 'live',
      problem: undefined,
      terms,
      positions,
      worths: worths.kind === 'answer' ? worths.body.positions : [],
      covers: covers.kind === 'answer' ? covers.body.coverages : [],
      marks: marks.kind === 'answer' ? marks.body.positions : [],
      price: price.kind === 'answer' ? price.body : undefined,
      priceProblem: price.kind === 'answer' ? undefined : problemOf(price),
      at: this.#clock.now(),
    }
  }

  async #terms(signal: AbortSignal): Promise<TermsAnswer | Standing> {
    const answer = await this.#client.terms(signal)
    if (answer.kind !== 'answer') return { ...this.store.current(), line: 'lost', problem: problemOf(answer) }
    this.#termsAt = this.#clock.now()
    this.market.set(answer.body)
    return answer.body
  }

  async #positions(signal: AbortSignal): Promise<readonly HeldPosition[]> {
    const { positions } = this.store.current()
    if (positions !== undefined && this.#clock.now() - this.#positionsAt < POSITIONS_EVERY_MS) return positions
    const held = await this.#source.load(signal)
    if (this.#source.knownBy === 'statement') await this.#state(held, signal)
    this.#positionsAt = this.#clock.now()
    return held
  }

  /** The API protects what it knows of; it is told only what it does not know yet. */
  async #state(held: readonly HeldPosition[], signal: AbortSignal): Promise<void> {
    const known = await this.#client.positions(signal)
    if (known.kind === 'answer' && isSame(held, known.body.positions)) return
    const stated = await this.#client.state(held.map(asStated), this.#source.name, signal)
    if (stated.kind === 'answer') return
    throw new Error(problemOf(stated).what)
  }
}

/** Without what a host may have put beside the fields. */
function asStated({ id, asset, side, entryPrice, size, leverage }: HeldPosition): HeldPosition {
  return { id, asset, side, entryPrice, size, leverage }
}

function problemOf(answer: Answer<unknown>): Told {
  if (answer.kind === 'refused') return answer.told
  return toldLost(answer.kind === 'lost' ? answer.because : 'slow')
}

function sourceProblem(error: unknown): Told {
  return { what: `Your positions could not be read: ${error instanceof Error ? error.message : String(error)}`, again: true }
}
