/**
 * One row of a Deribit option chain: fields parsed, the name checked against the columns it repeats, the quote against what an option
 * can be worth. In coin, with forward F: a call is worth between max(0, 1 - K/F) and 1, a put between max(0, K/F - 1) and K/F
 * (Merton, "Theory of rational option pricing", 1973, divided by F). An ask under the lower bound or a bid over the upper one by more
 * than `BOUND_TOLERANCE` is damage, not a bargain. The recorded mark is not tested: it leaves its bounds by 0.0017 in sound rows.
 * Units: prices in coin, strike and underlying in USD, volatility as a fraction per year, vega in USD per vol point.
 * Edges: an empty or zero bid or ask is no quote; without an underlying (literal `index_price`) the index stands in for F.
 */
import { admitUnexpired, parseInstrumentName } from '#domain/instrument-name.ts'
import type { OptionName } from '#domain/instrument-name.ts'
import type { InstrumentId, OptionType } from '#domain/instrument.ts'
import type { EpochMs } from '#units/time.ts'
import type { CsvRow } from './csv-row.ts'
import type { CsvLayout } from './csv.ts'
import { compareDecimals } from './decimal-text.ts'

export interface OptionRow {
  readonly instrument: InstrumentId
  readonly optionType: OptionType
  readonly strike: string
  readonly expiry: EpochMs
  readonly bidCoin?: string
  readonly askCoin?: string
  readonly markCoin: string
  readonly markIv: number
  readonly delta: number
  readonly vega: number
  readonly openInterest: string
  readonly volume24h: string
  readonly underlyingName: string
  readonly underlyingPrice?: string
  readonly indexPrice: string
  readonly line: number
}

export const OPTION_CHAIN_LAYOUT: CsvLayout = {
  required: [
    'timestamp',
    'currency',
    'instrument_name',
    'option_type',
    'strike',
    'expiry',
    'bid_price',
    'ask_price',
    'mark_price',
    'mark_iv',
    'delta',
    'vega',
    'open_interest',
    'volume_24h',
    'underlying_name',
    'underlying_price',
    'index_price',
  ],
  optional: [],
  ignored: ['volume_usd_24h'],
}

/** In coin: two ticks of 0.0005. The soundest recorded chains come within 0.00014 of the bound. */
const BOUND_TOLERANCE = 0.001
/** 1,000 % a year: above everything recorded (349 %), below 45 written for 45 %. */
const IV = { min: 0.0001, max: 10 }
const INDEX_AS_UNDERLYING = 'index_price'
const NAMES_MAX = 20_000

/** Parses rows of chains in coin-settled BTC options; keeps the names it has parsed. */
export function optionRowParser(): (row: CsvRow, at: EpochMs) => OptionRow | undefined {
  const names = new Map<string, OptionName | undefined>()
  const underlyings = new Map<string, boolean>()
  return (row, at) => {
    const name = remembered(names, row.text('instrument_name'), coinOption)
    if (name === undefined) row.fail('bad_instrument', 'instrument_name', 'a BTC option settled in coin, such as BTC-27JUN25-60000-P')
    else checkName(row, name, at)
    if (!remembered(underlyings, row.text('underlying_name'), isUnderlyingName)) {
      row.fail('unknown_value', 'underlying_name', 'a BTC future, SYN. and a BTC future, or index_price')
    }
    if (name === undefined || row.fault !== undefined) return undefined
    const parsed = fieldsOf(row, name)
    if (row.fault === undefined) checkQuote(row, parsed)
    return row.fault === undefined ? parsed : undefined
  }
}

function remembered<T>(known: Map<string, T>, text: string, parse: (text: string) => T): T {
  const seen = known.get(text)
  if (seen !== undefined || known.has(text)) return seen as T
  const value = parse(text)
  if (known.size < NAMES_MAX) known.set(text, value)
  return value
}

function coinOption(text: string): OptionName | undefined {
  const parsed = parseInstrumentName(text)
  return parsed.ok && parsed.value.kind === 'option' && parsed.value.settlement === 'coin' ? parsed.value : undefined
}

function isUnderlyingName(text: string): boolean {
  if (text === INDEX_AS_UNDERLYING) return true
  const parsed = parseInstrumentName(text.startsWith('SYN.') ? text.slice(4) : text)
  return parsed.ok && (parsed.value.kind === 'future' || parsed.value.kind === 'perpetual')
}

function checkName(row: CsvRow, name: OptionName, at: EpochMs): void {
  if (row.text('option_type') !== name.optionType) row.fail('name_mismatch', 'option_type', name.optionType)
  if (row.text('strike') !== name.strike) row.fail('name_mismatch', 'strike', name.strike)
  if (row.text('expiry') !== String(name.expiry)) row.fail('name_mismatch', 'expiry', name.expiry)
  const alive = admitUnexpired(name, at)
  if (!alive.ok) row.fail('expired_instrument', 'instrument_name', String(alive.refusal.limit))
}

function fieldsOf(row: CsvRow, name: OptionName): OptionRow {
  const bidCoin = row.quote('bid_price')
  const askCoin = row.quote('ask_price')
  const underlyingName = row.text('underlying_name')
  const underlyingPrice =
    underlyingName === INDEX_AS_UNDERLYING ? row.positiveOrEmpty('underlying_price') : row.positive('underlying_price')
  return {
    instrument: name.id,
    optionType: name.optionType,
    strike: name.strike,
    expiry: name.expiry,
    ...(bidCoin === undefined ? {} : { bidCoin }),
    ...(askCoin === undefined ? {} : { askCoin }),
    markCoin: row.nonNegative('mark_price'),
    markIv: row.number('mark_iv', IV),
    delta: row.number('delta', name.optionType === 'call' ? { min: 0, max: 1 } : { min: -1, max: 0 }),
    vega: row.number('vega', { min: 0, max: 1e6 }),
    openInterest: row.nonNegative('open_interest'),
    volume24h: row.nonNegative('volume_24h'),
    underlyingName,
    ...(underlyingPrice === undefined ? {} : { underlyingPrice }),
    indexPrice: row.positive('index_price'),
    line: row.line,
  }
}

function checkQuote(row: CsvRow, { bidCoin, askCoin, optionType, strike, underlyingPrice, indexPrice }: OptionRow): void {
  if (bidCoin !== undefined && askCoin !== undefined && compareDecimals(bidCoin, askCoin) > 0)
    row.fail('crossed_quote', 'bid_price', `<= ask ${askCoin}`)
  const moneyness = Number(strike) / Number(underlyingPrice ?? indexPrice)
  const lower = Math.max(0, optionType === 'call' ? 1 - moneyness : moneyness - 1)
  const upper = optionType === 'call' ? 1 : moneyness
  if (askCoin !== undefined && Number(askCoin) < lower - BOUND_TOLERANCE)
    row.fail('ask_below_intrinsic', 'ask_price', `>= ${lower.toFixed(6)}`)
  if (bidCoin !== undefined && Number(bidCoin) > upper + BOUND_TOLERANCE) row.fail('bid_above_bound', 'bid_price', `<= ${upper.toFixed(6)}`)
}
