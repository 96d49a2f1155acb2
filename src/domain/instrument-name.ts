/**
 * Instrument names and the one internal id each resolves to (DV-02). The id describes the contract, not who trades it: it is the name
 * in Deribit's grammar where that has one (`BTC-27JUN25-60000-P` settles in coin, `BTC_USDC-27JUN25-60000-P` in USDC, likewise
 * futures and `-PERPETUAL`), `BTC-USD` for the index and `BTC-USDT` for the Tether pair. `BTC` (API) and `BTC-USD` mean the index;
 * `BTC/USDT` stays apart, because a price in Tether is not a price in dollars on the days that matter.
 * Units: strike as plain decimal text in USD or USDC; expiry in epoch ms, 08:00 UTC of the day named (two-digit years are 20yy).
 * Edges: the grammar is canonical, one text per contract (no leading zeros, upper case, a day that exists), so parse and format
 * invert each other; anything else is refused, never repaired. At its expiry instant a contract is expired.
 */
import { civilFromDays, dayNumberOf, daysFromCivil, isCivilDate, isoFromEpochMs } from '#base/civil-date.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { InstrumentId, OptionType } from './instrument.ts'

/** `coin`: inverse, quoted in USD and settled in BTC. `usdc`: linear. */
export type Settlement = 'coin' | 'usdc'

interface Named {
  readonly id: InstrumentId
  readonly underlying: 'BTC'
}
export interface OptionName extends Named {
  readonly kind: 'option'
  readonly settlement: Settlement
  readonly optionType: OptionType
  readonly strike: string
  readonly expiry: EpochMs
}
export interface FutureName extends Named {
  readonly kind: 'future'
  readonly settlement: Settlement
  readonly expiry: EpochMs
}
export interface PerpetualName extends Named {
  readonly kind: 'perpetual'
  readonly settlement: Settlement
}
export interface IndexName extends Named {
  readonly kind: 'index'
  readonly quote: 'USD'
}
export interface SpotName extends Named {
  readonly kind: 'spot'
  readonly quote: 'USDT'
}
export type InstrumentName = OptionName | FutureName | PerpetualName | IndexName | SpotName

export type InstrumentRefusal = 'malformed_instrument' | 'unsupported_underlying' | 'unknown_instrument' | 'expired_instrument'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const EXPIRY_HOUR_MS = 8 * HOUR_MS
const DERIVATIVE = /^([A-Z0-9]{2,10})(?:_([A-Z]{3,6}))?-(.+)$/
const EXPIRY_DAY = /^([1-9]\d?)([A-Z]{3})(\d{2})$/
const STRIKE = /^[1-9]\d{0,8}$/
const INDEX: IndexName = { id: 'BTC-USD' as InstrumentId, kind: 'index', underlying: 'BTC', quote: 'USD' }
const TETHER_PAIR: SpotName = { id: 'BTC-USDT' as InstrumentId, kind: 'spot', underlying: 'BTC', quote: 'USDT' }

/** Symbols of the documents and of this platform's own ids that are not in Deribit's grammar. */
const SYMBOLS: ReadonlyMap<string, InstrumentName> = new Map<string, InstrumentName>([
  ['BTC', INDEX],
  ['BTC-USD', INDEX],
  ['BTC/USDT', TETHER_PAIR],
  ['BTC-USDT', TETHER_PAIR],
])

/** What a symbol names, alive at `at`. */
export function resolveInstrument(symbol: unknown, at: EpochMs): Result<InstrumentName, InstrumentRefusal> {
  const parsed = parseInstrumentName(symbol)
  return parsed.ok ? admitUnexpired(parsed.value, at) : parsed
}

/** The instrument again, or a refusal when its expiry is at or before `at`. */
export function admitUnexpired<N extends InstrumentName>(name: N, at: EpochMs): Result<N, 'expired_instrument'> {
  if ('expiry' in name && name.expiry <= at) {
    return refuse('expired_instrument', 'instrument', name.id, `expiry after ${isoFromEpochMs(at)}, was ${isoFromEpochMs(name.expiry)}`)
  }
  return ok(name)
}

