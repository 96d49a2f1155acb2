/** The contract of funding (DV-06). Rates are numbers of a model, fractions, positive when longs pay shorts; what was booked is exact. */
import { z } from 'zod'
import { asOfSeq, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

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
