/** Bodies of answers (spec/contract.md): money as decimal strings, instants as ISO 8601, refusals with their explanation. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { Emission } from '#engine/component.ts'
import type { Candidate, Coverage, PutQuote } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'

type Answer = Emission<'command_results'>

export function answered(commandId: CommandId, account: AccountId, answer: Json, httpStatus = 200): Answer {
  return { topic: 'command_results', key: account, body: { commandId, final: true, httpStatus, answer } }
}

export function pending(commandId: CommandId, account: AccountId): Answer {
  return {
    topic: 'command_results',
    key: account,
    body: { commandId, final: false, httpStatus: 202, answer: { status: 'pending', commandId } },
  }
}

/** Malformed is the caller's error (400), everything else a refusal of business (200, C-37). */
export function refused(commandId: CommandId, account: AccountId, explanation: Explanation): Answer {
  const malformed = explanation.code === 'invalid_payload'
  const body = { status: malformed ? 'error' : 'no_quote', reason: explanation.code, explanation: explanationJson(explanation) }
  return answered(commandId, account, body, malformed ? 400 : 200)
}

export function explanationJson({ gate, code, field, seen, limit, flip, cause }: Explanation): Json {
  const base = { gate, code, field, seen, limit, cause }
  return flip === undefined ? base : { ...base, flip: { field: flip.field, to: flip.to } }
}

/** `seq`: of the request, the cause of the choice. */
export function quoteJson(quote: PutQuote, seq: number): Json {
  const { selected, runnerUp, terms } = quote
  if (quote.status !== 'ok' || selected === undefined) {
    return {
      status: 'no_quote',
      reason: quote.explanation?.code ?? 'no_quote',
      ...(quote.explanation === undefined ? {} : { explanation: explanationJson(quote.explanation) }),
    }
  }
  return {
    status: 'ok',
    quoteId: quote.quoteId ?? null,
    expiresAt: quote.goodUntil === undefined ? null : isoFromEpochMs(quote.goodUntil),
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
    lines: quote.lines.map(({ name, usdc }) => ({ name, usdc: usdc.toString() })),
    feeUsdc: selected.fee.toString(),
    premiumUsdc: selected.premium.toString(),
    subsidyUsdc: '0',
    selectedVenue: quote.venue ?? null,
    venues: (quote.venues ?? []).map(({ venue, premium, ageMs, lostBecause }) => ({
      venue,
      premiumUsdc: premium.toString(),
      ageMs,
      ...(lostBecause === undefined ? {} : { lostBecause }),
    })),
    runnerUp:
      runnerUp === undefined
        ? null
        : { instrument: runnerUp.instrument, premiumUsdc: runnerUp.premium.toString(), lostBecause: runnerUp.lostBecause ?? null },
    considered: quote.considered,
    cached: false,
    explanation: explanationJson(chosenBecause(selected, runnerUp, seq)),
  }
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
    coverageLegs: [legJson(coverage)],
    expiryIso: isoFromEpochMs(coverage.expiry),
    floorPrice: coverage.floorPrice.toString(),
    floorEquity: coverage.floorEquity.toString(),
    floorHoldsUpTo: coverage.floorHoldsUpTo?.toString() ?? null,
    drawdownLimitUsdc: coverage.drawdownLimit.toString(),
    premiumUsdc: coverage.premium.toString(),
    feeUsdc: coverage.fee.toString(),
    exitCostMaxUsdc: coverage.exitCostMax?.toString() ?? null,
    floorExcludes: coverage.floorExcludes ?? [],
    selectedVenue: coverage.venue,
  }
}

export function legJson({ instrument, filled, optionType, strike, venue }: Coverage): { readonly [key: string]: Json } {
  return { instrument, size: filled.toString(), optionType, strike: strike.toString(), venue }
}
