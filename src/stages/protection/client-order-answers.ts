/** Answers of the order endpoint (contract, API-02, API-03): what became of an order, or which rule blocked it. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { explain, explanationJson } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { Refusal } from '#base/result.ts'
import type { AccountId, CommandId, CoverageId } from '#domain/order.ts'
import { answered } from '#engine/command-answers.ts'
import { divideUnits, formatUnits } from '#units/exact.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import type { OrderStateChange, TradeConfirmation } from '#topics/orders.ts'
import type { ClientOrdersState, SoldSoFar } from './client-orders-state.ts'

type Answer = ReturnType<typeof answered>
const ERRORS: ReadonlySet<string> = new Set(['invalid_payload', 'missing_drawdown_inputs'])

/** Malformed, or without what the rule needs, is the caller's error (400); everything else is blocked by the business (200). */
export function blocked(commandId: CommandId, account: AccountId, explanation: Explanation, retryUntil?: string): Answer {
  const isError = ERRORS.has(explanation.code)
  const told = { status: isError ? 'error' : 'blocked', reason: explanation.code, explanation: explanationJson(explanation) }
  const body = retryUntil === undefined ? told : { ...told, retryUntil }
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

interface PartlyClosed {
  readonly account: AccountId
  readonly coverageId: CoverageId | undefined
  /** Absent where the cover has ended meanwhile, delivered or lost. */
  readonly standing: Coverage | undefined
  readonly sold: SoldSoFar
  readonly explanation: Explanation
}
/** A close of which a part was sold: what that brought, why no more, what still stands and the floor that holds with it. */
export function partlyClosedAnswer(
  state: ClientOrdersState,
  commandId: CommandId,
  { account, coverageId, standing, sold, explanation }: PartlyClosed,
): Answer {
  const orderId = sold.orderId ?? null
  return answered(commandId, account, {
    status: 'partly_closed',
    reason: explanation.code,
    explanation: explanationJson(explanation),
    orderId,
    clientOrderId: orderId,
    state: 'partially_filled',
    filledAmount: formatUnits(sold.filled),
    averagePrice: formatUnits(divideUnits(sold.notional, sold.filled)),
    feeUsdc: sold.fee.toString(),
    proceedsUsdc: sold.proceeds.toString(),
    mode: state.mode,
    ...(coverageId === undefined ? {} : { coverageId }),
    standing: standing === undefined ? null : standingJson(standing),
  })
}

function standingJson(cover: Coverage): Json {
  return {
    coverageLegs: legsShown(cover).flatMap((leg) => (leg.size === '0' ? [] : [{ ...leg }])),
    size: cover.size.toString(),
    expiryIso: isoFromEpochMs(cover.expiry),
    floorEquity: cover.floorEquity.toString(),
    drawdownLimitUsdc: cover.drawdownLimit.toString(),
    floorExcludes: cover.floorExcludes ?? [],
  }
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
