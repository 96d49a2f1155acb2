/**
 * ln(F/K) with its digits at the money and without branches that random strikes would make unpredictable. F - K is exact where the two are
 * near, so e = (F - K)/K is good to a unit where F/K would have rounded it away. With c the centre of a cell of width 1/64,
 * ln(1 + e) = ln c + 2 artanh w, w = (1 + e - c)/(1 + e + c), five terms, summed as f - w (f - ...) with f = (1 + e - c)/c so that the
 * rounding of w hardly counts; the two cells that touch 1 have c = 1, so that small e stay whole. Error about one unit in the last place.
 * No unit. Domain: F, K > 0; outside 1/2 <= F/K < 4 the runtime's logarithm, and two of them where the quotient overflows.
 */
const CELLS_PER_UNIT = 64
const FROM = 0.5
const TO = 4
/** Per cell: its centre less 1, one over the centre, the logarithm of the centre, a gap. */
const CELLS = cells()

export function logMoneyness(forward: number, strike: number): number {
  const e = (forward - strike) / strike
  if (!(e >= FROM - 1 && e < TO - 1)) return farFromMoney(forward, strike)
  const at = ((e + (1 - FROM)) * CELLS_PER_UNIT) << 2
  const above = e - (CELLS[at] as number)
  const f = above * (CELLS[at + 1] as number)
  const w = above / (e + (CELLS[at] as number) + 2)
  const ww = w * w
  return (CELLS[at + 2] as number) + (f - w * (f - ww * (2 / 3 + ww * (2 / 5 + ww * (2 / 7 + ww * (2 / 9))))))
}

function farFromMoney(forward: number, strike: number): number {
  const quotient = forward / strike
  return quotient > 1e-300 && quotient < 1e300 ? Math.log(quotient) : Math.log(forward) - Math.log(strike)
}

function cells(): Float64Array {
  const count = (TO - FROM) * CELLS_PER_UNIT
  const one = (1 - FROM) * CELLS_PER_UNIT
  const table = new Float64Array(4 * count)
  for (let cell = 0; cell < count; cell += 1) {
    const centre = cell === one || cell === one - 1 ? 1 : FROM + (cell + 0.5) / CELLS_PER_UNIT
    table.set([centre - 1, 1 / centre, Math.log(centre)], 4 * cell)
  }
  return table
}
