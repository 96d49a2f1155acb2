/**
 * The contract of what is read from the platform's files: every decision the journal keeps, the audit trail searched, and the verification of the
 * journal. Lists are newest first and go on with `before` = the answer's `next`; a page may be short and still have a next, because a question
 * reads no longer than a fraction of a second at a time. Instants in questions are epoch milliseconds of market time, both ends included.
 */
import { z } from 'zod'
import { asOfSeq, zId, zIso } from './contract.ts'
import { decisionSchema } from './contract-page.ts'

export const DECISION_OUTCOMES = ['done', 'refused', 'skipped', 'alarm'] as const
const zInstant = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const zNames = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[\w/.:-]+(?:,[\w/.:-]+)*$/, 'names with commas between them')
const range = {
  from: zInstant.optional(),
  to: zInstant.optional(),
  text: z.string().min(1).max(120).optional().describe('Found anywhere, upper or lower case.'),
  before: zInstant.optional().describe('Those with a smaller `seq`.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
}

export const decisionsQuery = z.strictObject({
  accountId: zId.optional(),
  kind: zNames.optional(),
  gate: zNames.optional(),
  outcome: zNames.optional().describe(`Of ${DECISION_OUTCOMES.join(', ')}.`),
  ...range,
})
const counts = z.record(z.string(), z.number().int())
export const listedDecision = decisionSchema.extend({
  outcome: z.enum(DECISION_OUTCOMES),
  accountId: z.string().nullable().describe('Null: of the whole platform.'),
  subject: z.string().nullable().describe('Of an alert: the account, cover or venue it is about.'),
  audit: z.object({ seq: z.number().int(), event: z.string() }).nullable().describe('The entry of the audit trail it led to.'),
})
export const decisionsAnswer = z.object({
  status: z.literal('ok'),
  decisions: z.array(listedDecision),
  next: z.number().int().nullable(),
  reach: z
    .object({
      fromSeq: z.number().int(),
      fromIso: zIso.nullable(),
      state: z.enum(['reading', 'whole', 'bounded']),
      behindSeq: z.number().int().nullable().describe('The newest record that is written and not read yet; null: none is missing.'),
    })
    .describe('How far back the journal was read: `whole` to the oldest record kept; `bounded`: more are kept than are listed.'),
  tally: z
    .object({ total: z.number().int(), kinds: counts, gates: counts, outcomes: counts })
    .nullable()
    .describe('Counts as far as `reach`, whatever the filter. Null for an account behind a gateway.'),
  asOfSeq,
})

const EXEC_EVENTS = [
  'coverage_activated',
  'coverage_renewed',
  'hedge_action',
  'hedge_order',
  'mtm_credit',
  'mtm_position',
  'demo_credit',
  'option_payout',
  'coverage_expired',
  'coverage_alarm',
]
/** Names of the events of each view, for those who choose among them; a test holds them against the table that emits. */
export const AUDIT_EVENTS_SHOWN: Readonly<Record<'exec' | 'internal', readonly string[]>> = {
  exec: EXEC_EVENTS,
  internal: [
    ...EXEC_EVENTS,
    'put_quote',
    'pass_through_gate',
    'premium_pass_through',
    'risk_budget_update',
    'liquidity_update',
    'execution_quality',
    'renewal_decision',
    'intermittent_hedge_eval',
    'hedge_action_skipped',
    'close_blocked',
  ],
}

export const entriesQuery = z.strictObject({
  mode: z.enum(['exec', 'internal']).default('exec'),
  event: zNames.optional(),
  ...range,
})
export const auditEntry = z.object({
  seq: z.number().int(),
  ts: zIso,
  event: z.string(),
  view: z.enum(['exec', 'internal']),
  payload: z.json(),
  hash: z.string().describe('SHA-256 of the journal record.'),
})
export const entriesAnswer = z.object({
  status: z.literal('ok'),
  mode: z.enum(['exec', 'internal']),
  entries: z.array(auditEntry),
  next: z.number().int().nullable(),
  read: z.number().int().describe('Entries looked at for this page.'),
  asOfSeq,
})

const extent = z.object({ batchNo: z.number().int(), seq: z.number().int(), records: z.number().int() })
const report = z.object({
  ok: z.boolean(),
  journalId: z.string().nullable(),
  publicKey: z.string().nullable().describe('Hex; the key that the journal is sealed with.'),
  after: z
    .object({ batchNo: z.number().int(), seq: z.number().int() })
    .describe('Older records were dropped; what is left follows from here.'),
  vouched: extent,
  trustEnds: z
    .object({ segment: z.number().int(), byte: z.number().int(), batchNo: z.number().int(), seq: z.number().int() })
    .nullable()
    .describe('The first record that nothing vouches for; null when all is vouched for.'),
  signed: extent.nullable(),
  unsigned: z
    .object({ batches: z.number().int(), records: z.number().int() })
    .describe('After the last checkpoint that agrees: at most this much can be missing or changed unseen.'),
  proves: z.array(z.string()).describe('What the signature proves, and against whom.'),
  findings: z.array(z.object({ code: z.string(), meaning: z.string(), where: z.string(), detail: z.string() })),
})
export const verifyAnswer = z.object({
  status: z.literal('ok'),
  state: z.enum(['none', 'running', 'failed', 'done']),
  startedAtIso: zIso.nullable().describe('Wall clock.'),
  endedAtIso: zIso.nullable(),
  progress: z
    .object({ records: z.number().int(), seq: z.number().int(), share: z.number().describe('Of the bytes, at most 1.') })
    .nullable(),
  why: z.string().nullable().describe('Of a failed one.'),
  report: report.nullable(),
  asOfSeq,
})

export type ListedDecision = z.output<typeof listedDecision>
export type DecisionsAnswer = z.output<typeof decisionsAnswer>
export type AuditEntryShown = z.output<typeof auditEntry>
export type EntriesAnswer = z.output<typeof entriesAnswer>
export type VerifyAnswer = z.output<typeof verifyAnswer>
