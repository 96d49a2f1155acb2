/** The contract of the system page: what the numbers rest on. Ages are market time; durations of the process are its own clock. */
import { z } from 'zod'
import { explanationSchema } from './contract.ts'

export const systemAnswer = z.object({
  status: z.literal('ok'),
  process: z.object({
    version: z.string(),
    node: z.string(),
    uptimeMs: z.number(),
    rssBytes: z.number(),
    heapUsedBytes: z.number(),
    /** How much later than asked for a timer ran, over the last whole minute (until there is one: since the start). */
    loopDelayMs: z.object({ median: z.number(), p99: z.number(), max: z.number() }),
  }),
  journal: z.object({
    journalId: z.string(),
    seq: z.number().int(),
    durableSeq: z.number().int(),
    pendingRecords: z.number().int(),
    isFull: z.boolean(),
    /** Measured with this very question: from reading the state until all it could see was durable. */
    durableAfterMs: z.number(),
    segments: z.array(z.object({ segment: z.number().int(), bytes: z.number().int() })).nullable(),
    keepBytes: z.number().int().nullable(),
  }),
  feeds: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['index', 'perpetual', 'options', 'surface', 'funding']),
      ageMs: z.number(),
      limitMs: z.number(),
      fresh: z.boolean(),
      parts: z.object({ known: z.number().int(), fresh: z.number().int() }).nullable(),
    }),
  ),
  links: z.array(z.object({ venue: z.string(), state: z.enum(['up', 'down']) })),
  brakes: z.array(
    z.object({
      source: z.string(),
      action: z.string(),
      account: z.string().nullable(),
      /** Who gave it, and when in market time, where a person did. */
      by: z.string().nullable(),
      sinceIso: z.iso.datetime().nullable(),
      explanation: explanationSchema,
    }),
  ),
  refused: z.array(z.object({ code: z.string(), count: z.number().int() })),
  asOfSeq: z.number().int(),
})
export type SystemAnswer = z.output<typeof systemAnswer>