/** What a symbol names, whether or not it has expired. */
export function parseInstrumentName(symbol: unknown): Result<InstrumentName, Exclude<InstrumentRefusal, 'expired_instrument'>> {
  if (typeof symbol !== 'string') return refuse('malformed_instrument', 'instrument', symbol, 'a text')
  const known = SYMBOLS.get(symbol)
  if (known !== undefined) return ok(known)
  const match = DERIVATIVE.exec(symbol)
  if (match === null)
    return refuse('unknown_instrument', 'instrument', symbol, 'BTC, BTC-USD, BTC/USDT or a name such as BTC-27JUN25-60000-P')
  if (match[1] !== 'BTC') return refuse('unsupported_underlying', 'instrument', symbol, 'BTC')
  if (match[2] !== undefined && match[2] !== 'USDC') return refuse('unknown_instrument', 'instrument', symbol, 'settled in coin or USDC')
  return parseContract(symbol, match[2] === 'USDC' ? 'usdc' : 'coin', (match[3] ?? '').split('-'))
}

function parseContract(symbol: string, settlement: Settlement, parts: readonly string[]): Result<InstrumentName, 'malformed_instrument'> {
  const base = { id: symbol as InstrumentId, underlying: 'BTC', settlement } as const
  const [first = '', strike, side] = parts
  if (parts.length === 1 && first === 'PERPETUAL') return ok({ ...base, kind: 'perpetual' })
  const expiry = parseExpiry(first)
  if (expiry === undefined) return refuse('malformed_instrument', 'instrument', symbol, 'an expiry day such as 27JUN25 that exists')
  if (parts.length === 1) return ok({ ...base, kind: 'future', expiry })
  if (parts.length !== 3) return refuse('malformed_instrument', 'instrument', symbol, 'underlying-expiry-strike-P or C')
  if (strike === undefined || !STRIKE.test(strike)) return refuse('malformed_instrument', 'instrument', symbol, 'a strike in whole dollars')
  if (side !== 'P' && side !== 'C') return refuse('malformed_instrument', 'instrument', symbol, 'P or C at the end')
  return ok({ ...base, kind: 'option', optionType: side === 'P' ? 'put' : 'call', strike, expiry })
}

function parseExpiry(text: string): EpochMs | undefined {
  const match = EXPIRY_DAY.exec(text)
  if (match === null) return undefined
  const date = { year: 2000 + Number(match[3]), month: MONTHS.findIndex((month) => month === match[2]) + 1, day: Number(match[1]) }
  return isCivilDate(date) ? ((daysFromCivil(date) * DAY_MS + EXPIRY_HOUR_MS) as EpochMs) : undefined
}

export type ContractParts =
  | Pick<OptionName, 'kind' | 'settlement' | 'optionType' | 'strike' | 'expiry'>
  | Pick<FutureName, 'kind' | 'settlement' | 'expiry'>
  | Pick<PerpetualName, 'kind' | 'settlement'>

/** The id of a contract from its parts; parts no listed contract can have (an expiry not at 08:00 UTC, a broken strike) are refused. */
export function instrumentIdOf(parts: ContractParts): Result<InstrumentId, InstrumentRefusal> {
  const prefix = parts.settlement === 'usdc' ? 'BTC_USDC' : 'BTC'
  if (parts.kind === 'perpetual') return ok(`${prefix}-PERPETUAL` as InstrumentId)
  const id = parts.kind === 'future' ? `${prefix}-${expiryText(parts.expiry)}` : optionText(prefix, parts)
  const parsed = parseInstrumentName(id)
  if (!parsed.ok) return parsed
  if (!('expiry' in parsed.value) || parsed.value.expiry !== parts.expiry) {
    return refuse('malformed_instrument', 'expiry', parts.expiry, '08:00 UTC of a day in 2000 to 2099')
  }
  return ok(parsed.value.id)
}

function optionText(prefix: string, { expiry, strike, optionType }: Pick<OptionName, 'expiry' | 'strike' | 'optionType'>): string {
  return `${prefix}-${expiryText(expiry)}-${strike}-${optionType === 'put' ? 'P' : 'C'}`
}

function expiryText(expiry: EpochMs): string {
  const { year, month, day } = civilFromDays(dayNumberOf(expiry))
  return `${day}${MONTHS[month - 1] ?? ''}${(year % 100).toString().padStart(2, '0')}`
}
