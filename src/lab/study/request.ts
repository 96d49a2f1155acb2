/** What a study of the protection is asked, after the command line has read it. Shares and amounts are plain decimal strings. */
import type { PositionSide } from '#domain/instrument.ts'
import type { ConfigLayer } from '#runtime/config.ts'
import { RunRefusal } from '../data/run-refusal.ts'

export interface StudyRequest {
  readonly chains: string
  /** UTC day or ISO instant, both inclusive; absent: from the first, to the last recorded. */
  readonly from?: string
  readonly to?: string
  /** A snapshot is quoted when at least so long has passed since the last one quoted. */
  readonly everyMs: number
  readonly tenors: readonly number[]
  readonly floors: readonly string[]
  readonly sides: readonly PositionSide[]
  readonly size: string
  /** The setting at the venue. */
  readonly leverage: number
  /** Cash of the account as a share of the notional of its position. */
  readonly cashShare: string
  readonly tierName: string
  /** Every question is asked once more with two options of one expiry allowed as one cover. */
  readonly combinations?: 'allowed'
  /** Of every so many quoted snapshots the platform itself buys, holds and settles some of the quotes; 0: of none. */
  readonly heldEvery: number
  /** Absent: the sentences alone. */
  readonly out?: string
  readonly layers: readonly ConfigLayer[]
}
export interface StudyOutcome {
  /** 3 when no snapshot could be quoted at all. */
  readonly exitCode: 0 | 3
  readonly written: readonly string[]
  readonly summary: readonly string[]
}

/** The study was not begun, or could not go on: no report is written. */
export class StudyRefusal extends RunRefusal {
  override readonly name = 'StudyRefusal'
}
