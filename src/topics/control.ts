/** Commands and their answers, time, sessions, safety: what steers the engine itself. */
import { z } from 'zod'
import { zAccountId, zBook, zCommandId, zEpochMs, zExplanation, zJson } from './schema.ts'

/** A call that changes something. `key` and `bodyHash` make it idempotent within account and route. */
export const command = z.object({
  commandId: zCommandId,
  account: zAccountId,
  route: z.string(),
  key: z.string(),
  bodyHash: z.string(),
  type: z.string(),
  params: zJson,
})
/** The answer to a command; `pending` is followed by exactly one final answer. `answer` is the response body without `asOfSeq`. */
export const commandResult = z.object({
  commandId: zCommandId,
  final: z.boolean(),
  httpStatus: z.number().int(),
  answer: zJson,
})
/** A command whose key was seen before: the first command's answers stand, or `conflict` when the body differs. */
export const commandRepeat = z.object({ commandId: zCommandId, firstCommandId: zCommandId, conflict: z.boolean() })

/** `isOver`: whatever was asked for under the name is waited for no longer. */
export const timerRequest = z.object({ name: z.string(), at: zEpochMs, isOver: z.literal(true).optional() })
/** One per timer request, and `minute` on every full minute. `dueAt` is when it was asked for; the event's `at` when it came. */
export const clockTick = z.object({ name: z.string(), dueAt: zEpochMs })

export const journalSynced = z.object({ uptoSeq: z.number().int() })
export const sessionStarted = z.object({
  sessionId: z.string(),
  /** Seconds of the start and 20 random bits; greater than every epoch before it. */
  epoch: z.string(),
  mode: z.enum(['sim', 'paper', 'live', 'backtest', 'replay']),
  codeDigest: z.string(),
  configDigest: z.string(),
  config: zJson,
  node: z.string(),
  architecture: z.string(),
  startedAt: zEpochMs,
  /** The journal a reset sealed before this one began. */
  follows: z.object({ journalId: z.string(), archive: z.string(), seq: z.number().int(), head: z.string() }).optional(),
})
/**
 * A reload. `config` is the whole configuration as it is in force from here on; with `problems` the new one was refused and it is the last good
 * one, unchanged.
 */
export const configChanged = z.object({
  configDigest: z.string(),
  config: zJson,
  problems: z.array(z.object({ field: z.string(), seen: z.string(), limit: z.string(), source: z.string() })).optional(),
})
/** The state of a connection as its port sees it. */
export const venueLink = z.object({
  venue: z.string(),
  state: z.enum(['up', 'down']),
  clockOffsetMs: z.number().optional(),
  /** It takes no orders and holds no accounts. */
  pricesOnly: z.literal(true).optional(),
})

/** What the host says of itself: something the platform stands on (`journal`) is impaired, or in order again. */
export const hostCondition = z.object({
  subject: z.string(),
  state: z.enum(['impaired', 'ok']),
  code: z.string(),
  detail: z.string(),
  /** The platform does not stand on it: an alert, never a halt. */
  advisory: z.boolean().optional(),
})

/** `halt`: only risk-reducing orders. `reduce_only`: the same, for one account. `freeze`: no new risk. `clear` lifts what the same source set. */
export const safetyTrigger = z.object({
  source: z.string(),
  action: z.enum(['halt', 'reduce_only', 'freeze', 'clear']),
  account: zAccountId.optional(),
  book: zBook.optional(),
  /** Who decided it, where a person did. */
  by: z.string().optional(),
  since: zEpochMs.optional(),
  explanation: zExplanation,
})
/** Written by the driver in the place of an input whose step failed; skipped on every replay. */
export const poisoned = z.object({ inputSeq: z.number().int(), inputTopic: z.string(), error: z.string() })

/** Documented audit events (OP-01) in the order they happened. */
export const auditEvent = z.object({
  event: z.string(),
  view: z.enum(['exec', 'internal']),
  account: zAccountId.optional(),
  payload: zJson,
})
export const alert = z.object({
  name: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  state: z.enum(['raised', 'cleared']),
  explanation: zExplanation,
})

export type Command = z.output<typeof command>
export type CommandResult = z.output<typeof commandResult>
export type CommandRepeat = z.output<typeof commandRepeat>
export type TimerRequest = z.output<typeof timerRequest>
export type ClockTick = z.output<typeof clockTick>
export type JournalSynced = z.output<typeof journalSynced>
export type SessionStarted = z.output<typeof sessionStarted>
export type ConfigChanged = z.output<typeof configChanged>
export type VenueLink = z.output<typeof venueLink>
export type SafetyTrigger = z.output<typeof safetyTrigger>
export type Poisoned = z.output<typeof poisoned>
export type AuditEvent = z.output<typeof auditEvent>
export type Alert = z.output<typeof alert>
