/**
 * Calibration of SABR to one smile with beta held fixed: least squares of vols, weighted, inside 0 <= nu <= nuMax and |rho| <= 0.9999, by
 * Levenberg-Marquardt with closed derivatives (`sabr-smile.ts`). It starts from the parabola through the smile and, unless that already
 * ends in a sound minimum, from six further places; the best of all is the answer. Made for many smiles: the caller fills the buffers, and a
 * fit allocates nothing. Where a run leaves nu over its maximum (the box holds rho nu and w apart), it goes on along nu = nuMax.
 * Units: vols per sqrt(year), weights in any unit (only their ratio counts), rmse = sqrt(sum(w r^2) / sum(w)).
 * Edges: the buffers are believed; `fitSabr` checks them. Parameters at a bound are an answer, marked `atBound`.
 */
import { lmWorkspace, minimise } from '../optimise/levenberg-marquardt.ts'
import type { LeastSquares, LmOptions, LmStatus, LmWorkspace } from '../optimise/levenberg-marquardt.ts'
import type { SabrParameters } from './sabr.ts'
import { evaluateSmile, prepareSmile, RHO_MAX, smileBuffer } from './sabr-smile.ts'
import type { SmileBuffer } from './sabr-smile.ts'
import { FURTHER_STARTS, startFrom, startFromParabola } from './sabr-start.ts'

export interface SabrFit extends SabrParameters {
  /** In vol: 0.01 is one vol point. */
  readonly rmse: number
  readonly iterations: number
  readonly starts: number
  /** nu at its maximum or |rho| at 0.9999. */
  readonly atBound: boolean
}
export interface SabrFitter {
  readonly smile: SmileBuffer
  /** Fits `smile` as it stands; the result is read from `result` before the next fit. */
  fit(forward: number): LmStatus
  readonly result: { -readonly [K in keyof SabrFit]: SabrFit[K] }
}
export interface SabrFitOptions {
  readonly nuMax?: number
  readonly iterationsMax?: number
  /** `always` tries every start; `doubtful` only where the first ends at a bound, without convergence or beyond `rmseSound`. */
  readonly starts?: 'always' | 'doubtful'
  readonly rmseSound?: number
}

const NU_MAX = 20
const LM = { iterationsMax: 100, costTolerance: 1e-11, rmseFloor: 1e-13 } as const
/** Share of nuMax^2 within which nu counts as at its maximum. */
const AT_MAX = 1e-9

export function createSabrFitter(capacity: number, options: SabrFitOptions = {}): SabrFitter {
  const { nuMax = NU_MAX, iterationsMax = LM.iterationsMax, starts = 'doubtful', rmseSound = 0.02 } = options
  const smile = smileBuffer(capacity)
  const attempt = attempts(smile, nuMax)
  const { x } = attempt
  const best = new Float64Array(3)
  const result = { alpha: 0, beta: 1, nu: 0, rho: 0, rmse: Infinity, iterations: 0, starts: 0, atBound: false }
  const lm = { iterationsMax, costTolerance: LM.costTolerance, costFloor: 0 }

  function fit(forward: number): LmStatus {
    prepareSmile(smile)
    lm.costFloor = LM.rmseFloor * LM.rmseFloor * smile.weightSum
    startFromParabola(smile, x)
    let status = attempt.run(lm)
    let [cost, iterations, tried] = [attempt.cost, attempt.iterations, 1]
    best.set(x)
    const sound = status === 'converged' && !touchesBound(x, nuMax) && cost <= rmseSound * rmseSound * smile.weightSum
    for (let i = 0; i < FURTHER_STARTS.length && !(sound && starts === 'doubtful'); i++) {
      startFrom(smile, i, x)
      const next = attempt.run(lm)
      iterations += attempt.iterations
      tried += 1
      if (!(attempt.cost < cost)) continue
      status = next
      cost = attempt.cost
      best.set(x)
    }
    readPoint(best, smile.beta, forward, nuMax, result)
    result.rmse = Math.sqrt(cost / smile.weightSum)
    result.iterations = iterations
    result.starts = tried
    return status
  }
  return { smile, fit, result }
}

