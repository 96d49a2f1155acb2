/**
 * What the page draws: one point per minute of market time and account, kept in memory (newest `POINTS_MAX`, older ones thinned to every
 * second point) and appended to `history/<account>.jsonl`, from which a restart continues. A read model: nothing decides on it, a damaged
 * or missing file only shortens the chart, and a disk that takes no more costs points of the file, said once, never a step of the engine.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '#units/time.ts'
import type { HistoryPoint } from './platform.ts'

const POINTS_MAX = 20_000

export class AccountHistory {
  readonly #folder: string
  readonly #log: (line: string) => void
  readonly #points = new Map<string, HistoryPoint[]>()
  #isFailing = false

  constructor(folder: string, log: (line: string) => void) {
    this.#folder = folder
    this.#log = log
    this.#keep(() => mkdirSync(folder, { recursive: true }))
  }

  of(account: string, from?: EpochMs): readonly HistoryPoint[] {
    const points = this.#load(account)
    return from === undefined ? points : points.filter(({ at }) => at >= from)
  }

  add(account: string, point: HistoryPoint): void {
    const points = this.#load(account)
    if ((points.at(-1)?.at ?? 0) >= point.at) return
    points.push(point)
    if (points.length > POINTS_MAX) this.#thin(account, points)
    else this.#keep(() => appendFileSync(this.#file(account), `${JSON.stringify(point)}\n`))
  }

  #thin(account: string, points: readonly HistoryPoint[]): void {
    const half = Math.floor(points.length / 2)
    const kept = [...points.slice(0, half).filter((_, i) => i % 2 === 0), ...points.slice(half)]
    this.#points.set(account, kept)
    this.#keep(() => writeFileSync(this.#file(account), `${kept.map((each) => JSON.stringify(each)).join('\n')}\n`))
  }

  #keep(write: () => void): void {
    try {
      write()
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#log(`the chart's history is not written: ${error instanceof Error ? error.message : String(error)}`)
      this.#isFailing = true
    }
  }

  #load(account: string): HistoryPoint[] {
    const known = this.#points.get(account)
    if (known !== undefined) return known
    const file = this.#file(account)
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    const points = lines.flatMap(parsed)
    this.#points.set(account, points)
    return points
  }

  #file(account: string): string {
    return join(this.#folder, `${encodeURIComponent(account)}.jsonl`)
  }
}

function parsed(line: string): HistoryPoint[] {
  if (line === '') return []
  try {
    return [JSON.parse(line) as HistoryPoint]
  } catch {
    return []
  }
}
