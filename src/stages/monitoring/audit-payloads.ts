/**
 * Payloads of the documented audit events (OP-01, document 1 section 4.4): money as decimal strings, fields as documented. The table says
 * which view an event belongs to; an event is listed only when code of this folder emits it.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { divideUnits, formatFixed, formatUnits, ONE } from '#units/exact.ts'
import type { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { AccountValue } from '#topics/account.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Candidate, Coverage, PutQuote } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'

export type View = 'exec' | 'internal'
export type Payload = { readonly [key: string]: Json }

export const AUDIT_EVENTS = {
  coverage_activated: 'exec',
  coverage_renewed: 'exec',
  coverage_expired: 'exec',
  coverage_alarm: 'exec',
  option_payout: 'exec',
  hedge_action: 'exec',
  hedge_order: 'exec',
  mtm_position: 'exec',
  put_quote: 'internal',
  renewal_decision: 'internal',
  hedge_action_skipped: 'internal',
  execution_quality: 'internal',
} as const satisfies Record<string, View>
export type AuditName = keyof typeof AUDIT_EVENTS

export function coveragePayload(cover: Coverage, held: Quantity | undefined): Payload {
  const positionId = positionIdOf(cover, held)
  return {
    coverageId: cover.coverageId,
    accountId: cover.account,
    positionIds: positionId === undefined ? [] : [positionId],
    tierName: cover.terms.tierName,
    coverageLegs: [
      {
        instrument: cover.instrument,
        size: cover.filled.toString(),
        venue: cover.venue,
        optionType: cover.optionType,
        strike: cover.strike.toString(),
      },
    ],
    selectedVenue: cover.venue,
    expiryIso: isoFromEpochMs(cover.expiry),
    floorPrice: cover.floorPrice.toString(),
    ...floorOf(cover),
    drawdownLimitUsdc: cover.drawdownLimit.toString(),
    premiumUsdc: cover.premium.toString(),
    feeUsdc: cover.fee.toString(),
    ...(cover.exitCostMax === undefined ? {} : { exitCostMaxUsdc: cover.exitCostMax.toString() }),
    ...(cover.decidedAt === undefined ? {} : { decidedAt: isoFromEpochMs(cover.decidedAt) }),
    ...(cover.activatedAt === undefined ? {} : { activatedAt: isoFromEpochMs(cover.activatedAt) }),
    ...(cover.previousCoverageId === undefined ? {} : { previousCoverageId: cover.previousCoverageId }),
    ...(cover.alarm === undefined ? {} : { alarm: cover.alarm }),
  }
}

/** While the old cover of a roll is still to be sold there is no floor of the renewal: only what holds should the sale bring nothing. */
function floorOf({ roll, floorEquity, floorExcludes }: Coverage): Payload {
  const excludes = floorExcludes === undefined ? {} : { floorExcludes }
  if (roll === undefined) return { floorEquity: floorEquity.toString(), ...excludes }
  return { floorEquity: null, floorEquityUnsold: floorEquity.toString(), ...excludes }
}

export function expiryPayload(cover: Coverage): Payload {
  return {
    coverageId: cover.coverageId,
    accountId: cover.account,
    instrument: cover.instrument,
    size: cover.filled.toString(),
    expiryIso: isoFromEpochMs(cover.expiry),
    settlementIndex: cover.settlementIndex?.toString() ?? null,
    payoutUsdc: cover.payout?.toString() ?? null,
    ...(cover.alarm === undefined ? {} : { alarm: cover.alarm }),
  }
}

export function quotePayload(quote: PutQuote): Payload {
  return {
    requestId: quote.requestId,
    accountId: quote.terms.account,
    status: quote.status,
    quoteId: quote.quoteId ?? null,
    considered: quote.considered,
    selected: candidateJson(quote.selected),
    runnerUp: candidateJson(quote.runnerUp),
    explanation: quote.explanation === undefined ? null : explanationJson(quote.explanation),
  }
}

