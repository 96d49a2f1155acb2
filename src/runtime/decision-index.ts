/**
 * Every decision a journal keeps, found from the newest backward and held in memory (decisions are a few in ten thousand records). It reads on
 * in slices: each question first takes what was written since, then goes back as far as its patience allows, and says how far it came, so that
 * the first page of a large journal is there at once and the rest fills in. Where so much was written since that patience ends before, the answer is of
 * what was known (`asOfSeq`) and names the newest record it lacks (`behindSeq`). It works batch by batch and rests between turns, so that
 * other questions to the same thread are served meanwhile. Bounded at `KEPT_MAX`, the newest; beyond that it says so. What cannot
 * be read fails the question, and the next one begins at the same place: a journal that is damaged never looks whole. Runs in the reader's
 * thread (`reader-worker.ts`), beside the writer.
 */
import { parseAny } from '#engine/record-text.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { batchesBackward } from '#store/batches-backward.ts'
import { DECISION_TOPICS, decisionOf, outcomeOf } from './decision-of.ts'
import type { Told } from './decision-of.ts'
import { DecisionTally } from './decision-tally.ts'
import type { DecisionFilter, DecisionPage, DecisionQuery, Listed } from './records.ts'

const KEPT_MAX = 200_000
/** Cause and name of a documented event; inside a record the body begins after the cause. */
const AUDIT = /"cause":(\d+),"body":\{"event":"([a-z_]+)"/
const HEAD = /^\{"seq":\d+,"at":(\d+),"topic":"([a-z_]+)"/

/** How long a question may work, and in what turns: between two of them whoever else waits for this thread is served. */
export interface Budget {
  /** True while there is time left for this question. */
  readonly hasTime: () => boolean
  /** What to wait for where this turn has been long enough; undefined while it goes on. */
  readonly rest: () => Promise<void> | undefined
}
/** What was written since the last time, on its way back to what is known. */
interface Gap {
  readonly walk: Generator<readonly JournalRecord[]>
  newest: number
  /** Newest batch first. */
  readonly found: Listed[][]
}
/** When a question began to look: others may learn more while it works. */
interface Known {
  readonly asOfSeq: number
  readonly behindSeq: number | null
}
/** Decisions looked at between two looks at the clock. */
const LOOK_EVERY = 256

export class DecisionIndex {
  readonly #folder: string
  readonly #keptMax: number
  /** Found going forward, oldest first, and found going back, newest first: between them the place where the index began. */
  readonly #since: Listed[] = []
  readonly #before: Listed[] = []
  readonly #tally = new DecisionTally()
  #newestSeq = 0
  #gap: Gap | undefined
  #oldest: { readonly seq: number; readonly at: number | null } | undefined
  #back: Generator<readonly JournalRecord[]> | undefined
  #state: DecisionPage['reach']['state'] = 'reading'

  constructor(folder: string, keptMax = KEPT_MAX) {
    this.#folder = folder
    this.#keptMax = keptMax
  }

  async ask(query: DecisionQuery, budget: Budget): Promise<DecisionPage> {
    while (!this.#catchUp() && budget.hasTime()) await budget.rest()
    this.#forgetOldest()
    const known = { asOfSeq: this.#newestSeq, behindSeq: this.#gap?.newest ?? null }
    return this.#page(await this.#found(query, budget), query, known)
  }

  /** One more than the page holds, where there are more. Others may ask meanwhile: what is known only grows at its end. */
  async #found(query: DecisionQuery, budget: Budget): Promise<readonly Listed[]> {
    const { before = Number.MAX_SAFE_INTEGER, limit } = query
    const isWanted = wanted(query)
    const page: Listed[] = []
    const newest = this.#since.toReversed()
    let looked = 0
    while (page.length <= limit) {
      const told = looked < newest.length ? newest[looked] : this.#before[looked - newest.length]
      if (told === undefined) {
        if (!this.#isReading() || !budget.hasTime()) break
        this.#goBack()
        await budget.rest()
        continue
      }
      looked += 1
      if (told.seq < before && isWanted(told)) page.push(told)
      if (looked % LOOK_EVERY === 0) await budget.rest()
    }
    return page
  }

  #page(page: readonly Listed[], { limit, filter }: DecisionQuery, { asOfSeq, behindSeq }: Known): DecisionPage {
    const hasMore = page.length > limit
    const shown = page.slice(0, limit)
    const isBeyond = (this.#oldest?.at ?? Infinity) < (filter.fromAt ?? -Infinity)
    const further = this.#state === 'reading' && !isBeyond ? (this.#oldest?.seq ?? null) : null
    return {
      decisions: shown,
      next: hasMore ? (shown.at(-1)?.seq ?? null) : further,
      reach: {
        fromSeq: this.#oldest?.seq ?? asOfSeq,
        fromAt: this.#oldest?.at ?? null,
        state: this.#state,
        behindSeq,
      },
      tally: this.#tally.of(filter.account),
      asOfSeq,
    }
  }

  /** One batch of what was written since the last time, newest first; true once nothing is missing. The first one finds where the journal ends. */
  #catchUp(): boolean {
    const gap = (this.#gap ??= { walk: batchesBackward(this.#folder, Number.MAX_SAFE_INTEGER), newest: this.#newestSeq, found: [] })
    const step = this.#stepOf(gap)
    const last = step.value?.at(-1)?.seq ?? 0
    gap.newest = Math.max(gap.newest, last)
    if (step.done !== true && last > this.#newestSeq && this.#newestSeq > 0) {
      gap.found.push(toldOf(step.value.filter(({ seq }) => seq > this.#newestSeq)))
      return false
    }
    if (this.#newestSeq === 0 && last > 0) this.#back = batchesBackward(this.#folder, last + 1)
    this.#newestSeq = gap.newest
    this.#gap = undefined
    gap.walk.return(undefined)
    for (const told of gap.found.toReversed().flat()) {
      this.#since.push(told)
      this.#tally.add(told)
    }
    return true
  }

  /** What cannot be read is begun again with the next question. */
  #stepOf({ walk }: Gap): IteratorResult<readonly JournalRecord[], undefined> {
    try {
      return walk.next() as IteratorResult<readonly JournalRecord[], undefined>
    } catch (error) {
      this.#gap = undefined
      throw error
    }
  }

  /** Before the first record there is nothing to go back from, and the journal is not read yet. */
  #isReading(): boolean {
    return this.#state === 'reading' && this.#back !== undefined
  }

  #goBack(): void {
    const step = this.#stepBack()
    if (step === undefined || step.done === true) {
      this.#state = 'whole'
      return
    }
    const [first] = step.value
    if (first !== undefined) this.#oldest = { seq: first.seq, at: instantOf(first) }
    for (const told of toldOf(step.value).toReversed()) {
      this.#before.push(told)
      this.#tally.add(told)
    }
    if (this.#before.length + this.#since.length >= this.#keptMax) this.#bound()
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
    const forgotten = this.#before.splice(Math.max(0, this.#before.length - beyond))
    if (this.#since.length > this.#keptMax) forgotten.push(...this.#since.splice(0, this.#since.length - this.#keptMax))
    for (const told of forgotten) this.#tally.add(told, -1)
    const oldest = this.#before.at(-1) ?? this.#since[0]
    if (oldest !== undefined) this.#oldest = { seq: oldest.seq, at: oldest.at }
  }

  /** The place going back is given up, and with it the file it held open. */
  #bound(): void {
    this.#state = 'bounded'
    this.#back?.return(undefined)
    this.#back = undefined
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
