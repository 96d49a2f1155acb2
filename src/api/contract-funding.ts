/** The contract of funding (DV-06). Rates are numbers of a model, fractions, positive when longs pay shorts; what was booked is exact. */
import { z } from 'zod'
import { asOfSeq, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

const FUNDING_POINTS_MAX = 5_000
const FUNDING_POINTS = 2_000

const holder = z.object({
  quantity: zDecimal.describe('Signed, all books together: what the venue charges.'),
  side: z.enum(['paying', 'receiving', 'none']),
  heldSinceIso: zIso.nullable(),
  lastFundingAtIso: zIso.nullable().describe('Of the last payment that is booked.'),
  lastPaid: zDecimal.nullable().describe('Positive when the account paid.'),
  lastPaidCurrency: z.string().nullable(),
  expectedAtIso: zIso.nullable().describe('When the next booking is expected; `funding_overdue` is raised a quarter of an hour later.'),
})
export const fundingAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  instruments: z.array(
    z.object({
      venue: z.string(),
      instrument: z.string(),
      fundingRate8h: z.number().describe('Of eight hours, whatever the interval.'),
      fundingRateInterval: z.number().nullable().describe('What one interval charges; null while the venue has not stated its interval.'),
      fundingIntervalMs: z.number().nullable().describe('As the venue states it now; it changes.'),
      fundingApr: z.number().describe('Simple: rate of an interval x intervals of 365 days.'),
      nextDueAtIso: zIso.nullable(),
      ageMs: z.number(),
      maxAgeMs: z.number(),
      stale: z.boolean().describe('Older than its limit: the venue may charge another rate by now.'),
      position: holder.nullable().describe('Null while the account has never held it.'),
    }),
  ),
  asOfSeq,
})
export type FundingAnswer = z.output<typeof fundingAnswer>

const zAt = z.coerce.number().int().min(0)
export const fundingHistoryQuery = z.strictObject({
  instrument: z.string().min(1).max(120).describe('A perpetual whose rate was stated; `GET /api/funding` lists them.'),
  from: zAt.optional().describe('Epoch milliseconds of market time, both ends included.'),
  to: zAt.optional(),
  points: z.coerce
    .number()
    .int()
    .min(2)
    .max(FUNDING_POINTS_MAX)
    .default(FUNDING_POINTS)
    .describe('At most so many; where the range holds more, those with the extremes of each span.'),
})
export const fundingHistoryAnswer = z.object({
  status: z.literal('ok'),
  instrument: z.string(),
  points: z.array(
    z.object({
      at: z.number().int().describe('When the venue stated it.'),
      fundingRate8h: z.number(),
      fundingIntervalMs: z.number().nullable(),
      fundingRateInterval: z.number().nullable(),
      fundingApr: z.number(),
    }),
  ),
  inRange: z.number().int().describe('Rates in the range before they were thinned.'),
  first: z.number().int().nullable().describe('The oldest there is, whatever the range.'),
  last: z.number().int().nullable(),
  asOfSeq,
})
export type FundingHistoryAnswer = z.output<typeof fundingHistoryAnswer>
