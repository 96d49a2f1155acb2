/**
 * Standard normal density and distribution. The distribution follows Cody's rational Chebyshev approximations (1969, "ANORM"),
 * about 1e-15 relative in both tails; exp(-x^2/2) is taken in two factors so that the far tail keeps its digits.
 * Edges: NaN in, NaN out; below -38.5 the value underflows to 0, above 8.3 it rounds to 1.
 */
const SQRT_2PI = 2.5066282746310002
const SQRT_32 = 5.656854249492381

const CENTRE_TOP = [
  0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249,
] as const
const CENTRE_BOTTOM = [1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956] as const
const MIDDLE_TOP = [
  1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226,
  2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218,
] as const
const MIDDLE_BOTTOM = [
  1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091, 34900.952721145977266,
  38912.003286093271411, 19685.429676859990727,
] as const
const TAIL_TOP = [
  0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807, 0.001421619193227893466, 2.9112874951168792e-5,
] as const
const TAIL_BOTTOM = [
  1, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244, 7.29751555083966205e-5,
] as const

export function normalPdf(x: number): number {
  return gauss(Math.abs(x)) / SQRT_2PI
}

export function normalCdf(x: number): number {
  const size = Math.abs(x)
  if (size <= 0.67448975) {
    const square = x * x
    return 0.5 + (x * horner(CENTRE_TOP, square)) / horner(CENTRE_BOTTOM, square)
  }
  if (size > 40) return x < 0 ? 0 : 1
  const tail = size <= SQRT_32 ? middle(size) : far(size)
  return x < 0 ? tail : 1 - tail
}

function middle(size: number): number {
  return (gauss(size) * horner(MIDDLE_TOP, size)) / horner(MIDDLE_BOTTOM, size)
}

function far(size: number): number {
  const inverse = 1 / (size * size)
  const correction = (inverse * horner(TAIL_TOP, inverse)) / horner(TAIL_BOTTOM, inverse)
  return (gauss(size) * (1 / SQRT_2PI - correction)) / size
}

/** exp(-x^2/2) with x split at sixteenths: the square of the first part is exact, the rest is small. */
function gauss(size: number): number {
  if (size > 40) return 0
  const head = Math.trunc(size * 16) / 16
  const rest = (size - head) * (size + head)
  return Math.exp(-head * head * 0.5) * Math.exp(-rest * 0.5)
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}
