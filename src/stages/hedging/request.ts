/**
 * What `loop_tick` and `hedge_roll` ask for, from JSON. Amounts and sizes are numbers or plain decimals; unknown fields are refused by
 * name, the first broken rule is the one reported.
 */
import { z } from 'zod'
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { parseUnits } from '#units/exact.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import type { Exposure } from './net-exposure.ts'

const zUnits = z.union([z.string(), z.number().finite().transform(String)]).transform((text, context) => {
  const units = parseUnits(text)
  if (units !== undefined) return units
  context.addIssue({ code: 'custom', message: 'a plain decimal' })
  return z.NEVER
})
const zPositive = zUnits.refine((units) => units > 0n, 'above 0')
const zAmount = zUnits.refine((units) => units >= 0n, '0 or more')
const zName = z.string().min(1).max(120)
const EXPOSURES_MAX = 1_000

const tick = z.strictObject({
  accountId: zName.optional(),
  drawdownLimitUsdc: zAmount.optional(),
  target: zPositive.optional(),
  hysteresis: zAmount.optional(),
  hedge: z.strictObject({ instrument: zName.optional(), sizeMax: zPositive.optional() }).optional(),
  exposures: z
    .array(z.strictObject({ accountId: zName.optional(), asset: z.literal('BTC'), side: z.enum(['long', 'short']), size: zAmount }))
    .max(EXPOSURES_MAX)
    .optional(),
  idempotencyKey: z.string().optional(),
})
const roll = tick.extend({ fromInstrument: zName, toInstrument: zName.optional() })

export interface TickRequest {
  readonly drawdownLimit: bigint | undefined
  readonly target: bigint | undefined
  readonly hysteresis: bigint | undefined
  readonly instrument: InstrumentId
  readonly sizeMax: bigint | undefined
  readonly exposures: readonly Exposure[] | undefined
}
export interface RollRequest extends TickRequest {
  readonly from: InstrumentId
  readonly to: InstrumentId | undefined
}

export const BARE_REQUEST: TickRequest = {
  drawdownLimit: undefined,
  target: undefined,
  hysteresis: undefined,
  instrument: LINEAR_PERPETUAL,
  sizeMax: undefined,
  exposures: undefined,
}

export function admitTick(params: Json, account: AccountId): Result<TickRequest, 'invalid_payload' | 'unsupported_asset'> {
  const parsed = tick.safeParse(params)
  return parsed.success ? ok(requestOf(parsed.data, account)) : { ok: false, refusal: whyMalformed(parsed.error, params) }
}

export function admitRoll(params: Json, account: AccountId): Result<RollRequest, 'invalid_payload' | 'unsupported_asset'> {
  const parsed = roll.safeParse(params)
  if (!parsed.success) return { ok: false, refusal: whyMalformed(parsed.error, params) }
  const { fromInstrument, toInstrument } = parsed.data
  return ok({
    ...requestOf(parsed.data, account),
    from: fromInstrument as InstrumentId,
    to: toInstrument === undefined ? undefined : (toInstrument as InstrumentId),
  })
}

function requestOf({ drawdownLimitUsdc, target, hysteresis, hedge, exposures }: z.output<typeof tick>, account: AccountId): TickRequest {
  return {
    drawdownLimit: drawdownLimitUsdc,
    target,
    hysteresis,
    instrument: (hedge?.instrument ?? LINEAR_PERPETUAL) as InstrumentId,
    sizeMax: hedge?.sizeMax,
    exposures: exposures?.map(({ accountId, side, size }) => ({
      account: (accountId ?? account) as AccountId,
      size: side === 'long' ? size : -size,
    })),
  }
}

function whyMalformed(error: z.ZodError, params: Json): Refusal<'invalid_payload' | 'unsupported_asset'> {
  const [issue] = error.issues
  const path = issue?.path.map(String) ?? []
  const seen = path.reduce<unknown>(
    (node, step) => (typeof node === 'object' && node !== null ? Reflect.get(node, step) : undefined),
    params,
  )
  if (issue?.code === 'unrecognized_keys') {
    const field = [...path, issue.keys[0]].join('.')
    return refusalOf('invalid_payload', field, 'there', 'a field this request knows')
  }
  const field = path.length === 0 ? 'body' : path.join('.')
  const isAsset = path.at(-1) === 'asset' && typeof seen === 'string'
  return refusalOf(isAsset ? 'unsupported_asset' : 'invalid_payload', field, seen, isAsset ? 'BTC' : (issue?.message ?? 'a known form'))
}

function refusalOf<Code extends string>(code: Code, field: string, seen: unknown, limit: string): Refusal<Code> {
  const refused = refuse(code, field, seen, limit, code === 'unsupported_asset' ? { field, to: 'BTC' } : undefined)
  return refused.refusal
}
