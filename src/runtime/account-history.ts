/**
 * What the chart is drawn from: one point per minute of market time and account, appended to `history/<account>.rows`; ranges of it are read elsewhere
 * (`history-reader.ts`). At `ROWS_MAX` points the file becomes `<account>.old.rows`, in the place of the one before it, and another begins: the newest
 * half to whole million is kept. A read model: nothing decides on it. A disk that takes no more costs no step of the engine: it is said once, and
 * what could not be written waits, up to `WAITING_MAX` points, for the next one that can.
 */
import { closeSync, existsSync, ftruncateSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { historyRow, pointOf, ROW_BYTES } from './history-row.ts'
import type { HistoryPoint } from './platform.ts'

const ROWS_MAX = 500_000
const WAITING_MAX = 10_000

interface Kept {
  /** Of the newest point. */
  at: number
  waiting: HistoryPoint[]
}

export class AccountHistory {
  readonly #folder: string
  readonly #log: (line: string) => void
  readonly #rowsMax: number
  readonly #accounts = new Map<string, Kept>()
  #isFailing = false

  constructor(folder: string, log: (line: string) => void, rowsMax = ROWS_MAX) {
    this.#folder = folder
    this.#log = log
    this.#rowsMax = rowsMax
  }

  add(account: string, point: HistoryPoint): void {
    const kept = this.#accounts.getOrInsertComputed(account, () => ({ at: 0, waiting: [] }))
    if (kept.at >= point.at) return
    kept.at = point.at
    kept.waiting.push(point)
    if (kept.waiting.length > WAITING_MAX) kept.waiting.shift()
    try {
      this.#write(account, kept)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#log(`the chart's history is not written: ${error instanceof Error ? error.message : String(error)}`)
      this.#isFailing = true
    }
  }

  #write(account: string, kept: Kept): void {
    mkdirSync(this.#folder, { recursive: true })
    const { path, old } = historyFiles(this.#folder, account)
    const file = openSync(path, 'a+', 0o600)
    try {
      const size = fstatSync(file).size
      const whole = size - (size % ROW_BYTES)
      if (whole < size) ftruncateSync(file, whole) // a row that a crash cut off
      const known = newestAt(file, whole)
      const due = kept.waiting.filter(({ at }) => at > known)
      writeSync(file, due.map(historyRow).join(''))
      kept.waiting = []
      if (whole / ROW_BYTES + due.length >= this.#rowsMax) renameSync(path, old)
    } finally {
      closeSync(file)
    }
  }
}

/** The file that grows, and the one before it. */
export function historyFiles(folder: string, account: string): { readonly path: string; readonly old: string } {
  const name = join(folder, encodeURIComponent(account))
  return { path: `${name}.rows`, old: `${name}.old.rows` }
}

/** What a reader opens, oldest first. */
export function existingHistory(folder: string, account: string): readonly string[] {
  const { path, old } = historyFiles(folder, account)
  return [old, path].filter((file) => existsSync(file))
}

function newestAt(file: number, bytes: number): number {
  if (bytes === 0) return 0
  const row = Buffer.alloc(ROW_BYTES)
  readSync(file, row, 0, ROW_BYTES, bytes - ROW_BYTES)
  return pointOf(row.toString('utf8'))?.at ?? 0
}
