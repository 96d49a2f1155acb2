/**
 * What stands between a fresh price and an order (P-07, C-35): the charge may be dearer than quoted by the tolerance at most, a charge over the
 * fixed price needs the client's consent (P-04), and there is a position to protect. A better price is the client's gain.
 *   limit = the least of  quoted x (1 + pct)  and  quoted + usdc,  as far as the quote states them; else the configured share
 */
import type { Explanation } from '#domain/explanation.ts'
import type { Money } from '#units/money.ts'
import type { PutQuote } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because } from './decisions.ts'
import { chargeLimit } from './drift-reserve.ts'
import { whyAbandoned } from './partial-renewal.ts'
import { checkPosition } from './protected-position.ts'
import { withoutStandingConsent } from './renewal-consent.ts'

type Usdc = Money<'USDC'>

/** The first reason not to buy at the fresh price; undefined where it may be bought. */
export function whyNot(state: CoverageState, quote: PutQuote, seq: number, config: CoverageConfig): Explanation | undefined {
  return (
    quote.explanation ??
    movedFrom(state, quote, seq, config) ??
    withoutConsent(quote, seq) ??
    whyAbandoned(state, quote.renews, seq) ??
    withoutStandingConsent(quote.renews === undefined ? undefined : state.coverages.get(quote.renews), quote, seq) ??
    withoutPosition(state, quote, seq, config)
  )
}

function movedFrom(state: CoverageState, quote: PutQuote, seq: number, config: CoverageConfig): Explanation | undefined {
  const was = quote.activates === undefined ? undefined : state.quotes.get(quote.activates)?.quote
  const [quoted, seen] = [was === undefined ? undefined : chargedOf(was), chargedOf(quote)]
  if (quoted === undefined || seen === undefined) return undefined
  const limit = chargeLimit(quoted, was?.driftTolerance, config.driftToleranceByTier[quote.terms.tierName] ?? config.driftToleranceMax)
  if (limit.isAtLeast(seen)) return undefined
  const flip = { field: 'feeUsdc', to: limit.toString() }
  return because(seq, { code: 'price_moved', field: 'feeUsdc', seen: seen.toString(), limit: limit.toString(), flip })
}

function chargedOf({ charge, selected }: PutQuote): Usdc | undefined {
  return charge?.charged ?? selected?.premium.plus(selected.fee)
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
