/**
 * Tiers (Y-10): Bronze, Silver, Gold, Platinum up to 5, 10, 20, 25 times; every tier has puts for longs, calls for shorts where its rules
 * allow them (C-38; all four by default). Configuration may change the numbers and add tiers.
 */
import { z } from 'zod'

const tier = z.strictObject({
  leverageMax: z.number().min(1).max(100),
  callsForShorts: z.boolean().default(true),
  /** Fixed fee in USDC; absent is no limit of the tier's own. */
  fixedPriceUsdc: z.string().optional(),
})
export type Tier = z.output<typeof tier>
export type Tiers = Readonly<Record<string, Tier>>

export const tiersConfig = z.record(z.string().min(1).max(40), tier).prefault({
  Bronze: { leverageMax: 5 },
  Silver: { leverageMax: 10 },
  Gold: { leverageMax: 20 },
  Platinum: { leverageMax: 25 },
})
