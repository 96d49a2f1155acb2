/**
 * Server-sent events for the page. Two kinds: `overview`, conflated to at most one each `PERIOD_MS` and skipped while a reader has not
 * taken the last one, and `decision`, each exactly once. Both carry a seq as id, so that a reader who comes back with `Last-Event-ID`
 * gets the decisions he missed; where some are no longer kept a `gap` event says so. A reader that leaves more than `streamBufferMax`
 * bytes unread is dropped: he comes back by himself and misses nothing. Nothing leaves before it is durable. After a reset seqs begin anew, and so
 * does every reader: a `gap`, then all of the new journal.
 */
import type { Writable } from 'node:stream'
import { isOthers } from './caller.ts'
import { durable } from './context.ts'
import type { Context } from './context.ts'
import { decisionShown, overviewOf } from './overview.ts'

const PERIOD_MS = 500
const QUIET_MAX_MS = 15_000
const PERIODS_QUIET_MAX = QUIET_MAX_MS / PERIOD_MS

interface Reader {
  readonly out: Writable
  readonly account: string
  /** The last decision told. */
  toldSeq: number
  overviewSeq: number
  quietPeriods: number
}

export class StreamHub {
  readonly #context: Context
  readonly #readers = new Set<Reader>()
  #timer: NodeJS.Timeout | undefined
  #busy = false
  #journalId: string

  constructor(context: Context) {
    this.#context = context
    this.#journalId = context.platform.info.journalId
  }

  get size(): number {
    return this.#readers.size
  }

  /** Takes over a response whose head is written. */
  add(out: Writable, account: string, lastEventId: number | undefined): void {
    const { seq } = this.#context.platform.engine
    const isFromAnotherJournal = lastEventId !== undefined && lastEventId > seq
    const reader: Reader = { out, account, toldSeq: isFromAnotherJournal ? seq : (lastEventId ?? seq), overviewSeq: -1, quietPeriods: 0 }
    this.#readers.add(reader)
    out.on('close', () => this.#remove(reader))
    out.on('error', () => this.#remove(reader))
    out.write('retry: 2000\n\n')
    if (isFromAnotherJournal) out.write(eventText('gap', seq, { after: lastEventId }))
    this.#timer ??= setInterval(() => void this.#period(), PERIOD_MS).unref()
    void this.#period()
  }

  close(): void {
    for (const reader of this.#readers) reader.out.end()
    this.#readers.clear()
    this.#stopTimer()
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader)
    if (this.#readers.size === 0) this.#stopTimer()
  }

  #stopTimer(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #period(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      await this.#tell()
    } catch {
      // The medium stands still, or a read model failed: silence now, the next period tries again, the page sees the age.
    } finally {
      this.#busy = false
    }
  }

  async #tell(): Promise<void> {
    const { platform } = this.#context
    this.#follow(platform.info.journalId)
    const asOfSeq = platform.engine.seq
    const due = [...this.#readers].filter(({ overviewSeq }) => overviewSeq < asOfSeq)
    const texts = new Map<string, string>()
    for (const { account } of due)
      if (!texts.has(account)) texts.set(account, eventText('overview', asOfSeq, { ...overviewOf(this.#context, account), asOfSeq }))
    const decisions = due.map((reader) => this.#decisionsFor(reader, asOfSeq))
    if (due.length > 0) await durable(this.#context, asOfSeq)
    for (const [index, reader] of due.entries()) this.#write(reader, decisions[index] ?? '', texts.get(reader.account) ?? '', asOfSeq)
    for (const reader of this.#readers) if (!due.includes(reader)) stayAlive(reader)
  }

  /** What readers were told of another journal says nothing about where they stand in this one. */
  #follow(journalId: string): void {
    if (journalId === this.#journalId) return
    this.#journalId = journalId
    for (const reader of this.#readers) {
      reader.out.write(eventText('gap', 0, { after: reader.toldSeq }))
      reader.toldSeq = 0
      reader.overviewSeq = -1
    }
  }

  #decisionsFor(reader: Reader, asOfSeq: number): string {
    const { decisions, complete } = this.#context.views.decisionsAfter(reader.account, reader.toldSeq)
    const gap = complete ? '' : eventText('gap', reader.toldSeq, { after: reader.toldSeq })
    return (
      gap +
      decisions
        .filter(({ seq, subject }) => seq <= asOfSeq && !isOthers(this.#context, reader.account, subject))
        .map((decision) => eventText('decision', decision.seq, decisionShown(decision)))
        .join('')
    )
  }

  #write(reader: Reader, decisions: string, overview: string, asOfSeq: number): void {
    const { out } = reader
    if (out.writableLength > this.#context.limits.streamBufferMax) {
      out.destroy()
      return
    }
    // A reader that is behind gets decisions, which are told once, but no overview: the next one says more.
    const isBehind = out.writableNeedDrain
    if (decisions !== '') out.write(decisions)
    reader.toldSeq = asOfSeq
    if (isBehind) return
    out.write(overview)
    reader.overviewSeq = asOfSeq
    reader.quietPeriods = 0
  }
}

function stayAlive(reader: Reader): void {
  reader.quietPeriods++
  if (reader.quietPeriods < PERIODS_QUIET_MAX) return
  reader.quietPeriods = 0
  if (!reader.out.writableNeedDrain) reader.out.write(': quiet\n\n')
}

function eventText(name: string, id: number, data: unknown): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