function candidateJson(candidate: Candidate | undefined): Json {
  if (candidate === undefined) return null
  const { instrument, premium, fee, floorEquity, score, lostBecause } = candidate
  const base = { instrument, premiumUsdc: premium.toString(), feeUsdc: fee.toString(), floorEquity: floorEquity.toString(), score }
  return lostBecause === undefined ? base : { ...base, lostBecause }
}

export function explanationJson({ gate, code, field, seen, limit, flip, cause }: Explanation): Json {
  const base = { gate, code, field, seen, limit, cause }
  return flip === undefined ? base : { ...base, flip: { field: flip.field, to: flip.to } }
}

export function intentPayload(intent: OrderIntent): Payload {
  return {
    action: intent.side === 'buy' ? 'increase' : 'decrease',
    reason: intent.purpose,
    accountId: intent.account,
    coverageId: intent.coverageId ?? null,
    instrument: intent.instrument,
    side: intent.side,
    size: intent.quantity.toString(),
    limitPrice: intent.limitPrice.toString(),
  }
}

export function orderPayload(confirmation: TradeConfirmation): Payload {
  const { orderId, account, coverageId, instrument, side, state, quantity, filled, notional, fees } = confirmation
  return {
    orderId,
    accountId: account,
    coverageId: coverageId ?? null,
    instrument,
    side,
    state,
    size: quantity.toString(),
    filledAmount: filled.toString(),
    averagePrice: filled.isZero() ? null : formatUnits(divideUnits(notional.units, filled.units)),
    fees: fees.map(({ currency, amount }) => ({ currency, amount: amount.toString() })),
  }
}

/** How good an order was: the share filled, and the price against its bound (0 = at the bound, positive = better), as fractions. */
export function qualityPayload(confirmation: TradeConfirmation, limitUnits: bigint | undefined): Payload {
  const { orderId, account, instrument, side, quantity, filled, notional } = confirmation
  const average = filled.isZero() ? undefined : divideUnits(notional.units, filled.units)
  const gained =
    average === undefined || limitUnits === undefined ? undefined : side === 'buy' ? limitUnits - average : average - limitUnits
  return {
    orderId,
    accountId: account,
    instrument,
    filledRatio: quantity.isZero() ? '0' : filled.ratioTo(quantity).toString(),
    betterThanLimit: gained === undefined || limitUnits === undefined ? null : formatFixed(divideUnits(gained, limitUnits), 6, 'half-even'),
  }
}

/** The position a cover was bought for: the one its quote named, else the perpetual of its side in the books, by the ledger's id. */
function positionIdOf({ terms }: Coverage, held: Quantity | undefined): string | undefined {
  if (terms.positionId !== undefined) return terms.positionId
  const isHeld = held !== undefined && !held.isZero() && held.isNegative() === (terms.side === 'short')
  return isHeld ? LINEAR_PERPETUAL : undefined
}

/** The cover's share of what the hedge book holds of its instrument, at conservative close; null where it has no price. */
function hedgeMtm({ instrument, filled }: Coverage, { hedges = [] }: AccountValue): string | null {
  const worth = hedges.find((hedge) => hedge.instrument === instrument)
  if (worth === undefined || !worth.quantity.isPositive()) return null
  const { close, quantity } = worth
  return (filled.units >= quantity.units ? close : close.share(filled.units, quantity.units, 'down')).toString()
}

/**
 * The seven documented fields; position and equity are the account's, `hedgeMtmUsdc` is the cover's own. `coverageRatio`: size covered over
 * size held (over the terms' size where nothing is held).
 */
export function mtmPayload(cover: Coverage, value: AccountValue, held: Quantity | undefined): Payload {
  const size = held === undefined || held.isZero() ? cover.size.units : held.abs().units
  return {
    coverageId: cover.coverageId,
    positionId: positionIdOf(cover, held) ?? null,
    positionPnlUsdc: value.positionPnl.toString(),
    hedgeMtmUsdc: hedgeMtm(cover, value),
    equityUsdc: value.equityClose.toString(),
    drawdownBufferUsdc: value.equityClose.minus(cover.drawdownLimit).toString(),
    coverageRatio: size === 0n ? '0' : formatFixed((cover.filled.units * ONE) / size, 6, 'floor'),
  }
}
