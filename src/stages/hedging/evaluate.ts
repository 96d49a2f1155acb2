/**
 * The intermittent selection asked about a look: what it would have done with its own hypothetical hedge (shadow), or what is to be done (live). A close
 * of a hedge that hedges nothing is not its business; without a price there is nothing to score, without a band no measure of what is critical.
 */
import { ONE } from '#units/exact.ts'
import { Quantity } from '#units/quantity.ts'
import { explain } from '#domain/explanation.ts'
import type { HedgeEvaluation } from '#topics/hedging.ts'
import { costsOf } from './costs.ts'
import { usdc } from './explained.ts'
import type { Band } from './buffer-rule.ts'
import type { Found } from './find.ts'
import { priceStep } from './hedge-orders.ts'
import { costsAt, evaluationFields, modeOf, priceOf, scoreOf, selectStep } from './intermittent.ts'
import type { Selection } from './intermittent.ts'
import { skipped } from './look.ts'
import type { Look } from './look.ts'
import type { LoopConfig } from './loop-config.ts'
import type { LoopState, Shadow } from './loop-state.ts'
import { targetOf } from './plan.ts'
import type { Plan } from './plan.ts'

export interface Evaluated {
  readonly look: Look
  readonly evaluation: HedgeEvaluation | undefined
}

export function evaluate(state: LoopState, look: Look, config: LoopConfig): Evaluated {
  const { found, plan } = look
  const mode = modeOf(config.intermittent)
  const { band, occasion, exposure } = found
  if (mode === 'off' || plan === undefined || band === undefined || plan.reason === 'over_hedged') return { look, evaluation: undefined }
  const side = plan.action === 'none' ? (exposure < 0n ? 'buy' : 'sell') : plan.side
  const priced = priceStep(state, plan.instrument, side, occasion.at, config)
  if (!priced.ok) return { look, evaluation: undefined }
  const shadow = state.shadows.get(occasion.account)
  const held = mode === 'live' ? plan.before : (shadow?.selected ?? plan.before)
  const needed = targetOf(found, held, config)
  const unit = costsOf(ONE, priced.value.prices, config.waitMove)
  const costs = costsAt(unit, size(needed - held))
  const selection = selectStep({ needed: size(needed), held: size(held), ...costs, ...band }, config.intermittent)
  const isHeldBack = mode === 'live' && look.intent !== undefined && selection.choice === 'hold'
  const done = look.intent === undefined || isHeldBack ? 'hold' : 'act'
  const mark = priced.value.prices.index
  const told: Told = { mode, done, selection, needed, held, mark, shadow, costPerCoin: unit.acting.totalUsdc.units }
  const evaluation = evaluationOf(look, found, plan, band, told)
  if (!isHeldBack) return { look, evaluation }
  return { look: skipped(found, plan, 'intermittent_hold', selection.why), evaluation }
}

interface Told {
  readonly mode: 'shadow' | 'live'
  readonly done: 'act' | 'hold'
  readonly selection: Selection
  /** Signed: what is needed of the hedge that decides, and what it is. */
  readonly needed: bigint
  readonly held: bigint
  readonly mark: bigint
  readonly shadow: Shadow | undefined
  readonly costPerCoin: bigint
}

function evaluationOf(
  { decision }: Look,
  { occasion }: Found,
  { before }: Plan,
  { buffer, target }: Band,
  { mode, done, selection, needed, held, mark, shadow, costPerCoin }: Told,
): HedgeEvaluation {
  const selected = selection.choice === 'act' ? needed : held
  const { at, seq, account } = occasion
  return {
    account,
    decisionId: decision.decisionId,
    mode,
    done,
    ...evaluationFields(selection),
    buffer: usdc(buffer),
    target: usdc(target),
    hedgeNeeded: new Quantity(needed),
    hedgeHeld: new Quantity(before),
    hedgeSelected: new Quantity(selected),
    mark: priceOf(mark),
    score: scoreOf(shadow, { at, mark, held: before, selected, costPerCoin, differs: selection.choice !== done }),
    explanation: explain('hedging/intermittent', seq, selection.why),
  }
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units
}
