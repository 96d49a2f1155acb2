/**
 * `adopt {coverageId | quoteId, …}` (C-40): document 1 has a client place the order and then export the audit payload that activates the cover. Here the
 * order has done both, so the export finds its cover and never sends a second order. What the payload says of the cover (end, legs, venue, floor)
 * is the platform's to decide: it is compared and refused where it differs. A cover without a confirmed hedge is pending, one that is unknown
 * has no hedge.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { answered, pending, refused } from '#engine/command-answers.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { QuoteId } from '#domain/order.ts'
import { parseUnits } from '#units/exact.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { coverageJson } from './answers.ts'
import { because } from './client-order-answers.ts'
import { coverNamed, purchaseOf } from './client-orders-state.ts'
import type { ClientOrdersState } from './client-orders-state.ts'
import { SERVER_DECIDED } from './server-decided.ts'
import { parseFields, parseText } from './terms-fields.ts'
import type { Fields } from './terms-fields.ts'

const LEG = ['instrument', 'size', 'optionType', 'strike', 'venue'] as const
const KNOWN: ReadonlySet<string> = new Set<string>([
  'accountId',
  'coverageId',
  'quoteId',
  'consent',
  'expiryIso',
  'coverageLegs',
  'selectedVenue',
  'positions',
  'event',
  'ts',
  'tierName',
  ...SERVER_DECIDED,
])

export function adopt(state: ClientOrdersState, { seq, body }: EventOf<'accepted_commands'>): readonly Emission<'command_results'>[] {
  const { commandId, account, params } = body
  const fields = parseFields(params, KNOWN)
  if (!fields.ok) return [refused(commandId, account, because(seq, fields.refusal))]
  const name = parseText(fields.value, fields.value['coverageId'] === undefined ? 'quoteId' : 'coverageId')
  if (!name.ok) return [refused(commandId, account, because(seq, name.refusal))]
  const cover = coverNamed(state, account, name.value)
  if (cover === undefined) {
    const open = purchaseOf(state, account, name.value)
    const isUnderWay = open !== undefined && open.coverageId === undefined
    if (isUnderWay) return wait(state, body, name.value, open.quoteId)
    const limit = 'a cover of this account whose hedge was ordered; see /deribit/order'
    return [refused(commandId, account, because(seq, { code: 'hedge_missing', field: 'coverageId', seen: name.value, limit }))]
  }
  const same = checkPayload(cover, fields.value)
  if (!same.ok) return [refused(commandId, account, because(seq, same.refusal))]
  return cover.state === 'pending' ? wait(state, body, name.value, cover.quoteId) : [answered(commandId, account, coverageJson(cover))]
}

function wait(
  state: ClientOrdersState,
  { commandId, account }: EventOf<'accepted_commands'>['body'],
  name: string,
  quoteId: QuoteId,
): readonly Emission<'command_results'>[] {
  state.asked.set(commandId, { kind: 'adopt', account, name, quoteId })
  return [pending(commandId, account)]
}

function checkPayload(cover: Coverage, fields: Fields): Result<true, 'server_decides' | 'invalid_payload'> {
  const { feeUsdc, premiumUsdc, subsidyUsdc } = coverageJson(cover)
  const own: Fields = {
    expiryIso: isoFromEpochMs(cover.expiry),
    selectedVenue: cover.venue,
    floorPrice: cover.floorPrice.toString(),
    tierName: cover.terms.tierName,
    feeUsdc,
    premiumUsdc,
    subsidyUsdc,
    feeRecognized: true,
  }
  const whole = differing(fields, own, Object.keys(own))
  if (whole !== undefined) return refuse('server_decides', whole, fields[whole], own[whole])
  const { coverageLegs: legs = [] } = fields
  const ownLegs = legsShown(cover)
  if (!Array.isArray(legs) || legs.length > ownLegs.length)
    return refuse(
      'invalid_payload',
      'coverageLegs',
      JSON.stringify(legs),
      ownLegs.length === 1 ? 'a list of the one leg' : 'a list of the legs',
    )
  for (const [i, given] of (legs as readonly unknown[]).entries()) {
    const leg = parseFields(given, new Set(LEG))
    if (!leg.ok) return leg
    const named = ownLegs.find(({ instrument }) => instrument === leg.value['instrument']) ?? ownLegs[i]
    const ownLeg: Fields = { ...named }
    const part = differing(leg.value, ownLeg, LEG)
    if (part !== undefined) return refuse('server_decides', `coverageLegs.${i}.${part}`, leg.value[part], ownLeg[part])
  }
  return ok(true)
}

/** The first field that says something else; amounts are compared as amounts. */
function differing(given: Fields, own: Fields, names: readonly string[]): string | undefined {
  return names.find((name) => given[name] !== undefined && given[name] !== own[name] && !isSameAmount(given[name], own[name]))
}

function isSameAmount(a: unknown, b: unknown): boolean {
  const units = (value: unknown): bigint | undefined =>
    typeof value === 'string' || typeof value === 'number' ? parseUnits(String(value)) : undefined
  return units(a) !== undefined && units(a) === units(b)
}
