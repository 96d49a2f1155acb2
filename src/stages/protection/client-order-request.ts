/**
 * The body of `POST /deribit/order` (document 1 section 5.2, API-02), admitted: every field the document names, its types, and what can be said without
 * looking at the market. `open` buys the cover of a quote, `close` ends a cover, `hedge` trades the perpetual in the hedge book. Sizes in coin, prices
 * in the instrument's own quote (coin for an option). Amounts that describe the account are inputs of the close rule; the fields the server
 * decides are passed on to be compared. A market order may carry a price of 0, as the document's example does.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { StatedDrawdown } from '#domain/close-rules.ts'
import type { Instrument, Side } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { SERVER_DECIDED } from './server-decided.ts'
import { parseConsent, parseDecimal, parseFields, parseOneOf, parseOptionalDecimal, parseText } from './terms-fields.ts'
import type { Fields } from './terms-fields.ts'

export type Intent = 'open' | 'close' | 'hedge'
export interface OrderWish {
  readonly intent: Intent
  readonly instrument: Instrument
  readonly side: Side
  readonly size: Quantity<'BTC'>
  /** Undefined: at the market, within the bound the platform sets. */
  readonly limit: Price | undefined
  /** The client's name of the cover: a quote's id, a cover's id, or one of its own. */
  readonly coverageId: string | undefined
  readonly venue: string | undefined
  readonly stated: StatedDrawdown
  readonly consent: boolean
  /** To be closed also at a bid that is no price. */
  readonly acceptStubBid: boolean
  /** As it came, for what is compared with the server's own. */
  readonly fields: Fields
}
export type OrderCode = 'invalid_payload' | 'unsupported_asset' | 'unsupported_instrument' | 'intent_mismatch' | 'missing_coverage'

const NUMBERS = ['notionalUsdc', 'spotPrice', 'leverage'] as const
const STATED = ['initialBalanceUsdc', 'drawdownLimitUsdc', 'positionPnlUsdc', 'hedgeMtmUsdc'] as const
const TEXTS = ['reason', 'tierName', 'venue'] as const
const KNOWN: ReadonlySet<string> = new Set([
  'instrument',
  'amount',
  'side',
  'type',
  'price',
  'coverageId',
  'hedgeType',
  'accountId',
  'intent',
  'asset',
  'assets',
  'consent',
  'acceptStubBid',
  ...NUMBERS,
  ...STATED,
  ...TEXTS,
  ...SERVER_DECIDED,
])

export function parseOrder(params: unknown, account: AccountId): Result<OrderWish, OrderCode> {
  const parsed = parseFields(params, KNOWN)
  if (!parsed.ok) return parsed
  const fields = parsed.value
  const plain = checkPlain(fields, account)
  if (!plain.ok) return plain
  const instrument = parseInstrument(fields)
  if (!instrument.ok) return instrument
  const side = parseOneOf(fields, 'side', ['buy', 'sell'] as const)
  if (!side.ok) return side
  const size = parsePositive(fields, 'amount')
  if (!size.ok) return size
  const limit = parseLimit(fields)
  if (!limit.ok) return limit
  const intent = parseIntent(fields, instrument.value, side.value)
  if (!intent.ok) return intent
  const stated = parseStated(fields)
  if (!stated.ok) return stated
  const consent = parseConsent(fields)
  if (!consent.ok) return consent
  return ok({
    intent: intent.value,
    instrument: instrument.value,
    side: side.value,
    size: new Quantity<'BTC'>(size.value),
    limit: limit.value,
    coverageId: fields['coverageId'] as string | undefined,
    venue: fields['venue'] as string | undefined,
    stated: stated.value,
    consent: consent.value,
    acceptStubBid: fields['acceptStubBid'] === true,
    fields,
  })
}

