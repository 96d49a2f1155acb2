/** Quotes and covers as the protection page has them (`contract-protection.ts`): exact values as decimal strings, what is unknown null. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { CoverageView } from '#runtime/view-models.ts'
import type { CoverView, QuoteView } from '#runtime/protection-views.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import { deadlineOf } from '#topics/quote-deadline.ts'
import type { Candidate, Coverage, PutQuote } from '#topics/protection.ts'
import { epochMs } from '#units/time.ts'
import type { CandidateShown, CoverShown, QuoteShown } from './contract-protection.ts'

export function quoteShown({ quote, told, boughtAs }: QuoteView, now: number): QuoteShown {
  const { selected, runnerUp, charge } = quote
  const deadline = deadlineOf(quote)
  return {
    seq: told?.seq ?? null,
    atIso: told === undefined ? null : iso(told.at),
    status: quote.variant ?? quote.status,
    quoteId: quote.quoteId ?? null,
    cause: quote.cause ?? null,
    isPreview: quote.preview === true,
    renews: quote.renews ?? null,
    boughtAs: boughtAs?.coverageId ?? null,
    boughtState: boughtAs?.state ?? null,
    terms: termsShown(quote.terms),
    goodUntilIso: iso(deadline),
    msLeft: deadline === undefined ? null : Math.max(0, deadline - now),
    index: quote.index?.toString() ?? null,
    floorPrice: quote.floorPrice?.toString() ?? null,
    equityBefore: quote.equityBefore?.toString() ?? null,
    selected: selected === undefined ? null : candidateShown(selected),
    ...boughtShown(quote),
    lines: quote.lines.map(({ name, usdc }) => ({ name, usdc: usdc.toString() })),
    chargedUsdc: charge?.charged.toString() ?? null,
    subsidyUsdc: charge?.subsidy.toString() ?? null,
    runnerUp: runnerUp === undefined ? null : candidateShown(runnerUp),
    venues: (quote.venues ?? []).map(({ venue, premium, ageMs, indicative, lostBecause }) => ({
      venue,
      premiumUsdc: premium.toString(),
      ageMs,
      isIndicative: indicative === true,
      lostBecause: lostBecause ?? null,
    })),
    considered: quote.considered,
    explanation: quote.explanation ?? null,
  }
}

/** A plain quote is its own only leg. */
function boughtShown({ legs, selected, single, venue, terms }: PutQuote): Pick<QuoteShown, 'legs' | 'single'> {
  const one = selected === undefined ? [] : [{ ...selected, venue: venue ?? '', size: terms.size }]
  return {
    legs: (legs ?? one).map(({ instrument, venue: at, strike, size, expiry, premium, fee }) => ({
      instrument,
      venue: at,
      strike: strike.toString(),
      size: size.toString(),
      expiryIso: isoFromEpochMs(expiry),
      premiumUsdc: premium.toString(),
      feeUsdc: fee.toString(),
    })),
    single:
      single === undefined
        ? null
        : {
            instrument: single.instrument,
            chargedUsdc: single.charged.toString(),
            floorEquity: single.floorEquity.toString(),
            savesUsdc: single.saves.toString(),
          },
  }
}

function termsShown(terms: PutQuote['terms']): QuoteShown['terms'] {
  const { side, size, tierName, leverage, drawdownFloor, equityFloor, tenorDays, renewal } = terms
  return {
    side,
    size: size.toString(),
    tierName,
    leverage,
    drawdownFloorPct: drawdownFloor?.toString() ?? null,
    equityFloorPct: equityFloor?.toString() ?? null,
    tenorDays,
    renewal,
  }
}

function candidateShown({ instrument, strike, expiry, premium, fee, floorEquity, score, lostBecause }: Candidate): CandidateShown {
  return {
    instrument,
    strike: strike.toString(),
    expiryIso: isoFromEpochMs(expiry),
    premiumUsdc: premium.toString(),
    feeUsdc: fee.toString(),
    floorEquity: floorEquity.toString(),
    score,
    lostBecause: lostBecause ?? null,
  }
}

