/**
 * The contract of the integration and operations routes: handshake, reset, the day's counters, and the venue's own words. What Deribit answers is
 * passed on as it is, JSON numbers included, with `mode` and `asOfSeq` beside its envelope.
 */
import { z } from 'zod'
import { asOfSeq, zId, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

/** What both sides may rely on, by name. */
export const CAPABILITIES = [
  'put_protection',
  'call_protection',
  'price_floor',
  'equity_floor',
  'renewal_hold_limit',
  'renewal_rolling',
  'renewal_schedule',
  'quote_cache',
  'paper_orders',
  'idempotency_keys',
  'explain',
  'audit_exec',
  'audit_internal',
  'server_sent_events',
] as const

/** What a quote's signature is over, in words that suffice to check one. */
export const SIGNED =
  'The UTF-8 bytes of the answer as JSON without its fields signature and asOfSeq, keys of every object in ascending order of UTF-16 code units, no white space, numbers and strings as JSON.stringify writes them; the signature is base64url.'

export const handshakeAnswer = z.object({
  status: z.literal('ok'),
  mode: z.enum(['demo', 'production']),
  approved: z.boolean().describe('The partner has approved live operation.'),
  timestamp: zIso,
  capabilities: z.array(z.enum(CAPABILITIES)),
  configDigest: z.string().describe('Equal digests decide alike.'),
  engineVersion: z.string(),
  quoteSigning: z
    .object({ algorithm: z.literal('Ed25519'), publicKey: z.string().describe('Raw 32 bytes (RFC 8032), hex.'), covers: z.literal(SIGNED) })
    .nullable()
    .describe('How to verify the `signature` of an executable quote, without asking anybody; null: quotes leave unsigned.'),
  asOfSeq,
})

export const tickerQuery = z.strictObject({ instrument: zId })
const deribit = {
  jsonrpc: z.literal('2.0'),
  usIn: z.number(),
  usOut: z.number(),
  usDiff: z.number(),
  testnet: z.boolean(),
  mode: z.enum(['sim']).describe('Which venue spoke: `sim` is the simulated Deribit, by its own books.'),
  asOfSeq,
}
export const deribitListAnswer = z.object({ ...deribit, result: z.array(z.looseObject({ instrument_name: z.string() })) })
export const deribitTickerAnswer = z.object({ ...deribit, result: z.looseObject({ instrument_name: z.string(), timestamp: z.number() }) })

export const resetRequest = z.strictObject({ confirm: z.literal(true, { error: 'true: a reset seals the journal and begins anew' }) })
export const resetAnswer = z.object({
  status: z.literal('ok'),
  sealedJournal: z.object({ journalId: z.string(), archive: z.string(), seq: z.number().int(), head: z.string() }),
  newJournal: z.object({ journalId: z.string() }),
  asOfSeq,
})

export const dailyQuery = z.strictObject({ date: z.iso.date().optional() })
const day = {
  subsidyUsedUsdc: zDecimal,
  premiumUsdc: zDecimal,
  feesUsdc: zDecimal,
  payoutsUsdc: z
    .string()
    .regex(/^\d+\.\d{2}$/)
    .describe('Whole cents for display, rounded down once from the exact sum: those of the accounts may add up to some cents less.'),
}
const quoteCounts = { total: z.number().int(), ok: z.number().int(), refused: z.number().int() }
export const dailyAnswer = z.object({
  status: z.literal('ok'),
  date: z.iso.date(),
  ...day,
  subsidyReservedUsdc: zDecimal
    .nullable()
    .describe('Held by quotes that may still be activated; null where the answer is of one account, behind a gateway.'),
  subsidyCapUsdc: zDecimal.describe('Of all accounts together; of the account where the answer is of one.'),
  byAccount: z.array(z.object({ accountId: z.string(), ...day, quotes: z.object(quoteCounts) })),
  quotes: z.object({
    ...quoteCounts,
    cacheHits: z
      .number()
      .int()
      .nullable()
      .describe(
        'Counted in memory, as a hit is a question and leaves no record: those of the day since cacheHitsSinceIso. Null for one account.',
      ),
    cacheHitsSinceIso: zIso.describe('Market time at which this process, or the journal after a reset, began to count hits.'),
  }),
  asOfSeq,
})

export type HandshakeAnswer = z.output<typeof handshakeAnswer>
export type DailyAnswer = z.output<typeof dailyAnswer>
