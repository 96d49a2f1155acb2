/** Bodies of answers (spec/contract.md): money as decimal strings, instants as ISO 8601, refusals with their explanation. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { explain, explanationJson } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import { deadlineOf } from '#topics/quote-deadline.ts'
import type { Alternative, Candidate, Charge, ChargeLine, Coverage, PassThrough, PutQuote, QuotedLeg } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'

/** `seq`: of the request, the cause of the choice. */
export function quoteJson(quote: PutQuote, seq: number): Json {
  const { selected, runnerUp, terms } = quote
  const deadline = deadlineOf(quote)
  if (quote.status !== 'ok' || selected === undefined) {
    return {
      status: quote.variant ?? 'no_quote',
      reason: quote.explanation?.code ?? 'no_quote',
      ...(quote.ivRegime === undefined ? {} : { ivRegime: quote.ivRegime }),
      ...alternativesJson(quote),
      ...(quote.explanation === undefined ? {} : { explanation: explanationJson(quote.explanation) }),
      ...(quote.venues === undefined ? {} : { venues: venuesJson(quote) }),
    }
  }
  return {
    status: quote.variant ?? 'ok',
    quoteId: quote.quoteId ?? null,
    accountId: terms.account,
    terms: termsJson(terms),
    expiresAt: deadline === undefined ? null : isoFromEpochMs(deadline),
    instrument: selected.instrument,
    strike: selected.strike.toString(),
    optionType: quote.optionType ?? null,
    expiryIso: isoFromEpochMs(selected.expiry),
    size: terms.size.toString(),
    floorPrice: quote.floorPrice?.toString() ?? null,
    floorEquity: selected.floorEquity.toString(),
    floorHoldsUpTo: quote.floorHoldsUpTo?.toString() ?? null,
    exitCostMaxUsdc: quote.exitCostMax?.toString() ?? null,
    floorExcludes: quote.floorExcludes ?? [],
    uncoveredSize: quote.uncoveredSize?.toString() ?? '0',
    statedResultUsdc: quote.statedResult?.toString() ?? '0',
    exitLines: linesJson(quote.exitLines ?? []),
    lines: linesJson(quote.lines),
    ...chargeJson(selected, quote.charge),
    ivRegime: quote.ivRegime ?? null,
    book: bookJson(quote.book),
    ...combinationJson(quote),
    ...alternativesJson(quote),
    selectedVenue: quote.venue ?? null,
    venues: venuesJson(quote),
    runnerUp:
      runnerUp === undefined
        ? null
        : { instrument: runnerUp.instrument, premiumUsdc: runnerUp.premium.toString(), lostBecause: runnerUp.lostBecause ?? null },
    considered: quote.considered,
    cached: false,
    explanation: explanationJson(chosenBecause(selected, runnerUp, seq)),
  }
}

/** What was asked for, as it was understood. */
function termsJson({ side, tierName, leverage, tenorDays, renewal, ...terms }: PutQuote['terms']): Json {
  return {
    ...(terms.positionId === undefined ? {} : { positionId: terms.positionId }),
    side,
    tierName,
    leverage,
    ...(terms.drawdownFloor === undefined ? {} : { drawdownFloorPct: terms.drawdownFloor.toString() }),
    ...(terms.equityFloor === undefined ? {} : { equityFloorPct: terms.equityFloor.toString() }),
    tenorDays,
    renewal,
    fixedPriceUsdc: terms.premiumMax?.toString() ?? null,
    allowPremiumPassThrough: terms.passThrough === true,
  }
}

function linesJson(lines: readonly ChargeLine[]): Json {
  return lines.map(({ name, usdc }) => ({ name, usdc: usdc.toString() }))
}

/** `feeUsdc` is what the client is charged, `premiumUsdc` and `purchaseFeeUsdc` what the hedge costs at the venue. */
function chargeJson(bought: Pick<Candidate, 'premium' | 'fee'>, charge: Charge | undefined): { readonly [key: string]: Json } {
  const { premium, fee } = bought
  return {
    feeUsdc: (charge?.charged ?? premium.plus(fee)).toString(),
    ...(charge?.chargedMax === undefined ? {} : { feeMaxUsdc: charge.chargedMax.toString() }),
    premiumUsdc: premium.toString(),
    purchaseFeeUsdc: fee.toString(),
    subsidyUsdc: charge?.subsidy.toString() ?? '0',
    premiumFloorUsdc: charge?.premiumFloor.toString() ?? '0',
    passThrough: charge?.passThrough === undefined ? null : passThroughJson(charge.passThrough),
  }
}

