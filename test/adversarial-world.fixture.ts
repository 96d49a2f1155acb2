/**
 * A market and two clients drawn from a seed, for journeys nobody would plan: the index wanders and jumps, options are priced by Black (1976) with
 * spreads of some ticks, a book may be thinner than it shows, and hours may come without options. Commands are drawn without regard to
 * whether they make sense. Hours of 2 to 6 February 2026 and on; prices in coin, sizes in BTC.
 */
import { BacktestHost } from '#lab/backtest/engine-host.ts'
import { backtestConfig } from '#lab/backtest/backtest-config.ts'
import type { Observation } from '#lab/backtest/recording.ts'
import { createPrng } from '#base/prng.ts'
import type { Prng } from '#base/prng.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import type { Json } from '#topics/schema.ts'
import type { AnyEvent } from '#engine/component.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '#units/time.ts'

/** A key of the tests, so that none is made in the folder of whoever runs them. */
process.env['BALLAST_SEAL_KEY'] ??= '5a'.repeat(32)

const START = Date.UTC(2026, 1, 2, 9)
const AGE_MS = 2 * HOUR_MS
const DAYS_AHEAD = [0, 1, 2, 3, 7]
export const CLIENTS = ['ana', 'bo'] as const

export class Journey {
  readonly host: BacktestHost
  readonly sent = new Set<string>()
  readonly #draw: Prng
  #index = 70_000
  #hours = 0

  constructor(seed: number, onDecision: (event: AnyEvent) => void) {
    this.#draw = createPrng(seed)
    const layers = [{ source: 'test', values: { components: { 'hedging/loop': { loopIntervalMs: HOUR_MS } } } }]
    this.host = new BacktestHost({
      config: backtestConfig({ tierName: 'Bronze', layers }),
      startAt: epochMs(START),
      fundingRate8h: 0.0001,
      account: { account: CLIENTS[0], cash: '40000', leverage: 5 },
      others: [{ account: CLIENTS[1], cash: '60000', leverage: 5 }],
      journal: { append: () => undefined, flush: () => undefined, close: () => undefined },
      onStep: ({ decisions }) => decisions.forEach(onDecision),
    })
  }

