/**
 * The machine of P2, P6 and P17: the unchanged pipeline over a quote-fed venue, its journal on disk, an order every 100 ticks. A tick is
 * a perpetual quote; every tenth brings the index as well. The venue sees each quote first (book, margin, liquidation), as it would be.
 * Files live under `var/` of the project, so that the disk is the one the platform would use.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKeyPairSync } from 'node:crypto'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { Driver } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import { PIPELINE } from '#pipeline'
import { manualClock } from '#runtime/clocks.ts'
import { resolveConfig } from '#runtime/config.ts'
import { sessionStarted } from '#runtime/session-start.ts'
import { isNews, toVenue } from '#runtime/venue-link.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import { openJournalSync } from '#store/journal-sync.ts'
import type { SyncJournal } from '#store/journal-sync.ts'
import { sealKey } from '#store/seal-key.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { Offer } from '#engine/driver.ts'
import type { JournalPort } from '#engine/ports.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Price, priceFromFloat } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

/** A BTC perpetual's book ticks about two hundred times a second (66,089 best bids and asks in 344 s of a recorded day). */
export const TICK_MS = 5
const START = 1_767_225_600_000
const VENUE = 'bench'
const ACCOUNT = 'bench' as AccountId
const ORDER_EVERY = 100
const INDEX_EVERY = 10
/** Under every price of the wave, in half dollars of which the prices made so far are kept: a feed's parsing is not what is measured. */
const LOWEST = 89_000
const PRICES = 4_000
/** Limits beyond what a backtest compressed in time would meet; every rule is still checked. */
const FAST = 100_000_000

export const benchConfig = resolveConfig([
  {
    source: 'bench',
    values: {
      components: {
        'protection/position': { venue: VENUE },
        'risk/limits': { ordersPerMinute: FAST, ordersPerSecond: FAST, reducingPerSecond: FAST },
        'execution/orders': { statementEveryMs: 3_600_000 },
      },
    },
  },
])

export function wave(ticks: number): Float64Array {
  return new Float64Array(ticks).map((_, i) => 90_000 + Math.round(500 * Math.sin(i / 1_000)) * 0.5)
}

export interface MachineOptions {
  /** Journal market data as well (the live path), instead of by reference (the backtest's). */
  readonly writeInputs: boolean
  /** Ticks between two orders. */
  readonly orderEvery?: number
  /** A journal of the caller's, who then says what is durable (`durable`). */
  readonly journal?: JournalPort
  /** An order leaves for the venue. */
  readonly onSend?: () => void
}

interface Touch {
  readonly bid: BtcUsdc
  readonly ask: BtcUsdc
  readonly mark: BtcUsdc
}

function fresh({ units }: BtcUsdc): BtcUsdc {
  return new Price<'BTC', 'USDC'>(units)
}

function price(value: number): BtcUsdc {
  return priceFromFloat<'BTC', 'USDC'>(value, 1)
}

export function benchFolder(): string {
  const parent = fileURLToPath(new URL('../var/', import.meta.url))
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'bench-'))
}

export class TickMachine {
  readonly engine: Engine
  readonly folder = benchFolder()
  readonly #clock = manualClock(epochMs(START))
  readonly #venue = createVenue({ venue: VENUE, accounts: [{ account: ACCOUNT, usdc: '1000000', leverage: 5 }] })
  /** Dense from the first: a list that begins with a gap is a dictionary, and looking into it would cost as much as a component. */
  readonly #prices: (Touch | undefined)[] = new Array<Touch | undefined>(PRICES).fill(undefined)
  readonly #size = quantity('5')
  readonly #journal: SyncJournal | undefined
  readonly #driver: Driver
  readonly #isReferenced: boolean
  readonly #orderEvery: number
  #approved = false
  #orders = 0
  #at = START
  records = 0
  inputs = 0

