/**
 * What the hosts (API, CLI) see of a running platform: the engine for questions between two inputs, the desk for commands, and read-only
 * views. Everything that changes something goes through the desk.
 */
import type { Component } from '#engine/component.ts'
import type { Driver } from '#engine/driver.ts'
import type { Engine, StepReport } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import type { Json } from '#topics/schema.ts'
import type { EpochMs } from '#units/time.ts'
import type { CommandDesk } from './command-desk.ts'
import type { ResolvedConfig } from './config.ts'
import type { QuoteSigner } from './quote-signature.ts'
import type { FundingQuery, FundingRange, HistoryQuery, HistoryRange, Records } from './records.ts'
import type { VenueDesk } from './venue-desk.ts'

export interface PlatformInfo {
  readonly version: string
  readonly mode: 'sim' | 'paper' | 'live' | 'backtest' | 'replay'
  readonly scenario: string
  readonly seed: string
  readonly speed: number
  readonly journalId: string
  readonly codeDigest: string
  readonly defaultAccount: string
  /** The partner's approval (`FOXIFY_APPROVED`); live needs it, a simulation only says it. */
  readonly approved?: boolean
}
/** One entry of the audit trail, as `GET /audit/logs` shows it. `hash` is SHA-256 over the journal record. */
export interface AuditEntry {
  readonly seq: number
  readonly ts: string
  readonly event: string
  readonly view: 'exec' | 'internal'
  readonly payload: Json
  readonly hash: string
}
/** A point of the account's history for charts; money as decimal strings. */
export interface HistoryPoint {
  readonly at: EpochMs
  readonly index: string
  readonly equityClose: string
  readonly equityMark: string
  readonly equityUnprotected: string
  readonly floorEquity: string | null
}
/** What a reset leaves: the journal that was sealed, where it lies now, and the one that follows and names it. */
export interface ResetOutcome {
  readonly sealedJournal: { readonly journalId: string; readonly archive: string; readonly seq: number; readonly head: string }
  readonly newJournal: { readonly journalId: string }
}
export interface Platform {
  readonly info: PlatformInfo
  readonly config: ResolvedConfig
  readonly pipeline: readonly Component[]
  readonly engine: Engine
  readonly driver: Driver
  readonly desk: CommandDesk
  /** Market time, as the engine's inputs are stamped. */
  now(): EpochMs
  /** A range of the account's history, oldest first, thinned to the points a picture needs. */
  history(query: HistoryQuery): Promise<HistoryRange>
  /** The same of a perpetual's funding rate. */
  fundingHistory(query: FundingQuery): Promise<FundingRange>
  /** What is answered from the platform's files; absent where it has none. */
  readonly records?: Records | undefined
  /** Audit entries after `after` (a seq), oldest first; or the newest `limit` when `after` is undefined. */
  auditEntries(query: {
    readonly after?: number
    readonly limit: number
    readonly includeInternal: boolean
    /** Entries of this account alone. */
    readonly account?: string | undefined
  }): readonly AuditEntry[]
  /** The journal's record of a seq; undefined when it is not written (derived events) or dropped. */
  recordAt(seq: number): WrittenRecord | undefined
  /** What was written of the step that `seq` belongs to, its input first; empty where it is no longer kept. Asked for durable seqs alone. */
  stepAt(seq: number): readonly WrittenRecord[]
  /** Records appended and not yet durable, for shedding load. */
  pendingRecords(): number
  /** The journal's segments and their sizes; absent where it lies in no folder. */
  readonly journalSegments?: (() => readonly { readonly segment: number; readonly bytes: number }[]) | undefined
  /** Nothing becomes durable until there is space again. */
  readonly isJournalFull?: (() => boolean) | undefined
  onStep(listener: (report: StepReport) => void): () => void
  /** Signs executable quotes as they leave, and tells whether a signature belongs to one. */
  readonly quoteSigner?: QuoteSigner | undefined
  /** The venue itself, where this host can ask it. */
  readonly venueDesk?: VenueDesk | undefined
  /** Seals the journals and begins anew in this process (C-34); absent where that is not possible. */
  readonly reset?: (() => Promise<ResetOutcome>) | undefined
  stop(): Promise<void>
}