/** What must be of its type although nothing is decided by it. */
function checkPlain(fields: Fields, account: AccountId): Result<true, OrderCode> {
  if (fields['accountId'] !== undefined && fields['accountId'] !== account)
    return refuse('invalid_payload', 'accountId', fields['accountId'], account)
  for (const name of [...TEXTS, 'coverageId'])
    if (fields[name] !== undefined) {
      const text = parseText(fields, name)
      if (!text.ok) return text
    }
  for (const name of NUMBERS) {
    const number = parseOptionalDecimal(fields, name)
    if (!number.ok) return number
  }
  const { asset = 'BTC', assets = ['BTC'], acceptStubBid = false } = fields
  if (typeof acceptStubBid !== 'boolean') return refuse('invalid_payload', 'acceptStubBid', acceptStubBid, 'true or false')
  if (asset !== 'BTC') return refuse('unsupported_asset', 'asset', asset, 'BTC', { field: 'asset', to: 'BTC' })
  if (!Array.isArray(assets) || assets.some((one) => one !== 'BTC'))
    return refuse('unsupported_asset', 'assets', JSON.stringify(assets), '["BTC"]')
  return ok(true)
}

function parseInstrument(fields: Fields): Result<Instrument, OrderCode> {
  const name = parseText(fields, 'instrument')
  if (!name.ok) return name
  const found = instrumentOf(name.value)
  if (!found.ok) return refuse('unsupported_instrument', 'instrument', name.value, found.refusal.limit)
  const { kind } = found.value
  const hedgeType = fields['hedgeType'] === undefined ? ok(undefined) : parseOneOf(fields, 'hedgeType', ['option', 'perp'] as const)
  if (!hedgeType.ok) return hedgeType
  const own = kind === 'option' ? 'option' : 'perp'
  if (hedgeType.value === undefined || hedgeType.value === own) return found
  return refuse('intent_mismatch', 'hedgeType', hedgeType.value, own, { field: 'hedgeType', to: own })
}

function parsePositive(fields: Fields, name: string): Result<bigint, 'invalid_payload'> {
  const units = parseDecimal(fields, name)
  return units.ok && !(units.value > 0n) ? refuse('invalid_payload', name, fields[name], 'above 0') : units
}

function parseLimit(fields: Fields): Result<Price | undefined, 'invalid_payload'> {
  const type = fields['type'] === undefined ? ok('market' as const) : parseOneOf(fields, 'type', ['market', 'limit'] as const)
  if (!type.ok) return type
  const price = parseOptionalDecimal(fields, 'price')
  if (!price.ok) return price
  if (type.value === 'market') return ok(undefined)
  if (price.value !== undefined && price.value > 0n) return ok(new Price(price.value))
  return refuse('invalid_payload', 'price', fields['price'], 'a price above 0, because the order is of type limit')
}

/** Without an intent: what buys an option opens, what sells one closes, what trades a perpetual hedges. */
function parseIntent(fields: Fields, { kind }: Instrument, side: Side): Result<Intent, OrderCode> {
  const isOption = kind === 'option'
  const own: Intent = !isOption ? 'hedge' : side === 'buy' ? 'open' : 'close'
  const given = fields['intent'] === undefined ? ok(own) : parseOneOf(fields, 'intent', ['open', 'close', 'hedge'] as const)
  if (!given.ok) return given
  if (given.value !== own) return refuse('intent_mismatch', 'intent', given.value, own, { field: 'intent', to: own })
  if (own === 'hedge' || fields['coverageId'] !== undefined) return ok(own)
  return refuse('missing_coverage', 'coverageId', undefined, 'the cover this order opens or closes')
}

function parseStated(fields: Fields): Result<StatedDrawdown, 'invalid_payload'> {
  const stated: Partial<Record<(typeof STATED)[number], Money<'USDC'>>> = {}
  for (const name of STATED) {
    const units = parseOptionalDecimal(fields, name)
    if (!units.ok) return units
    if (units.value !== undefined) stated[name] = new Money<'USDC'>(units.value)
  }
  return ok(stated)
}
