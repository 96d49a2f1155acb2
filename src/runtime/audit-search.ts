/**
 * Search in the audit trail, newest first, over the files that hold it (`audit-trail.ts`): view and account from the index, event, text and time from
 * the entries themselves. It reads backward a page of rows at a time and stops when the page is full or its time is up; the answer says where to go
 * on. It may run beside the writer: a row that is half written is not counted, and a row's entry is always there before it.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { AUDIT_INDEX, AUDIT_LOG, entryOf, ownerOf, ROW_BYTES, rowOf } from './audit-trail.ts'
import type { AuditRow } from './audit-trail.ts'
import type { Budget } from './decision-index.ts'
import type { AuditEntry } from './platform.ts'
import type { AuditFound, AuditSearch } from './records.ts'

const PAGE_ROWS = 512

export function searchAudit(folder: string, query: AuditSearch, budget: Budget): AuditFound {
  const [indexPath, logPath] = [join(folder, AUDIT_INDEX), join(folder, AUDIT_LOG)]
  if (!existsSync(indexPath)) return { entries: [], next: null, read: 0, asOfSeq: 0 }
  const index = openSync(indexPath, 'r')
  const log = openSync(logPath, 'r')
  try {
    return search({ index, log }, query, budget)
  } finally {
    closeSync(index)
    closeSync(log)
  }
}

interface Files {
  readonly index: number
  readonly log: number
}

function search({ index, log }: Files, query: AuditSearch, { hasTime }: Budget): AuditFound {
  const count = Math.floor(fstatSync(index).size / ROW_BYTES)
  const isAsked = asked(query)
  const asOfSeq = count === 0 ? 0 : (rowsAt(index, count - 1, count)[0]?.seq ?? 0)
  const entries: AuditEntry[] = []
  let read = 0
  let reached: number | null = null
  for (let to = firstRowFrom(index, count, query.before); to > 0; to -= PAGE_ROWS) {
    const rows = rowsAt(index, Math.max(0, to - PAGE_ROWS), to)
    for (const row of rows.toReversed()) {
      read += 1
      reached = row.seq
      const entry = isAsked.row(row) ? entryAt(log, row) : undefined
      if (entry === undefined || !isAsked.entry(entry)) continue
      entries.push(entry)
      if (entries.length === query.limit) return { entries, next: isLast(index, row) ? null : row.seq, read, asOfSeq }
    }
    if (!hasTime()) return { entries, next: reached !== null && to > PAGE_ROWS ? reached : null, read, asOfSeq }
  }
  return { entries, next: null, read, asOfSeq }
}

function asked({ includeInternal, events, text, fromAt, toAt, account }: AuditSearch) {
  const owner = account === undefined ? undefined : ownerOf(account)
  const sought = text?.toLowerCase()
  return {
    row: (row: AuditRow): boolean => (includeInternal || row.view === 'exec') && (owner === undefined || row.owner === owner),
    entry: ({ ts, event, payload }: AuditEntry): boolean => {
      const at = Date.parse(ts)
      return (
        (events === undefined || events.includes(event)) &&
        at >= (fromAt ?? 0) &&
        at <= (toAt ?? Number.MAX_SAFE_INTEGER) &&
        (sought === undefined || `${event} ${JSON.stringify(payload)}`.toLowerCase().includes(sought))
      )
    },
  }
}

/** How many rows lie before the seq: rows are in the order of their seqs. */
function firstRowFrom(index: number, count: number, before: number | undefined): number {
  if (before === undefined) return count
  let low = 0
  let high = count
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((rowsAt(index, middle, middle + 1)[0]?.seq ?? 0) < before) low = middle + 1
    else high = middle
  }
  return low
}

function isLast(index: number, row: AuditRow): boolean {
  return rowsAt(index, 0, 1)[0]?.seq === row.seq
}

function rowsAt(index: number, from: number, to: number): AuditRow[] {
  const text = bytesAt(index, from * ROW_BYTES, (to - from) * ROW_BYTES).toString('latin1')
  return text.split('\n').slice(0, -1).map(rowOf)
}

function entryAt(log: number, { seq, offset, length, view, hash }: AuditRow): AuditEntry {
  return entryOf({ seq, view, hash, line: bytesAt(log, offset, length - 1).toString('utf8') })
}

function bytesAt(file: number, from: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const count = readSync(file, buffer, done, length - done, from + done)
    if (count === 0) break
    done += count
  }
  return buffer.subarray(0, done)
}
