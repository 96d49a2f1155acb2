/**
 * A point of an account's history as a line of its file: a JSON list padded with spaces to `ROW_BYTES`, so that the n-th point is found by its
 * place and a range by halving. Decimal strings stay as they are. An amount longer than a line allows is cut after its 12th decimal.
 */
import { epochMs, isEpochMs } from '#units/time.ts'
import type { HistoryPoint } from './platform.ts'
import type { RowForm } from './row-file.ts'

export const ROW_BYTES = 256
const DECIMALS_KEPT = 12

export function historyRow({ at, index, equityClose, equityMark, equityUnprotected, floorEquity }: HistoryPoint): string {
  const fields = [at, index, equityClose, equityMark, equityUnprotected, floorEquity]
  const whole = JSON.stringify(fields)
  const text = whole.length < ROW_BYTES ? whole : JSON.stringify(fields.map(cut))
  return `${text.padEnd(ROW_BYTES - 1)}\n`
}

/** Undefined for a line that is no point: it is passed over. */
export function pointOf(line: string): HistoryPoint | undefined {
  const fields = parsed(line)
  if (!Array.isArray(fields)) return undefined
  const [at, index, equityClose, equityMark, equityUnprotected, floorEquity] = fields as readonly unknown[]
  if (!isEpochMs(at) || ![index, equityClose, equityMark, equityUnprotected].every((amount) => typeof amount === 'string')) return undefined
  return {
    at: epochMs(at),
    index: index as string,
    equityClose: equityClose as string,
    equityMark: equityMark as string,
    equityUnprotected: equityUnprotected as string,
    floorEquity: typeof floorEquity === 'string' ? floorEquity : null,
  }
}

/** As the reader keeps it: the instant, then the lines that are drawn. */
function numbersOf({ at, index, equityClose, equityUnprotected, floorEquity }: HistoryPoint): readonly number[] {
  return [at, Number(index), Number(equityClose), Number(equityUnprotected), floorEquity === null ? Number.NaN : Number(floorEquity)]
}

export const ACCOUNT_ROWS: RowForm<HistoryPoint> = { bytes: ROW_BYTES, lines: 4, write: historyRow, read: pointOf, numbers: numbersOf }

function cut(field: number | string | null): number | string | null {
  if (typeof field !== 'string') return field
  const [whole = '', decimals = ''] = field.split('.')
  return decimals.length <= DECIMALS_KEPT ? field : `${whole}.${decimals.slice(0, DECIMALS_KEPT)}`
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