  /** The market of the next hour, then up to two commands, then some of the hour's minutes. */
  hour(activeCover: (client: string) => { readonly coverageId: string; readonly expiry: number } | undefined): void {
    const at = START + this.#hours * HOUR_MS
    this.host.observe(this.#market(at), 'd')
    for (let n = this.#draw.int(3); n > 0; n--) this.#command(activeCover)
    if (this.#draw.int(2) === 0) this.host.passTo(epochMs(at + this.#draw.int(50) * MINUTE_MS))
    this.#hours += 1
  }

  tell(account: string, type: string, params: Json): void {
    const id = `c${this.sent.size + 1}`
    this.sent.add(id)
    const body = { commandId: id, account, route: type, key: id, bodyHash: '', type, params }
    this.host.offer({ topic: 'commands', key: account, source: 'test', body: body as never })
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#draw.int(from.length)] as T
  }

  #command(activeCover: Parameters<Journey['hour']>[0]): void {
    const client = this.#pick(CLIENTS)
    const own = client === CLIENTS[0] ? 'long' : 'short'
    const side = this.#pick([own, own, own, own, own === 'long' ? 'short' : 'long']) // mostly what makes sense, so that much comes of it
    const cover = activeCover(client)
    const turn = this.#draw.int(20)
    if (turn < 5) return this.tell(client, 'open_position', { side, size: this.#pick(['0.3', '0.5', '1']), leverage: this.#pick([3, 5]) })
    if (turn < 6) return this.tell(client, 'close_position', this.#pick<Json>([{}, { size: '0.2' }]))
    if (turn < 14) return this.tell(client, 'protect', this.#terms(side))
    if (turn < 16)
      return this.tell(client, 'loop_tick', this.#pick<Json>([{}, { exposures: [] }, { exposures: [{ asset: 'BTC', side, size: '0.7' }] }]))
    if (turn < 18 && cover !== undefined) return this.tell(client, 'auto_renew', { coverageId: cover.coverageId })
    return this.tell(client, this.#pick(['halt', 'clear_halt', 'clear_halt', 'clear_halt']), { reason: 'test' })
  }

  #terms(side: string): Json {
    const floor = this.#pick<Json>(['0.05', '0.1', '0.1', '0.15', '0.0000001', '0.9999999'])
    const kept = this.#draw.int(5) === 0 ? { equityFloorPct: this.#pick(['0.5', '0.7', '0.99999']) } : { drawdownFloorPct: floor }
    return {
      side,
      ...(kept as { readonly [key: string]: Json }),
      positionSize: this.#pick(['0.1', '0.1', '0.3', '0.5', '2']),
      leverage: 5,
      tierName: 'Bronze',
      tenorDays: this.#pick([1, 1, 2, 3, 90]),
      renewal: this.#pick(['hold-limit', 'rolling', 'none']),
      combinations: this.#pick(['allowed', 'none']),
    }
  }

  /** What the engine is told, and what the venue really has. */
  #market(at: number): Observation {
    const jump = this.#draw.int(50) === 0 ? (this.#draw.uniform() - 0.5) * 0.3 : 0
    this.#index = Math.round(Math.max(20_000, this.#index * Math.exp((this.#draw.uniform() - 0.5) * 0.02 + jump)) * 100) / 100
    const index = price<'BTC', 'USDC'>(this.#index.toFixed(2))
    const told = { venue: 'deribit', venueAt: at, maxAgeMs: AGE_MS }
    const options = this.#draw.int(20) === 0 ? [] : this.#options(at)
    const offers = [
      { topic: 'raw_index', key: 'BTC', body: { ...told, asset: 'BTC', price: index } },
      { topic: 'raw_quotes', key: LINEAR_PERPETUAL, body: { ...told, instrument: LINEAR_PERPETUAL, mark: index } },
      ...options.map((quote) => ({ topic: 'raw_option_quotes', key: quote.instrument, body: { ...told, ...quote, sizeBasis: 'quoted' } })),
    ].map((offer) => ({ ...offer, source: 'recording', referenced: true }))
    const quotes = options.map((quote) => {
      const thin = this.#draw.int(6) === 0 ? quantity<'BTC'>(this.#pick(['0', '0.1', '0.3'])) : quote.askSize
      return { ...quote, askSize: thin, ...('bid' in quote ? { bidSize: thin } : {}) }
    })
    const source = { file: 'drawn', firstLine: this.#hours, lastLine: this.#hours }
    return { at: epochMs(at), index, quotes, offers: offers as never, maxAgeMs: AGE_MS, source }
  }

  #options(at: number) {
    const middle = Math.round(this.#index / 1_000)
    return DAYS_AHEAD.map((days) => Math.floor(at / DAY_MS) * DAY_MS + days * DAY_MS + 8 * HOUR_MS)
      .filter((expiry) => expiry > at)
      .flatMap((expiry) => [-12, -8, -4, -2, 0, 2, 4, 8, 12].flatMap((away) => this.#pair(at, expiry, (middle + away) * 1_000)))
  }

  #pair(at: number, expiry: number, strike: number) {
    const day = new Date(expiry).toUTCString().split(' ') // 'Fri, 06 Feb 2026 …'
    const name = `BTC-${Number(day[1])}${String(day[2]).toUpperCase()}${String(day[3]).slice(2)}-${strike}`
    return (['put', 'call'] as const).map((right) => {
      const years = (expiry - at) / (365 * DAY_MS)
      const worth = priceBlack76({ right, forward: this.#index, strike, years, rate: 0, ivAnnual: 0.5 }).price / this.#index
      const [middle, wide] = [Math.max(1, Math.round(worth / 0.0005)), this.#draw.int(3)]
      const size = quantity<'BTC'>(this.#pick(['0', '0.1', '1', '5', '20']))
      const bid = middle - 1 - wide
      return {
        instrument: `${name}-${right === 'put' ? 'P' : 'C'}` as InstrumentId,
        ...(bid > 0 && this.#draw.int(10) > 0 ? { bid: price<'BTC', 'BTC'>((bid * 0.0005).toFixed(4)), bidSize: size } : {}),
        ask: price<'BTC', 'BTC'>(((middle + wide) * 0.0005).toFixed(4)),
        askSize: size,
        mark: price<'BTC', 'BTC'>((middle * 0.0005).toFixed(4)),
        markIv: 0.5,
      }
    })
  }
}
