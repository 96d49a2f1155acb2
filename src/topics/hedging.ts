/**
 * What the hedging loop decided, and how the intermittent selection would have decided. Sizes are signed counts of the instrument's own
 * unit (long positive) unless the name says otherwise; amounts in USDC.
 */
import { z } from 'zod'
import type { AccountId } from '#domain/order.ts'
import {
  zAccountId,
  zBtcUsdc,
  zCommandId,
  zEpochMs,
  zExplanation,
  zInstrumentId,
  zIntentId,
  zQuantity,
  zRatio,
  zSide,
  zUsdc,
} from './schema.ts'

/** Why the loop wants what it wants. */
const zHedgeReason = z.enum([
  'buffer_below_target',
  'buffer_above_band',
  'buffer_within_band',
  'hedge_at_need',
  'nothing_to_hedge',
  'covered',
  'over_hedged',
  'net_exposure',
  'net_exposure_within_tolerance',
  'roll',
])
/** Why it did not do it, or could not look at all. */
const zHedgeSkip = z.enum([
  'action_in_flight',
  'no_account_value',
  'missing_price',
  'stale_value',
  'stale_price',
  'missing_drawdown_inputs',
  'release_too_dear',
  'below_lot',
  'intermittent_hold',
  'timer_missed',
  'nothing_to_roll',
  'coverage_leg',
  'unsupported_instrument',
  'no_roll_target',
])
const hedgeOrder = z.object({
  intentId: zIntentId,
  instrument: zInstrumentId,
  side: zSide,
  /** Positive. */
  size: zQuantity,
})
/** What a step costs if taken now, and what it may cost not to take it, should the price move by `move` (a fraction) against the account. */
const hedgeCosts = z.object({
  acting: z.object({ feeUsdc: zUsdc, spreadUsdc: zUsdc, totalUsdc: zUsdc }),
  waiting: z.object({ move: zRatio, totalUsdc: zUsdc }),
})
/** One account's part of a hedge of net exposure: `hedge` is minus its exposure, the sum over accounts minus the net. */
const attribution = z.object({ account: zAccountId, exposure: zQuantity, hedge: zQuantity })

export const hedgeDecision = z.object({
  decisionId: z.string(),
  account: zAccountId,
  trigger: z.enum(['command', 'timer', 'roll']),
  commandId: zCommandId.optional(),
  action: z.enum(['increase', 'decrease', 'none', 'roll']),
  reason: zHedgeReason,
  /** Set where an action was due and was not taken, or where the loop could not run. */
  skipped: zHedgeSkip.optional(),
  instrument: zInstrumentId,
  order: hedgeOrder.optional(),
  equity: zUsdc.optional(),
  drawdownLimit: zUsdc.optional(),
  limitSource: z.enum(['coverage', 'accounts', 'request']).optional(),
  buffer: zUsdc.optional(),
  target: zUsdc.optional(),
  hysteresis: zUsdc.optional(),
  /** Of the client position, and how much of it covers protect already (positive). */
  exposure: zQuantity,
  covered: zQuantity,
  hedgeBefore: zQuantity,
  /** What the rule asks for; `order` brings the hedge there. */
  hedgeTarget: zQuantity,
  mark: zBtcUsdc.optional(),
  costs: hedgeCosts.optional(),
  attribution: z.array(attribution).optional(),
  /** A roll buys first and releases when that is filled. */
  roll: z
    .object({
      rollId: z.string(),
      leg: z.enum(['cover', 'release']),
      from: zInstrumentId,
      to: zInstrumentId,
      /** What of `from` is to be released in all, signed as it is held. */
      size: zQuantity,
    })
    .optional(),
  explanation: zExplanation,
})

/** How far the selection's own hypothetical hedge has come against the one that was held, since `since`; advantage > 0 speaks for it. */
const shadowScore = z.object({
  evaluations: z.number().int(),
  since: zEpochMs,
  liveResultUsdc: zUsdc,
  selectedResultUsdc: zUsdc,
  advantageUsdc: zUsdc,
  liveTurnover: zQuantity,
  selectedTurnover: zQuantity,
  differing: z.number().int(),
})
export const hedgeEvaluation = z.object({
  account: zAccountId,
  decisionId: z.string(),
  mode: z.enum(['shadow', 'live']),
  /** What the selection says, and what the loop does. */
  selected: z.enum(['act', 'hold']),
  done: z.enum(['act', 'hold']),
  code: z.enum(['critical_buffer', 'within_size_tolerance', 'improvement_too_small', 'ratio_too_small', 'worth_it', 'no_action_due']),
  buffer: zUsdc,
  target: zUsdc,
  improvementUsdc: zUsdc,
  improvementRatio: zRatio.optional(),
  hedgeNeeded: zQuantity,
  hedgeHeld: zQuantity,
  /** The hypothetical hedge after this evaluation. */
  hedgeSelected: zQuantity,
  mark: zBtcUsdc,
  score: shadowScore,
  explanation: zExplanation,
})

/** Due to be looked at; answered in the same step, when the facts of that step are known. */
export interface HedgeRound {
  readonly dueAt: number
  /** Instants of the timer that passed without a look. */
  readonly missed: number
  /** Absent: all accounts. */
  readonly account?: AccountId | undefined
  /** Only for hedges larger than what they hedge: looked for with the timer off as well. */
  readonly isStray: boolean
}
export type HedgeReason = z.output<typeof zHedgeReason>
export type HedgeSkip = z.output<typeof zHedgeSkip>
export type HedgeCosts = z.output<typeof hedgeCosts>
export type Attribution = z.output<typeof attribution>
export type HedgeDecision = z.output<typeof hedgeDecision>
export type HedgeEvaluation = z.output<typeof hedgeEvaluation>
export type ShadowScore = z.output<typeof shadowScore>
export type HedgeOrder = z.output<typeof hedgeOrder>
