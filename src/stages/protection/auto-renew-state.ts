/** What renewal on request and by schedule keeps (`auto-renew.ts`): who asked and waits, which covers are scheduled, what was announced. */
import { z } from 'zod'
import type { AccountId, CommandId, CoverageId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'

export const autoRenewConfig = z
  .strictObject({
    /** From so long before its expiry on a cover may be renewed on request. */
    renewWindowMs: z
      .number()
      .positive()
      .default(12 * 3_600_000),
    /** As in `protection/coverage`: so long before the end a schedule that has brought no follower escalates, and again. */
    escalateMs: z.number().positive().default(3_600_000),
    gapNoticeMs: z.number().positive().default(600_000),
  })
  .prefault({})
export type AutoRenewConfig = z.output<typeof autoRenewConfig>

export interface Schedule {
  readonly scheduleId: string
  readonly account: AccountId
  readonly windowMs: number
  readonly tenorDays: number | undefined
}
export interface AutoRenewState {
  /** Active, and renewals on their way. */
  readonly covers: Map<CoverageId, Coverage>
  /** Commands without a final answer. */
  readonly asked: Map<CommandId, Admitted>
  readonly schedules: Map<CoverageId, Schedule>
  /** What was said of covers that are to end without a follower: `<kind>:<coverageId>`. */
  readonly announced: Set<string>
}

/** A request that may go on. */
export interface Admitted {
  readonly cover: Coverage
  readonly tenorDays: number | undefined
  readonly schedule: { readonly enabled: boolean; readonly windowMs: number } | undefined
  /** Of a request for now: when the window opens. */
  readonly notBefore: EpochMs | undefined
}

/** A schedule brings its own window, also while it passes from a cover to the next. */
export function windowOf(
  { schedules }: AutoRenewState,
  { coverageId, previousCoverageId }: Coverage,
  { renewWindowMs }: AutoRenewConfig,
): number {
  const own = schedules.get(coverageId) ?? (previousCoverageId === undefined ? undefined : schedules.get(previousCoverageId))
  return own?.windowMs ?? renewWindowMs
}
