/**
 * What `POST /portfolio/ingest` may say (document 1, 5.2; C-70): all or nothing, one bad position refuses the request. Amounts come as plain
 * decimal strings or as JSON numbers, which are taken by their shortest decimal text, so that 0.1 means 0.1. Limits: asset BTC, size and
 * entry price positive, leverage 1 to 100, at most 1,000 positions, client ids distinct. Unknown fields are refused.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { divideUnits, multiplyUnits, ONE, parseUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { PositionSide } from '#domain/instrument.ts'

export interface StatedPosition {
  readonly id: string | undefined
  readonly asset: 'BTC'
  readonly side: PositionSide
  readonly entryPrice: BtcUsdc
  readonly size: Quantity<'BTC'>
  readonly leverage: Ratio
  /** size x entry / leverage. */
  readonly margin: Money<'USDC'>
}
export interface Statement {
  readonly positions: readonly StatedPosition[]
  readonly source: string
}
export type IngestRefusal = 'invalid_payload' | 'unsupported_asset' | 'invalid_leverage'

const POSITIONS_MAX = 1000
const TEXT_MAX = 120
const LEVERAGE_MAX = 100n * ONE
const FIELDS: ReadonlySet<string> = new Set(['id', 'asset', 'side', 'entryPrice', 'size', 'leverage'])
const BODY_FIELDS: ReadonlySet<string> = new Set(['accountId', 'positions', 'source'])
type Fields = Readonly<Record<string, unknown>>

export function admitIngest(params: unknown): Result<Statement, IngestRefusal> {
  if (!isFields(params)) return refuse('invalid_payload', 'body', params, 'an object')
  const stray = Object.keys(params).find((name) => !BODY_FIELDS.has(name))
  if (stray !== undefined) return refuse('invalid_payload', stray, 'unknown field', 'positions, source')
  const { positions, source = 'api' } = params
  if (!isText(source)) return refuse('invalid_payload', 'source', source, `1 to ${TEXT_MAX} characters`)
  if (!Array.isArray(positions)) return refuse('invalid_payload', 'positions', positions, 'a list')
  if (positions.length > POSITIONS_MAX) return refuse('invalid_payload', 'positions', positions.length, POSITIONS_MAX)
  const admitted: StatedPosition[] = []
  const ids = new Set<string>()
  for (const [i, item] of (positions as readonly unknown[]).entries()) {
    const position = admitPosition(item, `positions[${i}]`)
    if (!position.ok) return position
    const { id } = position.value
    if (id !== undefined && ids.has(id)) return refuse('invalid_payload', `positions[${i}].id`, id, 'an id used once')
    if (id !== undefined) ids.add(id)
    admitted.push(position.value)
  }
  return ok({ positions: admitted, source })
}

function admitPosition(item: unknown, at: string): Result<StatedPosition, IngestRefusal> {
  if (!isFields(item)) return refuse('invalid_payload', at, item, 'an object')
  const stray = Object.keys(item).find((name) => !FIELDS.has(name))
  if (stray !== undefined) return refuse('invalid_payload', `${at}.${stray}`, 'unknown field', [...FIELDS].join(', '))
  const { id, asset, side } = item
  if (id !== undefined && !isText(id)) return refuse('invalid_payload', `${at}.id`, id, `1 to ${TEXT_MAX} characters`)
  if (typeof asset !== 'string') return refuse('invalid_payload', `${at}.asset`, asset, 'BTC')
  if (asset !== 'BTC') return refuse('unsupported_asset', `${at}.asset`, asset, 'BTC', { field: `${at}.asset`, to: 'BTC' })
  if (side !== 'long' && side !== 'short') return refuse('invalid_payload', `${at}.side`, side, 'long or short')
  return admitAmounts(item, at, { id, asset, side })
}

function admitAmounts(
  item: Fields,
  at: string,
  head: Pick<StatedPosition, 'id' | 'asset' | 'side'>,
): Result<StatedPosition, IngestRefusal> {
  const entry = exactUnits(item['entryPrice'])
  if (entry === undefined || entry <= 0n)
    return refuse('invalid_payload', `${at}.entryPrice`, item['entryPrice'], 'a positive plain decimal')
  const size = exactUnits(item['size'])
  if (size === undefined || size <= 0n) return refuse('invalid_payload', `${at}.size`, item['size'], 'a positive plain decimal')
  const leverage = exactUnits(item['leverage'])
  if (leverage === undefined) return refuse('invalid_payload', `${at}.leverage`, item['leverage'], 'a plain decimal')
  if (leverage < ONE) return refuse('invalid_leverage', `${at}.leverage`, item['leverage'], '>= 1', { field: `${at}.leverage`, to: '1' })
  if (leverage > LEVERAGE_MAX)
    return refuse('invalid_leverage', `${at}.leverage`, item['leverage'], '<= 100', { field: `${at}.leverage`, to: '100' })
  const notional = multiplyUnits(size, entry)
  if (notional >= NOTIONAL_LIMIT) return refuse('invalid_payload', `${at}.size`, item['size'], 'a notional below 1e15')
  const margin = new Money<'USDC'>(divideUnits(notional, leverage))
  return ok({ ...head, entryPrice: new Price(entry), size: new Quantity(size), leverage: new Ratio(leverage), margin })
}

const NOTIONAL_LIMIT = 10n ** 33n

/** Units of a plain decimal string or of a JSON number's shortest text; undefined for anything else. */
function exactUnits(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? plainText(value) : value
  const units = typeof text === 'string' ? parseUnits(text) : undefined
  return units === undefined || units >= NOTIONAL_LIMIT || units <= -NOTIONAL_LIMIT ? undefined : units
}

/** The shortest text of a number without an exponent; undefined when it is not finite or not held exactly in 18 places. */
function plainText(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value))
  if (match === null) return String(value)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const power = parseInt(exponent, 10)
  return power < 0 ? `${sign}0.${'0'.repeat(-power - 1)}${whole}${fraction}` : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= TEXT_MAX
}
