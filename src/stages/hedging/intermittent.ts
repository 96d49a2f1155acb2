/**
 * Intermittent hedging (H-03): act only when it is worth it. For a step the rule asks for,
 *   improvement = cost of waiting - cost of acting; ratio = improvement / cost of acting
 * and the step is held back when what is held is within `sizeTolerance` of what is needed, when the improvement is under the minimum, or when the
 * ratio is. A buffer under `criticalBuffer` x target acts in any case. In the shadow the selection runs a hypothetical hedge of its own, priced with
 * the same costs: between two looks each hedge earns size x move of the mark and pays for its trades, and the difference of the sums is what
 * speaks for or against promoting it. It is scored on the account's own buffer, which the live hedge made: a stated approximation.
 */
import type { Refusal } from '#base/result.ts'
import { divideUnits, formatUnits, multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { HedgeCosts, HedgeEvaluation, ShadowScore } from '#topics/hedging.ts'
import type { IntermittentConfig } from './loop-config.ts'
import type { Shadow } from './loop-state.ts'

export interface Step {
  /** Sizes of the hedge, positive: needed, and held by the one that is to decide. */
  readonly needed: bigint
  readonly held: bigint
  readonly acting: bigint
  readonly waiting: bigint
  readonly buffer: bigint
  readonly target: bigint
}
export interface Selection {
  readonly choice: 'act' | 'hold'
  readonly code: HedgeEvaluation['code']
  readonly improvement: bigint
  /** Absent where acting costs nothing. */
  readonly ratio: bigint | undefined
  readonly why: Refusal
}

export function modeOf(config: IntermittentConfig): 'off' | 'shadow' | 'live' {
  if (!config.phase3RolloutEnabled) return 'off'
  if (config.intermittentSelectionLiveEnabled && config.phase3SafetyGuardEnabled) return 'live'
  return config.intermittentSelectionShadowEnabled && config.intermittentAnalyticsEnabled ? 'shadow' : 'off'
}

export function selectStep(step: Step, config: IntermittentConfig): Selection {
  const { needed, held, acting, waiting, buffer, target } = step
  const improvement = waiting - acting
  const ratio = acting > 0n ? divideUnits(improvement, acting, 'floor') : undefined
  const choose = (choice: Selection['choice'], code: Selection['code'], seen: Omit<Refusal, 'code'>): Selection => ({
    choice,
    code,
    improvement,
    ratio,
    why: { code, ...seen },
  })
  if (needed === held)
    return choose('hold', 'no_action_due', { field: 'needed', seen: formatUnits(needed), limit: 'another size than is held' })
  const critical = multiplyUnits(target, config.intermittentProfitCriticalBufferPct.units, 'ceil')
  if (buffer < critical && needed > held)
    return choose('act', 'critical_buffer', { field: 'buffer', seen: formatUnits(buffer), limit: formatUnits(critical) })
  const gap = needed > held ? needed - held : held - needed
  const within = multiplyUnits(needed > held ? needed : held, config.intermittentSelectionSizeTolerancePct.units, 'floor')
  if (gap <= within) return choose('hold', 'within_size_tolerance', { field: 'gap', seen: formatUnits(gap), limit: formatUnits(within) })
  const least = leastWaiting(acting, config)
  const seen = { field: 'waiting', seen: formatUnits(waiting), limit: formatUnits(least) }
  if (!config.intermittentProfitThresholdEnabled || waiting >= least) return choose('act', 'worth_it', seen)
  const isSmall = improvement < config.intermittentProfitMinImprovementUsdc.units
  const flip = { field: 'waiting', to: formatUnits(least) }
  return choose('hold', isSmall ? 'improvement_too_small' : 'ratio_too_small', { ...seen, flip })
}

/** The cost of waiting from which acting passes both thresholds. */
function leastWaiting(acting: bigint, config: IntermittentConfig): bigint {
  const amount = config.intermittentProfitMinImprovementUsdc.units
  const share = multiplyUnits(acting, config.intermittentProfitMinImprovementRatio.units, 'ceil')
  return acting + (amount > share ? amount : share)
}

/** Costs of a size, from those of one coin. */
export function costsAt({ acting, waiting }: HedgeCosts, coins: bigint): Pick<Step, 'acting' | 'waiting'> {
  return { acting: multiplyUnits(acting.totalUsdc.units, coins, 'ceil'), waiting: multiplyUnits(waiting.totalUsdc.units, coins, 'ceil') }
}

export interface Now {
  readonly at: EpochMs
  readonly mark: bigint
  /** Signed: what is held, and what the selection holds after this look. */
  readonly held: bigint
  readonly selected: bigint
  /** USDC for trading one coin. */
  readonly costPerCoin: bigint
  readonly differs: boolean
}

/** The score with the time since the last look in it, and this look's trades of the selection. */
export function scoreOf(before: Shadow | undefined, now: Now): ShadowScore {
  const { at, mark, held, selected, costPerCoin, differs } = now
  const last = before ?? { mark, held, selected: held, score: firstScore(at) }
  const move = mark - last.mark
  const liveTraded = size(held - last.held)
  const selectedTraded = size(selected - last.selected)
  const live = last.score.liveResultUsdc.units + multiplyUnits(held, move) - multiplyUnits(liveTraded, costPerCoin, 'ceil')
  const chosen =
    last.score.selectedResultUsdc.units + multiplyUnits(last.selected, move) - multiplyUnits(selectedTraded, costPerCoin, 'ceil')
  return {
    evaluations: last.score.evaluations + 1,
    since: last.score.since,
    liveResultUsdc: new Money(live),
    selectedResultUsdc: new Money(chosen),
    advantageUsdc: new Money(chosen - live),
    liveTurnover: new Quantity(last.score.liveTurnover.units + liveTraded),
    selectedTurnover: new Quantity(last.score.selectedTurnover.units + selectedTraded),
    differing: last.score.differing + (differs ? 1 : 0),
  }
}

function firstScore(since: EpochMs): ShadowScore {
  const none = new Money<'USDC'>(0n)
  const flat = new Quantity(0n)
  return {
    evaluations: 0,
    since,
    liveResultUsdc: none,
    selectedResultUsdc: none,
    advantageUsdc: none,
    liveTurnover: flat,
    selectedTurnover: flat,
    differing: 0,
  }
}

export function evaluationFields(
  selection: Selection,
): Pick<HedgeEvaluation, 'selected' | 'code' | 'improvementUsdc' | 'improvementRatio'> {
  const { choice, code, improvement, ratio } = selection
  return {
    selected: choice,
    code,
    improvementUsdc: new Money(improvement),
    ...(ratio === undefined ? {} : { improvementRatio: new Ratio(ratio) }),
  }
}

export function priceOf(units: bigint): Price<'BTC', 'USDC'> {
  return new Price<'BTC', 'USDC'>(units)
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units
}
