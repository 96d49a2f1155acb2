/**
 * A certificate as its panel reads it: the exact part, the part that is a model, and which scenario binds. The answer carries inputs and result as the
 * journal has them; what is read from them is named here, so that one that does not fit says where.
 */
import { z } from 'zod'
import { certificateAnswer } from '#api/contract-proof.ts'

const amount = z.string()
const worst = z.object({ equity: amount, index: amount })
const scenario = z.object({
  instant: z.string(),
  msToExpiry: z.number(),
  spotUsdc: amount,
  ivShift: z.number(),
  equity: amount,
  marginLeft: amount,
})
export const proofAnswer = certificateAnswer.extend({
  inputs: z.looseObject({ premium: amount, size: amount }),
  result: z.looseObject({
    settlement: z.object({
      worst,
      excluded: z.array(z.object({ name: z.string(), amount })),
      unexplained: amount,
      slack: amount,
      holds: z.boolean(),
    }),
    gap: z.object({ moveMax: amount, worst, belowFloor: amount }),
    path: z.object({
      model: z.string(),
      ivAnnual: z.number(),
      ivBasis: z.string(),
      scenarios: z.number(),
      equity: scenario.optional(),
      margin: scenario.optional(),
      byInstant: z.array(scenario),
      survives: z.boolean(),
    }),
    liquidation: z.object({
      index: amount.optional(),
      withoutVenue: z.array(z.object({ venue: z.string(), index: amount.optional(), beyondStrike: z.boolean() })),
    }),
    binding: z.object({ kind: z.enum(['settlement', 'gap', 'path']), equity: amount, index: amount }),
    holds: z.boolean(),
  }),
})
export type Proof = z.output<typeof proofAnswer>
export type ProofScenario = z.output<typeof scenario>

export const INSTANTS: Readonly<Record<string, string>> = {
  now: 'at once',
  half_way: 'half way',
  renewal_window: 'as the renewal window opens',
  expiry: 'at expiry',
}
export const EXCLUDED: Readonly<Record<string, string>> = {
  basis: 'mark away from the index when it was quoted',
  funding: 'funding paid since',
  transfers: 'money taken out since',
  trading: 'trading since',
  otherCovers: 'other covers since',
}
export const BINDING: Readonly<Record<Proof['result']['binding']['kind'], string>> = {
  settlement: 'settlement itself',
  gap: 'a close that comes late, after the options paid',
  path: 'the way there, by the model',
}
