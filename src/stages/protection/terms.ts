/**
 * Admission of a request for protection (P-01): JSON to `ProtectionTerms`, or the first rule broken. `invalid_payload` is malformed (HTTP
 * 400); every other code is the business saying no (`no_quote`, C-37) and names the smallest change that would pass.
 * Sizes are in coin of the option's lot (0.1). Exactly one floor: a share of the price (`drawdownFloorPct`) or of equity (`equityFloorPct`).
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { formatUnits, ONE, roundUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { AccountId } from '#domain/order.ts'
import type { ProtectionTerms } from '#topics/protection.ts'
import type { Tier, Tiers } from './tiers.ts'
import { eitherName, parseConsent, parseDecimal, parseFields, parseOneOf, parseOptionalDecimal, parseText } from './terms-fields.ts'
import type { Fields } from './terms-fields.ts'

export interface TermsLimits {
  readonly tiers: Tiers
  readonly leverageMax: number
  readonly tenorDaysMax: number
  readonly sizeMax: string
}
export type TermsCode =
  | 'invalid_payload'
  | 'unsupported_asset'
  | 'unknown_tier'
  | 'invalid_leverage'
  | 'side_not_allowed'
  | 'invalid_size'
  | 'invalid_drawdown_floor'
  | 'invalid_equity_floor'
  | 'invalid_tenor'
  | 'invalid_premium_max'

const KNOWN: ReadonlySet<string> = new Set([
  'accountId',
  'positionId',
  'asset',
  'side',
  'tierName',
  'leverage',
  'positionSize',
  'size',
  'drawdownFloorPct',
  'equityFloorPct',
  'tenorDays',
  'renewal',
  'fixedPriceUsdc',
  'premiumMaxUsdc',
  'allowPremiumPassThrough',
  'alternatives',
  'combinations',
  'preview',
  'consent',
  'spotPrice',
  'idempotencyKey',
])
/** Whether two options may be bought together; unasked, a cover is one. */
const COMBINATIONS = ['allowed', 'none'] as const
const LOT = ONE / 10n
/** Floors are shares within (0, 1); the grain of a flip. */
const FLOOR_GRAIN = ONE / 10_000n
const CENT = ONE / 100n

type Floors = Pick<ProtectionTerms, 'drawdownFloor' | 'equityFloor'>

/** Ordered from cheap and general to dear and specific; the first rule broken is the one reported. */
export function admitTerms(params: unknown, account: AccountId, limits: TermsLimits): Result<ProtectionTerms, TermsCode> {
  const parsed = parseFields(params, KNOWN)
  if (!parsed.ok) return parsed
  const fields = parsed.value
  const said = admitIdentity(fields, account)
  if (!said.ok) return said
  const side = parseOneOf(fields, 'side', ['long', 'short'] as const)
  if (!side.ok) return side
  const tierName = parseText(fields, 'tierName')
  if (!tierName.ok) return tierName
  const tier = admitTier(tierName.value, side.value, limits)
  if (!tier.ok) return tier
  const leverage = admitLeverage(fields, Math.min(tier.value.leverageMax, limits.leverageMax))
  if (!leverage.ok) return leverage
  const size = admitSize(fields, limits.sizeMax)
  if (!size.ok) return size
  const floors = admitFloors(fields)
  if (!floors.ok) return floors
  const tenorDays = admitTenor(fields, limits.tenorDaysMax)
  if (!tenorDays.ok) return tenorDays
  const renewal =
    fields['renewal'] === undefined ? ok('hold-limit' as const) : parseOneOf(fields, 'renewal', ['hold-limit', 'rolling', 'none'] as const)
  if (!renewal.ok) return renewal
  const premiumMax = admitPremiumMax(fields, tier.value)
  if (!premiumMax.ok) return premiumMax
  const consent = parseConsent(fields)
  if (!consent.ok) return consent
  const combinations = fields['combinations'] === undefined ? ok('none' as const) : parseOneOf(fields, 'combinations', COMBINATIONS)
  if (!combinations.ok) return combinations
  return ok({
    account,
    ...(said.value === undefined ? {} : { positionId: said.value }),
    asset: 'BTC',
    side: side.value,
    tierName: tierName.value,
    leverage: leverage.value,
    size: size.value,
    ...floors.value,
    tenorDays: tenorDays.value,
    renewal: renewal.value,
    ...(premiumMax.value === undefined ? {} : { premiumMax: premiumMax.value }),
    ...(fields['allowPremiumPassThrough'] === true ? { passThrough: true } : {}),
    ...(consent.value ? { consent: true } : {}),
    ...(combinations.value === 'allowed' ? { combinations: combinations.value } : {}),
  })
}

/** Account and asset; the position's id is passed on. */
function admitIdentity(fields: Fields, account: AccountId): Result<string | undefined, TermsCode> {
  if (fields['accountId'] !== undefined && fields['accountId'] !== account)
    return refuse('invalid_payload', 'accountId', fields['accountId'], account)
  const { asset = 'BTC' } = fields
  if (typeof asset !== 'string') return refuse('invalid_payload', 'asset', asset, 'a text')
  if (asset !== 'BTC') return refuse('unsupported_asset', 'asset', asset, 'BTC', { field: 'asset', to: 'BTC' })
  for (const flag of ['allowPremiumPassThrough', 'alternatives', 'preview'])
    if (fields[flag] !== undefined && typeof fields[flag] !== 'boolean')
      return refuse('invalid_payload', flag, fields[flag], 'true or false')
  const spot = parseOptionalDecimal(fields, 'spotPrice')
  if (!spot.ok) return spot
  if (spot.value !== undefined && !(spot.value > 0n)) return refuse('invalid_payload', 'spotPrice', fields['spotPrice'], 'above 0')
  return fields['positionId'] === undefined ? ok(undefined) : parseText(fields, 'positionId')
}

