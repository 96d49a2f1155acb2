/** Bounds of the order life cycle, all finite. Defaults are for a venue over the internet; a backtest states its own. */
import { z } from 'zod'

const span = z.number().int().positive()

export const executionConfig = z.strictObject({
  /** No word within this after a send: the order is unknown. */
  ackTimeoutMs: span.default(2_000),
  /** The venue may not show an order for so long after it got it; before, `not_found` proves nothing. */
  visibilityDelayMs: span.default(10_000),
  queryBackoffMs: span.default(1_000),
  queryBackoffMaxMs: span.default(60_000),
  /** After so many questions without an answer the order is reported as unresolved; it stays unknown and the statements go on. */
  queriesToAlarm: span.default(8),
  sendsMax: span.default(3),
  cancelsMax: span.default(3),
  statementEveryMs: span.default(60_000),
  /** Ended orders kept to recognise late and repeated messages. */
  endedKept: span.default(500),
})
export type ExecutionConfig = z.output<typeof executionConfig>
