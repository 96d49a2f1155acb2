/**
 * What every European option of the lognormal model is made of, whatever its carry: with the present values A of what a call delivers and
 * B of what it costs, x = ln(A/B) and total deviation s, call = A N(d1) - B N(d2), put = B N(-d2) - A N(-d1), d1,2 = x/s +- s/2 (Black and
 * Scholes 1973, Merton 1973, Black 1976). Computed from the side out of the money, whose tails keep their digits, the other by parity.
 * Units: price in those of A and B. Edges: s = 0 is the option's intrinsic value, exercised or not, half so exactly at the money.
 */
import { shareDensity } from './black-share.ts'
import type { OptionRight } from './black76.ts'
import { lastFarMills, mills, MILLS_FROM, millsDrop } from './mills.ts'

/**
 * `delta` per unit of the underlying price, `gamma` its slope, `vega` per 1.00 of vol, `theta` per year of calendar time (-dV/dT), `rho`
 * per 1.00 of rate, `vanna` d delta / d vol, `volga` d vega / d vol. Divide vega by 100 for a vol point and theta by 365 for a day.
 */
export interface Greeks {
  readonly price: number
  readonly delta: number
  readonly gamma: number
  readonly vega: number
  readonly theta: number
  readonly rho: number
  readonly vanna: number
  readonly volga: number
}

export interface VanillaInput {
  readonly right: OptionRight
  /** Present value of the underlying delivered, A. */
  readonly delivered: number
  /** Present value of the strike, B. */
  readonly paid: number
  /** ln(A/B), with more digits than A/B has. */
  readonly x: number
  /** vol sqrt(years). */
  readonly deviation: number
}

export interface Vanilla {
  readonly price: number
  /** N(d1) of a call, N(-d1) of a put: the share of the underlying in the replicating portfolio. */
  readonly inUnderlying: number
  /** N(d2) of a call, N(-d2) of a put: the probability of exercise. */
  readonly inStrike: number
  /** A n(d1) = B n(d2). */
  readonly weight: number
  readonly d1: number
  readonly d2: number
}

export function priceVanilla(input: VanillaInput): Vanilla {
  const { right, delivered, paid, x, deviation } = input
  if (deviation === 0) return atNoDeviation(input)
  const a = Math.abs(x) / deviation
  const t = 0.5 * deviation
  const density = shareDensity(a, t)
  const isCallOut = x <= 0
  const low = isCallOut ? delivered : paid
  const { near, rest, far, share } = tails(a, t, density)
  const isOut = isCallOut === (right === 'call')
  const sign = right === 'call' ? 1 : -1
  const d1 = isCallOut ? t - a : t + a
  // out of the money the smaller leg has the near tail and the other the far one by the ratio of the legs; in the money what is left
  const nearTail = isOut ? near : rest
  const ratio = isCallOut ? delivered / paid : paid / delivered
  const farTail = isOut ? far * ratio : 1 - far * ratio
  return {
    price: isOut ? low * share : low * share + sign * (delivered - paid),
    inUnderlying: isCallOut ? nearTail : farTail,
    inStrike: isCallOut ? farTail : nearTail,
    weight: low * density,
    d1,
    d2: d1 - deviation,
  }
}

interface Tails {
  /** N(t - a). */
  readonly near: number
  /** N(a - t). */
  readonly rest: number
  /** e^x N(-t - a). */
  readonly far: number
  /** near - far. */
  readonly share: number
}

/** Each with its own digits. */
function tails(a: number, t: number, density: number): Tails {
  if (a - t >= MILLS_FROM) {
    const share = density * millsDrop(a, t)
    const far = density * (lastFarMills[0] as number)
    return { near: share + far, rest: 1 - (share + far), far, share }
  }
  const far = density * mills(a + t)
  const rest = density * mills(t - a)
  return { near: 1 - rest, rest, far, share: 1 - rest - far }
}

function atNoDeviation({ right, delivered, paid, x }: VanillaInput): Vanilla {
  const sign = right === 'call' ? 1 : -1
  const exercised = x === 0 ? 0.5 : sign * x > 0 ? 1 : 0
  const d = x === 0 ? 0 : x * Infinity
  const price = exercised === 1 ? sign * (delivered - paid) : 0
  return { price, inUnderlying: exercised, inStrike: exercised, weight: x === 0 ? delivered * shareDensity(0, 0) : 0, d1: d, d2: d }
}

/** A greek of the form weight x something that is unbounded without deviation: none of it where the weight is none. */
export function weighted(weight: number, factor: number): number {
  return weight === 0 ? 0 : weight * factor
}
