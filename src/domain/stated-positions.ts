/**
 * What a client states beyond the books (docs/decisions/0010-renewal-guarantee.md): a statement may repeat what the books hold, so of each side only
 * what is larger than the position there counts, and of the positions stated those that have lost most come first, because nobody says which of
 * them the books hold. Their result is
 *   sum of size x (index - entry) x dir,   at most 0
 * since their cash is elsewhere: a loss is counted against the account, a gain cannot be taken here. Sizes in coin, signed; USDC, rounded down.
 * Edge: a position stated without its entry has no result.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { PositionSide } from './instrument.ts'

export interface StatedPart {
  readonly side: PositionSide
  readonly size: Quantity<'BTC'>
  readonly entryPrice?: BtcUsdc | undefined
}
export interface StatedBeyond {
  readonly size: Quantity<'BTC'>
  readonly result: Money<'USDC'>
}

/** `held`: signed size in the books. */
export function statedBeyond(stated: readonly StatedPart[], held: bigint, index: BtcUsdc): StatedBeyond {
  const long = beyondOf(stated, 'long', held, index)
  const short = beyondOf(stated, 'short', -held, index)
  const result = long.result + short.result
  return { size: new Quantity(long.size - short.size), result: new Money<'USDC'>(result < 0n ? result : 0n) }
}

function beyondOf(stated: readonly StatedPart[], side: PositionSide, held: bigint, index: BtcUsdc): { size: bigint; result: bigint } {
  const gain = ({ entryPrice }: StatedPart): bigint => {
    const rise = entryPrice === undefined ? 0n : index.units - entryPrice.units
    return side === 'long' ? rise : -rise
  }
  const parts = stated.filter((part) => part.side === side).toSorted((a, b) => (gain(a) < gain(b) ? -1 : gain(a) > gain(b) ? 1 : 0))
  const total = parts.reduce((sum, { size }) => sum + size.units, 0n) - (held > 0n ? held : 0n)
  let [left, result] = [total > 0n ? total : 0n, 0n]
  const size = left
  for (const part of parts) {
    const taken = part.size.units < left ? part.size.units : left
    left -= taken
    result += multiplyUnits(taken, gain(part), 'floor')
  }
  return { size, result }
}
