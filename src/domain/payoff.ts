/**
 * What an account is worth once a cover is settled and the position closed, by settlement index, with the cover and as if it had never been
 * bought; from the inputs of the cover's certificate, by the certificate's own line (`certificate-settlement.ts`), so that picture and proof are
 * one computation. Without the cover: no options, and premium, purchase fee and what is still owed for it are not spent.
 * Both are linear between the points given: every strike, every change of the delivery fee's rule, both ends of the range, the index of the
 * promise, `also`, and round indices so that a reader can point at one. Units: USDC, exact (1e-18, products rounded to the account's
 * disadvantage). The path to settlement is not in it: where the venue would have closed the account before is said apart (`liquidation`),
 * options at intrinsic value and without their credit.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { liquidationIndex, settlementLine } from './certificate.ts'
import type { CertificateInputs } from './certificate-record.ts'
import { kinksOf, settledEquity } from './certificate-settlement.ts'

type Usdc = Money<'USDC'>

export interface PayoffPoint {
  readonly index: Usdc
  readonly withCover: Usdc
  readonly withoutCover: Usdc
}
export interface Payoff {
  /** By ascending index. */
  readonly points: readonly PayoffPoint[]
  /** Absent where the account is closed at no index of the range that the certificate looks at. */
  readonly liquidation: { readonly withCover: Usdc | undefined; readonly withoutCover: Usdc | undefined }
}
export interface PayoffRange {
  /** Shares of the index of the promise: 0.6 to 1.4. */
  readonly low: bigint
  readonly high: bigint
  /** More indices to be told, units of 1e-18. */
  readonly also?: readonly bigint[]
}
/** A tenth of a cent: kinks of the delivery fee come in pairs a 1e-18 apart, of which one is enough for a picture. */
const APART = 10n ** 15n

export function payoffCurve(inputs: CertificateInputs, paid: Usdc, { low, high, also = [] }: PayoffRange): Payoff {
  const covered = settlementLine(inputs)
  const bare = { ...covered, base: covered.base.plus(paid).plus(inputs.promise.owed), legs: [] }
  const [from, to] = [multiplyUnits(inputs.index.units, low), multiplyUnits(inputs.index.units, high)]
  const told = [...kinksOf(covered, from, to), ...roundIndices(inputs.index.units, from, to), inputs.index.units, ...also].filter(
    (index) => index >= from && index <= to,
  )
  const points = apart(told.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))).map((index) => ({
    index: new Money<'USDC'>(index),
    withCover: new Money<'USDC'>(settledEquity(covered, index)),
    withoutCover: new Money<'USDC'>(settledEquity(bare, index)),
  }))
  const unspent = { ...inputs, books: { ...inputs.books, cash: inputs.books.cash.plus(paid) } }
  return { points, liquidation: { withCover: closedAt(inputs, inputs.legs), withoutCover: closedAt(unspent, []) } }
}

/** 30 to 100 of them: steps of 1,000 around 88,000, of 2,000 around 120,000. */
function roundIndices(index: bigint, from: bigint, to: bigint): readonly bigint[] {
  const power = 10n ** BigInt(Math.max(0, index.toString().length - 2))
  const step = index / power < 50n ? power / 5n : power
  const first = (from + step - 1n) / step
  return Array.from({ length: Number(to / step - first) + 1 }, (_, i) => (first + BigInt(i)) * step)
}

function closedAt(inputs: CertificateInputs, legs: CertificateInputs['legs']): Usdc | undefined {
  if (inputs.books.contracts.isZero()) return undefined
  const index = liquidationIndex(inputs, legs)
  return index === undefined ? undefined : new Money<'USDC'>(index)
}

function apart(sorted: readonly bigint[]): readonly bigint[] {
  return sorted.filter((index, i) => i === 0 || index - (sorted[i - 1] ?? 0n) > APART)
}
