/**
 * What stands between a fresh price and an order (P-07, C-35): the charge may be dearer than quoted by the tolerance at most, a charge over the
 * fixed price needs the client's consent (P-04), and there is a position to protect. A better price is the client's gain.
 *   limit = the least of  quoted x (1 + pct)  and  quoted + usdc,  as far as the quote states them; else the configured share
 */
import type { Explanation } from '#domain/explanation.ts'
import type { Money } from '#units/money.ts'
import { RATIO_ONE, ratioFromFloat } from '#units/ratio.ts'
import type { DriftTolerance, PutQuote } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because } from './decisions.ts'
import { checkPosition } from './protected-position.ts'

type Usdc = Money<'USDC'>

/** The first reason not to buy at the fresh price; undefined where it may be bought. */
export function whyNot(state: CoverageState, quote: PutQuote, seq: number, config: CoverageConfig): Explanation | undefined {
  return (
    quote.explanation ?? movedFrom(state, quote, seq, config) ?? withoutConsent(quote, seq) ?? withoutPosition(state, quote, seq, config)
  )
}

function movedFrom(state: CoverageState, quote: PutQuote, seq: number, config: CoverageConfig): Explanation | undefined {
  const was = quote.activates === undefined ? undefined : state.quotes.get(quote.activates)?.quote
  const [quoted, seen] = [was === undefined ? undefined : chargedOf(was), chargedOf(quote)]
  if (quoted === undefined || seen === undefined) return undefined
  const limit = limitOf(quoted, was?.driftTolerance, config.driftToleranceByTier[quote.terms.tierName] ?? config.driftToleranceMax)
  if (limit.isAtLeast(seen)) return undefined
  const flip = { field: 'feeUsdc', to: limit.toString() }
  return because(seq, { code: 'price_moved', field: 'feeUsdc', seen: seen.toString(), limit: limit.toString(), flip })
}

function chargedOf({ charge, selected }: PutQuote): Usdc | undefined {
  return charge?.charged ?? selected?.premium.plus(selected.fee)
}

function limitOf(quoted: Usdc, stated: DriftTolerance | undefined, configured: number): Usdc {
  const pct = stated?.pct ?? (stated?.usdc === undefined ? ratioFromFloat(configured, 9) : undefined)
  const byPct = pct === undefined ? undefined : quoted.times(RATIO_ONE.plus(pct), 'down')
  const byUsdc = stated?.usdc === undefined ? undefined : quoted.plus(stated.usdc)
  if (byPct === undefined) return byUsdc ?? quoted
  return byUsdc === undefined || byPct.isBelow(byUsdc) ? byPct : byUsdc
}

/** The client has to have seen its own cost, the subsidy and the cap. A consent covers renewals up to the same cap. */
function withoutConsent({ charge, terms }: PutQuote, seq: number): Explanation | undefined {
  const shown = charge?.passThrough
  if (shown === undefined || !shown.consentRequired || terms.consent === true) return undefined
  const flip = { field: 'consent.passThrough', to: true }
  return because(seq, { code: 'consent_required', field: 'consent.passThrough', seen: false, limit: shown.user.toString(), flip })
}

function withoutPosition(state: CoverageState, quote: PutQuote, seq: number, config: CoverageConfig): Explanation | undefined {
  const refusal = checkPosition(state, quote, config)
  return refusal === undefined ? undefined : because(seq, refusal)
}
