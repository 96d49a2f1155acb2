/**
 * The charge once the hedge is bought: premium and purchase fee as they were paid, the platform's own lines as they were quoted. A better fill is
 * the client's gain; where fills cost more than quoted, a charge the platform fixed does not grow: the line `drift borne by the platform` takes the
 * difference. In whole cents, up; where the platform charges nothing of its own the charge is what the venue took.
 *   due = charge - what the account paid at the venue:  above 0 the client owes it, below 0 the platform does. Nothing is posted for it: the
 * account's books are the venue's, and a venue knows neither markup nor subsidy; `due` is what a settlement between the two has to move.
 */
import { sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Charge, ChargeLine, Coverage } from '#topics/protection.ts'
import { because, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'

type Usdc = Money<'USDC'>
interface PaidAtVenue {
  readonly premium: Usdc
  readonly fee: Usdc
}

export function settledCharge(
  quoted: Charge | undefined,
  { premium, fee }: PaidAtVenue,
): { readonly charge: Charge | undefined; readonly due: Usdc } {
  if (quoted === undefined) return { charge: undefined, due: zero() }
  const own = quoted.lines.slice(2).filter(({ name }) => name !== 'rounding')
  const lines: ChargeLine[] = [{ name: 'premium', usdc: premium }, { name: 'purchase fee', usdc: fee }, ...own]
  const exact = sum(lines.map(({ usdc }) => usdc))
  const isFixed = own.length > 0 || quoted.passThrough !== undefined
  const inCents = exact.roundedToCents('ceil')
  const charged = !isFixed ? exact : quoted.charged.isBelow(inCents) ? quoted.charged : inCents
  const rest = charged.minus(exact)
  if (!rest.isZero()) lines.push({ name: rest.isNegative() ? 'drift borne by the platform' : 'rounding', usdc: rest })
  return { charge: { ...quoted, lines, charged }, due: charged.minus(premium).minus(fee) }
}

/** A cover whose price was passed on: what the client agreed to, and that it did. */
export function passThroughRecord({ account, coverageId, quoteId, charge, terms }: Coverage, { seq }: Now): readonly Out[] {
  const shown = charge?.passThrough
  if (charge === undefined || shown === undefined) return []
  const detail = {
    quoteId,
    status: charge.status,
    fixedPriceUsdc: shown.fixedPrice.toString(),
    capUsdc: shown.cap.toString(),
    chargedUsdc: charge.charged.toString(),
    subsidyUsdc: charge.subsidy.toString(),
    consentRequired: String(shown.consentRequired),
    consent: String(terms.consent === true),
  }
  const why = because(seq, { code: charge.status, field: 'feeUsdc', seen: charge.charged.toString(), limit: shown.cap.toString() })
  return [decided('premium_pass_through', { account, coverageId, detail }, why)]
}
