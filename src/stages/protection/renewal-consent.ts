/**
 * The standing consent of the policy `rolling` (P-13, design section 2). Rolling lowers the floor with the index, so it is never silent: the client
 * consents by choosing the policy when the first cover is bought, and that consent, with its limits, is kept by the cover and handed on to each
 * that follows. A renewal under it states the new floor and the new price beside the old ones, and the consent they rest on, in a record of its own
 * (`renewal_consent`) before its order leaves. Without a recorded consent, or beyond what it covers, nothing is bought: `renewal_refused`,
 * and the standing cover shows the alarm `renewal_without_consent`. `hold-limit` and `none` lower nothing and need none.
 * Limits: the size, the share of price or equity that may be lost, and the fixed price where no pass-through was agreed to (that has caps and
 * a consent of its own). Units: USDC, coin, fractions; exact.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Refusal } from '#base/result.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { Money } from '#units/money.ts'
import type { Coverage, PutQuote, RollingConsent } from '#topics/protection.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { takesAlarm } from './partial-renewal.ts'

/** What choosing `rolling` at the purchase of a first cover consents to; a follower keeps the consent of the one before it. */
export function consentOf(
  { terms, coverageId, quoteId, charge, premium, fee }: Pick<Coverage, 'terms' | 'coverageId' | 'quoteId' | 'charge' | 'premium' | 'fee'>,
  old: Coverage | undefined,
  { at }: Pick<Now, 'at'>,
): RollingConsent | undefined {
  if (terms.renewal !== 'rolling') return undefined
  if (old !== undefined) return old.rollingConsent
  const { size, drawdownFloor, equityFloor, premiumMax, passThrough } = terms
  return {
    policy: 'rolling',
    quoteId,
    coverageId,
    consentedAt: at,
    size,
    price: charge?.charged ?? premium.plus(fee),
    ...(drawdownFloor === undefined ? {} : { drawdownFloor }),
    ...(equityFloor === undefined ? {} : { equityFloor }),
    ...(premiumMax === undefined || passThrough === true ? {} : { priceMax: premiumMax }),
  }
}

/** Why a renewal may not be bought on the consent that stands; undefined where it may, or where none is needed. */
export function withoutStandingConsent(old: Coverage | undefined, quote: PutQuote, seq: number): Explanation | undefined {
  if (quote.renews === undefined || quote.terms.renewal !== 'rolling') return undefined
  const refusal = refusalOf(old?.rollingConsent, quote)
  return refusal === undefined ? undefined : because(seq, refusal)
}

function refusalOf(consent: RollingConsent | undefined, { terms, charge, selected }: PutQuote): Refusal | undefined {
  if (consent === undefined)
    return {
      code: 'no_standing_consent',
      field: 'renewal',
      seen: 'no consent on record',
      limit: 'a recorded consent to the policy rolling',
    }
  const beyond = (field: string, seen: string, limit: string): Refusal => ({
    code: 'consent_exceeded',
    field,
    seen,
    limit,
    flip: { field, to: limit },
  })
  const { size, drawdownFloor, equityFloor, priceMax } = consent
  if (terms.size.compare(size) > 0) return beyond('positionSize', terms.size.toString(), size.toString())
  if (drawdownFloor !== undefined && (terms.drawdownFloor === undefined || terms.drawdownFloor.compare(drawdownFloor) > 0))
    return beyond('drawdownFloorPct', terms.drawdownFloor?.toString() ?? 'none', drawdownFloor.toString())
  if (equityFloor !== undefined && (terms.equityFloor === undefined || terms.equityFloor.compare(equityFloor) < 0))
    return beyond('equityFloorPct', terms.equityFloor?.toString() ?? 'none', equityFloor.toString())
  const price = charge?.charged ?? selected?.premium.plus(selected.fee)
  if (priceMax !== undefined && price !== undefined && priceMax.isBelow(price))
    return beyond('feeUsdc', price.toString(), priceMax.toString())
  return undefined
}

/** The standing cover says so, once for each reason, where it has nothing graver to say. */
export function consentAlarm(old: Coverage | undefined, why: Explanation): readonly Out[] {
  if (old?.state !== 'active' || !takesAlarm(old) || (why.code !== 'no_standing_consent' && why.code !== 'consent_exceeded')) return []
  const isSaid = old.alarm === 'renewal_without_consent' && old.explanation?.code === why.code && old.explanation.field === why.field
  return isSaid ? [] : [covered({ ...old, alarm: 'renewal_without_consent', explanation: why })]
}

/** What was consented to, and what is bought on it: for the first cover the consent itself, then each time it is used. */
export function consentRecord(cover: Coverage, old: Coverage | undefined, { seq }: Now): readonly Out[] {
  const { rollingConsent: consent, account, coverageId, floorEquity } = cover
  if (consent === undefined) return []
  const price = priceOf(cover)
  const detail: { [name: string]: string } = {
    policy: consent.policy,
    consentQuoteId: consent.quoteId,
    consentCoverageId: consent.coverageId,
    consentedAt: isoFromEpochMs(consent.consentedAt),
    consentedPriceUsdc: consent.price.toString(),
    priceMaxUsdc: consent.priceMax?.toString() ?? 'none',
    positionSizeMax: consent.size.toString(),
    ...(consent.drawdownFloor === undefined ? {} : { drawdownFloorPct: consent.drawdownFloor.toString() }),
    ...(consent.equityFloor === undefined ? {} : { equityFloorPct: consent.equityFloor.toString() }),
    quoteId: cover.quoteId,
    floorPrice: cover.floorPrice.toString(),
    floorEquity: floorEquity.toString(),
    priceUsdc: price.toString(),
  }
  if (old !== undefined) {
    detail['previousCoverageId'] = old.coverageId
    detail['previousFloorPrice'] = old.floorPrice.toString()
    detail['previousFloorEquity'] = old.floorEquity.toString()
    detail['previousPriceUsdc'] = priceOf(old).toString()
  }
  const code = old === undefined ? 'consented' : floorEquity.isBelow(old.drawdownLimit) ? 'lower_floor_consented' : 'within_consent'
  const limit = (old?.drawdownLimit ?? floorEquity).toString()
  const why = because(seq, { code, field: 'floorEquity', seen: floorEquity.toString(), limit })
  return [decided('renewal_consent', { account, coverageId, detail }, why)]
}

function priceOf({ charge, premium, fee }: Pick<Coverage, 'charge' | 'premium' | 'fee'>): Money<'USDC'> {
  return charge?.charged ?? premium.plus(fee)
}
