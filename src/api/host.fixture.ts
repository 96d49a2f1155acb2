/**
 * The real engine, pipeline, driver, desk and views in memory: a clock that tests move, a journal whose medium tests may hold back, and a venue
 * that answers only what a test says. Nothing of the platform is replaced but the medium, the clock and the wire.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { AnyEvent } from '#engine/component.ts'
import { Driver } from '#engine/driver.ts'
import type { Offer } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import type { StepReport } from '#engine/engine.ts'
import { stepIn } from '#engine/journal/step-records.ts'
import type { EffectTopic, WrittenRecord } from '#engine/ports.ts'
import { epochOf } from '#engine/session.ts'
import { PIPELINE } from '#pipeline'
import { manualClock } from '#runtime/clocks.ts'
import { CommandDesk } from '#runtime/command-desk.ts'
import { layerOf, resolveConfig } from '#runtime/config.ts'
import { FUNDING_ROWS, fundingPointOf } from '#runtime/funding-row.ts'
import { rangeOf } from '#runtime/history-reader.ts'
import { ACCOUNT_ROWS } from '#runtime/history-row.ts'
import type { HistoryPoint, Platform, ResetOutcome } from '#runtime/platform.ts'
import type { FundingPoint, Records } from '#runtime/records.ts'
import type { VenueDesk } from '#runtime/venue-desk.ts'
import { sessionStarted } from '#runtime/session-start.ts'
import { platformViews } from '#runtime/views.ts'
import type { PlatformViews } from '#runtime/views.ts'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc, quantity } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import { createApi } from './create-api.ts'
import type { ApiOptions } from './create-api.ts'

export const START = epochMs(1_769_644_800_000) // 2026-01-29T00:00Z
export const PUT = 'BTC-6FEB26-80000-P'
const VENUE = 'deribit'

export interface Host {
  readonly api: FastifyInstance
  readonly platform: Platform
  readonly views: PlatformViews
  readonly records: WrittenRecord[]
  readonly effects: AnyEvent<EffectTopic>[]
  /** While held, nothing becomes durable. */
  hold(): void
  release(): void
  /** Market time goes on; timers that fell due are delivered. */
  pass(ms: number): void
  feed(offer: Offer): void
  /** Session, links, a statement of 20,000 USDC, index 88,000 and three puts: what a quote needs. */
  market(): void
  /** The venue fills the newest order in full, at its bound. */
  fill(): void
  /** The venue says it has the newest order, or that it will not have it. */
  accept(): void
  reject(): void
}

interface HostOptions extends Partial<ApiOptions> {
  readonly pending?: () => number
  readonly venueDesk?: VenueDesk
  readonly reset?: () => Promise<ResetOutcome>
  readonly records?: Records
  readonly settings?: readonly { readonly path: string; readonly value: unknown }[]
}

