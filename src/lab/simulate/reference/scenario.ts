/**
 * The reference scenario: one account opens a position, takes a quote, activates it, and its cover is renewed. Nothing is drawn but the small
 * market, so that every step of activation and renewal can be visited in turn: a kill at the n-th boundary, a halt at the n-th step, each
 * under lines of stated speed. Steps are counted from shortly before the wish (or the renewal) until its cover has been active for a while.
 */
import { createPrng } from '#base/prng.ts'
import { INTACT } from '../guards/sabotage.ts'
import type { Sabotage } from '../guards/sabotage.ts'
import { Killed } from '../machine/kill.ts'
import type { Boundary } from '../machine/kill.ts'
import { checkAtRest } from '../oracle/at-rest.ts'
import { optionsOf } from '../oracle/evidence.ts'
import type { Wish } from '../oracle/client-log.ts'
import type { Violation } from '../oracle/verdict.ts'
import { sceneConfig } from '../world/scene.ts'
import { World } from '../world/world.ts'
import { checkHedged } from './hedged.ts'

/** Friday, 2026-02-06 07:53 UTC: seven minutes before the first expiry. */
const START_AT = Date.UTC(2026, 1, 6, 7, 53)
const EXPIRY_AT = Date.UTC(2026, 1, 6, 8)
const ACCOUNT = 'alice'
const SECOND = 1_000
const ASKED_AGAIN_MS = 3 * SECOND
/** Begins when the first expiry is too near to be bought again. */
const RENEW_WINDOW_MS = 345 * SECOND
/** After what is struck at has happened: restart, reconciliation, one round of statements. */
const REST_MS = 50 * SECOND
const WINDOW_TAIL_MS = 1_500

export type Stage = 'activation' | 'renewal'
export interface Lines {
  readonly name: string
  /** How long the venue's word about orders, and about fills and money, takes. */
  readonly ordersMs: number
  readonly accountMs: number
}
export const LINES: readonly Lines[] = [
  { name: 'acknowledgement and fill together', ordersMs: 20, accountMs: 20 },
  { name: 'fill before acknowledgement', ordersMs: 400, accountMs: 20 },
  { name: 'acknowledgement before fill', ordersMs: 20, accountMs: 400 },
]
export interface Strike {
  readonly stage: Stage
  readonly lines: Lines
  /** The cover is a combination: two orders, one after the other. */
  readonly isPair?: boolean
  /** Ends the process at this pass of a boundary in the window, from 0. */
  readonly killAt?: number
  /** Asks for a halt at this step of the world in the window, from 0. */
  readonly haltAt?: number
}
export interface Outcome {
  readonly violation: Violation | undefined
  /** Boundaries passed, and steps of the world, in the window. */
  readonly boundaries: readonly Boundary[]
  readonly steps: number
  readonly starts: number
  /** Of each cover at the end, in the order in which they began. */
  readonly covers: readonly string[]
  /** How many options each of them consists of. */
  readonly options: readonly number[]
  readonly ordersSent: number
  readonly isHalted: boolean
}

export async function runReference(strike: Strike, sabotage: Sabotage = INTACT): Promise<Outcome> {
  return new Reference(strike, sabotage).run()
}

class Reference {
  readonly #strike: Strike
  readonly #world: World
  readonly #boundaries: Boundary[] = []
  readonly #asked: Wish[] = []
  #steps = 0
  #isOpen = false
  #closesAt = Infinity
  #isClosed = false
  #sent = 0

