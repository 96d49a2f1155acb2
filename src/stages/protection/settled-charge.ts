/**
 * The charge once the hedge is bought: premium and purchase fee as they were paid, the platform's own lines as they were quoted. A better fill is
 * the client's gain; where fills cost more than quoted, a charge the platform fixed does not grow: the line `drift borne by the platform` takes the
 * difference, and what of it is beyond the platform's own lines is subsidy. Where the caps could not hold all of that when it was quoted, the charge
 * grows by the rest, up to the `chargedMax` the quote stated (drift-reserve.ts). In whole cents, up; where the platform charges nothing of its
 * own the charge is what the venue took.
 *   due = charge - what the account paid at the venue:  above 0 the client owes it, below 0 the platform does. Nothing is posted for it: the
 * account's books are the venue's, and a venue knows neither markup nor subsidy; `due` is what a settlement between the two has to move.
 */
import { sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Charge, ChargeLine, Coverage } from '#topics/protection.ts'
import { because, decided } from './decisions.ts'
import { isFixed } from './drift-reserve.ts'
import type { Now, Out } from './decisions.ts'

type Usdc = Money<'USDC'>
const SOLD_AGAIN = 'sold again'
const SALE_FEE = 'sale fee'
const UNWINDING = 'unwinding borne by the platform'
const DRIFT = 'drift borne by the platform'
const LATE = 'late fill'
const LATE_FEE = 'late fill fee'
const SURPLUS_SOLD = 'surplus sold again'
const SURPLUS_FEE = 'surplus sale fee'
const SURPLUS = 'surplus borne by the platform'
interface PaidSale {
  readonly proceeds: Usdc
  readonly fee: Usdc
}
interface PaidAtVenue {
  readonly premium: Usdc
  readonly fee: Usdc
}

export function settledCharge(
  quoted: Charge | undefined,
  { premium, fee }: PaidAtVenue,
): { readonly charge: Charge | undefined; readonly due: Usdc } {
  if (quoted === undefined) return { charge: undefined, due: zero() }
  const fixed = isFixed(quoted)
  const own = quoted.lines.slice(2).filter(({ name }) => name !== 'rounding')
  const lines: ChargeLine[] = [{ name: 'premium', usdc: premium }, { name: 'purchase fee', usdc: fee }, ...own]
  const exact = sum(lines.map(({ usdc }) => usdc))
  const inCents = exact.roundedToCents('ceil')
  const cost = premium.plus(fee)
  const charged = !fixed ? exact : quoted.charged.isBelow(inCents) ? grown(quoted, cost) : inCents
  const subsidy = charged.isBelow(cost) ? cost.minus(charged) : zero<'USDC'>()
  const rest = charged.minus(exact)
  if (!rest.isZero()) lines.push({ name: rest.isNegative() ? DRIFT : 'rounding', usdc: rest })
  return { charge: { ...quoted, lines, charged, subsidy }, due: charged.minus(cost) }
}

/** The charge as quoted, and what the caps could not hold of a dearer fill. */
function grown({ charged, subsidy, driftReserve, chargedMax }: Charge, cost: Usdc): Usdc {
  if (driftReserve === undefined || chargedMax === undefined) return charged
  const unheld = cost.minus(charged).minus(subsidy).minus(driftReserve)
  if (!unheld.isPositive()) return charged
  const wanted = charged.plus(unheld).roundedToCents('ceil')
  return wanted.isBelow(chargedMax) ? wanted : chargedMax
}

/**
 * A combination that failed half way and was sold again: what was paid less what the sale brought is its cost. Where the platform charges
 * lines of its own it answers for its price, so the client is charged nothing: all of it is subsidy, and `due` is what the platform owes;
 * else the client pays what the venue took, as always, and a gain is the client's. What came late and is sold in turn is added to what was
 * told before. Of one option nothing of the kind is recorded.
 */
