/** Answers of the order endpoint (contract, API-02, API-03): what became of an order, or which rule blocked it. */
import { explain, explanationJson } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { Refusal } from '#base/result.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { answered } from '#engine/command-answers.ts'
import { divideUnits, formatUnits } from '#units/exact.ts'
import type { Coverage } from '#topics/protection.ts'
import type { OrderStateChange, TradeConfirmation } from '#topics/orders.ts'
import type { ClientOrdersState, SoldSoFar } from './client-orders-state.ts'

type Answer = ReturnType<typeof answered>
const ERRORS: ReadonlySet<string> = new Set(['invalid_payload', 'missing_drawdown_inputs'])

/** Malformed, or without what the rule needs, is the caller's error (400); everything else is blocked by the business (200). */
export function blocked(commandId: CommandId, account: AccountId, explanation: Explanation): Answer {
  const isError = ERRORS.has(explanation.code)
  const body = { status: isError ? 'error' : 'blocked', reason: explanation.code, explanation: explanationJson(explanation) }
  return answered(commandId, account, body, isError ? 400 : 200)
}

export function because(seq: number, refusal: Refusal): Explanation {
  return explain('protection/client-orders', seq, refusal)
}

/** `coverageId` is the platform's name of the cover, `clientCoverageId` the one the order came with. */
export function openedAnswer(state: ClientOrdersState, commandId: CommandId, name: string, cover: Coverage): Answer {
  const { account, coverageId, filled, fee } = cover
  const bought = state.bought.get(coverageId)
  const orderId = bought?.orderId ?? null
  return answered(commandId, account, {
    status: 'ok',
    orderId,
    clientOrderId: orderId,
    state: 'filled',
    filledAmount: filled.toString(),
    averagePrice: cover.premiumCoin.toString(),
    feeUsdc: fee.toString(),
    mode: state.mode,
    coverageId,
    clientCoverageId: name,
  })
}

/** `before`: what earlier orders of the same command did; the answer is of all of them, its order the last. */
export function endedAnswer(
  state: ClientOrdersState,
  commandId: CommandId,
  confirmation: TradeConfirmation,
  before: SoldSoFar | undefined,
): Answer {
  const { orderId, account, fees, feesUsdc, coverageId } = confirmation
  const filled = confirmation.filled.units + (before?.filled ?? 0n)
  const notional = confirmation.notional.units + (before?.notional ?? 0n)
  const inUsdc = fees.reduce((sum, { currency, amount }) => (currency === 'USDC' ? sum + amount.units : sum), 0n)
  return answered(commandId, account, {
    status: 'ok',
    orderId,
    clientOrderId: orderId,
    state: confirmation.state,
    filledAmount: formatUnits(filled),
    averagePrice: filled === 0n ? null : formatUnits(divideUnits(notional, filled)),
    feeUsdc: formatUnits((feesUsdc?.units ?? inUsdc) + (before?.fee.units ?? 0n)),
    mode: state.mode,
    ...(coverageId === undefined ? {} : { coverageId }),
  })
}

/** It rests on the venue's book. */
export function restingAnswer(state: ClientOrdersState, commandId: CommandId, { orderId, account, filled }: OrderStateChange): Answer {
  return answered(commandId, account, {
    status: 'ok',
    orderId,
    clientOrderId: orderId,
    state: 'accepted',
    filledAmount: filled.toString(),
    averagePrice: null,
    feeUsdc: '0',
    mode: state.mode,
  })
}
