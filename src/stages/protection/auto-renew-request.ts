/**
 * What `POST /put/auto-renew` and `/put/auto-renew/schedule` ask, admitted (P-13): JSON to a request, or the first rule broken. The `payload` may repeat
 * the terms of the cover, as the document's scheduler does; those that differ are refused by name, because a renewal follows a cover and is no
 * new bargain. The tenor of the cover to come may be stated anew. Windows are minutes in the request, ms here.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { epochMsFromIso } from '#base/civil-date.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { formatUnits, ONE } from '#units/exact.ts'
import { isEpochMs, MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage, ProtectionTerms } from '#topics/protection.ts'
import { parseDecimal, parseFields, parseText } from './terms-fields.ts'
import type { Fields } from './terms-fields.ts'

export interface RenewalWish {
  readonly coverageId: CoverageId | undefined
  readonly tenorDays: number | undefined
  /** What the payload repeats of the terms, to be held against the cover. */
  readonly repeated: Fields
}
export interface ScheduleWish extends RenewalWish {
  readonly enabled: boolean
  readonly nextExpiry: EpochMs
  readonly windowMs: number
}

const RENEW: ReadonlySet<string> = new Set(['accountId', 'coverageId', 'payload', 'idempotencyKey'])
const SCHEDULE: ReadonlySet<string> = new Set([...RENEW, 'enabled', 'nextExpiryIso', 'renewWindowMinutes'])
const REPEATED = ['asset', 'side', 'tierName', 'leverage', 'positionSize', 'renewal'] as const
const PAYLOAD: ReadonlySet<string> = new Set(['accountId', 'coverageId', 'tenorDays', ...REPEATED])
const TENOR_DAYS_MAX = 90
const WINDOW_MINUTES_MAX = 7 * 24 * 60

export function parseRenewal(params: unknown, account: AccountId): Result<RenewalWish, 'invalid_payload'> {
  const fields = parseFields(params, RENEW)
  return fields.ok ? admitPayload(fields.value, account) : fields
}

export function parseSchedule(params: unknown, account: AccountId): Result<ScheduleWish, 'invalid_payload'> {
  const parsed = parseFields(params, SCHEDULE)
  if (!parsed.ok) return parsed
  const wish = admitPayload(parsed.value, account)
  if (!wish.ok) return wish
  const { enabled, nextExpiryIso } = parsed.value
  if (typeof enabled !== 'boolean') return refuse('invalid_payload', 'enabled', enabled, 'true or false')
  const nextExpiry = typeof nextExpiryIso === 'string' ? epochMsFromIso(nextExpiryIso) : undefined
  if (!isEpochMs(nextExpiry))
    return refuse('invalid_payload', 'nextExpiryIso', nextExpiryIso, 'an instant in ISO 8601, as 2026-02-06T08:00:00.000Z')
  const minutes = parseDecimal(parsed.value, 'renewWindowMinutes')
  if (!minutes.ok) return minutes
  const count = Number(formatUnits(minutes.value))
  if (!(count >= 1 && count <= WINDOW_MINUTES_MAX))
    return refuse('invalid_payload', 'renewWindowMinutes', count, `1 to ${WINDOW_MINUTES_MAX}`)
  return ok({ ...wish.value, enabled, nextExpiry, windowMs: Math.round(count * MINUTE_MS) })
}

function admitPayload(fields: Fields, account: AccountId): Result<RenewalWish, 'invalid_payload'> {
  const payload = parseFields(fields['payload'] ?? {}, PAYLOAD)
  if (!payload.ok) return payload
  for (const { accountId } of [fields, payload.value] as readonly { readonly accountId?: unknown }[])
    if (accountId !== undefined && accountId !== account) return refuse('invalid_payload', 'accountId', accountId, account)
  const given = fields['coverageId'] ?? payload.value['coverageId']
  const coverageId = given === undefined ? ok(undefined) : parseText({ coverageId: given }, 'coverageId')
  if (!coverageId.ok) return coverageId
  const tenorDays = payload.value['tenorDays'] === undefined ? ok(undefined) : parseTenor(payload.value)
  if (!tenorDays.ok) return tenorDays
  const repeated = Object.fromEntries(REPEATED.flatMap((name) => (payload.value[name] === undefined ? [] : [[name, payload.value[name]]])))
  return ok({ coverageId: coverageId.value as CoverageId | undefined, tenorDays: tenorDays.value, repeated })
}

function parseTenor(payload: Fields): Result<number, 'invalid_payload'> {
  const units = parseDecimal(payload, 'tenorDays')
  if (!units.ok) return units
  const days = Number(formatUnits(units.value))
  if (units.value % ONE === 0n && days >= 1 && days <= TENOR_DAYS_MAX) return ok(days)
  return refuse('invalid_payload', 'tenorDays', days, `whole days, 1 to ${TENOR_DAYS_MAX}`)
}

/** A renewal has the terms of the cover it follows. */
export function checkRepeated({ terms }: Coverage, repeated: Fields): Result<true, 'renewal_terms_differ'> {
  const own: Readonly<Record<(typeof REPEATED)[number], string>> = {
    asset: terms.asset,
    side: terms.side,
    tierName: terms.tierName,
    leverage: String(terms.leverage),
    positionSize: terms.size.toString(),
    renewal: terms.renewal,
  }
  for (const name of REPEATED) {
    if (repeated[name] === undefined || sameText(repeated[name], own[name])) continue
    return refuse('renewal_terms_differ', name, repeated[name], own[name], { field: name, to: own[name] })
  }
  return ok(true)
}

function sameText(given: unknown, own: string): boolean {
  if (given === own) return true
  const units = parseDecimal({ given }, 'given')
  const ownUnits = parseDecimal({ own }, 'own')
  return units.ok && ownUnits.ok && units.value === ownUnits.value
}

/** What the next cover is asked for. */
export function termsToRenew({ terms }: Coverage, tenorDays: number | undefined): ProtectionTerms {
  return tenorDays === undefined ? terms : { ...terms, tenorDays }
}