export async function startHost(options: HostOptions = {}): Promise<Host> {
  // covers are quoted and bought here without a position behind them: what that rule says is tested where it stands
  const ofAny = (name: string) => ({ path: `protection/${name}.requirePosition`, value: false })
  const config = resolveConfig([layerOf('test', [...['coverage', 'quotes'].map(ofAny), ...(options.settings ?? [])])])
  const engine = new Engine({ pipeline: PIPELINE, config: config.components })
  const clock = manualClock(START)
  const records: WrittenRecord[] = []
  const effects: AnyEvent<EffectTopic>[] = []
  const listeners = new Set<(report: StepReport) => void>()
  const history: HistoryPoint[] = []
  const rates: FundingPoint[] = []
  let held = false
  let scheduled = false
  const sync = (): void => {
    scheduled = false
    const last = records.at(-1)?.seq ?? 0
    if (!held && last > driver.durableSeq) driver.durable(last)
  }
  const driver: Driver = new Driver({
    engine,
    clock,
    journal: {
      append: (record) => {
        records.push(record)
        if (scheduled) return
        scheduled = true
        setImmediate(sync)
      },
    },
    effects: { perform: (effect) => void effects.push(effect) },
    onStep: (report) => {
      desk.observe(report)
      for (const listener of listeners) listener(report)
    },
    onPoisoned: (input, error) => {
      if (input.topic === 'commands') desk.poisoned(input.body.commandId, error)
    },
  })
  const desk = new CommandDesk(driver)
  const views = platformViews({ engine, now: clock.now, listeners })
  const platform: Platform = {
    info: {
      version: '0.0.0',
      mode: 'sim',
      scenario: 'calm',
      seed: '1',
      speed: 60,
      journalId: 'test',
      codeDigest: 'c0de',
      defaultAccount: 'demo',
    },
    config,
    pipeline: PIPELINE,
    engine,
    driver,
    desk,
    now: clock.now,
    history: (query) => Promise.resolve(rangeOf(ACCOUNT_ROWS, history, query)),
    fundingHistory: (query) => Promise.resolve(rangeOf(FUNDING_ROWS, rates, query)),
    records: options.records,
    auditEntries: ({ after, limit, includeInternal, account }) => {
      const all = records.filter(({ text }) => text.includes('"topic":"audit_events"')).map(auditEntry)
      const isAsked = ({ view, owner }: (typeof all)[number]): boolean =>
        (includeInternal || view === 'exec') && (account === undefined || owner === account)
      const asked = all.filter((entry) => isAsked(entry) && entry.seq > (after ?? 0))
      return after === undefined ? asked.slice(-limit) : asked.slice(0, limit)
    },
    recordAt: (seq) => records.find((record) => record.seq === seq),
    stepAt: (seq) => stepIn(records, seq),
    pendingRecords: options.pending ?? (() => 0),
    venueDesk: options.venueDesk,
    reset: options.reset,
    onStep: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => Promise.resolve(),
  }
  const feed = (offer: Offer): void => driver.offer(offer)
  const { pending: _pending, venueDesk: _desk, reset: _reset, records: _records, settings: _settings, ...apiOptions } = options
  // a machine that is busy with other tests must not look like a platform that falls behind
  const limits = { eventLoopDelayMaxMs: 600_000, ...apiOptions.limits }
  const api = (await createApi(platform, { views, ...apiOptions, limits })) as unknown as FastifyInstance
  return {
    api,
    platform,
    views,
    records,
    effects,
    feed,
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      sync()
    },
    pass: (ms) => {
      clock.set(epochMs(clock.now() + ms))
      driver.advance()
      rates.push(...views.funding('demo').map(fundingPointOf))
    },
    market: () => {
      const digests = { codeDigest: 'c0de', configDigest: config.digest, node: 'test', architecture: 'test' }
      feed(sessionStarted({ mode: 'sim', config, digests, epoch: epochOf(START / 1_000, 7, ''), startedAt: START }))
      feed({ topic: 'venue_links', key: VENUE, source: 'test', body: { venue: VENUE, state: 'up', clockOffsetMs: 0 } })
      quoteMarket(feed, clock.now())
      feed(statement(clock.now()))
      quoteMarket(feed, clock.now())
      history.push(...[views.historyPoint('demo')].filter((point) => point !== undefined))
    },
    accept: () => feed(update(newestOrder(effects), 'accepted', clock.now())),
    reject: () => feed(update(newestOrder(effects), 'rejected', clock.now())),
    fill: () => {
      const { orderId, account, instrument, side, quantity: size, limitPrice } = newestOrder(effects)
      const now = clock.now()
      const index = price('88000')
      const currency = instrument.endsWith('-P') ? ('BTC' as const) : ('USDC' as const)
      const terms = { fee: usdc('0'), feeCurrency: currency, liquidity: 'taker' as const }
      feed({
        topic: 'venue_fills',
        key: account,
        source: 'test',
        body: {
          venue: VENUE,
          account,
          tradeId: `t-${orderId}`,
          orderId,
          instrument,
          side,
          price: limitPrice,
          quantity: size,
          ...terms,
          index,
          venueAt: now,
        },
      })
      feed({
        topic: 'order_updates',
        key: account,
        source: 'test',
        body: { venue: VENUE, orderId, status: 'filled', filled: size, venueAt: now },
      })
    },
  }
}

