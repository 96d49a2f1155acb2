/** Answers of the loop's commands (spec/contract.md): `action`, `reason`, the orders and what they did, both costs, and the explanation. */
import { formatUnits, ONE } from '#units/exact.ts'
import { explanationJson } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { answered, refused } from '#engine/command-answers.ts'
import type { Emission } from '#engine/component.ts'
import type { HedgeDecision, HedgeSkip } from '#topics/hedging.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Json } from '#topics/schema.ts'

type Answer = Emission<'command_results'>
type Fields = { readonly [key: string]: Json }

/** Without these nothing can be said at all; every other skip is an answer with action `none`. */
const REFUSALS: ReadonlySet<HedgeSkip> = new Set([
  'missing_drawdown_inputs',
  'no_account_value',
  'unsupported_instrument',
  'coverage_leg',
  'nothing_to_roll',
  'no_roll_target',
])

/** Risk or execution stopped the order: nothing was traded. */
export function blocked(commandId: CommandId, account: AccountId, explanation: Explanation): Answer {
  return answered(commandId, account, { status: 'blocked', reason: explanation.code, explanation: explanationJson(explanation) })
}

/** A decision without an order, or one whose order is done. */
export function answerTo(commandId: CommandId, decision: HedgeDecision, orders: readonly Fields[]): Answer {
  const { account, skipped, explanation } = decision
  if (skipped !== undefined && orders.length === 0 && REFUSALS.has(skipped)) return refused(commandId, account, explanation)
  return answered(commandId, account, decision.roll === undefined ? tickJson(decision, orders) : rollJson(decision, orders))
}

function rollJson({ skipped, explanation }: HedgeDecision, legs: readonly Fields[]): Json {
  const isDone = legs.length > 0
  return {
    status: 'ok',
    action: isDone ? 'roll' : 'none',
    reason: skipped ?? 'roll',
    legs,
    explanation: explanationJson(explanation),
  }
}

function tickJson(decision: HedgeDecision, orders: readonly Fields[]): Json {
  const { action, reason, skipped, costs, attribution, explanation } = decision
  return {
    status: 'ok',
    action: skipped === undefined ? action : 'none',
    reason,
    ...(skipped === undefined ? {} : { skipped, wanted: action }),
    orders,
    equityUsdc: text(decision.equity),
    drawdownLimitUsdc: text(decision.drawdownLimit),
    limitSource: decision.limitSource ?? null,
    bufferUsdc: text(decision.buffer),
    targetUsdc: text(decision.target),
    hysteresisUsdc: text(decision.hysteresis),
    hedge: {
      instrument: decision.instrument,
      before: decision.hedgeBefore.toString(),
      target: decision.hedgeTarget.toString(),
      exposure: decision.exposure.toString(),
      covered: decision.covered.toString(),
    },
    ...(costs === undefined ? {} : { costs: costsJson(costs) }),
    ...(attribution === undefined
      ? {}
      : {
          attribution: attribution.map(({ account, exposure, hedge }) => ({
            accountId: account,
            exposure: exposure.toString(),
            hedge: hedge.toString(),
          })),
        }),
    explanation: explanationJson(explanation),
  }
}

function costsJson({ acting, waiting }: NonNullable<HedgeDecision['costs']>): Json {
  return {
    acting: { feeUsdc: text(acting.feeUsdc), spreadUsdc: text(acting.spreadUsdc), totalUsdc: text(acting.totalUsdc) },
    waiting: { move: text(waiting.move), totalUsdc: text(waiting.totalUsdc) },
  }
}

export function orderJson({ orderId, instrument, side, quantity, state, filled, notional, fees, reason }: TradeConfirmation): Fields {
  return {
    orderId,
    instrument,
    side,
    size: quantity.toString(),
    state,
    filledAmount: filled.toString(),
    averagePrice: filled.isZero() ? null : formatUnits((notional.units * ONE) / filled.units),
    fees: fees.map(({ currency, amount }) => ({ currency, amount: amount.toString() })),
    ...(reason === undefined ? {} : { reason }),
  }
}

function text(value: { toString(): string } | undefined): string | null {
  return value === undefined ? null : value.toString()
}
