/**
 * The documented audit events (OP-01, document 1 section 4.4): name, view, and the payload each carries. Executive payloads are strict: a field that is
 * not named here cannot appear there, so nothing of what the platform earns (markups, subsidies, margins) ever does. Internal payloads name what
 * they always carry and may carry more. Amounts are decimal strings in USDC, sizes decimal strings in coin, instants ISO 8601.
 */
import { z } from 'zod'

export type AuditView = 'exec' | 'internal'

const decimal = z.string().regex(/^-?\d{1,30}(?:\.\d{1,18})?$/)
const id = z.string().min(1)
const iso = z.iso.datetime()
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const explanation = z.strictObject({
  gate: z.string(),
  code: z.string(),
  field: z.string(),
  seen: scalar,
  limit: scalar,
  cause: z.number(),
  flip: z.strictObject({ field: z.string(), to: scalar }).optional(),
})
const leg = z.strictObject({
  instrument: id,
  size: decimal,
  venue: z.string(),
  optionType: z.enum(['put', 'call']),
  strike: decimal,
})
const cover = z.strictObject({
  coverageId: id,
  accountId: id,
  positionIds: z.array(id),
  tierName: z.string(),
  coverageLegs: z.array(leg).min(1),
  selectedVenue: z.string(),
  expiryIso: iso,
  floorPrice: decimal,
  floorEquity: decimal.nullable(),
  floorEquityUnsold: decimal.optional(),
  floorExcludes: z.array(z.string()).optional(),
  drawdownLimitUsdc: decimal,
  premiumUsdc: decimal,
  /** What the client is charged, as in every answer; the hedge's fee at the venue is the one below, absent in records of older sessions. */
  feeUsdc: decimal,
  purchaseFeeUsdc: decimal.optional(),
  exitCostMaxUsdc: decimal.optional(),
  decidedAt: iso.optional(),
  activatedAt: iso.optional(),
  previousCoverageId: id.optional(),
  alarm: z.string().optional(),
})
const ending = z.strictObject({
  coverageId: id,
  accountId: id,
  instrument: id,
  size: decimal,
  expiryIso: iso,
  settlementIndex: decimal.nullable(),
  payoutUsdc: decimal.nullable(),
  /** Of a combination what each option paid. */
  payouts: z.array(z.strictObject({ instrument: id, size: decimal, payoutUsdc: decimal.nullable() })).optional(),
  alarm: z.string().optional(),
})
const order = z.strictObject({
  orderId: id,
  accountId: id,
  coverageId: id.nullable(),
  instrument: id,
  side: z.enum(['buy', 'sell']),
  state: z.string(),
  size: decimal,
  filledAmount: decimal,
  averagePrice: decimal.nullable(),
  fees: z.array(z.strictObject({ currency: z.string(), amount: decimal })),
})
const action = z.strictObject({
  action: z.enum(['increase', 'decrease', 'roll']),
  reason: z.string(),
  accountId: id,
  coverageId: id.nullable(),
  instrument: id,
  side: z.enum(['buy', 'sell']),
  size: decimal,
  limitPrice: decimal.optional(),
  decisionId: id.optional(),
  bufferUsdc: decimal.nullable().optional(),
  targetUsdc: decimal.nullable().optional(),
  explanation: explanation.optional(),
})
/** The seven fields of document 1. Null: no price for the option, no position of the cover's side. `stale` names the marks in doubt. */
const mtmPosition = z.strictObject({
  coverageId: id,
  positionId: id.nullable(),
  positionPnlUsdc: decimal,
  hedgeMtmUsdc: decimal.nullable(),
  equityUsdc: decimal,
  drawdownBufferUsdc: decimal,
  coverageRatio: decimal,
  stale: z.array(id).optional(),
})
const credit = z.strictObject({ coverageId: id, positionId: id.nullable(), creditUsdc: decimal, bufferUsdc: decimal })
const decided = z.looseObject({ accountId: id, coverageId: id.nullable(), explanation })

/** In the order of the document. */
export const DOCUMENTED_EVENTS = {
  coverage_activated: { view: 'exec', payload: cover },
  coverage_renewed: { view: 'exec', payload: cover },
  hedge_action: { view: 'exec', payload: action },
  hedge_order: { view: 'exec', payload: order },
  mtm_credit: { view: 'exec', payload: credit },
  mtm_position: { view: 'exec', payload: mtmPosition },
  demo_credit: { view: 'exec', payload: credit },
  option_payout: { view: 'exec', payload: ending },
  coverage_expired: { view: 'exec', payload: ending },
  put_quote: {
    view: 'internal',
    payload: z.looseObject({
      requestId: id,
      accountId: id,
      status: z.string(),
      considered: z.number(),
      explanation: explanation.nullable(),
    }),
  },
  pass_through_gate: { view: 'internal', payload: decided },
  premium_pass_through: { view: 'internal', payload: decided },
  risk_budget_update: { view: 'internal', payload: decided },
  liquidity_update: { view: 'internal', payload: decided },
  execution_quality: {
    view: 'internal',
    payload: z.looseObject({ orderId: id, accountId: id, instrument: id, filledRatio: decimal, betterThanLimit: decimal.nullable() }),
  },
  renewal_decision: { view: 'internal', payload: decided.extend({ decision: z.string() }) },
  intermittent_hedge_eval: {
    view: 'internal',
    payload: z.looseObject({
      accountId: id,
      decisionId: id,
      mode: z.enum(['shadow', 'live']),
      selected: z.string(),
      done: z.string(),
      explanation,
    }),
  },
  hedge_action_skipped: { view: 'internal', payload: z.looseObject({ accountId: id, explanation }) },
  close_blocked: {
    view: 'internal',
    payload: z.looseObject({
      accountId: id,
      coverageId: id.nullable(),
      instrument: id,
      reason: z.string(),
      field: z.string(),
      explanation,
    }),
  },
} as const satisfies Record<string, { readonly view: AuditView; readonly payload: z.ZodType }>

/** What the document does not name and a client must not miss: a cover that no longer stands as it was sold. */
export const ADDED_EVENTS = {
  coverage_alarm: { view: 'exec', payload: z.looseObject({ decision: z.string(), accountId: id, coverageId: id.nullable(), explanation }) },
} as const satisfies Record<string, { readonly view: AuditView; readonly payload: z.ZodType }>

export const AUDIT_EVENT_TABLE = { ...DOCUMENTED_EVENTS, ...ADDED_EVENTS }
export type AuditName = keyof typeof AUDIT_EVENT_TABLE

export const AUDIT_VIEWS = Object.fromEntries(Object.entries(AUDIT_EVENT_TABLE).map(([name, { view }]) => [name, view])) as {
  readonly [Name in AuditName]: AuditView
}