function passThroughJson({ fixedPrice, capBase, capUplift, cap, user, subsidy, consentRequired }: PassThrough): Json {
  return {
    fixedPriceUsdc: fixedPrice.toString(),
    capBaseUsdc: capBase.toString(),
    capUpliftUsdc: capUplift.toString(),
    capUsdc: cap.toString(),
    userUsdc: user.toString(),
    subsidyUsdc: subsidy.toString(),
    consentRequired,
  }
}

function bookJson(book: PutQuote['book']): Json {
  if (book === undefined) return null
  const { ask, askSize, bid, observedAt, liquidityRatio, digest } = book
  return {
    askCoin: ask.toString(),
    askSize: askSize.toString(),
    bidCoin: bid?.toString() ?? null,
    observedAt: isoFromEpochMs(observedAt),
    liquidityRatio: liquidityRatio.toString(),
    digest,
  }
}

function alternativesJson({ alternatives }: PutQuote): { readonly [key: string]: Json } {
  return alternatives === undefined ? {} : { alternatives: alternatives.map(alternativeJson) }
}

/** What is bought where it is several options, each with its part of the size, its cost and its book; and what one option would have cost. */
function combinationJson({ legs, single }: PutQuote): { readonly [key: string]: Json } {
  if (legs === undefined) return {}
  const instead =
    single === undefined
      ? null
      : {
          instrument: single.instrument,
          feeUsdc: single.charged.toString(),
          floorEquity: single.floorEquity.toString(),
          savesUsdc: single.saves.toString(),
        }
  return { combination: { kind: 'two_strikes', legs: legs.map(quotedLegJson), instead } }
}

function quotedLegJson({ instrument, venue, strike, expiry, size, premiumCoin, premium, fee, book }: QuotedLeg): Json {
  return {
    instrument,
    venue,
    strike: strike.toString(),
    expiryIso: isoFromEpochMs(expiry),
    size: size.toString(),
    premiumCoin: premiumCoin.toString(),
    premiumUsdc: premium.toString(),
    purchaseFeeUsdc: fee.toString(),
    book: bookJson(book),
  }
}

/** Shown, not bought. */
function alternativeJson({ kind, legs, cost, saves, floorEquity, holdsUntil }: Alternative): Json {
  return {
    kind,
    indicative: true,
    legs: legs.map(({ instrument, venue, size, premium, fee }) => ({
      instrument,
      venue,
      size: size.toString(),
      premiumUsdc: premium.toString(),
      feeUsdc: fee.toString(),
    })),
    costUsdc: cost.toString(),
    savesUsdc: saves?.toString() ?? null,
    floorEquity: floorEquity.toString(),
    holdsUntilIso: isoFromEpochMs(holdsUntil),
  }
}

/** What each venue asks; `indicative` where it prices and does not execute. */
function venuesJson({ venues = [] }: PutQuote): Json {
  return venues.map(({ venue, premium, ageMs, indicative, lostBecause }) => ({
    venue,
    premiumUsdc: premium.toString(),
    ageMs,
    ...(indicative === undefined ? {} : { indicative }),
    ...(lostBecause === undefined ? {} : { lostBecause }),
  }))
}

/** Why this one: its score against that of the runner-up. */
function chosenBecause(selected: Candidate, runnerUp: Candidate | undefined, seq: number): Explanation {
  const limit = runnerUp?.score ?? 'no other candidate passed'
  return explain('protection/quote', seq, { code: 'best_score', field: 'score', seen: selected.score, limit })
}

export function coverageJson(coverage: Coverage): { readonly [key: string]: Json } {
  return {
    status: 'ok',
    coverageId: coverage.coverageId,
    coverageLegs: legsShown(coverage).map((leg) => ({ ...leg })),
    ...(coverage.alarm === 'partly_covered' ? { wantedSize: coverage.terms.size.toString(), alarm: coverage.alarm } : {}),
    expiryIso: isoFromEpochMs(coverage.expiry),
    floorPrice: coverage.floorPrice.toString(),
    floorEquity: coverage.floorEquity.toString(),
    floorHoldsUpTo: coverage.floorHoldsUpTo?.toString() ?? null,
    drawdownLimitUsdc: coverage.drawdownLimit.toString(),
    ...chargeJson(coverage, coverage.charge),
    lines: linesJson(coverage.charge?.lines ?? []),
    dueUsdc: coverage.due?.toString() ?? '0',
    exitCostMaxUsdc: coverage.exitCostMax?.toString() ?? null,
    floorExcludes: coverage.floorExcludes ?? [],
    uncoveredSize: coverage.uncoveredSize?.toString() ?? '0',
    selectedVenue: coverage.venue,
  }
}
