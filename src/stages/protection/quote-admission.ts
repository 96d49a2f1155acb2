/**
 * What a quote is held against before it is priced. The price a caller says it sees prices nothing, but further from the index than the tolerance it
 * names another market than this one. And what would be refused when it is bought is not offered, signed and reserved for: there is a position of
 * that name, side and size, and it is not covered yet. Previews may be of any position. Edge: a distance of exactly the tolerance is near enough.
 */
import type { Refusal } from '#base/result.ts'
import { divideUnits, formatUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Ratio } from '#units/ratio.ts'
import type { QuoteRequest } from '#topics/protection.ts'
import { checkPosition } from './protected-position.ts'
import type { QuotesConfig } from './quote-config.ts'
import type { QuotesState } from './quotes.ts'
import { parseOptionalDecimal } from './terms-fields.ts'
import type { Fields } from './terms-fields.ts'

/** Admitted terms have a `spotPrice` that is a decimal, or none. */
export function spotElsewhere({ index }: QuotesState, params: unknown, { spotToleranceMax }: QuotesConfig): Refusal | undefined {
  const spot = parseOptionalDecimal(params as Fields, 'spotPrice')
  return index === undefined || !spot.ok || spot.value === undefined ? undefined : checkSpot(spot.value, index.price, spotToleranceMax)
}

export function checkSpot(spot: bigint, index: BtcUsdc, shareMax: Ratio): Refusal | undefined {
  const away = spot < index.units ? index.units - spot : spot - index.units
  if (new Ratio(divideUnits(away, index.units, 'ceil')).compare(shareMax) <= 0) return undefined
  const to = index.toString()
  return { code: 'price_moved', field: 'spotPrice', seen: formatUnits(spot), limit: to, flip: { field: 'spotPrice', to } }
}

/** A renewal and an activation are held against the position by who asks for them. */
export function whyUnprotectable({ positions, covers }: QuotesState, request: QuoteRequest, config: QuotesConfig): Refusal | undefined {
  if (request.cause !== 'command' || request.preview === true) return undefined
  return checkPosition({ ...positions, coverages: covers }, request, config)
}
