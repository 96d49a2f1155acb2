/**
 * What mode `sim` sets so that its ages fit its speed. Ages count in market time, while processes jitter in wall time: a pause of 2 s (garbage
 * collection, a busy laptop) is two minutes of market at 60x. So every age and timeout is at least a stated wall span times the speed, and
 * never under what the stage asks for by itself. The whole chain is told about every 15 s on the wall (once a second at high speeds, where
 * 15 s would be hours). A layer under everything the user states; options' maximum ages follow the cadence the user states.
 */
import { layerOf, resolveConfig } from './config.ts'
import type { ConfigLayer, ResolvedConfig } from './config.ts'
import { VENUE } from './sim-venue-config.ts'

/** Wall spans, ms. */
const JITTER = 2_000
const CHAIN_EVERY = 15_000
const CHAIN_EVERY_MIN = 1_000
const ACKNOWLEDGED = 500
const ASKED_AGAIN = 250
const ASKED_AGAIN_MAX = 5_000
const STATEMENT_EVERY = 5_000
const QUOTE_STANDS = 30_000

const MINUTE = 60_000
/** The whole chain at least so often in market time where the wall allows it. */
const CHAIN_EVERY_MAX = 15 * MINUTE
/** A price is good for three turns of its feed: two may be lost. */
const TURNS = 3

/** Twice: first for the host's section alone, then with the layer that follows from it. */
export function resolveSimConfig(layers: readonly ConfigLayer[]): ResolvedConfig {
  const { host, leaves } = resolveConfig(layers)
  const cadence = leaves.find(({ path }) => path === 'sim.optionQuotesEveryMs')
  const optionsEvery = cadence === undefined || cadence.source === 'default' ? chainEveryMs(host.sim.speed) : host.sim.optionQuotesEveryMs
  return resolveConfig([simPreset(host.sim.speed, optionsEvery), ...layers])
}

export function simPreset(speed: number, optionsEvery: number): ConfigLayer {
  const atLeast = (own: number, wall: number): number => Math.max(own, Math.ceil(wall * speed))
  const price = atLeast(5_000, JITTER)
  const mark = atLeast(30_000, JITTER)
  const option = Math.max(mark, TURNS * optionsEvery, optionsEvery + price)
  const entries: Readonly<Record<string, number | string>> = {
    'sim.optionQuotesEveryMs': optionsEvery,
    'admission/market.indexMaxAgeMs': price,
    'admission/market.quoteMaxAgeMs': price,
    'admission/market.optionMaxAgeMs': option,
    'ledger/books.markMaxAgeMs': option,
    'protection/quotes.quoteMaxAgeMs': option,
    'protection/quotes.indexMaxAgeMs': mark,
    'protection/quotes.accountMaxAgeMs': mark,
    'protection/quotes.quoteTtlMs': atLeast(30_000, QUOTE_STANDS),
    'protection/coverage.quoteMaxAgeMs': option,
    'protection/position.markMaxAgeMs': mark,
    'protection/position.venue': VENUE,
    'execution/orders.ackTimeoutMs': atLeast(2_000, ACKNOWLEDGED),
    'execution/orders.visibilityDelayMs': atLeast(10_000, ACKNOWLEDGED),
    'execution/orders.queryBackoffMs': atLeast(1_000, ASKED_AGAIN),
    'execution/orders.queryBackoffMaxMs': atLeast(MINUTE, ASKED_AGAIN_MAX),
    'execution/orders.statementEveryMs': atLeast(MINUTE, STATEMENT_EVERY),
    'monitoring/health.feedMaxAgeMs': mark,
  }
  return layerOf(
    `mode sim at ${speed}x`,
    Object.entries(entries).map(([path, value]) => ({ path, value })),
  )
}

function chainEveryMs(speed: number): number {
  const wanted = Math.min(CHAIN_EVERY * speed, Math.max(CHAIN_EVERY_MAX, CHAIN_EVERY_MIN * speed))
  return Math.max(1, Math.ceil(wanted / MINUTE)) * MINUTE
}
