/**
 * Least squares inside a box: Levenberg (1944) and Marquardt (1963), damping steered by the gain ratio (Nielsen 1999), bounds kept by
 * projection with an active set, after Kanzow, Yamashita and Fukushima (2004). A bound is reached exactly and left again when the gradient
 * points inwards; a sine or logistic transform would make every bound a stationary point. The problem hands over the normal equations
 * (half gradient J'Wr and Gauss-Newton matrix J'WJ), so that nothing here depends on the number of data. A workspace is made once; a run
 * allocates nothing. Units are the problem's. Edges: a start outside the box is moved onto it; a cost that is not finite at the start is
 * `not_finite`, later on it only shortens the step.
 */
import { assert } from '#base/assert.ts'

export interface LeastSquares {
  readonly size: number
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Cost sum(w r^2) at `x`; fills `gradient` (J'Wr) and the lower triangle, row by row, of the symmetric `normal` (J'WJ). */
  evaluate(x: Float64Array, gradient: Float64Array, normal: Float64Array): number
}
export interface LmOptions {
  readonly iterationsMax: number
  /** Stops when a step is expected to lower the cost by less than this share of it. */
  readonly costTolerance: number
  /** A cost this small is an exact fit. */
  readonly costFloor: number
}
export type LmStatus = 'converged' | 'iteration_limit' | 'not_finite'
export interface LmRun {
  status: LmStatus
  cost: number
  iterations: number
  /** Of the last step taken, bounds included. */
  readonly x: Float64Array
}
export interface LmWorkspace extends LmRun {
  gradient: Float64Array
  normal: Float64Array
  trialGradient: Float64Array
  trialNormal: Float64Array
  readonly trial: Float64Array
  readonly step: Float64Array
  readonly factor: Float64Array
  readonly free: Uint8Array
  /** The last step was shortened by a bound. */
  isClipped: boolean
}

const DAMPING = { start: 1e-3, min: 1e-12, max: 1e12 } as const
const MINIMUM = Infinity

export function lmWorkspace(size: number): LmWorkspace {
  const vector = () => new Float64Array(size)
  const matrix = () => new Float64Array((size * (size + 1)) / 2)
  return {
    status: 'converged',
    cost: Infinity,
    iterations: 0,
    isClipped: false,
    x: vector(),
    gradient: vector(),
    normal: matrix(),
    trial: vector(),
    trialGradient: vector(),
    trialNormal: matrix(),
    step: vector(),
    factor: matrix(),
    free: new Uint8Array(size),
  }
}

/** Starts from `run.x` and leaves the minimiser there. */
export function minimise(problem: LeastSquares, run: LmWorkspace, { iterationsMax, costTolerance, costFloor }: LmOptions): LmRun {
  assert(run.x.length === problem.size, 'the workspace has the size of the problem')
  project(problem, run.x)
  run.iterations = 0
  run.cost = problem.evaluate(run.x, run.gradient, run.normal)
  if (!Number.isFinite(run.cost)) return ended(run, 'not_finite')
  let [damping, growth] = [DAMPING.start as number, 2]
  while (run.cost > costFloor) {
    if (run.iterations >= iterationsMax) return ended(run, 'iteration_limit')
    run.iterations += 1
    // damped beyond all measure, no step goes down: rounding has the last word
    if (damping > DAMPING.max) break
    const gain = takeStep(problem, run, damping, costTolerance)
    if (gain === MINIMUM) break
    if (gain > 0) {
      const miss = 2 * gain - 1
      damping = Math.max(DAMPING.min, damping * Math.max(1 / 10, 1 - miss * miss * miss))
      growth = 2
    } else {
      damping *= growth
      growth *= 2
    }
  }
  return ended(run, 'converged')
}

