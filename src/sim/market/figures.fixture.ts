/**
 * The figures by which a market is compared with a recorded one; the same functions measure both sides (`bands.test.ts`).
 * Moments and autocorrelations of log returns; implied volatility by delta, interpolated linearly between neighbouring strikes
 * of one expiry; spread relative to mark by absolute delta. Volatilities per sqrt(year), returns and spreads as fractions.
 */
import type { OptionRight } from '#math/options/black76.ts'

export interface ReturnFigures {
  readonly deviation: number
  readonly kurtosis: number
  readonly absLag1: number // autocorrelation of absolute returns
  readonly absLag5: number
  readonly squareLag1: number
  readonly squareLag5: number
}

export function returnFigures(closes: readonly number[]): ReturnFigures {
  const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] ?? Number.NaN)))
  const centre = mean(returns)
  const squares = returns.map((r) => (r - centre) * (r - centre))
  const variance = mean(squares)
  const sizes = returns.map(Math.abs)
  return {
    deviation: Math.sqrt(variance),
    kurtosis: mean(squares.map((s) => s * s)) / (variance * variance),
    absLag1: autocorrelation(sizes, 1),
    absLag5: autocorrelation(sizes, 5),
    squareLag1: autocorrelation(squares, 1),
    squareLag5: autocorrelation(squares, 5),
  }
}

export interface ChainRow {
  readonly right: OptionRight
  readonly days: number // to expiry
  readonly iv: number
  readonly delta: number
  readonly bid: number // coin; 0 without a bid
  readonly ask: number
  readonly mark: number
}

export interface SmileFigures {
  readonly days: number
  readonly atm: number
  readonly skew25: number // put iv - call iv at 25 delta
  readonly skew10: number
}

/** Of the rows of one expiry at one instant; NaN where no pair of strikes brackets the delta. */
export function smileFigures(rows: readonly ChainRow[]): SmileFigures {
  const wing = (right: OptionRight): readonly Point[] =>
    rows
      .filter((row) => row.right === right)
      .map(({ delta, iv }) => ({ x: Math.abs(delta), y: iv }))
      .sort((a, b) => a.x - b.x)
  const puts = wing('put')
  const calls = wing('call')
  return {
    days: rows[0]?.days ?? Number.NaN,
    atm: interpolate(puts, 0.5),
    skew25: interpolate(puts, 0.25) - interpolate(calls, 0.25),
    skew10: interpolate(puts, 0.1) - interpolate(calls, 0.1),
  }
}

/** Spread over mark of a row with both sides, else null. */
export function relativeSpread({ bid, ask, mark }: ChainRow): number | null {
  return bid > 0 && ask > 0 && mark > 0 ? (ask - bid) / mark : null
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

interface Point {
  readonly x: number
  readonly y: number
}

function interpolate(points: readonly Point[], x: number): number {
  for (let i = 1; i < points.length; i += 1) {
    const low = points[i - 1]
    const high = points[i]
    if (low === undefined || high === undefined || x < low.x || x > high.x) continue
    return high.x === low.x ? low.y : low.y + ((high.y - low.y) * (x - low.x)) / (high.x - low.x)
  }
  return Number.NaN
}

function autocorrelation(values: readonly number[], lag: number): number {
  const centre = mean(values)
  let together = 0
  let own = 0
  for (const [i, value] of values.entries()) {
    own += (value - centre) * (value - centre)
    const earlier = values[i - lag]
    if (earlier !== undefined) together += (value - centre) * (earlier - centre)
  }
  return together / own
}
