/**
 * The four weathers of the simulated market. A scenario is a start of the volatility factors, their means, and a script of legs:
 * each leg moves the log price by a share of one total, drawn from the seed, over a span of hours, drawn too. The path is
 * pulled towards the script (`advance.ts`), never set to it, so that every seed keeps its own noise around the same story.
 * After the last leg the market goes on by itself.
 */
import type { Prng } from '#base/prng.ts'
import { HOUR_MS } from '#units/time.ts'

export type MarketScenario = 'calm' | 'crash' | 'grind' | 'squeeze'

interface LegPlan {
  readonly hours: readonly [number, number]
  readonly share: number // of the scenario's total move
}

interface ScenarioPlan {
  readonly title: string
  readonly totalLogMove: readonly [number, number]
  readonly legs: readonly LegPlan[]
  readonly pullHours: number // time constant of the pull towards the script
  readonly volSlowMean: number // log volatility against the long-run level
  readonly jumpsPerDay: number
}

/** A point the path is pulled towards: between two points the target is linear in time. */
export interface ScriptPoint {
  readonly offsetMs: number // since the start of the market
  readonly logMove: number
}

export const MARKET_SCENARIOS: Readonly<Record<MarketScenario, ScenarioPlan>> = {
  calm: {
    title: 'no story: clustered volatility, fat tails',
    totalLogMove: [0, 0],
    legs: [],
    pullHours: 8,
    volSlowMean: 0,
    jumpsPerDay: 0.25,
  },
  crash: {
    title: 'falls by about a third in three waves within three days, from the sixth hour on',
    totalLogMove: [-0.44, -0.38],
    legs: [
      { hours: [6, 7], share: 0 },
      { hours: [8, 10], share: 0.25 },
      { hours: [4, 6], share: -0.07 },
      { hours: [10, 13], share: 0.4 },
      { hours: [6, 8], share: -0.08 },
      { hours: [7, 9], share: 0.5 },
      { hours: [10, 14], share: -0.12 },
      { hours: [16, 20], share: 0 },
    ],
    pullHours: 8,
    volSlowMean: 0,
    jumpsPerDay: 0.5,
  },
  grind: {
    title: 'loses about one percent a day for forty days at low volatility',
    totalLogMove: [-0.44, -0.36],
    legs: [{ hours: [960, 960], share: 1 }],
    pullHours: 24,
    volSlowMean: -0.4,
    jumpsPerDay: 0.1,
  },
  squeeze: {
    title: 'rises by about a quarter in two spikes within three days, from the sixth hour on',
    totalLogMove: [0.21, 0.27],
    legs: [
      { hours: [6, 7], share: 0.02 },
      { hours: [9, 12], share: 0.13 },
      { hours: [5, 7], share: 0.45 },
      { hours: [7, 9], share: -0.08 },
      { hours: [7, 9], share: 0.4 },
      { hours: [10, 12], share: 0.08 },
    ],
    pullHours: 8,
    volSlowMean: 0,
    jumpsPerDay: 0.4,
  },
}

export function isMarketScenario(value: unknown): value is MarketScenario {
  return typeof value === 'string' && Object.hasOwn(MARKET_SCENARIOS, value)
}

export function drawScript(scenario: MarketScenario, prng: Prng): readonly ScriptPoint[] {
  const { totalLogMove, legs } = MARKET_SCENARIOS[scenario]
  const between = ([low, high]: readonly [number, number]): number => low + (high - low) * prng.uniform()
  const total = between(totalLogMove)
  let point: ScriptPoint = { offsetMs: 0, logMove: 0 }
  const points = [point]
  for (const { hours, share } of legs) {
    point = { offsetMs: point.offsetMs + Math.round(between(hours) * HOUR_MS), logMove: point.logMove + share * total }
    points.push(point)
  }
  return points
}

/** Where the script wants the log price to be, against the start; null before and after it. */
export function scriptTarget(points: readonly ScriptPoint[], offsetMs: number): number | null {
  for (let i = 1; i < points.length; i += 1) {
    const from = points[i - 1]
    const to = points[i]
    if (from === undefined || to === undefined || offsetMs > to.offsetMs || offsetMs < from.offsetMs) continue
    return from.logMove + ((to.logMove - from.logMove) * (offsetMs - from.offsetMs)) / (to.offsetMs - from.offsetMs)
  }
  return null
}
