/**
 * Mills ratio of the standard normal, m(y) = (1 - N(y)) / n(y) = sqrt(pi/2) erfcx(y / sqrt 2): what remains of a tail once its
 * exponential is taken out. Option prices are differences of it at two near points, so the difference has a function of its own
 * (`millsDrop`) that keeps its digits where two calls would cancel.
 * For -1/2 <= y < 8: Taylor series to the eighth order about the centre of a cell of width 1/32, derivatives from m' = y m - 1 and
 * m^(k+1) = y m^(k) + k m^(k-1). From 8 on: y m(y) as a rational function of 1/y^2, collocated at Chebyshev points, off by 5e-17.
 * Largest relative error against 60 digits: 2.2e-16. No unit. Below -1/2 it is outside its domain; NaN gives NaN.
 */
import { MILLS_NODES, MILLS_REMAINDERS } from './mills-nodes.ts'

export const MILLS_FROM = -0.5
const TABLE_END = 8
/** Cells stand at 16 + 32 y; the index of a cell is that, cut. */
const CELLS_PER_UNIT = 32
const FIRST_CELL = 16
/** Coefficients of a cell: c0 to c8, then what the double c0 leaves out. */
const STRIDE = 10
const CELLS = seriesOfCells()

export function mills(y: number): number {
  if (!(y < TABLE_END)) return millsFar(y)
  const cell = (y * CELLS_PER_UNIT + FIRST_CELL) | 0
  const at = cell * STRIDE
  return (CELLS[at] as number) + tailOfSeries(at, y - centreOf(cell))
}

/** m(a + t) of the last `millsDrop`: the greeks need it, and to return two numbers would cost an object. */
export const lastFarMills = new Float64Array(1)

/**
 * m(a - t) - m(a + t) for a >= 0, t > 0, a - t >= -1/2, with an absolute error of about 1e-18 + 1e-16 t: distances to the centres are taken
 * from a, not from the rounded a -+ t. Very near points, and near ones far out, take the odd series m'(a) + t^2 m'''(a) / 6 + ...
 */
export function millsDrop(a: number, t: number): number {
  if (t < 0.004) return dropOfNear(a, t)
  const high = a + t
  if (!(high < TABLE_END)) return t < 0.03 ? dropOfNear(a, t) : dropOfFar(a, t)
  const cellLow = ((a - t) * CELLS_PER_UNIT + FIRST_CELL) | 0
  const cellHigh = (high * CELLS_PER_UNIT + FIRST_CELL) | 0
  const low = cellLow * STRIDE
  const up = cellHigh * STRIDE
  const tailHigh = tailOfSeries(up, a - centreOf(cellHigh) + t)
  lastFarMills[0] = (CELLS[up] as number) + tailHigh
  const tails = tailOfSeries(low, a - centreOf(cellLow) - t) - tailHigh
  return (CELLS[low] as number) - (CELLS[up] as number) + ((CELLS[low + 9] as number) - (CELLS[up + 9] as number) + tails)
}

/** -2 t (m' + t^2 m'''/6 + t^4 m^(5)/120), the next term is below 1e-18 where it is used. */
function dropOfNear(a: number, t: number): number {
  const aa = a * a
  const d1 = 1 - a * mills(a)
  const d3 = (aa + 3) * d1 - 1
  const d5 = (aa + 7) * d3 - 6 * d1
  const tt = t * t
  lastFarMills[0] = mills(a + t)
  return 2 * t * (d1 + tt * (d3 * (1 / 6) + tt * d5 * (1 / 120)))
}

function dropOfFar(a: number, t: number): number {
  const far = millsFar(a + t)
  lastFarMills[0] = far
  return mills(a - t) - far
}

function millsFar(y: number): number {
  const w = 1 / (y * y)
  const top = 1 + w * (31.131507382998308 + w * (271.40706203632925 + w * (671.4493801649967 + w * 226.6060546563842)))
  const bottom = 1 + w * (32.131507382997775 + w * (300.53856942025214 + w * (890.593426800316 + w * 592.5566090562234)))
  return top / bottom / y
}

function centreOf(cell: number): number {
  return (cell - (FIRST_CELL - 0.5)) / CELLS_PER_UNIT
}

/** The series without its constant; pairs of terms, so that the processor can work on them side by side. */
function tailOfSeries(at: number, d: number): number {
  const dd = d * d
  const low = (CELLS[at + 1] as number) + d * (CELLS[at + 2] as number) + dd * ((CELLS[at + 3] as number) + d * (CELLS[at + 4] as number))
  const high = (CELLS[at + 5] as number) + d * (CELLS[at + 6] as number) + dd * ((CELLS[at + 7] as number) + d * (CELLS[at + 8] as number))
  return d * (low + dd * dd * high)
}

/** A derivative loses digits to cancellation; the power of 1/64 that stands beside it hides that. */
function seriesOfCells(): Float64Array {
  const series = new Float64Array(MILLS_NODES.length * STRIDE)
  for (const [cell, node] of MILLS_NODES.entries()) {
    const y = centreOf(cell)
    let before = node
    let derivative = y * node - 1
    let factorial = 1
    series.set([before, derivative], cell * STRIDE)
    for (let order = 2; order < STRIDE - 1; order += 1) {
      const next = y * derivative + (order - 1) * before
      before = derivative
      derivative = next
      factorial *= order
      series[cell * STRIDE + order] = derivative / factorial
    }
    series[cell * STRIDE + STRIDE - 1] = MILLS_REMAINDERS[cell] ?? Number.NaN
  }
  return series
}
