/**
 * A client's working day, drawn from a seed: positions stated anew (most), quotes asked, quotes activated, some of them twice at once under two
 * keys. Several wishes run side by side, started at a steady rate whatever the answers take.
 */
import type { Acknowledgements, Wish } from './acknowledgements.ts'
import type { Client } from './client.ts'

const RATE_PER_S = 120
const OPEN_MAX = 48
/** Of 100 wishes. */
const SHARES = { quote: 20, activate: 12 }

export class Load {
  readonly #acknowledged: Acknowledgements
  readonly #random: () => number
  readonly #quotes: string[] = []
  #next = 0
  #open = 0

  constructor(acknowledged: Acknowledgements, random: () => number) {
    this.#acknowledged = acknowledged
    this.#random = random
  }

  /** Runs until `isOver`; resolves when nothing is on its way any more. */
  async run(client: Client, isOver: () => boolean): Promise<void> {
    const running = new Set<Promise<void>>()
    const startedAt = performance.now()
    for (let started = 0; !isOver();) {
      const due = ((performance.now() - startedAt) / 1_000) * RATE_PER_S
      while (started < due && this.#open < OPEN_MAX && !isOver()) {
        started++
        const one = this.#wish(client).finally(() => running.delete(one))
        running.add(one)
      }
      if (due - started > RATE_PER_S) started = due
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
    await Promise.all(running)
  }

  async #wish(client: Client): Promise<void> {
    const draw = this.#random() * 100
    if (draw < SHARES.activate) {
      const quoteId = this.#quotes.pop() // the newest: old ones have expired
      if (quoteId !== undefined) return this.#activate(client, quoteId)
    }
    if (draw < SHARES.activate + SHARES.quote) {
      const told = await this.#send(client, '/put/quote', quoteBody(this.#random))
      const quoteId = told === undefined ? undefined : (JSON.parse(told) as { readonly quoteId?: string | null }).quoteId
      if (typeof quoteId === 'string') this.#quotes.push(quoteId)
      return
    }
    await this.#send(client, '/portfolio/ingest', ingestBody(++this.#next))
  }

  async #activate(client: Client, quoteId: string): Promise<void> {
    const body = { accountId: 'demo', quoteId, consent: { passThrough: true } }
    const twice = this.#random() < 0.3
    await Promise.all([this.#send(client, '/audit/export', body), twice ? this.#send(client, '/audit/export', body) : undefined])
  }

  async #send(client: Client, path: string, body: unknown): Promise<string | undefined> {
    const wish: Wish = { key: `k-${++this.#next}-${Math.floor(this.#random() * 2 ** 32).toString(36)}`, path, body: JSON.stringify(body) }
    this.#open++
    this.#acknowledged.sent(wish)
    const answer = await client.post(wish)
    this.#open--
    if (answer === undefined) return undefined
    const { status, text, commandId } = answer
    if (commandId === undefined) {
      this.#acknowledged.open.delete(wish.key)
      this.#acknowledged.turnedAway++
      return undefined
    }
    this.#acknowledged.note({ ...wish, status, answer: text, commandId })
    return status === 200 ? text : undefined
  }
}

function quoteBody(random: () => number): unknown {
  const size = random() < 0.5 ? '0.1' : '0.2'
  const terms = { asset: 'BTC', side: 'long', tierName: 'Bronze', leverage: 5, positionSize: size, renewal: 'none' }
  return { accountId: 'demo', ...terms, drawdownFloorPct: random() < 0.5 ? 0.1 : 0.15, tenorDays: 2, allowPremiumPassThrough: true }
}

/** The entry price says which of all statements this is. Large enough that hundreds of activations find an uncovered rest. */
function ingestBody(mark: number): unknown {
  return { accountId: 'demo', positions: [{ asset: 'BTC', side: 'long', entryPrice: 50_000 + mark, size: 50, leverage: 2 }] }
}
