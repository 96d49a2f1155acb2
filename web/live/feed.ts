/**
 * The page's one source: the server's event stream, which the browser resumes from the last event id; while the stream is down, a question
 * every 2 s; a stream that is silent for 10 s is asked too, since a dead line can look open. History is asked once and then from its last
 * point on. Listeners get a new frozen picture after each change.
 */
import type { Decision, Overview } from '#api/contract-page.ts'
import type { Connection, ConnectionState } from './connection.ts'
import { withAnswer, withOverview, type Point } from './history.ts'
import { ask, readDecision, readHistory, readOverview } from './read-answer.ts'

export interface Live {
  readonly overview: Overview | undefined
  readonly decisions: readonly Decision[]
  /** Some decisions between those shown were no longer kept when the line came back. */
  readonly hasGap: boolean
  readonly points: readonly Point[]
  readonly historyProblem: string | undefined
  readonly connection: Connection
}
export const NOTHING_YET: Live = {
  overview: undefined,
  decisions: [],
  hasGap: false,
  points: [],
  historyProblem: undefined,
  connection: { state: 'connecting', lastAt: undefined, problem: undefined },
}

const POLL_MS = 2_000
const SILENT_MS = 10_000
const REOPEN_MS = 4_000
const HISTORY_MS = 60_000
const DECISIONS_MAX = 200

export class Feed {
  #live: Live = NOTHING_YET
  readonly #listeners = new Set<() => void>()
  #stream: EventSource | undefined
  #timers: ReturnType<typeof setInterval>[] = []
  #heardAt = 0
  #openedAt = 0
  #asking = false
  #historyTo: number | undefined

  readonly current = (): Live => this.#live

  /** The first listener opens the line, the last one to leave closes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop()
    }
  }

  #start(): void {
    this.#open()
    void this.#poll()
    void this.#askHistory()
    this.#timers = [setInterval(() => this.#watch(), POLL_MS), setInterval(() => void this.#askHistory(), HISTORY_MS)]
  }

  #stop(): void {
    this.#stream?.close()
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
  }

  #open(): void {
    this.#stream?.close()
    const stream = new EventSource('/api/stream')
    this.#stream = stream
    this.#openedAt = Date.now()
    stream.addEventListener('overview', ({ data }: MessageEvent<string>) =>
      this.#take(() => this.#showOverview(readOverview(JSON.parse(data)), 'live')),
    )
    stream.addEventListener('decision', ({ data }: MessageEvent<string>) =>
      this.#take(() => this.#show({ decisions: merged(this.#live.decisions, [readDecision(JSON.parse(data))]) })),
    )
    stream.addEventListener('gap', () => this.#show({ hasGap: true }))
    stream.addEventListener('error', () => void this.#poll())
  }

  #watch(): void {
    const isDown = this.#stream?.readyState !== EventSource.OPEN
    if (this.#stream?.readyState === EventSource.CLOSED && Date.now() - this.#openedAt > REOPEN_MS) this.#open()
    if (isDown || Date.now() - this.#heardAt > SILENT_MS) void this.#poll()
  }

  async #poll(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      const overview = await ask('/api/overview', readOverview)
      this.#showOverview(overview, this.#stream?.readyState === EventSource.OPEN ? 'live' : 'polling')
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#asking = false
    }
  }

  async #askHistory(): Promise<void> {
    const from = this.#historyTo === undefined ? '' : `?from=${this.#historyTo}`
    try {
      const { points } = await ask(`/api/history${from}`, readHistory)
      this.#historyTo = points.at(-1)?.at ?? this.#historyTo
      this.#show({ points: withAnswer(this.#live.points, points), historyProblem: undefined })
    } catch (error) {
      this.#show({ historyProblem: messageOf(error) })
    }
  }

  #take(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.#fail(error)
    }
  }

  #showOverview(overview: Overview, state: ConnectionState): void {
    this.#heardAt = Date.now()
    const known = this.#live.overview
    if (known !== undefined && overview.asOfSeq < known.asOfSeq && overview.platform.seed === known.platform.seed && state === 'polling')
      return
    const beganAnew = known !== undefined && overview.platform.marketTimeIso < known.platform.marketTimeIso
    const decisions = merged(beganAnew ? [] : this.#live.decisions, overview.decisions)
    const points = withOverview(this.#live.points, overview)
    this.#show({ overview, decisions, points, connection: { state, lastAt: this.#heardAt, problem: undefined } })
  }

  #fail(error: unknown): void {
    this.#show({ connection: { state: 'lost', lastAt: this.#live.connection.lastAt, problem: messageOf(error) } })
  }

  #show(change: Partial<Live>): void {
    this.#live = { ...this.#live, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** Newest first, each once. */
export function merged(known: readonly Decision[], more: readonly Decision[]): readonly Decision[] {
  const bySeq = new Map([...known, ...more].map((decision) => [decision.seq, decision]))
  if (bySeq.size === known.length) return known
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, DECISIONS_MAX)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
