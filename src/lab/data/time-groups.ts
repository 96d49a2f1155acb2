/**
 * Groups the rows of a chain recording by timestamp: one group per snapshot, in time order. A row whose time differs from its
 * neighbours' waits for the row after it, which says which of the two is the stray; so one damaged row neither closes a snapshot
 * early nor makes all that follow look late. The stray is refused as `disorder`, unless it can be a snapshot of one row.
 * Edges: rows outside the window are grouped for their time alone and not kept; a group over 20,000 rows is not a snapshot.
 */
import type { EpochMs } from '#units/time.ts'
import type { CsvRow } from './csv-row.ts'
import { DataFileError } from './refusals.ts'
import type { DataCollector } from './refusals.ts'
import type { DataWindow } from './window.ts'

const GROUP_ROWS_MAX = 20_000

export interface TimedRow {
  readonly at: EpochMs
  readonly row: CsvRow
}

export interface TimeGroup {
  readonly at: EpochMs
  /** Empty when `at` lies outside the window. */
  readonly rows: readonly CsvRow[]
}

interface OpenGroup {
  readonly at: EpochMs
  readonly rows: CsvRow[]
  readonly first: CsvRow
  count: number
}

export class TimeGrouping {
  private readonly window: DataWindow
  private readonly collector: DataCollector
  private group: OpenGroup | undefined
  /** The last row, when its time differs from the group's: the next snapshot's first row, or a stray. */
  private candidate: TimedRow | undefined
  private closedAt: number

  constructor(window: DataWindow, collector: DataCollector) {
    this.window = window
    this.collector = collector
    this.group = undefined
    this.candidate = undefined
    this.closedAt = -Infinity
  }

  /** Takes the next row; the group it completes, if any. */
  push(next: TimedRow): TimeGroup | undefined {
    const { group, candidate } = this
    this.candidate = undefined
    if (group === undefined) this.group = this.open(next)
    else if (candidate === undefined) this.settle(group, next)
    else if (candidate.at < group.at) this.settle(this.decide(group, candidate, next), next)
    else if (next.at > group.at) {
      this.closedAt = group.at
      this.settle(this.open(candidate), next)
      return group
    } else if (next.at < group.at) {
      this.refuseTime(next.row, group.at)
      this.candidate = candidate
    } else {
      this.refuseTime(candidate.row, group.at)
      this.settle(group, next)
    }
    return undefined
  }

  /** The groups still open when the data ends. */
  end(): readonly TimeGroup[] {
    const { group, candidate } = this
    if (group === undefined) return []
    if (candidate === undefined) return [group]
    if (candidate.at > group.at) return [group, this.open(candidate)]
    this.refuseTime(candidate.row, group.at)
    return [group]
  }

  private settle(group: OpenGroup, next: TimedRow): void {
    if (next.at === group.at) this.add(group, next.row)
    else if (next.at > group.at || (group.count === 1 && next.at > this.closedAt)) this.candidate = next
    else this.refuseTime(next.row, group.at)
  }

  /** A group of one row was followed by an earlier row: the row after them says which of the two is the stray. */
  private decide(group: OpenGroup, rival: TimedRow, next: TimedRow): OpenGroup {
    if (next.at !== rival.at) {
      this.refuseTime(rival.row, group.at)
      return group
    }
    this.refuseTime(group.first, rival.at)
    return this.open(rival)
  }

  private open({ at, row }: TimedRow): OpenGroup {
    this.group = { at, rows: [], first: row, count: 0 }
    this.add(this.group, row)
    return this.group
  }

  private add(group: OpenGroup, row: CsvRow): void {
    group.count += 1
    if (group.at < this.window.from || group.at > this.window.to) return
    if (group.count > GROUP_ROWS_MAX)
      throw new DataFileError('snapshot_too_large', { file: row.file, line: row.line, field: 'timestamp' }, group.at, GROUP_ROWS_MAX)
    group.rows.push(row)
  }

  private refuseTime(row: CsvRow, neighbour: EpochMs): void {
    row.fail('disorder', 'timestamp', `in order with ${neighbour} beside it`)
    if (row.fault !== undefined) this.collector.refuse(row.fault)
  }
}
