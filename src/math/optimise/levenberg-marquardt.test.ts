/** Levenberg-Marquardt on problems whose answers are known: free, in a box, at a corner, degenerate, not finite. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { lmWorkspace, minimise } from './levenberg-marquardt.ts'
import type { LeastSquares, LmOptions, LmWorkspace } from './levenberg-marquardt.ts'

const OPTIONS: LmOptions = { iterationsMax: 200, costTolerance: 1e-14, costFloor: 1e-28 }

interface Problem {
  readonly lower?: readonly number[]
  readonly upper?: readonly number[]
  /** Residual and its derivatives by each variable. */
  readonly rows: (x: Float64Array) => readonly (readonly [residual: number, ...slopes: number[]])[]
}

function problemOf(size: number, { lower, upper, rows }: Problem): LeastSquares {
  return {
    size,
    lower: Float64Array.from(lower ?? Array(size).fill(-1e9)),
    upper: Float64Array.from(upper ?? Array(size).fill(1e9)),
    evaluate: (x, gradient, normal) => {
      gradient.fill(0)
      normal.fill(0)
      let cost = 0
      for (const [residual, ...slopes] of rows(x)) {
        cost += residual * residual
        slopes.forEach((slope, i) => {
          gradient[i] = (gradient[i] ?? 0) + slope * residual
          for (let j = 0; j <= i; j++) normal[(i * (i + 1)) / 2 + j] = (normal[(i * (i + 1)) / 2 + j] ?? 0) + slope * (slopes[j] ?? 0)
        })
      }
      return cost
    },
  }
}

function solved(problem: LeastSquares, start: readonly number[], options: LmOptions = OPTIONS): LmWorkspace {
  const run = lmWorkspace(problem.size)
  run.x.set(start)
  minimise(problem, run, options)
  return run
}

function near(actual: Float64Array, expected: readonly number[], tolerance = 1e-7): void {
  expected.forEach((value, i) =>
    assert.ok(Math.abs((actual[i] ?? Number.NaN) - value) <= tolerance, `x[${i}] is ${actual[i]}, not ${value}`),
  )
}

/** Rosenbrock's valley as least squares: 10 (y - x^2), 1 - x. */
const VALLEY: Problem['rows'] = ([x = 0, y = 0]) => [
  [10 * (y - x * x), -20 * x, 10],
  [1 - x, -1, 0],
]

test('[AN-03] finds the bottom of the curved valley', () => {
  const run = solved(problemOf(2, { rows: VALLEY }), [-1.2, 1])
  assert.equal(run.status, 'converged')
  near(run.x, [1, 1])
})

test('[AN-03] stays in the box: with x <= 0.5 the valley ends at its edge', () => {
  const run = solved(problemOf(2, { rows: VALLEY, upper: [0.5, 10] }), [-1.2, 1])
  assert.equal(run.status, 'converged')
  near(run.x, [0.5, 0.25])
})

test('[AN-03] ends in a corner, and leaves a bound it starts on when the descent leads inwards', () => {
  const rows: Problem['rows'] = ([x = 0, y = 0]) => [
    [x - 3, 1, 0],
    [y + 2, 0, 1],
  ]
  near(solved(problemOf(2, { rows, lower: [0, 0], upper: [2, 2] }), [1, 1]).x, [2, 0])
  near(solved(problemOf(2, { rows, lower: [0, -5], upper: [5, 2] }), [0, 2]).x, [3, -2])
})

test('[AN-03] a variable that nothing depends on is left alone', () => {
  const run = solved(problemOf(2, { rows: ([x = 0]) => [[x - 4, 1, 0]] }), [1, 7])
  near(run.x, [4, 7])
})

test('[AN-03] says so when the start has no cost, and when iterations run out', () => {
  const broken = solved(problemOf(1, { rows: () => [[Number.NaN, 1]] }), [1])
  assert.equal(broken.status, 'not_finite')
  const short = solved(problemOf(2, { rows: VALLEY }), [-1.2, 1], { ...OPTIONS, iterationsMax: 3 })
  assert.equal(short.status, 'iteration_limit')
  assert.equal(short.iterations, 3)
})

test('[AN-03] a step into a region without a cost is taken back', () => {
  const rows: Problem['rows'] = ([x = 0]) => [[Math.log(x) - 1, 1 / x]]
  const run = solved(problemOf(1, { rows }), [40])
  near(run.x, [Math.E])
})
