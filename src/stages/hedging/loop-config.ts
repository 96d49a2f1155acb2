/**
 * Configuration of the hedging loop. Shares are fractions. Where the documents give no number the default is ours: target and hysteresis as
 * shares of the drawdown limit, the move that prices waiting, the smallest step. `accounts` is what the accounts file states
 * (`ACCOUNTS_CONFIG_PATH`, funded levels); an account's own target and hysteresis win over the shares, a request's over both.
 * The intermittent keys are the documents' (S1 7.6) in camel case.
 */
import { z } from 'zod'
import { ratio } from '#units/ratio.ts'
import { btc } from '#units/quantity.ts'
import { usdc } from '#units/money.ts'
import type { BodyOf } from '#topics/registry.ts'
import { zBtc, zRatio, zUsdc } from '#topics/schema.ts'

const zFundedAccount = z.strictObject({
  level: z.string().min(1),
  initialBalanceUsdc: zUsdc,
  drawdownLimitUsdc: zUsdc,
  bufferTargetUsdc: zUsdc.optional(),
  bufferHysteresisUsdc: zUsdc.optional(),
  hedgeSizeMax: zBtc.optional(),
})

const intermittentConfig = z
  .strictObject({
    phase3RolloutEnabled: z.boolean().default(false),
    /** Without it the selection never decides: the guard is not to be had without. */
    phase3SafetyGuardEnabled: z.boolean().default(true),
    intermittentAnalyticsEnabled: z.boolean().default(true),
    intermittentSelectionShadowEnabled: z.boolean().default(false),
    intermittentSelectionLiveEnabled: z.boolean().default(false),
    intermittentSelectionSizeTolerancePct: zRatio.default(ratio('0.10')),
    intermittentProfitThresholdEnabled: z.boolean().default(true),
    intermittentProfitMinImprovementUsdc: zUsdc.default(usdc('10')),
    intermittentProfitMinImprovementRatio: zRatio.default(ratio('0.5')),
    intermittentProfitCriticalBufferPct: zRatio.default(ratio('0.25')),
  })
  .prefault({})

export const loopConfig = z
  .strictObject({
    /** 0: no timer, the loop runs when asked. */
    loopIntervalMs: z.number().int().min(0).max(86_400_000).default(0),
    targetShare: zRatio.default(ratio('0.05')),
    hysteresisShare: zRatio.default(ratio('0.02')),
    stepMin: zRatio.default(ratio('0.05')),
    /** A gap to the net exposure that is left alone. */
    netTolerance: zBtc.default(btc('0.01')),
    hedgeSizeMax: zBtc.default(btc('25')),
    waitMove: zRatio.default(ratio('0.01')),
    takerRate: zRatio.default(ratio('0.0005')),
    slippageMax: z.number().positive().max(0.2).default(0.01),
    markMaxAgeMs: z.number().positive().finite().default(30_000),
    quoteMaxAgeMs: z.number().positive().finite().default(30_000),
    venue: z.string().default('deribit'),
    accounts: z.record(z.string(), zFundedAccount).default({}),
    intermittent: intermittentConfig,
  })
  .prefault({})
/** The intermittent keys of a changed configuration; undefined where it was refused or does not speak of the loop. */
export function intermittentFrom({ config, problems }: ConfigChanged): IntermittentConfig | undefined {
  if (problems !== undefined && problems.length > 0) return undefined
  const section = sectionOf.safeParse(config)
  return section.success ? section.data['hedging/loop'].intermittent : undefined
}
const sectionOf = z.object({ 'hedging/loop': z.object({ intermittent: intermittentConfig }) })
type ConfigChanged = BodyOf<'config_changed'>

export type LoopConfig = z.output<typeof loopConfig>
export type IntermittentConfig = LoopConfig['intermittent']
