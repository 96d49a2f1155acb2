/**
 * Configuration of a backtest: the platform's own, with the ages that a recording needs (its snapshots lie hours apart and state their own
 * cadence), the account's tier, and one liquidation fee for the account and for its twin. Nothing else differs from what runs live.
 */
import { resolveConfig } from '#runtime/config.ts'
import type { ConfigLayer, ResolvedConfig } from '#runtime/config.ts'
import type { BacktestRequest } from './request.ts'
import { RECORDED_VENUE } from './recording.ts'

/** A recorded venue's books change at snapshots only. */
const STATEMENT_EVERY_MS = 6 * 3_600_000
/** An order sent between two snapshots is answered when the next arrives: asking for it more often learns nothing. */
const WAITING_MS = 15 * 60_000
/** Beyond any distance between two recorded snapshots; the data's own age decides below it. */
const RECORDED_AGE_MS = 7 * 86_400_000
/** Share of the notional that a liquidation costs: the twin is the same account at the same venue. */
export const LIQUIDATION_FEE_RATE = '0.005'

export function backtestConfig({ tierName, layers }: Pick<BacktestRequest, 'tierName' | 'layers'>): ResolvedConfig {
  const preset: ConfigLayer = {
    source: 'backtest',
    values: {
      components: {
        'admission/market': { acceptStatedAge: true, statedMaxAgeCapMs: RECORDED_AGE_MS },
        'ledger/books': { markMaxAgeMs: RECORDED_AGE_MS },
        'ledger/twin': { takerFeeRate: LIQUIDATION_FEE_RATE },
        'protection/quotes': { quoteMaxAgeMs: RECORDED_AGE_MS, indexMaxAgeMs: RECORDED_AGE_MS, accountMaxAgeMs: RECORDED_AGE_MS },
        'protection/coverage': { quoteMaxAgeMs: RECORDED_AGE_MS },
        'protection/position': { markMaxAgeMs: RECORDED_AGE_MS, venue: RECORDED_VENUE },
        'execution/orders': {
          statementEveryMs: STATEMENT_EVERY_MS,
          queryBackoffMs: WAITING_MS,
          queryBackoffMaxMs: WAITING_MS,
          ackTimeoutMs: WAITING_MS,
        },
        'monitoring/health': { feedMaxAgeMs: RECORDED_AGE_MS },
        'risk/limits': { priceAgeMaxMs: RECORDED_AGE_MS, defaultTier: tierName },
      },
    },
  }
  return resolveConfig([preset, ...layers])
}
