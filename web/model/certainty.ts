/**
 * How sure the figure of equity is, as an interval and a reason: from the conservative close (bid for what is held, ask for what is owed) to the mark, and
 * wider where a price is old or nobody really bids (`low` and `high` of the valuation). Its width is said in money and as a share of the value. Ages are
 * market time. Edge: what cannot be known has no interval.
 */
import type { Overview } from '#api/contract-page.ts'
import { divideUnits } from '#units/exact.ts'
import { isNegative, percent, unitsOf, usdc, written } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import type { Tone } from './safety.ts'

export interface Certainty {
  readonly tone: Tone
  /** Decimal strings; undefined while there is no value. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly because: string
}
type Equity = NonNullable<Overview['equity']>

export function certaintyOf({ equity, price }: Pick<Overview, 'equity' | 'price'>, isLost: boolean): Certainty {
  if (equity === null)
    return { tone: 'unknown', from: undefined, to: undefined, because: 'There is no value yet, so nothing can be said of it.' }
  const [from, to] = boundsOf(equity)
  const within = `Within ${widthOf(from, to)}`
  const told = (tone: Tone, because: string): Certainty => ({ tone, from, to, because })
  if (isLost) return told('unknown', `${within} when it was last told; since then anything may have changed.`)
  if (price?.fresh !== true)
    return told(
      'unknown',
      `${within} at an index that ${price === null ? 'is not known' : `is ${age(price.ageMs)} old`} and no longer counts.`,
    )
  if (equity.missingPositions.length > 0) return told('unknown', `Not complete: no price for ${equity.missingPositions.join(', ')}.`)
  if (equity.staleMarks.length > 0) return told('warn', `${within}: an old price, or no real bid, for ${equity.staleMarks.join(', ')}.`)
  return told('ok', `${within}: every price fresh and bid for, the index ${age(price.ageMs)} old.`)
}

function boundsOf({ close, mark, low, high }: Equity): readonly [from: string, to: string] {
  const sorted = [close, mark, low, high].toSorted((a, b) => {
    const [x, y] = [unitsOf(a) ?? 0n, unitsOf(b) ?? 0n]
    return x < y ? -1 : x > y ? 1 : 0
  })
  return [sorted[0] ?? close, sorted[3] ?? mark]
}

function widthOf(from: string, to: string): string {
  const [least, most] = [unitsOf(from) ?? 0n, unitsOf(to) ?? 0n]
  const width = `${written(most - least, { places: 2 })}\u00a0USDC`
  return isNegative(from) || least === 0n ? width : `${width} (${shareOf(divideUnits(most - least, least))})`
}

function shareOf(units: bigint): string {
  const share = written(units, { places: 18 })
  return units > 0n && units < 10n ** 14n ? `under ${percent('0.0001')}` : percent(share)
}

/** For one glance: both ends. */
export function intervalOf({ from, to }: Certainty): string {
  return `${usdc(from)} to ${usdc(to)}`
}