interface Attempt {
  readonly x: Float64Array
  cost: number
  iterations: number
  run(lm: LmOptions): LmStatus
}

/** Runs in (a, p, w), and in (a, p) along nu = nuMax where the first ends beyond it. */
function attempts(smile: SmileBuffer, nuMax: number): Attempt {
  const [free, held] = [lmWorkspace(3), lmWorkspace(2)]
  const inside: LeastSquares = {
    size: 3,
    lower: Float64Array.of(1e-6, -nuMax * RHO_MAX, 0),
    upper: Float64Array.of(1e3, nuMax * RHO_MAX, nuMax * nuMax),
    evaluate: (x, gradient, normal) => evaluateSmile(smile, x, gradient, normal),
  }
  const along = atNuMax(smile, nuMax, inside)
  const attempt: Attempt = { x: free.x, cost: Infinity, iterations: 0, run }
  function run(lm: LmOptions): LmStatus {
    const { status } = minimise(inside, free, lm)
    attempt.cost = free.cost
    attempt.iterations = free.iterations
    if (!(nuSquared(free.x) > nuMax * nuMax)) return status
    return runAlong(along, free, held, lm, attempt, nuMax)
  }
  return attempt
}

function runAlong(along: LeastSquares, free: LmWorkspace, held: LmWorkspace, lm: LmOptions, attempt: Attempt, nuMax: number): LmStatus {
  held.x[0] = free.x[0] as number
  held.x[1] = free.x[1] as number
  const { status } = minimise(along, held, lm)
  free.x[0] = held.x[0] as number
  free.x[1] = held.x[1] as number
  free.x[2] = roomFor(held.x[1] as number, nuMax)
  attempt.cost = held.cost
  attempt.iterations += held.iterations
  return status
}

/** With w = nuMax^2 - p^2 / rhoMax^2 the chain rule adds dw/dp = -2 p / rhoMax^2 to the derivatives by p. */
function atNuMax(smile: SmileBuffer, nuMax: number, { lower, upper }: LeastSquares): LeastSquares {
  const [x, g, n] = [new Float64Array(3), new Float64Array(3), new Float64Array(6)]
  return {
    size: 2,
    lower: lower.slice(0, 2),
    upper: upper.slice(0, 2),
    evaluate: (point, gradient, normal) => {
      const p = point[1] as number
      x[0] = point[0] as number
      x[1] = p
      x[2] = roomFor(p, nuMax)
      const cost = evaluateSmile(smile, x, g, n)
      const dw = (-2 * p) / (RHO_MAX * RHO_MAX)
      gradient[0] = g[0] as number
      gradient[1] = (g[1] as number) + dw * (g[2] as number)
      normal[0] = n[0] as number
      normal[1] = (n[1] as number) + dw * (n[3] as number)
      normal[2] = (n[2] as number) + dw * (2 * (n[4] as number) + dw * (n[5] as number))
      return cost
    },
  }
}

function roomFor(p: number, nuMax: number): number {
  return Math.max(0, nuMax * nuMax - (p * p) / (RHO_MAX * RHO_MAX))
}

function nuSquared(x: Float64Array): number {
  const p = x[1] as number
  return (p * p) / (RHO_MAX * RHO_MAX) + (x[2] as number)
}

function touchesBound(x: Float64Array, nuMax: number): boolean {
  return x[2] === 0 || nuSquared(x) >= nuMax * nuMax * (1 - AT_MAX)
}

function readPoint(x: Float64Array, beta: number, forward: number, nuMax: number, out: SabrFitter['result']): void {
  const nu = Math.min(nuMax, Math.sqrt(nuSquared(x)))
  out.alpha = beta === 1 ? (x[0] as number) : (x[0] as number) * Math.exp((1 - beta) * Math.log(forward))
  out.beta = beta
  out.nu = nu
  // a nu this small moves no vol by a digit that anybody quotes: there rho is noise
  out.rho = nu < 1e-9 ? 0 : Math.max(-RHO_MAX, Math.min(RHO_MAX, (x[1] as number) / nu))
  out.atBound = touchesBound(x, nuMax) && nu >= 1e-9
}
