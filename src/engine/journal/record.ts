/**
 * A journal record, and the bundle in which records travel from the engine to the writer: columns and one joined string, so that the engine's
 * thread pays for a push and a concatenation per record and the writer for one UTF-8 conversion per bundle. `text` is JSON made by the engine
 * and opaque here. `seq` rises strictly; it may have holes, because derived events are recomputed and not journaled.
 */
import { assert } from '#base/assert.ts'

/** The index is the number on disk: append only. */
export const RECORD_KINDS = ['input', 'decision', 'session', 'poisoned', 'note'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

export interface JournalRecord {
  readonly seq: number
  readonly kind: RecordKind
  readonly text: string
}

export interface Bundle {
  readonly count: number
  readonly seqs: Float64Array
  readonly kinds: Uint8Array
  /** In UTF-16 units of `text`. */
  readonly lengths: Uint32Array
  readonly text: string
}

const KIND_NUMBERS: Readonly<Record<RecordKind, number>> = { input: 0, decision: 1, session: 2, poisoned: 3, note: 4 }

export interface BundleBuilder {
  readonly count: number
  /** UTF-16 units held. */
  readonly size: number
  push(record: JournalRecord): void
  /** Hands the records over and starts anew. */
  take(): Bundle
}

export function bundleBuilder(recordsMax: number): BundleBuilder {
  const seqs = new Float64Array(recordsMax)
  const kinds = new Uint8Array(recordsMax)
  const lengths = new Uint32Array(recordsMax)
  let count = 0
  let text = ''
  return {
    get count() {
      return count
    },
    get size() {
      return text.length
    },
    push({ seq, kind, text: added }) {
      assert(count < recordsMax, 'a bundle holds at most recordsMax records')
      seqs[count] = seq
      kinds[count] = KIND_NUMBERS[kind]
      lengths[count] = added.length
      text += added
      count += 1
    },
    take() {
      const bundle = { count, seqs: seqs.slice(0, count), kinds: kinds.slice(0, count), lengths: lengths.slice(0, count), text }
      count = 0
      text = ''
      return bundle
    },
  }
}

export function bundleOf(records: readonly JournalRecord[]): Bundle {
  const builder = bundleBuilder(records.length)
  for (const record of records) builder.push(record)
  return builder.take()
}