export function unwoundCharge(
  { legs, paid, charge: quoted }: Pick<Coverage, 'legs' | 'paid' | 'charge'>,
  sale: PaidSale,
): Partial<Pick<Coverage, 'charge' | 'due'>> {
  if (legs === undefined || paid === undefined || quoted === undefined) return {}
  const before = (name: string): Usdc => lineOf(quoted, name) ?? zero()
  const lines: ChargeLine[] = [
    { name: 'premium', usdc: paid.premium },
    { name: 'purchase fee', usdc: paid.fee },
    { name: SOLD_AGAIN, usdc: before(SOLD_AGAIN).minus(sale.proceeds) },
    { name: SALE_FEE, usdc: before(SALE_FEE).plus(sale.fee) },
  ]
  const wasUnwound = lineOf(quoted, SOLD_AGAIN) !== undefined
  const cost = sum(lines.map(({ usdc }) => usdc))
  const isBorne = cost.isPositive() && (wasUnwound ? lineOf(quoted, UNWINDING) !== undefined : isFixed(quoted))
  if (isBorne) lines.push({ name: UNWINDING, usdc: cost.negated() })
  const charged = isBorne ? zero<'USDC'>() : cost
  return { charge: { ...withoutOwn(quoted), lines, charged, subsidy: isBorne ? cost : zero() }, due: charged.minus(cost) }
}

function lineOf({ lines }: Charge, name: string): Usdc | undefined {
  return lines.find((line) => line.name === name)?.usdc
}

interface Surplus {
  /** At the bound of its price: the venue tells a fill after the end without one. */
  readonly late?: { readonly premium: Usdc; readonly fee: Usdc }
  /** It came of a purchase that the platform had priced, though what stands of it is charged as the venue took it. */
  readonly isPriced?: boolean
  readonly sold?: PaidSale
}
/**
 * Of a cover that stands: what came beyond its size, and what was got back of it, each a line. Where the charge is fixed the platform bears the
 * difference, also where it had borne the surplus as drift of the fills; a gain is the client's. Else the client pays what the venue took.
 *   cost of the surplus = late fills + their fees - sold again + sale fees;   due = charge - all that was paid at the venue
 */
export function surplusCharge(
  { charge, due = zero() }: Coverage,
  { late, sold, isPriced = false }: Surplus,
): Partial<Pick<Coverage, 'charge' | 'due'>> {
  if (charge === undefined) return {}
  const amount = (name: string, more: Usdc = zero()): Usdc => (lineOf(charge, name) ?? zero<'USDC'>()).plus(more)
  const surplus: readonly ChargeLine[] = [
    { name: LATE, usdc: amount(LATE, late?.premium) },
    { name: LATE_FEE, usdc: amount(LATE_FEE, late?.fee) },
    { name: SURPLUS_SOLD, usdc: amount(SURPLUS_SOLD, sold?.proceeds.negated()) },
    { name: SURPLUS_FEE, usdc: amount(SURPLUS_FEE, sold?.fee) },
  ]
  const names: ReadonlySet<string> = new Set([...surplus.map(({ name }) => name), SURPLUS])
  const others = charge.lines.filter(({ name }) => !names.has(name))
  const cost = sum(surplus.map(({ usdc }) => usdc))
  const drift = lineOf(charge, DRIFT) ?? zero<'USDC'>()
  const least = cost.isBelow(drift) ? drift : cost // of a gain, no more than was borne before is given back
  const wasBorne = isPriced || lineOf(charge, SURPLUS) !== undefined
  const borne = wasBorne || isFixed({ ...charge, lines: others }) ? least : zero<'USDC'>()
  const lines = [...others, ...surplus.filter(({ usdc }) => !usdc.isZero())]
  if (wasBorne || !borne.isZero()) lines.push({ name: SURPLUS, usdc: borne.negated() })
  const charged = sum(lines.map(({ usdc }) => usdc))
  const paidMore = cost.minus(sum(charge.lines.filter(({ name }) => names.has(name) && name !== SURPLUS).map(({ usdc }) => usdc)))
  const nextDue = due.plus(charged).minus(charge.charged).minus(paidMore)
  return { charge: { ...charge, lines, charged, subsidy: nextDue.isNegative() ? nextDue.negated() : zero() }, due: nextDue }
}

/** A charge of which nothing is the platform's own: no line, no bound, nothing passed on or held for drift. */
export function withoutOwn({ passThrough: _, driftReserve: __, chargedMax: ___, ...charge }: Charge): Charge {
  return { ...charge, status: 'ok', lines: charge.lines.slice(0, 2) }
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
