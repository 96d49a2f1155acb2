/**
 * P8 and P9: Black-76 price, price with seven greeks, implied volatility, each over 16,384 options of random side, strike, life and
 * volatility. Floors: for the price the library calls it cannot do without; for the greeks and for the implied volatility our own price,
 * the strictest figure at hand (the goal of P9 is stated against a typed-array price). Before it is timed every volatility is checked
 * against the one the price was made with. The C++ reference of the goals is not part of this repository and is not run.
 */
import { strict as assert } from 'node:assert'
import { createPrng } from '#base/prng.ts'
import { greeksBlack76Batch, priceBlack76Batch } from '#math/options/black76-batch.ts'
import type { Black76Batch, GreekArrays } from '#math/options/black76-batch.ts'
import { impliedVolBatch } from '#math/options/implied-vol-batch.ts'
import { alternate, row } from './bench.ts'
import type { Bench, Row } from './bench.ts'
import { libmFloor } from './floors/libm-floor.ts'

const OPTIONS = 16_384
const REPEATS = 20
const ROUNDS = 15
const ERROR_MAX = 5e-15

const array = (): Float64Array => new Float64Array(OPTIONS)

/** Strikes to 2.5 deviations either side and lives of a day to a year; half the options out of the money, as a chain is. */
function makeOptions(): Black76Batch {
  const random = createPrng('options')
  const batch = { isCall: new Uint8Array(OPTIONS), forward: array(), strike: array(), years: array(), rate: array(), ivAnnual: array() }
  for (let i = 0; i < OPTIONS; i += 1) {
    const years = (1 + random.uniform() * 364) / 365
    const ivAnnual = 0.2 + random.uniform() * 1.3
    const forward = 60_000 * (1 + 0.1 * random.uniform())
    batch.isCall[i] = random.uniform() < 0.5 ? 1 : 0
    batch.forward[i] = forward
    batch.strike[i] = forward * Math.exp((random.uniform() * 2 - 1) * Math.min(2.5 * ivAnnual * Math.sqrt(years), 1.5))
    batch.years[i] = years
    batch.rate[i] = 0.04
    batch.ivAnnual[i] = ivAnnual
  }
  return batch
}

function perSecond(run: () => void): number {
  const start = process.hrtime.bigint()
  for (let n = 0; n < REPEATS; n += 1) run()
  return (OPTIONS * REPEATS) / (Number(process.hrtime.bigint() - start) / 1e9)
}

/** The worst relative error over the condition price / (vol x vega): what the last digit of the price moves. */
function worstError({ ivAnnual }: Black76Batch, vol: Float64Array, { price, vega }: GreekArrays): number {
  let worst = 0
  for (let i = 0; i < OPTIONS; i += 1) {
    const known = ivAnnual[i] ?? Number.NaN
    const condition = Math.max(1, (price[i] ?? 0) / (known * (vega[i] ?? 0)))
    worst = Math.max(worst, Math.abs((vol[i] ?? Number.NaN) / known - 1) / condition)
  }
  return worst
}

async function measure(): Promise<Row[]> {
  const batch = makeOptions()
  const [price, floor] = [array(), array()]
  const first = { price: array(), delta: array(), gamma: array(), vega: array() }
  const greeks = { ...first, theta: array(), rho: array(), vanna: array(), volga: array() }
  const undiscounted = { ...batch, rate: array() }
  greeksBlack76Batch(undiscounted, greeks)
  const quoted = { ...batch, price: Float64Array.from(greeks.price) }
  const vols = { vol: array(), reason: new Uint8Array(OPTIONS) }
  assert.equal(impliedVolBatch(quoted, vols), OPTIONS)
  const worst = worstError(batch, vols.vol, greeks)
  assert(worst <= ERROR_MAX, `implied volatility off by ${worst} of its condition`)
  const ours = () => perSecond(() => priceBlack76Batch(batch, price))
  const prices = await alternate({ ours, floor: () => perSecond(() => libmFloor(batch, floor)) }, ROUNDS)
  const all = await alternate({ ours: () => perSecond(() => greeksBlack76Batch(batch, greeks)), floor: ours }, ROUNDS)
  const implied = await alternate({ ours: () => perSecond(() => impliedVolBatch(quoted, vols)), floor: ours }, ROUNDS)
  return [
    row('P8 Black-76 price', 'options/s', 'floor: log, sqrt and two exp of the runtime alone', prices),
    row('P8 Black-76 price and seven greeks', 'options/s', 'floor: our price; goal 0.9x', all),
    row(
      'P9 implied volatility',
      'options/s',
      `floor: our price; goal 0.19x; worst error ${worst.toExponential(1)} x condition, goal 5e-15`,
      implied,
    ),
  ]
}

export const optionsBench: Bench = { name: 'options', run: measure }
