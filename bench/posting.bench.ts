/**
 * P15: exact double-entry posting. The same random trades of a margin account (position by average cost, realised result, fee, balanced
 * entries, ledger accounts) booked by the ledger's own kernel and by a twin in decimal.js at the same 1e-18; every balance, the position
 * and its cost must come out equal to the last digit. Goal: at least 5x decimal.js, same results.
 */
import { strict as assert } from 'node:assert'
import { Decimal } from 'decimal.js'
import { createPrng } from '#base/prng.ts'
import { applyTrade, FLAT, worthOf } from '#domain/position.ts'
import type { CostPosition } from '#domain/position.ts'
import { CASH, CLEARING, entry, FEES, post, RESULTS } from '#stages/ledger/chart.ts'
import type { Balances, Entry } from '#stages/ledger/chart.ts'
import { formatUnits, multiplyUnits } from '#units/exact.ts'
import { alternate, row } from './bench.ts'
import type { Bench, Row } from './bench.ts'

const TRADES = 1_000_000
const CHUNK = 100_000
const POSITION = 'position:BTC_USDC-PERPETUAL'
const NAMES = [CASH, CLEARING, FEES, RESULTS, POSITION] as const
const RATE = 500_000_000_000_000n // 0.0005
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 40 })
const RATE_DECIMAL = new Exact('0.0005')

interface Trade {
  readonly quantity: bigint
  readonly price: bigint
  readonly quantityDecimal: Decimal
  readonly priceDecimal: Decimal
}
interface Books {
  readonly balances: Balances
  position: CostPosition
}
interface SlowBooks {
  readonly balances: Map<string, Decimal>
  quantity: Decimal
  cost: Decimal
}

/** Both sides get their own number type ready-made: neither pays for parsing. */
function makeTrades(seed: string): readonly Trade[] {
  const random = createPrng(seed)
  return Array.from({ length: CHUNK }, () => {
    const lots = BigInt(1 + random.int(20_000)) * (random.uniform() < 0.5 ? 1n : -1n)
    const [quantity, price] = [lots * 10n ** 14n, BigInt(40_000_00 + random.int(60_000_00)) * 10n ** 16n]
    return { quantity, price, quantityDecimal: new Exact(formatUnits(quantity)), priceDecimal: new Exact(formatUnits(price)) }
  })
}

function book(books: Books, { quantity, price }: Trade): void {
  const worth = worthOf('linear', quantity, price)
  const after = applyTrade(books.position, quantity, worth)
  const change = after.cost - books.position.cost
  const fee = multiplyUnits(worth < 0n ? -worth : worth, RATE)
  const entries: readonly Entry[] = [
    entry(POSITION, 'USDC', change),
    entry(CLEARING, 'USDC', -change),
    entry(CASH, 'USDC', after.realised - fee),
    entry(RESULTS, 'USDC', -after.realised),
    entry(FEES, 'USDC', fee),
  ]
  post(books.balances, entries)
  books.position = after
}

function bookSlowly(books: SlowBooks, { quantityDecimal: quantity, priceDecimal: price }: Trade): void {
  const worth = quantity.times(price).toDecimalPlaces(18)
  const { cost, realised } = tradeSlowly(books, quantity, worth)
  const change = cost.minus(books.cost)
  const fee = worth.abs().times(RATE_DECIMAL).toDecimalPlaces(18)
  postSlowly(books.balances, [
    [POSITION, change],
    [CLEARING, change.negated()],
    [CASH, realised.minus(fee)],
    [RESULTS, realised.negated()],
    [FEES, fee],
  ])
  books.quantity = books.quantity.plus(quantity)
  books.cost = cost
}

function tradeSlowly(
  { quantity: held, cost }: SlowBooks,
  size: Decimal,
  worth: Decimal,
): { readonly cost: Decimal; readonly realised: Decimal } {
  const after = held.plus(size)
  if (held.isZero() || held.isNegative() === size.isNegative()) return { cost: cost.plus(worth), realised: new Exact(0) }
  if (after.isZero()) return { cost: new Exact(0), realised: worth.negated().minus(cost) }
  if (after.isNegative() === held.isNegative()) {
    const released = cost.times(size.negated()).div(held).toDecimalPlaces(18)
    return { cost: cost.minus(released), realised: worth.negated().minus(released) }
  }
  const closing = worth.times(held.negated()).div(size).toDecimalPlaces(18)
  return { cost: worth.minus(closing), realised: closing.negated().minus(cost) }
}

function postSlowly(balances: Map<string, Decimal>, entries: readonly (readonly [string, Decimal])[]): void {
  const total = entries.reduce((sum, [, amount]) => sum.plus(amount), new Exact(0))
  assert(total.isZero())
  for (const [name, amount] of entries) balances.set(name, (balances.get(name) ?? new Exact(0)).plus(amount))
}

function perSecond(count: number, run: () => void): number {
  const start = process.hrtime.bigint()
  run()
  return count / (Number(process.hrtime.bigint() - start) / 1e9)
}

function assertEqual(fast: Books, slow: SlowBooks): void {
  for (const name of NAMES) assert.equal(formatUnits(fast.balances.get('USDC')?.get(name) ?? 0n), slow.balances.get(name)?.toFixed(), name)
  assert.equal(formatUnits(fast.position.quantity), slow.quantity.toFixed())
  assert.equal(formatUnits(fast.position.cost), slow.cost.toFixed())
}

export function postingBenchOf(count: number): Bench {
  return { name: 'posting', run: () => measure(count) }
}

export const postingBench = postingBenchOf(TRADES)

async function measure(count: number): Promise<Row[]> {
  const fast: Books = { balances: new Map(), position: FLAT }
  const slow: SlowBooks = { balances: new Map(), quantity: new Exact(0), cost: new Exact(0) }
  const rounds = Math.max(7, Math.ceil(count / CHUNK))
  let [made, booked] = [0, 0]
  let trades: readonly Trade[] = []
  const figures = await alternate(
    {
      floor: () => {
        trades = makeTrades(`posting-${made++}`)
        return perSecond(CHUNK, () => trades.forEach((trade) => bookSlowly(slow, trade)))
      },
      ours: () => {
        booked += CHUNK
        const figure = perSecond(CHUNK, () => trades.forEach((trade) => book(fast, trade)))
        assertEqual(fast, slow)
        return figure
      },
    },
    rounds,
  )
  return [row('P15 exact double-entry posting', 'postings/s', `floor: decimal.js, same ${booked} trades, same balances; goal 5x`, figures)]
}
