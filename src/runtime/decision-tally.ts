/** Counts of decisions by kind, gate and outcome, kept as they come and go: a question over many does not count them all again. */
import type { Listed, Tally } from './records.ts'

interface Counts {
  total: number
  readonly kinds: Map<string, number>
  readonly gates: Map<string, number>
  readonly outcomes: Map<string, number>
}

export class DecisionTally {
  /** By account; undefined: of the whole platform. */
  readonly #counts = new Map<string | undefined, Counts>()

  add(told: Listed, times: 1 | -1 = 1): void {
    const { account, kind, outcome, explanation } = told
    const counts = this.#counts.getOrInsertComputed(account, () => ({ total: 0, kinds: new Map(), gates: new Map(), outcomes: new Map() }))
    counts.total += times
    move(counts.kinds, kind, times)
    move(counts.gates, explanation.gate, times)
    move(counts.outcomes, outcome, times)
  }

  /** Of an account and of the platform; undefined: of all. */
  of(account: string | undefined): Tally {
    const all = account === undefined ? [...this.#counts.values()] : [this.#counts.get(undefined), this.#counts.get(account)]
    const found = all.filter((counts) => counts !== undefined)
    return {
      total: found.reduce((sum, { total }) => sum + total, 0),
      kinds: summed(found.map(({ kinds }) => kinds)),
      gates: summed(found.map(({ gates }) => gates)),
      outcomes: { done: 0, refused: 0, skipped: 0, alarm: 0, ...summed(found.map(({ outcomes }) => outcomes)) },
    }
  }
}

function move(counts: Map<string, number>, name: string, times: 1 | -1): void {
  const now = (counts.get(name) ?? 0) + times
  if (now === 0) counts.delete(name)
  else counts.set(name, now)
}

function summed(all: readonly ReadonlyMap<string, number>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const counts of all) for (const [name, times] of counts) sums[name] = (sums[name] ?? 0) + times
  return sums
}
