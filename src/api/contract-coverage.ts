/**
 * What a floor counts and does not count, what the certificate of a standing cover says, and its renewal (P-13): tries that were bought in part and sold
 * again, and until when it is tried.
 */
import { z } from 'zod'
import { zDecimal } from './contract-decimal.ts'

export const renewalTries = z
  .object({
    state: z.enum(['trying', 'abandoned']),
    partial: z.number().int(),
    partialMax: z.number().int(),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
  })
  .describe('Renewals that were bought in part and sold again: how many of how many, and until when it is tried.')

export const floorTerms = {
  floorHoldsUpTo: zDecimal.nullable().describe('Highest settlement index the floor speaks of; null where it holds at every index.'),
  exitCostMaxUsdc: zDecimal.nullable().describe('Delivery and closing fee at settlement at their worst; counted in the floor.'),
  floorExcludes: z.array(z.string()).describe('What the floor does not count.'),
  uncoveredSize: zDecimal.optional().describe('Of the position, in the books or as stated, that no cover stands for once this one does.'),
  statedResultUsdc: zDecimal
    .optional()
    .describe(
      'What positions stated beyond the books have lost since their entry; counted in the floor, as at most 0: their cash is elsewhere.',
    ),
}

export const certified = {
  certificateHolds: z.boolean().nullable().describe('Its newest certificate; null where it has none.'),
  accountFloorUsdc: zDecimal
    .nullable()
    .describe(
      'The least the whole account keeps where one index settles this cover and every other that lasts as long; exact, from the certificate.',
    ),
}
