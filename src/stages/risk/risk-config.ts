/**
 * Configuration of the order gate. Position caps in BTC, notional caps in USDC, both per account and book on the worst case. Tier caps are
 * the venue leverage a protected position may use (Y-10). `priceAgeMaxMs` is the gate's own bound on prices; the source's own age limit
 * is the stricter one in live trading, in recordings the distance to the next snapshot is.
 */
import { z } from 'zod'
import { zBtc, zRatio, zUsdc } from '#topics/schema.ts'

const bookLimits = (positionMax: string, notionalMax: string) =>
  z.strictObject({ positionMax: zBtc.prefault(positionMax), notionalMax: zUsdc.prefault(notionalMax) }).prefault({})

export const riskConfig = z.strictObject({
  books: z
    .strictObject({
      client: bookLimits('25', '5000000'),
      hedge: bookLimits('50', '10000000'),
      strategy: bookLimits('1', '200000'),
    })
    .prefault({}),
  tierLeverageMax: z.record(z.string(), z.number().min(1).max(100)).default({ Bronze: 5, Silver: 10, Gold: 20, Platinum: 25 }),
  accountTiers: z.record(z.string(), z.string()).default({}),
  defaultTier: z.string().default('Bronze'),
  /** Orders a second and a minute over all accounts; orders that only reduce have a budget of their own. */
  ordersPerSecond: z.number().int().positive().default(50),
  ordersPerMinute: z.number().int().positive().default(600),
  reducingPerSecond: z.number().int().positive().default(50),
  /** Renewals of covers have theirs: all listed options end at the same hour, so all covers come due in the same second. */
  renewalsPerSecond: z.number().int().positive().default(50),
  /** So many refusals by rate within a minute are a runaway: halt. */
  rateBreachesToHalt: z.number().int().positive().default(20),
  takerRate: zRatio.prefault('0.0005'),
  priceAgeMaxMs: z.number().positive().finite().default(86_400_000),
  /** How far beyond the mark an order that adds risk may bid or offer, as a fraction. */
  priceBandMax: zRatio.prefault('0.1'),
  clockOffsetMaxMs: z.number().positive().finite().default(5_000),
  gtdEnabled: z.boolean().default(false),
})
export type RiskConfig = z.output<typeof riskConfig>

export function leverageCap(config: RiskConfig, account: string): { readonly tier: string; readonly max: number } {
  const tier = config.accountTiers[account] ?? config.defaultTier
  return { tier, max: config.tierLeverageMax[tier] ?? 1 }
}
