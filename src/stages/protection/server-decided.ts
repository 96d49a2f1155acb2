/**
 * Fields that the server decides and documents let a client send (F-S03): what it charges, what the hedge costs, what is subsidised, the floor
 * price, whether the fee is recognised. They are compared with the server's own and refused where they differ; they never become anything.
 * Amounts are compared exactly, whatever their spelling (26.40 is 26.4). The fee of a quote is recognised once the quote is consumed.
 */
import type { Refusal } from '#base/result.ts'
import { scalar } from '#base/result.ts'
import { parseUnits } from '#units/exact.ts'
import type { PutQuote } from '#topics/protection.ts'
import type { Fields } from './terms-fields.ts'

export const SERVER_DECIDED = ['feeUsdc', 'premiumUsdc', 'subsidyUsdc', 'floorPrice', 'feeRecognized'] as const

type Decided = Pick<PutQuote, 'charge' | 'selected' | 'floorPrice'>

export function checkServerDecided(fields: Fields, quote: Decided, feeRecognized: boolean): Refusal | undefined {
  const { charge, selected, floorPrice } = quote
  const own: Readonly<Record<(typeof SERVER_DECIDED)[number], string | boolean | undefined>> = {
    feeUsdc: charge?.charged.toString(),
    premiumUsdc: selected?.premium.toString(),
    subsidyUsdc: charge?.subsidy.toString(),
    floorPrice: floorPrice?.toString(),
    feeRecognized,
  }
  for (const field of SERVER_DECIDED) {
    const said = fields[field]
    const ours = own[field]
    if (said === undefined || isSame(said, ours)) continue
    const refusal = { code: 'server_decides', field, seen: scalar(said), limit: ours ?? 'not given' }
    return ours === undefined ? refusal : { ...refusal, flip: { field, to: ours } }
  }
  return undefined
}

/** Of an order without a quote the server decides nothing: a field that is stated all the same has to be 0, and each is looked at. */
export function checkNothingDecided(fields: Fields): Refusal | undefined {
  const stated = Object.entries(fields).filter(([, said]) => !isSame(said, '0'))
  return checkServerDecided(Object.fromEntries(stated), {}, false)
}

function isSame(said: unknown, ours: string | boolean | undefined): boolean {
  if (typeof ours !== 'string') return said === ours
  const text = typeof said === 'number' ? String(said) : said
  const units = typeof text === 'string' ? parseUnits(text) : undefined
  return units !== undefined && units === parseUnits(ours)
}
