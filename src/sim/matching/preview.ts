/**
 * What an order would trade now, without trading: for fill-or-kill, post-only and margin. The account's own resting orders are left
 * out, since they would be withdrawn. Units: sizes in counts of 1e-18; `notional` is the sum of price x size in counts of 1e-36, not
 * yet divided, so that nothing is rounded twice.
 */
import type { Side } from '#domain/instrument.ts'
import { against, bestLevel, isBetter } from './book.ts'
import type { Book, BookSide, Level } from './book.ts'
import type { Taker } from './match.ts'

export interface Preview {
  readonly quantity: bigint
  readonly notional: bigint
}

export function preview(book: Book, { account, side, quantity, limit }: Taker): Preview {
  const other = against(book, side)
  let left = quantity
  let notional = 0n
  for (const { price, size } of offers(other, account)) {
    if (left === 0n || isBetter(other.side, limit, price)) break
    const part = size < left ? size : left
    left -= part
    notional += part * price
  }
  return { quantity: quantity - left, notional }
}

/** Whether an order at this price would trade at once. */
export function wouldCross(book: Book, side: Side, price: bigint): boolean {
  const other = against(book, side)
  const reaches = (best: bigint | undefined): boolean => best !== undefined && !isBetter(other.side, price, best)
  return reaches(bestLevel(other)?.price) || reaches(other.resting[0]?.price)
}

function offers({ side, ladder, taken, resting }: BookSide, account: string): readonly Level[] {
  const found: Level[] = []
  let gone = taken
  for (const { price, size } of ladder) {
    if (size > gone) found.push({ price, size: size - gone })
    gone = gone > size ? gone - size : 0n
  }
  if (resting.length === 0) return found
  for (const order of resting) if (order.account !== account) found.push({ price: order.price, size: order.open })
  return found.sort((a, b) => (a.price === b.price ? 0 : isBetter(side, a.price, b.price) ? -1 : 1))
}