/** `standing`: the same cover as the overview values it, where it still stands. */
export function coverShown(view: CoverView, standing: CoverageView | undefined, now: number): CoverShown {
  const { cover, endedAt } = view
  return {
    coverageId: cover.coverageId,
    state: cover.state,
    quoteId: cover.quoteId,
    previousCoverageId: cover.previousCoverageId ?? null,
    side: cover.terms.side,
    tierName: cover.terms.tierName,
    size: cover.size.toString(),
    filled: cover.filled.toString(),
    legs: legsShown(cover),
    decidedAtIso: iso(cover.decidedAt),
    activatedAtIso: iso(cover.activatedAt),
    endedAtIso: iso(endedAt),
    expiryIso: isoFromEpochMs(cover.expiry),
    msLeft: Math.max(0, cover.expiry - now),
    index: cover.index.toString(),
    premiumUsdc: cover.premium.toString(),
    feeUsdc: cover.fee.toString(),
    isCharged: cover.activatedAt !== undefined,
    chargedUsdc: (cover.charge?.charged ?? cover.premium.plus(cover.fee)).toString(),
    lines: (cover.charge?.lines ?? []).map(({ name, usdc }) => ({ name, usdc: usdc.toString() })),
    ...promiseShown(cover),
    mtmUsdc: standing?.mtm?.toString() ?? null,
    coverageRatio: standing?.ratio?.toString() ?? null,
    settlementIndex: cover.settlementIndex?.toString() ?? null,
    payoutUsdc: cover.payout?.toString() ?? null,
    certified: certifiedShown(view),
    renewal: renewalShown(view, now),
    alarm: cover.alarm ?? null,
    explanation: cover.explanation ?? null,
  }
}

/** What was bought of it, leg by leg. */
export function legsShown(cover: Coverage): CoverShown['legs'] {
  return legsOf(cover).map(({ instrument, strike, filled, venue, expiry, premium, fee, settlementIndex, payout }) => ({
    instrument,
    optionType: cover.optionType,
    strike: strike.toString(),
    size: filled.toString(),
    venue,
    expiryIso: isoFromEpochMs(expiry),
    premiumUsdc: premium.toString(),
    feeUsdc: fee.toString(),
    settlementIndex: settlementIndex?.toString() ?? null,
    payoutUsdc: payout?.toString() ?? null,
  }))
}

function promiseShown(cover: Coverage) {
  return {
    floorPrice: cover.floorPrice.toString(),
    floorEquity: cover.floorEquity.toString(),
    drawdownLimitUsdc: cover.drawdownLimit.toString(),
    floorHoldsUpTo: cover.floorHoldsUpTo?.toString() ?? null,
    floorExcludes: [...(cover.floorExcludes ?? [])],
    uncoveredSize: cover.uncoveredSize?.toString() ?? null,
  }
}

function certifiedShown({ issued }: CoverView): CoverShown['certified'] {
  if (issued === undefined) return null
  const { inputs, result, digest } = issued.certificate
  return {
    seq: issued.seq,
    issuedAtIso: isoFromEpochMs(inputs.certifiedAt),
    holds: result.holds,
    worstEquityUsdc: result.settlement.worst.equity.toString(),
    worstIndexUsdc: result.settlement.worst.index.toString(),
    bindingKind: result.binding.kind,
    digest,
  }
}

function renewalShown({ cover, renewal }: CoverView, now: number): CoverShown['renewal'] {
  const { opensAt, escalatesAt, isScheduled, follower } = renewal
  const tries = cover.renewalTries
  return {
    policy: cover.terms.renewal,
    opensAtIso: iso(opensAt),
    msUntilOpen: opensAt === undefined ? null : Math.max(0, opensAt - now),
    escalatesAtIso: iso(escalatesAt),
    isScheduled,
    followerId: follower ?? null,
    tries: tries === undefined ? null : { ...tries, since: isoFromEpochMs(tries.since), until: isoFromEpochMs(tries.until) },
  }
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : isoFromEpochMs(epochMs(at))
}
