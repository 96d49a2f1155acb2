/**
 * Every decision a journal keeps, found from the newest backward and held in memory (decisions are a few in ten thousand records). It reads on
 * in slices: each question first takes what was written since, then goes back as far as its patience allows, and says how far it came, so that
 * the first page of a large journal is there at once and the rest fills in. Bounded at `KEPT_MAX`, the newest; beyond that it says so. What cannot
 * be read fails the question, and the next one begins at the same place: a journal that is damaged never looks whole. Runs in the reader's
 * thread (`reader-worker.ts`), beside the writer.
 */
import { parseAny } from '#engine/record-text.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { batchesBackward } from '#store/batches-backward.ts'
import { DECISION_TOPICS, decisionOf, outcomeOf } from './decision-of.ts'
import type { Told } from './decision-of.ts'
import type { DecisionFilter, DecisionPage, DecisionQuery, Listed, Tally } from './records.ts'

const KEPT_MAX = 200_000
/** Cause and name of a documented event; inside a record the body begins after the cause. */
const AUDIT = /"cause":(\d+),"body":\{"event":"([a-z_]+)"/
const HEAD = /^\{"seq":\d+,"at":(\d+),"topic":"([a-z_]+)"/

export interface Budget {
  /** True while there is time left for this question. */
  readonly hasTime: () => boolean
}

export class DecisionIndex {
  readonly #folder: string
  readonly #keptMax: number
  /** Found going forward, oldest first, and found going back, newest first: between them the place where the index began. */
  readonly #since: Listed[] = []
  readonly #before: Listed[] = []
  #newestSeq = 0
  #oldest: { readonly seq: number; readonly at: number | null } | undefined
  #back: Generator<readonly JournalRecord[]> | undefined
  #state: DecisionPage['reach']['state'] = 'reading'

  constructor(folder: string, keptMax = KEPT_MAX) {
    this.#folder = folder
    this.#keptMax = keptMax
  }

  ask(query: DecisionQuery, budget: Budget): DecisionPage {
    this.#catchUp()
    this.#forgetOldest()
    const { before = Number.MAX_SAFE_INTEGER, limit } = query
    const isWanted = wanted(query)
    const page: Listed[] = []
    const take = (told: Listed): void => {
      if (page.length <= limit && told.seq < before && isWanted(told)) page.push(told)
    }
    for (const told of this.#since.toReversed()) take(told)
    for (const told of this.#before) take(told)
    while (this.#isReading() && page.length <= limit && budget.hasTime()) for (const told of this.#goBack()) take(told)
    return this.#page(page, query)
  }

  #page(page: readonly Listed[], { limit, filter }: DecisionQuery): DecisionPage {
    const hasMore = page.length > limit
    const shown = page.slice(0, limit)
    const isBeyond = (this.#oldest?.at ?? Infinity) < (filter.fromAt ?? -Infinity)
    const further = this.#state === 'reading' && !isBeyond ? (this.#oldest?.seq ?? null) : null
    return {
      decisions: shown,
      next: hasMore ? (shown.at(-1)?.seq ?? null) : further,
      reach: { fromSeq: this.#oldest?.seq ?? this.#newestSeq, fromAt: this.#oldest?.at ?? null, state: this.#state },
      tally: this.#tally(filter.account),
      asOfSeq: this.#newestSeq,
    }
  }

  /** What was written since the last question; the first one finds where the journal ends. */
  #catchUp(): void {
    const known = this.#newestSeq
    const fresh: Listed[][] = []
    let newest = known
    for (const records of batchesBackward(this.#folder, Number.MAX_SAFE_INTEGER)) {
      const last = records.at(-1)?.seq ?? 0
      if (last <= known) break
      newest = Math.max(newest, last)
      if (known === 0) {
        this.#newestSeq = last
        this.#back = batchesBackward(this.#folder, last + 1)
        return
      }
      fresh.push(toldOf(records.filter(({ seq }) => seq > known)))
    }
    this.#newestSeq = newest
    for (const told of fresh.toReversed().flat()) this.#since.push(told)
  }

  /** Before the first record there is nothing to go back from, and the journal is not read yet. */
  #isReading(): boolean {
    return this.#state === 'reading' && this.#back !== undefined
  }

  #goBack(): readonly Listed[] {
    const step = this.#stepBack()
    if (step === undefined || step.done === true) {
      this.#state = 'whole'
      return []
    }
    const [first] = step.value
    if (first !== undefined) this.#oldest = { seq: first.seq, at: instantOf(first) }
    const found = toldOf(step.value).toReversed()
    for (const told of found) this.#before.push(told)
    if (this.#before.length + this.#since.length >= this.#keptMax) this.#bound()
    return found
  }

  /** A generator that failed is over, and would look like one that reached the beginning. */
  #stepBack(): IteratorResult<readonly JournalRecord[]> | undefined {
    try {
      return this.#back?.next()
    } catch (error) {
      this.#back = batchesBackward(this.#folder, this.#oldest?.seq ?? this.#newestSeq + 1)
      throw error
    }
  }

  /** New ones push out the oldest: a journal that grows for weeks does not grow here. */
  #forgetOldest(): void {
    const beyond = this.#before.length + this.#since.length - this.#keptMax
    if (beyond <= 0) return
    this.#bound()
    this.#before.length -= Math.min(beyond, this.#before.length)
    if (this.#since.length > this.#keptMax) this.#since.splice(0, this.#since.length - this.#keptMax)
    const oldest = this.#before.at(-1) ?? this.#since[0]
    if (oldest !== undefined) this.#oldest = { seq: oldest.seq, at: oldest.at }
  }

  /** The place going back is given up, and with it the file it held open. */
  #bound(): void {
    this.#state = 'bounded'
    this.#back?.return(undefined)
    this.#back = undefined
  }

  #tally(account: string | undefined): Tally {
    const kinds: Record<string, number> = {}
    const gates: Record<string, number> = {}
    const outcomes: Record<string, number> = { done: 0, refused: 0, skipped: 0, alarm: 0 }
    let total = 0
    for (const told of [...this.#since, ...this.#before]) {
      if (!isOf(account, told)) continue
      const {
        outcome,
        explanation: { gate },
      } = told
      kinds[told.kind] = (kinds[told.kind] ?? 0) + 1
      gates[gate] = (gates[gate] ?? 0) + 1
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      total += 1
    }
    return { total, kinds, gates, outcomes }
  }
}

function wanted({ filter: { account, kinds, gates, outcomes, fromAt, toAt, text } }: DecisionQuery): (told: Listed) => boolean {
  const sought = text?.toLowerCase()
  return (told) =>
    isOf(account, told) &&
    isIn(kinds, told.kind) &&
    isIn(gates, told.explanation.gate) &&
    isIn(outcomes, told.outcome) &&
    told.at >= (fromAt ?? 0) &&
    told.at <= (toAt ?? Number.MAX_SAFE_INTEGER) &&
    (sought === undefined || `${told.text} ${told.explanation.code} ${told.subject ?? ''}`.toLowerCase().includes(sought))
}

function isIn(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.includes(value)
}

function isOf(account: DecisionFilter['account'], told: Told): boolean {
  return account === undefined || told.account === undefined || told.account === account
}

/** The decisions among the records of a batch. A step lies within one batch, and with it the entry of the audit trail that a decision led to. */
function toldOf(records: readonly JournalRecord[]): Listed[] {
  const audits = new Map<number, NonNullable<Listed['audit']>>()
  const found: Told[] = []
  for (const { seq, kind, text } of records) {
    if (kind !== 'decision' && kind !== 'poisoned') continue
    const topic = HEAD.exec(text)?.[2]
    if (topic === 'audit_events') {
      const [, cause, event] = AUDIT.exec(text) ?? []
      if (cause !== undefined && event !== undefined) audits.getOrInsertComputed(Number(cause), () => ({ seq, event }))
    } else if (topic !== undefined && (DECISION_TOPICS as ReadonlySet<string>).has(topic)) {
      const told = decisionOf(parseAny(text).event)
      if (told !== undefined) found.push(told)
    }
  }
  return found.map((told) => ({ ...told, outcome: outcomeOf(told.kind), audit: audits.get(told.seq) ?? null }))
}

function instantOf({ text }: JournalRecord): number | null {
  const at = HEAD.exec(text)?.[1]
  return at === undefined ? null : Number(at)
}
