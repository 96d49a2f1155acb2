/**
 * What the engine appends until it is posted to the worker: at the end of the tick, or when a bundle is full. While the worker still has something in hand
 * it could not begin anyway: then all ticks of this turn of the event loop leave together (group commit), because waking it costs as much as a record.
 * Seq and text leave in columns and one string, see `Bundle`.
 */
import { bundleBuilder, type JournalRecord } from '#engine/journal/record.ts'
import type { ToWorker } from './journal-messages.ts'

const BUNDLE_RECORDS_MAX = 1_024
const BUNDLE_TEXT_MAX = 1_000_000

export interface Outbox {
  readonly lastSeq: number
  push(record: JournalRecord): void
  send(): void
}

/** The first record waits beside the columns, because most ticks hold no second one. */
export function journalOutbox(post: (message: ToWorker, transfer?: readonly ArrayBuffer[]) => void, isBusy: () => boolean): Outbox {
  const builder = bundleBuilder(BUNDLE_RECORDS_MAX)
  let lone: JournalRecord | undefined
  let lastSeq = 0
  let isScheduled = false
  const send = (): void => {
    isScheduled = false
    if (lone !== undefined) {
      post({ type: 'append_one', record: lone })
      lone = undefined
    } else if (builder.count > 0) {
      const bundle = builder.take()
      // Transferring three arrays costs 25 us; below a full bundle copying them costs less.
      const isFull = bundle.count === BUNDLE_RECORDS_MAX
      post({ type: 'append', bundle }, isFull ? ([bundle.seqs.buffer, bundle.kinds.buffer, bundle.lengths.buffer] as ArrayBuffer[]) : [])
    }
  }
  return {
    get lastSeq() {
      return lastSeq
    },
    send,
    push(record) {
      lastSeq = record.seq
      if (!isScheduled) {
        isScheduled = true
        if (isBusy()) setImmediate(send)
        else queueMicrotask(send)
      }
      if (lone === undefined && builder.count === 0) {
        const { seq, kind, text } = record
        lone = { seq, kind, text }
        return
      }
      if (lone !== undefined) builder.push(lone)
      lone = undefined
      builder.push(record)
      if (builder.count === BUNDLE_RECORDS_MAX || builder.size > BUNDLE_TEXT_MAX) send()
    },
  }
}
