/**
 * What a bench is, and how it measures: ours and the floor alternate in one run and the medians of at least seven rounds are compared, because the machine is
 * shared and one arithmetic moves by a third between minutes. A floor does only the work nobody can avoid and is as fast as we can make it.
 */
export interface Row {
  readonly job: string
  readonly ours: number
  readonly floor: number
  /** ours / floor. */
  readonly ratio: number
  readonly unit: string
  /** What was compared and what the goal is. */
  readonly note: string
}

export interface Bench {
  readonly name: string
  run(): Promise<Row[]>
}

export const ROUNDS = 7

export interface Alternated {
  readonly ours: number
  readonly floor: number
}

/** Each side returns its figure for one round; a first round of both warms up and is not counted. */
export async function alternate(
  sides: { ours(): Promise<number> | number; floor(): Promise<number> | number },
  rounds = ROUNDS,
): Promise<Alternated> {
  const ours: number[] = []
  const floor: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const floorFigure = await sides.floor()
    const oursFigure = await sides.ours()
    if (round === 0) continue
    floor.push(floorFigure)
    ours.push(oursFigure)
  }
  return { ours: median(ours), floor: median(floor) }
}

export function row(job: string, unit: string, note: string, { ours, floor }: Alternated): Row {
  return { job, ours, floor, ratio: ours / floor, unit, note }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
