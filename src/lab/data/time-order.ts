/**
 * Keeps one series strictly increasing in time. Of two rows for one instant the first stands. When a row steps back, the row above it
 * is the damaged one if this row still continues what came before, else this row is: one wrong stamp then costs one row and does not
 * make all that follow look late. Holds one row back to know.
 */
import type { EpochMs } from '#units/time.ts'
import type { CsvRow } from './csv-row.ts'
import type { DataCollector } from './refusals.ts'

export interface Timed<T> {
  readonly at: EpochMs
  readonly row: CsvRow
  readonly value: T
}

export async function* inTimeOrder<T>(source: AsyncIterable<Timed<T>>, collector: DataCollector): AsyncGenerator<T, void, undefined> {
  let lastAt = -Infinity
  let held: Timed<T> | undefined
  for await (const next of source) {
    if (held === undefined || next.at > held.at) {
      if (held !== undefined) {
        lastAt = held.at
        yield held.value
      }
      held = next
    } else if (next.at === held.at || next.at <= lastAt) refuseTime(next, held.at, collector)
    else {
      refuseTime(held, next.at, collector)
      held = next
    }
  }
  if (held !== undefined) yield held.value
}

function refuseTime<T>({ at, row }: Timed<T>, other: EpochMs, collector: DataCollector): void {
  if (at === other) row.fail('duplicate_time', 'timestamp', `not ${other} again`)
  else row.fail('disorder', 'timestamp', at < other ? `> ${other}` : `< ${other}, the row after`)
  if (row.fault !== undefined) collector.refuse(row.fault)
}