  constructor(strike: Strike, sabotage: Sabotage) {
    this.#strike = strike
    const { stage, lines } = strike
    const fast = { delayMinMs: 20, delayMaxMs: 20 }
    const config = sceneConfig([
      { path: 'protection/coverage.renewWindowMs', value: stage === 'renewal' ? RENEW_WINDOW_MS : 60 * SECOND },
      { path: 'protection/quotes.weights.costPerDay', value: 0 }, // else a day costs less by the day than seven minutes
    ])
    const slow = (ms: number) => ({ delayMinMs: ms, delayMaxMs: ms })
    this.#world = new World(createPrng('reference'), sabotage, {
      startAt: START_AT,
      lines: { requests: fast, market: fast, pricing: fast, orders: slow(lines.ordersMs), account: slow(lines.accountMs) },
      config,
      isScripted: true,
    })
    this.#world.boundaries.onPass = (boundary) => this.#passed(boundary)
    this.#world.sightings.onOrder.push(() => this.#orderLeft())
  }

  async run(): Promise<Outcome> {
    const { time, oracle } = this.#world
    time.at(START_AT + 4 * SECOND, () => this.#ask('open_position', { side: 'long', size: '1.0', leverage: 5 }))
    const terms = this.#strike.isPair === true ? { ...TERMS, combinations: 'allowed' } : TERMS
    time.at(START_AT + 8 * SECOND, () => this.#ask('quote', terms))
    if (this.#strike.stage === 'activation') time.at(START_AT + 10.5 * SECOND, () => (this.#isOpen = true))
    time.at(START_AT + 11 * SECOND, () => this.#activate())
    const again = (): void => {
      for (const wish of this.#unsettled()) this.#world.clients.ask(wish)
      time.after(ASKED_AGAIN_MS, again)
    }
    time.after(ASKED_AGAIN_MS, again)
    await this.#until(() => this.#isClosed, START_AT + 150 * SECOND)
    this.#ask('clear_halt', { reason: 'over' })
    await this.#until(() => false, time.now + REST_MS)
    if (oracle.verdict.violation === undefined) checkHedged(this.#world, ACCOUNT)
    if (oracle.verdict.violation === undefined) await this.#atRest()
    return this.#outcome()
  }

  async #until(isOver: () => boolean, latest: number): Promise<void> {
    const { oracle } = this.#world
    while (!isOver() && oracle.verdict.violation === undefined) {
      this.#haltWhenDue()
      const wasOpen = this.#isOpen
      if (!(await this.#world.step(latest))) return
      this.#watch(wasOpen)
    }
  }

  async #atRest(): Promise<void> {
    try {
      await checkAtRest(this.#world)
    } catch (error) {
      this.#world.caught(error)
    }
  }

  #outcome(): Outcome {
    const { oracle, starts } = this.#world
    const all = [...oracle.engine.covers.values()]
    const covers = all.map(({ state }) => state)
    return {
      violation: oracle.verdict.violation,
      boundaries: this.#boundaries,
      steps: this.#steps,
      starts,
      covers,
      options: all.map((cover) => optionsOf(cover).length),
      ordersSent: this.#sent,
      isHalted: this.#asked.some(({ type }) => type === 'halt'),
    }
  }

  /** Opens the window shortly before the wish, or the renewal; closes it a while after the cover it is about stands or has failed. */
  #watch(wasOpen: boolean): void {
    const { oracle, time } = this.#world
    const covers = [...oracle.engine.covers.values()]
    const isRenewal = this.#strike.stage === 'renewal'
    if (isRenewal && time.now >= EXPIRY_AT - RENEW_WINDOW_MS - SECOND) this.#isOpen = true
    const about = covers.filter(({ previousCoverageId }) => (previousCoverageId !== undefined) === isRenewal)
    if (this.#closesAt === Infinity && about.some(({ state }) => state !== 'pending')) this.#closesAt = time.now + WINDOW_TAIL_MS
    if (wasOpen && !this.#isClosed) this.#steps += 1
    if (time.now >= this.#closesAt) this.#isClosed = true
  }

  #haltWhenDue(): void {
    if (this.#isOpen && !this.#isClosed && this.#steps === this.#strike.haltAt && !this.#asked.some(({ type }) => type === 'halt'))
      this.#ask('halt', { reason: 'drill' })
  }

  #passed(boundary: Boundary): void {
    if (!this.#isOpen || this.#isClosed) return
    this.#boundaries.push(boundary)
    if (this.#boundaries.length - 1 === this.#strike.killAt) throw new Killed(boundary)
  }

  #orderLeft(): void {
    this.#sent += 1
    this.#world.sightings.onOrder.push(() => this.#orderLeft())
  }

  #activate(): void {
    const quoteId = this.#world.clients.quotesOf(ACCOUNT).at(-1)
    if (quoteId === undefined) this.#world.oracle.verdict.fail('I14', 'the reference has no quote to activate')
    else this.#ask('activate', { quoteId })
  }

  #ask(type: string, params: Wish['params']): void {
    const wish = { account: ACCOUNT, route: 'client', key: `${type}-${this.#asked.length}`, type, params }
    this.#asked.push(wish)
    this.#world.clients.ask(wish)
  }

  #unsettled(): readonly Wish[] {
    return this.#asked.filter((wish) => !this.#world.oracle.clients.isSettled(wish))
  }
}

const TERMS = { side: 'long', size: '1.0', leverage: 5, tierName: 'Silver', drawdownFloorPct: 0.02, tenorDays: 1, renewal: 'rolling' }