/** Gain ratio of the step taken; 0 or less where none was, `MINIMUM` where none is worth taking. */
function takeStep(problem: LeastSquares, run: LmWorkspace, damping: number, costTolerance: number): number {
  markFree(problem, run)
  if (!solveDamped(run, damping)) return 0
  const expected = expectedGain(problem, run)
  // a step bent by a bound may lead nowhere; shorter and steeper, it leads down unless this is the minimum
  if (!(expected > costTolerance * run.cost)) return run.isClipped ? 0 : MINIMUM
  const cost = problem.evaluate(run.trial, run.trialGradient, run.trialNormal)
  const gain = (run.cost - cost) / expected
  if (!(gain > 0)) return 0
  accept(run, cost)
  return gain
}

function ended(run: LmWorkspace, status: LmStatus): LmRun {
  run.status = status
  return run
}

function project({ size, lower, upper }: LeastSquares, x: Float64Array): void {
  for (let i = 0; i < size; i++) x[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, x[i] as number))
}

/** A variable at its bound whose descent leads outwards stays there for this step, as does one that nothing depends on. */
function markFree({ size, lower, upper }: LeastSquares, { x, gradient, normal, free }: LmWorkspace): void {
  for (let i = 0; i < size; i++) {
    const [at, slope] = [x[i] as number, gradient[i] as number]
    const isHeld = (at <= (lower[i] as number) && slope >= 0) || (at >= (upper[i] as number) && slope <= 0)
    free[i] = isHeld || !((normal[(i * (i + 3)) / 2] as number) > 0) ? 0 : 1
  }
}

/** (N + damping diag N) step = -gradient over the free variables, by Cholesky; false where that matrix is not positive. */
function solveDamped({ normal, gradient, factor, step, free }: LmWorkspace, damping: number): boolean {
  const size = step.length
  for (let i = 0; i < size; i++) {
    const row = (i * (i + 1)) / 2
    for (let j = 0; j <= i; j++) {
      let sum = free[i] === 1 && free[j] === 1 ? (normal[row + j] as number) : 0
      if (i === j) sum = free[i] === 1 ? sum * (1 + damping) : 1
      const other = (j * (j + 1)) / 2
      for (let k = 0; k < j; k++) sum -= (factor[row + k] as number) * (factor[other + k] as number)
      if (i !== j) factor[row + j] = sum / (factor[other + j] as number)
      else if (sum > 0) factor[row + j] = Math.sqrt(sum)
      else return false
    }
  }
  substitute(factor, gradient, free, step)
  return true
}

function substitute(factor: Float64Array, gradient: Float64Array, free: Uint8Array, step: Float64Array): void {
  const size = step.length
  for (let i = 0; i < size; i++) {
    const row = (i * (i + 1)) / 2
    let sum = free[i] === 1 ? -(gradient[i] as number) : 0
    for (let k = 0; k < i; k++) sum -= (factor[row + k] as number) * (step[k] as number)
    step[i] = sum / (factor[row + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = step[i] as number
    for (let k = i + 1; k < size; k++) sum -= (factor[(k * (k + 1)) / 2 + i] as number) * (step[k] as number)
    step[i] = sum / (factor[(i * (i + 1)) / 2 + i] as number)
  }
}

/** Sets the trial point, projected, and what the quadratic model expects of it: -(2 g'd + d'Nd). */
function expectedGain(problem: LeastSquares, run: LmWorkspace): number {
  const { size } = problem
  const { x, trial, step, gradient, normal } = run
  for (let i = 0; i < size; i++) trial[i] = (x[i] as number) + (step[i] as number)
  project(problem, trial)
  run.isClipped = false
  let expected = 0
  for (let i = 0; i < size; i++) {
    const moved = (trial[i] as number) - (x[i] as number)
    if (trial[i] !== (x[i] as number) + (step[i] as number)) run.isClipped = true
    step[i] = moved
    const row = (i * (i + 1)) / 2
    let product = (normal[row + i] as number) * moved
    for (let j = 0; j < i; j++) product += 2 * (normal[row + j] as number) * (step[j] as number)
    expected -= moved * (2 * (gradient[i] as number) + product)
  }
  return expected
}

function accept(run: LmWorkspace, cost: number): void {
  run.x.set(run.trial)
  run.cost = cost
  const { gradient, normal } = run
  run.gradient = run.trialGradient
  run.normal = run.trialNormal
  run.trialGradient = gradient
  run.trialNormal = normal
}
