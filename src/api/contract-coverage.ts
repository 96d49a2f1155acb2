/** What a standing cover shows of its renewal (P-13): tries that were bought in part and sold again, and until when it is tried. */
import { z } from 'zod'

export const renewalTries = z
  .object({
    state: z.enum(['trying', 'abandoned']),
    partial: z.number().int(),
    partialMax: z.number().int(),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
  })
  .describe('Renewals that were bought in part and sold again: how many of how many, and until when it is tried.')
