/**
 * What mode `sim` sets so that its ages fit its speed. Ages count in market time, while processes jitter in wall time: a pause of 2 s (garbage
 * collection, a busy laptop) is two minutes of market at 60x. So every age and timeout is at least a stated wall span times the speed, and
 * never under what the stage asks for by itself. The whole chain is told about every 15 s on the wall (once a second at high speeds, where
 * 15 s would be hours). A layer under everything the user states; options' maximum ages follow the cadence the user states.
 */
import { ConfigError, layerOf, resolveConfig } from './config.ts'
import type { ConfigLayer, HostConfig, ResolvedConfig } from './config.ts'
import { PRICING_VENUE, VENUE } from './sim-venue-config.ts'

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
  const config = resolveConfig([simPreset(host.sim.speed, optionsEvery, linkedVenues(host)), ...layers])
  refuseOtherExecution(config)
  return config
}

/** Only one simulated venue executes (C-39): a configuration that lets another one be bought at would send orders nobody answers. */
function refuseOtherExecution({ leaves }: ResolvedConfig): void {
  const names = (path: string): { readonly seen: string; readonly source: string; readonly names: readonly string[] } => {
    const leaf = leaves.find((each) => each.path === path)
    const seen = String(leaf?.value ?? '[]')
    return { seen, source: leaf?.source ?? 'default', names: JSON.parse(seen) as readonly string[] }
  }
  const executing = names('components.protection/quotes.venues')
  const pricing = names('components.admission/market.pricingOnly')
  const problem = (field: string, { seen, source }: typeof executing, limit: string) =>
    ({ code: 'invalid_value', field, seen, limit, source }) as const
  const problems = [
    ...(executing.names.every((name) => name === VENUE) && executing.names.length > 0
      ? []
      : [problem('components.protection/quotes.venues', executing, `["${VENUE}"]: the only simulated venue that executes`)]),
    ...(pricing.names.includes(PRICING_VENUE) && !pricing.names.includes(VENUE)
      ? []
      : [problem('components.admission/market.pricingOnly', pricing, `with ${PRICING_VENUE} and without ${VENUE}`)]),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
}

function linkedVenues({ sim }: HostConfig): readonly string[] {
  return sim.pricing.enabled ? [VENUE, PRICING_VENUE] : [VENUE]
}

export function simPreset(speed: number, optionsEvery: number, venues: readonly string[] = [VENUE]): ConfigLayer {
  const atLeast = (own: number, wall: number): number => Math.max(own, Math.ceil(wall * speed))
  const price = atLeast(5_000, JITTER)
  const mark = atLeast(30_000, JITTER)
  const option = Math.max(mark, TURNS * optionsEvery, optionsEvery + price)
  const entries: Readonly<Record<string, number | string | readonly string[]>> = {
    'sim.optionQuotesEveryMs': optionsEvery,
    'admission/market.indexMaxAgeMs': price,
    'admission/market.quoteMaxAgeMs': price,
    'admission/market.optionMaxAgeMs': option,
    'admission/market.pricingOnly': [PRICING_VENUE],
    'protection/quotes.venues': [VENUE],
    'ledger/books.markMaxAgeMs': option,
    'protection/quotes.quoteMaxAgeMs': option,
    'protection/quotes.indexMaxAgeMs': mark,
    'protection/quotes.accountMaxAgeMs': mark,
    'protection/quotes.quoteTtlMs': atLeast(30_000, QUOTE_STANDS),
    'protection/coverage.quoteMaxAgeMs': option,
    'protection/position.markMaxAgeMs': mark,
    'protection/client-orders.valueMaxAgeMs': mark,
    'protection/client-orders.optionMaxAgeMs': option,
    'protection/client-orders.venue': VENUE,
    'protection/position.venue': VENUE,
    'hedging/loop.markMaxAgeMs': mark,
    'hedging/loop.quoteMaxAgeMs': option,
    'hedging/loop.venue': VENUE,
    'execution/orders.ackTimeoutMs': atLeast(2_000, ACKNOWLEDGED),
    'execution/orders.visibilityDelayMs': atLeast(10_000, ACKNOWLEDGED),
    'execution/orders.queryBackoffMs': atLeast(1_000, ASKED_AGAIN),
    'execution/orders.queryBackoffMaxMs': atLeast(MINUTE, ASKED_AGAIN_MAX),
    'execution/orders.statementEveryMs': atLeast(MINUTE, STATEMENT_EVERY),
    'monitoring/health.feedMaxAgeMs': mark,
    'monitoring/health.venues': venues,
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
