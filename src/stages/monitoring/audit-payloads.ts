/**
 * Payloads of the documented audit events (OP-01, document 1 section 4.4): money as decimal strings, fields as documented. The names, their views
 * and the schemas these payloads fit stand in `topics/audit-events.ts`.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { divideUnits, formatFixed, formatUnits } from '#units/exact.ts'
import type { Quantity } from '#units/quantity.ts'
import { coveredPositionIds } from '#domain/covered-position.ts'
import { explanationJson } from '#domain/explanation.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { MtmRecord } from '#topics/proof.ts'
import { coverName, legsShown } from '#topics/coverage-legs.ts'
import type { Candidate, Coverage, CoverLeg, PutQuote, QuotedLeg } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'

export type Payload = { readonly [key: string]: Json }

export function coveragePayload(cover: Coverage, held: Quantity | undefined): Payload {
  return {
    coverageId: cover.coverageId,
    accountId: cover.account,
    positionIds: [...coveredPositionIds(cover, held)],
    tierName: cover.terms.tierName,
    coverageLegs: legsShown(cover).map(({ instrument, size, optionType, strike, venue }) => ({
      instrument,
      size,
      venue,
      optionType,
      strike,
    })),
    selectedVenue: cover.venue,
    expiryIso: isoFromEpochMs(cover.expiry),
    floorPrice: cover.floorPrice.toString(),
    ...floorOf(cover),
    drawdownLimitUsdc: cover.drawdownLimit.toString(),
    premiumUsdc: cover.premium.toString(),
    feeUsdc: (cover.charge?.charged ?? cover.premium.plus(cover.fee)).toString(),
    purchaseFeeUsdc: cover.fee.toString(),
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
    instrument: coverName(cover),
    size: cover.filled.toString(),
    expiryIso: isoFromEpochMs(cover.expiry),
    settlementIndex: cover.settlementIndex?.toString() ?? null,
    payoutUsdc: cover.payout?.toString() ?? null,
    ...(cover.legs === undefined ? {} : { payouts: cover.legs.map(payoutOfLeg) }),
    ...(cover.alarm === undefined ? {} : { alarm: cover.alarm }),
  }
}

function quotedLegJson({ instrument, venue, size, premium, fee }: QuotedLeg): Payload {
  return { instrument, venue, size: size.toString(), premiumUsdc: premium.toString(), feeUsdc: fee.toString() }
}

function payoutOfLeg({ instrument, filled, payout }: CoverLeg): Payload {
  return { instrument, size: filled.toString(), payoutUsdc: payout?.toString() ?? null }
}

export function quotePayload(quote: PutQuote): Payload {
  return {
    requestId: quote.requestId,
    accountId: quote.terms.account,
    status: quote.status,
    quoteId: quote.quoteId ?? null,
    considered: quote.considered,
    selected: candidateJson(quote.selected),
    ...(quote.legs === undefined ? {} : { legs: quote.legs.map(quotedLegJson) }),
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

/** The seven documented fields; position and equity are the account's, `hedgeMtmUsdc` is the cover's own. Marks in doubt are named beside them. */
export function mtmPayload(mark: MtmRecord): Payload {
  return {
    coverageId: mark.coverageId,
    positionId: mark.positionId ?? null,
    positionPnlUsdc: mark.positionPnl.toString(),
    hedgeMtmUsdc: mark.hedgeMtm?.toString() ?? null,
    equityUsdc: mark.equity.toString(),
    drawdownBufferUsdc: mark.drawdownBuffer.toString(),
    coverageRatio: mark.coverageRatio,
    ...(mark.doubtful.length === 0 ? {} : { stale: [...mark.doubtful] }),
  }
}

/** `creditUsdc` is what this mark changed of the credit, so that a cover's credits add up to what it is credited now. */
export function creditPayload({ coverageId, positionId, change, drawdownBuffer }: MtmRecord): Payload {
  return {
    coverageId,
    positionId: positionId ?? null,
    creditUsdc: change.toString(),
    bufferUsdc: drawdownBuffer.toString(),
  }
}