function newestOrder(effects: readonly AnyEvent<EffectTopic>[]) {
  const order = effects.findLast((effect) => effect.topic === 'order_sends' && effect.body.action === 'place')
  if (order?.topic !== 'order_sends' || order.body.order === undefined) throw new Error('no order was sent')
  return order.body.order
}

function update(
  { orderId, account }: ReturnType<typeof newestOrder>,
  status: 'accepted' | 'rejected',
  at: ReturnType<Platform['now']>,
): Offer {
  const body = { venue: VENUE, orderId, status, filled: quantity('0'), venueAt: at }
  return { topic: 'order_updates', key: account, source: 'test', body }
}

/** Index, perpetual and three puts of 6 February, stamped now. */
export function quoteMarket(feed: (offer: Offer) => void, at: ReturnType<Platform['now']>, indexUsdc = '88000'): void {
  const index = price<'BTC', 'USDC'>(indexUsdc)
  feed({ topic: 'raw_index', key: 'BTC', source: 'test', body: { venue: VENUE, asset: 'BTC', price: index, venueAt: at } })
  feed({
    topic: 'raw_quotes',
    key: 'BTC_USDC-PERPETUAL',
    source: 'test',
    body: {
      venue: VENUE,
      instrument: 'BTC_USDC-PERPETUAL' as never,
      bid: price(String(Number(indexUsdc) - 0.5)),
      ask: price(String(Number(indexUsdc) + 0.5)),
      bidSize: quantity('10'),
      askSize: quantity('10'),
      mark: index,
      venueAt: at,
    },
  })
  for (const [name, bid, ask] of [
    ['BTC-6FEB26-78000-P', '0.0040', '0.0045'],
    [PUT, '0.0060', '0.0065'],
    ['BTC-6FEB26-82000-P', '0.0090', '0.0095'],
  ] as const) {
    const mark = price<'BTC', 'BTC'>(((Number(bid) + Number(ask)) / 2).toFixed(5))
    feed({
      topic: 'raw_option_quotes',
      key: name,
      source: 'test',
      body: {
        venue: VENUE,
        instrument: name as never,
        bid: price(bid),
        ask: price(ask),
        bidSize: btc('10'),
        askSize: btc('10'),
        mark,
        venueAt: at,
        sizeBasis: 'quoted',
      },
    })
  }
}

function statement(at: ReturnType<Platform['now']>): Offer {
  const balances = [{ currency: 'USDC' as const, amount: usdc('20000') }]
  return {
    topic: 'account_raw',
    key: 'demo',
    source: 'test',
    body: { venue: VENUE, account: 'demo' as never, statementId: 's1', balances, positions: [], openOrders: [], venueAt: at },
  }
}

function auditEntry({ seq, text }: WrittenRecord) {
  const { at, body } = JSON.parse(text)
  return {
    seq,
    ts: new Date(at).toISOString(),
    event: body.event,
    view: body.view,
    owner: body.account,
    payload: body.payload,
    hash: createHash('sha256').update(text).digest('hex'),
  }
}

export const QUOTE = {
  accountId: 'demo',
  asset: 'BTC',
  side: 'long',
  tierName: 'Bronze',
  leverage: 5,
  positionSize: 1,
  drawdownFloorPct: 0.1,
  tenorDays: 7,
} as const

export interface Posted {
  readonly headers?: Readonly<Record<string, string>>
}
export async function post(api: FastifyInstance, url: string, body: unknown, { headers = {} }: Posted = {}) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  return api.inject({ method: 'POST', url, payload, headers: { host: 'localhost:4100', 'content-type': 'application/json', ...headers } })
}
export async function get(api: FastifyInstance, url: string, headers: Readonly<Record<string, string>> = {}) {
  return api.inject({ method: 'GET', url, headers: { host: 'localhost:4100', ...headers } })
}
