/**
 * The contract of `GET /put/terms`: what a client may ask a quote for, so that a form offers only what can be had, and how market time runs, so that
 * it can count down in the reader's own seconds. Nothing here is a promise: a quote is judged by the engine.
 */
import { z } from 'zod'
import { asOfSeq, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

const tier = z.object({
  name: z.string(),
  leverageMax: z.number(),
  shorts: z.boolean().describe('Shorts are protected as well, by calls.'),
  fixedPriceUsdc: zDecimal.nullable().describe('What a cover of this tier costs at most without a pass-through; null: no fixed price.'),
  driftTolerancePct: zDecimal
    .nullable()
    .describe('By this share of its charge a quote may become dearer until it is bought; the lower of both binds.'),
  driftToleranceUsdc: zDecimal.nullable(),
})
export const termsAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  mode: z.enum(['demo', 'production']),
  marketTimeIso: zIso,
  speed: z.number().describe('Seconds of market time in a second of the clock; 1 outside a simulation.'),
  accountTier: z.string().nullable().describe('The tier of the account’s funded level; null where none is configured.'),
  tiers: z.array(tier),
  tenorDaysMax: z.number().int(),
  sizeStep: zDecimal,
  sizeMax: zDecimal,
  passThrough: z.boolean().describe('A price over the fixed price may be passed on to a client who consents.'),
  asOfSeq,
})
export type TermsAnswer = z.output<typeof termsAnswer>