function admitTier(name: string, side: 'long' | 'short', { tiers }: TermsLimits): Result<Tier, TermsCode> {
  const tier = Object.hasOwn(tiers, name) ? tiers[name] : undefined
  const names = Object.keys(tiers)
  if (tier === undefined) return refuse('unknown_tier', 'tierName', name, names.join(', '), { field: 'tierName', to: names[0] ?? null })
  if (side === 'short' && !tier.callsForShorts) {
    const allowed = names.find((other) => tiers[other]?.callsForShorts)
    return refuse(
      'side_not_allowed',
      'side',
      side,
      `${name} protects longs`,
      allowed === undefined ? { field: 'side', to: 'long' } : { field: 'tierName', to: allowed },
    )
  }
  return ok(tier)
}

function admitLeverage(fields: Fields, max: number): Result<number, TermsCode> {
  const units = parseDecimal(fields, 'leverage')
  if (!units.ok) return units
  const leverage = Number(formatUnits(units.value))
  if (!(leverage >= 1)) return refuse('invalid_leverage', 'leverage', leverage, '>= 1', { field: 'leverage', to: 1 })
  if (!(leverage <= max)) return refuse('invalid_leverage', 'leverage', leverage, `<= ${max}`, { field: 'leverage', to: max })
  return ok(leverage)
}

function admitSize(fields: Fields, sizeMax: string): Result<Quantity<'BTC'>, TermsCode> {
  const name = eitherName(fields, 'positionSize', 'size')
  if (!name.ok) return name
  const field = name.value ?? 'positionSize'
  const units = parseDecimal(fields, field)
  if (!units.ok) return units
  const max = BigInt(Math.floor(Number(sizeMax) * 10)) * LOT
  const to = (size: bigint): { field: string; to: string } => ({ field, to: formatUnits(size) })
  if (!(units.value >= LOT)) return refuse('invalid_size', field, formatUnits(units.value), `>= ${formatUnits(LOT)}`, to(LOT))
  if (units.value > max) return refuse('invalid_size', field, formatUnits(units.value), `<= ${formatUnits(max)}`, to(max))
  if (units.value % LOT !== 0n) {
    return refuse(
      'invalid_size',
      field,
      formatUnits(units.value),
      `a multiple of ${formatUnits(LOT)}`,
      to(roundUnits(units.value, LOT, 'half-even')),
    )
  }
  return ok(new Quantity<'BTC'>(units.value))
}

function admitFloors(fields: Fields): Result<Floors, TermsCode> {
  const name = eitherName(fields, 'drawdownFloorPct', 'equityFloorPct')
  if (!name.ok) return name
  if (name.value === undefined) return refuse('invalid_payload', 'drawdownFloorPct', undefined, 'this or equityFloorPct')
  const units = parseDecimal(fields, name.value)
  if (!units.ok) return units
  const code = name.value === 'drawdownFloorPct' ? 'invalid_drawdown_floor' : 'invalid_equity_floor'
  const flip = (to: bigint): { field: string; to: string } => ({ field: name.value ?? '', to: formatUnits(to) })
  if (!(units.value > 0n)) return refuse(code, name.value, formatUnits(units.value), 'above 0', flip(FLOOR_GRAIN))
  if (!(units.value < ONE)) return refuse(code, name.value, formatUnits(units.value), 'below 1', flip(ONE - FLOOR_GRAIN))
  const floor = new Ratio(units.value)
  return ok(name.value === 'drawdownFloorPct' ? { drawdownFloor: floor } : { equityFloor: floor })
}

function admitTenor(fields: Fields, max: number): Result<number, TermsCode> {
  const units = parseDecimal(fields, 'tenorDays')
  if (!units.ok) return units
  const days = Number(formatUnits(units.value))
  if (units.value % ONE !== 0n) return refuse('invalid_payload', 'tenorDays', days, 'whole days')
  if (!(days >= 1)) return refuse('invalid_tenor', 'tenorDays', days, '>= 1', { field: 'tenorDays', to: 1 })
  if (!(days <= max)) return refuse('invalid_tenor', 'tenorDays', days, `<= ${max}`, { field: 'tenorDays', to: max })
  return ok(days)
}

/** The request's limit and the tier's fixed fee: the lower one binds. */
function admitPremiumMax(fields: Fields, tier: Tier): Result<Money<'USDC'> | undefined, TermsCode> {
  const name = eitherName(fields, 'fixedPriceUsdc', 'premiumMaxUsdc')
  if (!name.ok) return name
  const own = tier.fixedPriceUsdc === undefined ? undefined : parseDecimal({ fixedPriceUsdc: tier.fixedPriceUsdc }, 'fixedPriceUsdc')
  if (own !== undefined && !own.ok) return own
  if (name.value === undefined) return ok(own === undefined ? undefined : new Money<'USDC'>(own.value))
  const units = parseDecimal(fields, name.value)
  if (!units.ok) return units
  if (!(units.value > 0n))
    return refuse('invalid_premium_max', name.value, formatUnits(units.value), 'above 0', { field: name.value, to: formatUnits(CENT) })
  return ok(new Money<'USDC'>(own !== undefined && own.value < units.value ? own.value : units.value))
}
