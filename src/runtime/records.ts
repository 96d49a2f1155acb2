/**
 * Questions answered from the files a platform leaves (journal, audit trail, history) rather than from the engine's state. They are read in a
 * thread of their own, so that none of them holds up a step; an answer is of what was on the medium when it was read.
 */
import type { EpochMs } from '#units/time.ts'
import type { Outcome, Told } from './decision-of.ts'
import type { AuditEntry, HistoryPoint } from './platform.ts'
import type { Verification } from './verification.ts'

export interface DecisionFilter {
  /** Of this account and of the platform; undefined: all. */
  readonly account?: string | undefined
  readonly kinds?: readonly string[] | undefined
  readonly gates?: readonly string[] | undefined
  readonly outcomes?: readonly string[] | undefined
  /** Both included. */
  readonly fromAt?: number | undefined
  readonly toAt?: number | undefined
  /** Found in the sentence, the code or the subject, upper or lower case. */
  readonly text?: string | undefined
}
export interface DecisionQuery {
  readonly filter: DecisionFilter
  readonly limit: number
  /** A seq: those made earlier. Undefined: from the newest. */
  readonly before?: number | undefined
}
/** How many there are as far as the journal was read, whatever the filter; of one account where the filter names one. */
export interface Tally {
  readonly total: number
  readonly kinds: Readonly<Record<string, number>>
  readonly gates: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
}
export interface Listed extends Told {
  readonly outcome: Outcome
  /** The entry of the audit trail that the decision led to. */
  readonly audit: { readonly seq: number; readonly event: string } | null
}
export interface DecisionPage {
  /** Newest first. */
  readonly decisions: readonly Listed[]
  /** The `before` of the next page; null at the end. A page may be short and still have a next: the journal is read on with it. */
  readonly next: number | null
  readonly reach: {
    /** How far back the journal was read: `whole` to the oldest record kept, `bounded` where more decisions are kept than are listed. */
    readonly fromSeq: number
    readonly fromAt: number | null
    readonly state: 'reading' | 'whole' | 'bounded'
    /** The newest record that is there and was not read yet; null: none is missing, the answer is of `asOfSeq`. */
    readonly behindSeq: number | null
  }
  readonly tally: Tally
  readonly asOfSeq: number
}

export interface AuditSearch {
  readonly includeInternal: boolean
  /** Absent: every event of the view. */
  readonly events?: readonly string[] | undefined
  readonly text?: string | undefined
  readonly fromAt?: number | undefined
  readonly toAt?: number | undefined
  readonly account?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}
export interface AuditFound {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** The `before` of the next page; null at the end of the trail. A page may be short and still have a next. */
  readonly next: number | null
  /** Entries looked at for this page. */
  readonly read: number
  readonly asOfSeq: number
}

/** A stretch of what is kept point by point. */
export interface Range {
  /** Epoch milliseconds, both included. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** At most so many points are given; where there are more, those with the extremes of each span. */
  readonly points: number
}
export interface PointsWithin<Point> {
  readonly points: readonly Point[]
  /** Points in the range before thinning. */
  readonly inRange: number
  /** First and last point there is, whatever the range. */
  readonly first: EpochMs | null
  readonly last: EpochMs | null
}
export interface HistoryQuery extends Range {
  readonly account: string
}
export type HistoryRange = PointsWithin<HistoryPoint>
export interface FundingQuery extends Range {
  readonly instrument: string
}
/** A rate of a perpetual at the instant it was stated; fractions, positive when longs pay (`FundingContext`). */
export interface FundingPoint {
  readonly at: EpochMs
  readonly fundingRate8h: number
  readonly fundingIntervalMs: number | null
  /** What one interval charges; null while the venue had not stated its interval. */
  readonly fundingRateInterval: number | null
  readonly fundingApr: number
}
export type FundingRange = PointsWithin<FundingPoint>

export interface Records {
  decisions(query: DecisionQuery): Promise<DecisionPage>
  auditSearch(query: AuditSearch): Promise<AuditFound>
  readonly verification: Verification
}
