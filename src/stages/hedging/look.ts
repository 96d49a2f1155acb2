/**
 * One look at an account: what the rule wants, whether it can be done now, and at what cost. The result is a decision that says all of it, with
 * the order it leads to. An order needs a fresh price, a release needs a value without doubts, and while an order of the loop is under way
 * nothing new is begun (two actions never overlap).
 */
import type { Refusal } from '#base/result.ts'
import { Quantity } from '#units/quantity.ts'
import type { IntentId, OrderIntent } from '#domain/order.ts'
import type { HedgeCosts, HedgeDecision, HedgeSkip } from '#topics/hedging.ts'
import { costsOf } from './costs.ts'
import { actionExplained, skipExplained, usdc } from './explained.ts'
import { find } from './find.ts'
import type { Found, Occasion } from './find.ts'
import { hedgeIntent, priceStep, unpriced } from './hedge-orders.ts'
import type { LoopConfig } from './loop-config.ts'
import { freeHedge, hasOpenAction } from './loop-state.ts'
import type { LoopState } from './loop-state.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan.ts'
import type { TickRequest } from './request.ts'

export interface Look {
  readonly decision: HedgeDecision
  readonly intent: OrderIntent | undefined
  readonly plan: Plan | undefined
  readonly found: Found
}

export function lookAt(state: LoopState, occasion: Occasion, request: TickRequest, config: LoopConfig): Look {
  const found = find(state, occasion, request, config)
  const plan = planOf(found, config)
  if (typeof plan === 'string') return undecided(found, plan)
  if (plan.action === 'none') return quiet(found, plan)
  const doubt = whyNotNow(state, found, plan)
  if (doubt !== undefined) return skipped(found, plan, doubt, undefined)
  const priced = priceStep(state, plan.instrument, plan.side, occasion.at, config)
  if (!priced.ok) return skipped(found, plan, unpriced(priced.refusal), priced.refusal)
  const costs = costsOf(plan.size, priced.value.prices, config.waitMove)
  if (isTooDear(found, plan, costs)) return skipped(found, plan, 'release_too_dear', undefined)
  const intentId = `${decisionIdOf(occasion)}-1` as IntentId
  const { account, commandId } = occasion
  const { instrument, side, size } = plan
  const wanted = { intentId, account, instrument, side, size, leverage: found.view.leverage, commandId }
  return {
    decision: {
      ...fields(found, plan),
      order: { intentId, instrument, side, size: new Quantity(size) },
      ...(state.mark === undefined ? {} : { mark: state.mark.mark }),
      costs,
      explanation: actionExplained(found, plan, costs),
    },
    intent: hedgeIntent(wanted, priced.value, config.venue),
    plan,
    found,
  }
}

/** A release that pays the buffer back under its target would be bought again at the next look. */
function isTooDear({ band }: Found, { reason }: Plan, { acting }: HedgeCosts): boolean {
  return reason === 'buffer_above_band' && band !== undefined && band.buffer - acting.totalUsdc.units < band.target
}

/** What stands against doing it now, but for the price: that is asked last, as it is the only one that passes by itself. */
function whyNotNow(state: LoopState, { occasion, view }: Found, plan: Plan): HedgeSkip | undefined {
  if (hasOpenAction(state, occasion.account)) return 'action_in_flight'
  if (view.value === undefined) return plan.reason === 'over_hedged' ? undefined : 'no_account_value'
  if (view.value.missingPositions.length > 0 && plan.action === 'increase') return 'missing_price'
  const isDoubtful = view.value.staleMarks.length > 0 || view.value.missingPositions.length > 0
  return isDoubtful && plan.reason === 'buffer_above_band' ? 'stale_value' : undefined
}

export function skipped(found: Found, plan: Plan, skip: HedgeSkip, refusal: Refusal | undefined): Look {
  return {
    decision: { ...fields(found, plan), skipped: skip, explanation: skipExplained(found, skip, refusal) },
    intent: undefined,
    plan,
    found,
  }
}

function quiet(found: Found, plan: Plan): Look {
  return { decision: { ...fields(found, plan), explanation: actionExplained(found, plan, undefined) }, intent: undefined, plan, found }
}

/** Nobody can say what the rule wants. */
function undecided(found: Found, skip: HedgeSkip): Look {
  const held = freeHedge(found.view, found.request.instrument)
  const plan = {
    action: 'none',
    reason: 'nothing_to_hedge',
    instrument: found.request.instrument,
    before: held,
    after: held,
    side: 'buy',
    size: 0n,
  } as const
  return { ...skipped(found, plan, skip, undefined), plan: undefined }
}

export function decisionIdOf({ account, seq }: Occasion): string {
  return `${account}-hedge-${seq}`
}

export function fields(found: Found, plan: Plan): Omit<HedgeDecision, 'explanation'> {
  const { occasion, exposure, covered, equity, limit, band, attribution } = found
  const { account, trigger, commandId } = occasion
  return {
    decisionId: decisionIdOf(occasion),
    account,
    trigger,
    ...(commandId === undefined ? {} : { commandId }),
    action: plan.action,
    reason: plan.reason,
    instrument: plan.instrument,
    ...(equity === undefined ? {} : { equity: usdc(equity) }),
    ...(limit === undefined ? {} : { drawdownLimit: usdc(limit.units), limitSource: limit.source }),
    ...(band === undefined ? {} : { buffer: usdc(band.buffer), target: usdc(band.target), hysteresis: usdc(band.hysteresis) }),
    exposure: new Quantity(exposure),
    covered: new Quantity(covered),
    hedgeBefore: new Quantity(plan.before),
    hedgeTarget: new Quantity(plan.after),
    ...(attribution === undefined ? {} : { attribution: [...attribution] }),
  }
}
