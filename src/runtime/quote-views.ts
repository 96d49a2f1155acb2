/** What the quoting stage knows beyond quotes, read between two inputs: the counters of a day and the coverage-to-coverage fee (P-08). */
import { dayNumberOf, epochMsFromIsoDay } from '#base/civil-date.ts'
import type { Result } from '#base/result.ts'
import type { Engine } from '#engine/engine.ts'
import type { CtcFee } from '#stages/protection/ctc.ts'
import { ctcFor } from '#stages/protection/ctc-request.ts'
import { dailySummary } from '#stages/protection/daily.ts'
import { controlsInForce, quotes } from '#stages/protection/quotes.ts'
import type { Money } from '#units/money.ts'
import type { EpochMs } from '#units/time.ts'

type Usdc = Money<'USDC'>

interface DayView {
  readonly subsidyUsedUsdc: Usdc
  readonly premiumUsdc: Usdc
  readonly feesUsdc: Usdc
  readonly payoutsUsdc: Usdc
  readonly quotes: { readonly total: number; readonly ok: number; readonly refused: number }
}
export interface DailyView extends DayView {
  /** yyyy-mm-dd, UTC, market time. */
  readonly date: string
  readonly subsidyReservedUsdc: Usdc
  readonly subsidyCapUsdc: Usdc
  readonly subsidyAccountCapUsdc: Usdc
  readonly byAccount: readonly (DayView & { readonly accountId: string })[]
}
export interface CtcView {
  readonly fee: Usdc
  readonly lines: readonly { readonly name: string; readonly usdc: Usdc }[]
  readonly regime: string
  readonly ivAnnual: number
  readonly snapshotAgeMs: number
  readonly formula: string
  readonly basis: CtcFee['basis']
}
export interface QuoteViews {
  /** Of a UTC day written yyyy-mm-dd, today's where none is given. */
  daily(date: string | undefined): DailyView
  ctc(request: unknown): Result<CtcView>
}

export function quoteViews(engine: Engine, now: () => EpochMs): QuoteViews {
  const controls = () => controlsInForce(engine.stateOf(quotes), engine.configOf(quotes))
  return {
    daily: (date) => {
      const at = date === undefined ? undefined : epochMsFromIsoDay(date)
      return dailySummary(engine.stateOf(quotes), controls(), now(), at === undefined ? undefined : dayNumberOf(at))
    },
    ctc: (request) => ctcFor(engine.stateOf(quotes), engine.configOf(quotes), request, now()),
  }
}
