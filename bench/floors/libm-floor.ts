/**
 * Floor of P8: what no Black-76 price can do without, on typed arrays: one logarithm, one square root and two exponentials of the runtime (the
 * discount and the density), the division between them, one store. No distribution function, no choice of side, no edge.
 */
export interface LibmJob {
  readonly forward: Float64Array
  readonly strike: Float64Array
  readonly years: Float64Array
  readonly rate: Float64Array
  readonly ivAnnual: Float64Array
}

export function libmFloor({ forward, strike, years, rate, ivAnnual }: LibmJob, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 1) {
    const t = years[i] as number
    const s = (ivAnnual[i] as number) * Math.sqrt(t)
    const d = Math.log((forward[i] as number) / (strike[i] as number)) / s + 0.5 * s
    out[i] = Math.exp(-(rate[i] as number) * t) * Math.exp(-0.5 * d * d)
  }
}
