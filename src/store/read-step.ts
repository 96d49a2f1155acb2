/**
 * The written records of one step (`#engine/journal/step-records.ts`) from a journal folder, newest batch first until its input is met. It may run
 * beside the writer: it sees what is committed, so a caller asks only for what is durable. Edges: decisions more than `AHEAD` seqs after the one
 * asked for are left out; a step whose input is not met within `RECORDS_MAX` records is not looked for any further.
 */
import type { JournalRecord } from '#engine/journal/record.ts'
import { opensStep, stepIn } from '#engine/journal/step-records.ts'
import { batchesBackward } from './batches-backward.ts'

const AHEAD = 1_000
const RECORDS_MAX = 20_000

export function readStep(folder: string, seq: number): readonly JournalRecord[] {
  const batches: (readonly JournalRecord[])[] = []
  let read = 0
  for (const batch of batchesBackward(folder, seq + AHEAD)) {
    batches.unshift(batch)
    read += batch.length
    if (batch.some((record) => record.seq <= seq && opensStep(record))) return stepIn(batches.flat(), seq)
    if (read > RECORDS_MAX) return []
  }
  return []
}
