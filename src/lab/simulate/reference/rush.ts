/**
 * A rush at a capped budget (F-A10): two accounts ask for a hundred subsidised quotes at one instant and activate every one they get, while the
 * process may be killed in between. What is judged is the money, read from the covers that were begun and not given back: their subsidies
 * never add up to more than the caps, of an account and of all, at any event and after any start.
 */
import { createPrng } from '#base/prng.ts'
import type { Coverage } from '#topics/protection.ts'
import { INTACT } from '../guards/sabotage.ts'
import { Killed } from '../machine/kill.ts'
import type { Wish } from '../oracle/client-log.ts'
import type { Violation } from '../oracle/verdict.ts'
import { ACCOUNTS, sceneConfig } from '../world/scene.ts'
import { World } from '../world/world.ts'
import { checkHedged } from './hedged.ts'

const START_AT = Date.UTC(2026, 1, 6, 7, 53)
const SECOND = 1_000
export const QUOTES = 100
/** USDC a day: of one account, of all. */
export const CAPS = { account: 15, all: 25 }
const LINE = { delayMinMs: 20, delayMaxMs: 60 }
const controls = (caps: typeof CAPS) => ({
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Silver: 1 },
  pass_through_cap_by_leverage: { '5': 1 },
  subsidy_daily_cap_usdc: caps.all,
  subsidy_account_daily_cap_usdc: caps.account,
})
const QUOTE = {
  side: 'long',
  size: '0.1',
  leverage: 5,
  tierName: 'Silver',
  drawdownFloorPct: 0.02,
  tenorDays: 1,
  renewal: 'none',
  fixedPriceUsdc: 2,
  allowPremiumPassThrough: true,
}

export interface RushOutcome {
  readonly violation: Violation | undefined
  readonly quoted: number
  readonly covers: number
  /** The highest sums of subsidies seen. */
  readonly most: { readonly account: number; readonly all: number }
  readonly boundaries: number
  readonly starts: number
}

/** `killAt`: the boundary, counted from the quotes on, at which the process ends. `configured`: what the platform is told; judged are `CAPS`. */
export async function runRush({ killAt, configured = CAPS }: { killAt?: number; configured?: typeof CAPS } = {}): Promise<RushOutcome> {
  return new Rush(killAt, configured).run()
}

class Rush {
  readonly #world: World
  readonly #killAt: number | undefined
  readonly #asked: Wish[] = []
  readonly #activated = new Set<string>()
  #boundaries = 0
  #isOpen = false
  #mostOfOne = 0
  #mostOfAll = 0

  constructor(killAt: number | undefined, configured: typeof CAPS) {
    this.#killAt = killAt
    this.#world = new World(createPrng('rush'), INTACT, {
      startAt: START_AT,
      lines: { requests: LINE, market: LINE, pricing: LINE, orders: LINE, account: LINE },
      config: sceneConfig([
        { path: 'protection/quotes.riskControls', value: controls(configured) },
        { path: 'risk/limits.ordersPerSecond', value: 1_000 },
      ]),
      isScripted: true,
    })
    this.#world.boundaries.onPass = (boundary) => {
      if (this.#isOpen && this.#boundaries++ === this.#killAt) throw new Killed(boundary)
    }
  }

  async run(): Promise<RushOutcome> {
    const { time, oracle } = this.#world
    for (const account of ACCOUNTS)
      time.at(START_AT + 4 * SECOND, () => this.#ask(account, 'open_position', { side: 'long', size: '2.0', leverage: 5 }))
    time.at(START_AT + 8 * SECOND, () => {
      this.#isOpen = true
      for (let n = 0; n < QUOTES; n++) this.#ask(ACCOUNTS[n % ACCOUNTS.length] ?? 'alice', 'quote', QUOTE)
    })
    for (let second = 9; second < 40; second += 1) time.at(START_AT + second * SECOND, () => this.#again())
    const until = START_AT + 60 * SECOND
    while (oracle.verdict.violation === undefined && (await this.#world.step(until))) this.#judge()
    for (const account of ACCOUNTS) if (oracle.verdict.violation === undefined) checkHedged(this.#world, account)
    const covers = [...oracle.engine.covers.values()].filter(({ state }) => state === 'active')
    const quoted = ACCOUNTS.reduce((sum, account) => sum + new Set(this.#world.clients.quotesOf(account)).size, 0)
    const most = { account: this.#mostOfOne, all: this.#mostOfAll }
    return {
      violation: oracle.verdict.violation,
      quoted,
      covers: covers.length,
      most,
      boundaries: this.#boundaries,
      starts: this.#world.starts,
    }
  }

  /** What has no answer is asked again; every quote that came is activated, all at once. */
  #again(): void {
    for (const wish of this.#asked.filter((each) => !this.#world.oracle.clients.isSettled(each))) this.#world.clients.ask(wish)
    for (const account of ACCOUNTS)
      for (const quoteId of this.#world.clients.quotesOf(account)) {
        if (this.#activated.has(quoteId)) continue
        this.#activated.add(quoteId)
        this.#ask(account, 'activate', { quoteId, consent: { passThrough: true } })
      }
  }

  #ask(account: string, type: string, params: Wish['params']): void {
    const wish = { account, route: 'client', key: `${type}-${this.#asked.length}`, type, params }
    this.#asked.push(wish)
    this.#world.clients.ask(wish)
  }

  #judge(): void {
    const { engine, verdict } = this.#world.oracle
    const sums = ACCOUNTS.map((account) => subsidyOf([...engine.covers.values()].filter((cover) => cover.account === account)))
    const all = sums.reduce((sum, one) => sum + one, 0)
    this.#mostOfAll = Math.max(this.#mostOfAll, all)
    this.#mostOfOne = Math.max(this.#mostOfOne, ...sums)
    verdict.check(all <= CAPS.all, 'I7', () => `covers are subsidised with ${all} USDC, the cap of all is ${CAPS.all}`)
    for (const sum of sums)
      verdict.check(sum <= CAPS.account, 'I7', () => `an account is subsidised with ${sum} USDC, its cap is ${CAPS.account}`)
  }
}

function subsidyOf(covers: readonly Coverage[]): number {
  return covers.reduce((sum, { state, charge }) => sum + (state === 'failed' ? 0 : (charge?.subsidy.toNumber() ?? 0)), 0)
}
