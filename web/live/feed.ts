/**
 * The page's one source: the server's event stream, which the browser resumes from the last event id; while the stream is down, a question
 * every 2 s; a stream that is silent for 10 s is asked too, since a dead line can look open. Listeners get a new frozen picture after each change.
 */
import type { Decision, Overview } from '#api/contract-page.ts'
import type { Connection, ConnectionState } from './connection.ts'
import { withOverview, type Point } from './history.ts'
import { ask, readDecision, readOverview } from './read-answer.ts'

export interface Live {
  readonly overview: Overview | undefined
  readonly decisions: readonly Decision[]
  /** Some decisions between those shown were no longer kept when the line came back. */
  readonly hasGap: boolean
  /** What the stream brought since the page was opened; before that see `use-range.ts`. */
  readonly points: readonly Point[]
  readonly connection: Connection
}
export const NOTHING_YET: Live = {
  overview: undefined,
  decisions: [],
  hasGap: false,
  points: [],
  connection: { state: 'connecting', lastAt: undefined, problem: undefined },
}

const STREAM = '/api/monitoring/stream'
const POLL_MS = 2_000
const SILENT_MS = 10_000
const REOPEN_MS = 4_000
const DECISIONS_MAX = 200

export class Feed {
  #live: Live = NOTHING_YET
  readonly #listeners = new Set<() => void>()
  #stream: EventSource | undefined
  #timers: ReturnType<typeof setInterval>[] = []
  #heardAt = 0
  #openedAt = 0
  #asking = false
  #lastId = ''

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

  /** Asks now, beside the stream. */
  readonly again = (): void => void this.#poll()

  #start(): void {
    this.#open()
    void this.#poll()
    this.#timers = [setInterval(() => this.#watch(), POLL_MS)]
  }

  #stop(): void {
    this.#stream?.close()
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
  }

  #open(): void {
    this.#stream?.close()
    const stream = new EventSource(this.#lastId === '' ? STREAM : `${STREAM}?lastEventId=${this.#lastId}`)
    this.#stream = stream
    this.#openedAt = Date.now()
    this.#hear(stream, 'overview', (data) => this.#showOverview(readOverview(data), 'live'))
    this.#hear(stream, 'decision', (data) => this.#show({ decisions: merged(this.#live.decisions, [readDecision(data)]) }))
    this.#hear(stream, 'gap', () => this.#show({ hasGap: true }))
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

  /** The id is remembered for a stream that has to be opened anew: only the browser's own retries send it by themselves. */
  #hear(stream: EventSource, name: string, take: (data: unknown) => void): void {
    stream.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
      this.#lastId = lastEventId
      try {
        take(JSON.parse(data))
      } catch (error) {
        this.#fail(error)
      }
    })
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
