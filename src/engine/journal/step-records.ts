/**
 * The written part of the step that an event belongs to: its input and the decisions made in it. Every input but those of a referenced file is
 * written, so the step of an event is that of the nearest input at or before its seq; the next input ends it. Derived events have a seq and no
 * record. Edge: no input at or before the seq (let go, or taken from a file): nothing.
 */
import type { WrittenRecord } from '../ports.ts'

/** `records` in the order of their seqs, reaching from the step's input or before it to its last decision or beyond. */
export function stepIn(records: readonly WrittenRecord[], seq: number): readonly WrittenRecord[] {
  const begin = records.findLastIndex((record) => record.seq <= seq && opensStep(record))
  if (begin < 0) return []
  const next = records.findIndex((record, i) => i > begin && opensStep(record))
  return records.slice(begin, next < 0 ? undefined : next)
}

/** What was taken from outside: an input, or what stands for one that threw. */
export function opensStep({ kind }: WrittenRecord): boolean {
  return kind === 'input' || kind === 'poisoned'
}