  constructor({ writeInputs, orderEvery = ORDER_EVERY, journal, onSend }: MachineOptions) {
    // recorded data can be run again, a live input cannot: only there a failed step is undone
    this.engine = new Engine({ pipeline: PIPELINE, config: benchConfig.components, ...(writeInputs ? {} : { snapshotEvery: 0 }) })
    this.#isReferenced = !writeInputs
    this.#orderEvery = orderEvery
    this.#journal = journal === undefined ? this.#openJournal(writeInputs) : undefined
    const port = journal ?? this.#journal
    const link = { venue: { take: (input: VenueInput) => this.#hear(input) }, engine: this.engine, accounts: [ACCOUNT] }
    this.#driver = new Driver({
      engine: this.engine,
      clock: this.#clock,
      journal: {
        append: (record) => {
          this.records++
          port?.append(record)
        },
      },
      effects: {
        perform: (effect) => {
          if (effect.topic === 'order_sends') onSend?.()
          toVenue(link, this.#clock.now(), effect)
        },
      },
      onStep: ({ decisions }) => {
        for (const { topic } of decisions) if (topic === 'hedge_trades') this.#approved = true
      },
      onPoisoned: (input, error) => {
        throw new Error(`${input.topic}: ${error}`)
      },
    })
    const digests = { codeDigest: 'bench', configDigest: benchConfig.digest, node: process.version, architecture: process.arch }
    this.#driver.offer(sessionStarted({ mode: 'backtest', config: benchConfig, digests, epoch: 'a1b2c3', startedAt: epochMs(START) }))
    this.#driver.offer({ topic: 'venue_links', key: VENUE, source: 'bench', body: { venue: VENUE, state: 'up' } })
  }

  get fills(): number {
    return this.#venue.orders.size
  }

  get components(): number {
    return this.engine.componentCount
  }

  run(prices: Float64Array): void {
    for (let i = 0; i < prices.length; i++) {
      this.#at += TICK_MS
      this.#clock.set(this.#at as EpochMs)
      this.#tick(prices[i] as number, i % INDEX_EVERY === 0)
      if (i % this.#orderEvery === this.#orderEvery - 1) this.#order()
    }
  }

  close(): void {
    this.#journal?.close()
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #tick(value: number, withIndex: boolean): void {
    const venueAt = this.#at as EpochMs
    const touch = this.#touch(value)
    // objects of this tick's own, as a feed makes them: what is worked out from a price must be worked out again
    const bid = fresh(touch.bid)
    const ask = fresh(touch.ask)
    const mark = fresh(touch.mark)
    const quote = {
      venue: VENUE,
      venueAt,
      instrument: LINEAR_PERPETUAL,
      bid,
      ask,
      bidSize: this.#size,
      askSize: this.#size,
      mark,
    }
    this.#hear({ type: 'quotes', at: this.#at, index: mark, quotes: [quote] })
    if (withIndex)
      this.#offer({
        topic: 'raw_index',
        key: 'BTC',
        source: 'bench',
        referenced: this.#isReferenced,
        body: { venue: VENUE, venueAt, asset: 'BTC', price: mark },
      })
    this.#offer({ topic: 'raw_quotes', key: LINEAR_PERPETUAL, source: 'bench', referenced: this.#isReferenced, body: quote })
  }

  /** A market tick and the command decided on it. */
  tickAndOrder(price: number): void {
    this.#at += TICK_MS
    this.#clock.set(this.#at as EpochMs)
    this.#tick(price, true)
    this.#order()
  }

  durable(seq: number): void {
    this.#driver.durable(Math.min(seq, this.engine.seq))
  }

  #openJournal(isDurable: boolean): SyncJournal {
    const key = sealKey(generateKeyPairSync('ed25519').privateKey)
    return openJournalSync({ folder: join(this.folder, 'journal'), checkpointFolder: join(this.folder, 'checkpoints'), key, isDurable })
  }

  #order(): void {
    const commandId = `c${++this.#orders}` as CommandId
    const opens = this.#orders % 2 === 1
    const type = opens ? 'open_position' : 'close_position'
    const params = opens ? { side: 'long', size: '0.1', leverage: 5 } : {}
    this.#driver.offer({
      topic: 'commands',
      key: ACCOUNT,
      source: 'bench',
      body: { commandId, account: ACCOUNT, route: 'bench', key: commandId, bodyHash: '', type, params },
    })
    if (!this.#approved || this.#journal === undefined) return
    this.#approved = false
    this.#driver.durable(this.engine.seq)
  }

  #hear(input: VenueInput): void {
    const said = venueStep(this.#venue, input)
    for (let i = 0; i < said.length; i++) {
      const output = said[i] as VenueOutput
      if (isNews(this.engine, output)) this.#driver.offer({ ...output, source: 'venue' } as Offer)
    }
  }

  #offer(offer: Offer): void {
    this.inputs++
    this.#driver.offer(offer)
  }

  #touch(value: number): Touch {
    return (this.#prices[(value - LOWEST) * 2] ??= { bid: price(value - 0.5), ask: price(value + 0.5), mark: price(value) })
  }
}
