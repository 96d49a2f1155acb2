/** What every run has in common: accounts, configuration, the shape of time. Ages and caps are narrow, so that a rule is met often. */
import { PIPELINE } from '#pipeline'
import type { ResolvedConfig } from '#runtime/config.ts'
import { layerOf, resolveConfig } from '#runtime/config.ts'
import type { VenueConfigInput } from '#sim/venue/config.ts'
import { PRICING, VENUE } from './wire.ts'

export const ACCOUNTS = ['alice', 'bob'] as const
/** Friday, 2026-02-06 07:51 UTC: nine minutes before funding and an expiry. */
export const START = Date.UTC(2026, 1, 6, 7, 51)
export const CHAOS_MS = 13 * 60_000
/** Within this time after the last fault everything must be resolved (I14). */
export const CALM_MS = 4 * 60_000
export const TICK_MS = 2_000
export const OPTIONS_EVERY = 8
export const LATENCY_MAX_MS = 1_200
export const VISIBILITY_MS = 3_000

export const VENUE_CONFIG: VenueConfigInput = {
  venue: VENUE,
  accounts: ACCOUNTS.map((account) => ({ account, usdc: '400000', leverage: 5 })),
  leverageMax: 5,
  visibilityDelayMs: VISIBILITY_MS,
}

/** Caps of the books, in BTC, as counts of 1e-18. */
export const CLIENT_MAX = 25n * 10n ** 17n
export const HEDGE_MAX = 6n * 10n ** 18n

const DAY_BUT_MINUTES = 23.9 * 3_600_000

export function sceneConfig(more: Parameters<typeof layerOf>[1] = []): ResolvedConfig {
  return resolveConfig([
    layerOf('scene', [
      { path: 'protection/position.venue', value: VENUE },
      { path: 'protection/quotes.expirySlackMs', value: DAY_BUT_MINUTES },
      { path: 'protection/quotes.tenorMultipleMax', value: 2 },
      { path: 'protection/coverage.renewWindowMs', value: 180_000 },
      { path: 'protection/coverage.escalateMs', value: 60_000 },
      { path: 'protection/coverage.gapNoticeMs', value: 30_000 },
      {
        path: 'risk/limits.books',
        value: { client: { positionMax: '2.5', notionalMax: '1000000' }, hedge: { positionMax: '6', notionalMax: '1000000' } },
      },
      { path: 'risk/limits.accountTiers', value: { alice: 'Silver', bob: 'Silver' } },
      { path: 'risk/limits.ordersPerSecond', value: 20 },
      { path: 'admission/market.indexMaxAgeMs', value: 10_000 },
      { path: 'admission/market.pricingOnly', value: [PRICING] },
      { path: 'admission/market.quoteMaxAgeMs', value: 10_000 },
      { path: 'execution/orders.visibilityDelayMs', value: VISIBILITY_MS + 1_000 },
      { path: 'execution/orders.statementEveryMs', value: 30_000 },
      { path: 'execution/orders.queryBackoffMaxMs', value: 15_000 },
      ...more,
    ]),
  ])
}

export const SCENE = sceneConfig()
export { PIPELINE }
