/**
 * The promise in numbers (design section 2). A long's floor price is index x (1 - f), bought as a put with K >= floor price; a short's is
 * index x (1 + f), bought as a call with K <= floor price. What the account is sure to keep at settlement:
 *   floorEquity = equityBefore - size x (index - K) x dir - premium - fee - exitCosts,   dir = +1 long and put, -1 short and call
 * because position and cover together gain nothing and lose nothing beyond K. A strike beyond the index raises the floor. Exit costs are
 * the venue's fees of leaving at settlement S, at their worst (docs/decisions/0011-exit-costs-in-the-floor.md):
 *   delivery = size x min(deliveryRate x S, deliveryCap x payout per coin), closing = size x takerRate x S
 * Units: USDC, coin; exact, bounds rounded up. Edges: for a short both grow with S without end, so the bound speaks of S up to
 * `indexMax`; floor prices are rounded towards the index, so that a strike that passes truly holds the share.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { RATIO_ONE } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { OptionType, PositionSide } from '#domain/instrument.ts'
import type { AccountValue } from '#topics/account.ts'

type Usdc = Money<'USDC'>

export function direction(side: PositionSide): 1n | -1n {
  return side === 'long' ? 1n : -1n
}

export function optionTypeFor(side: PositionSide): OptionType {
  return side === 'long' ? 'put' : 'call'
}

export function floorPriceOf(index: BtcUsdc, drawdownFloor: Ratio, side: PositionSide): BtcUsdc {
  return side === 'long' ? index.scaled(RATIO_ONE.minus(drawdownFloor), 'ceil') : index.scaled(RATIO_ONE.plus(drawdownFloor), 'floor')
}

/** Is the strike on the side of the floor price that keeps the promise? */
export function strikeHolds(strike: BtcUsdc, floorPrice: BtcUsdc, side: PositionSide): boolean {
  return side === 'long' ? strike.isAtLeast(floorPrice) : floorPrice.isAtLeast(strike)
}

export interface FloorInputs {
  readonly equityBefore: Usdc
  readonly size: Quantity<'BTC'>
  readonly index: BtcUsdc
  readonly strike: BtcUsdc
  readonly side: PositionSide
  readonly premium: Usdc
  readonly fee: Usdc
  readonly exitCosts: Usdc
}
export function floorEquityOf({ equityBefore, size, index, strike, side, premium, fee, exitCosts }: FloorInputs): Usdc {
  const lossToStrike = multiplyUnits(index.units - strike.units, size.units, 'ceil') * direction(side)
  return new Money<'USDC'>(equityBefore.units - lossToStrike - premium.units - fee.units - exitCosts.units)
}

/**
 * What the floor does not count: results of the market, not fees, and what the client does with the account or states anew afterwards; no bound of them is known
 * beforehand. Other covers cost and bring what they do, and the part of the position they stand for loses down to their own strikes: the
 * certificate says what the account keeps with all of them (docs/decisions/0021-a-cover-carries-its-proof.md).
 */
const FLOOR_EXCLUDES = ['funding', 'basis', 'closing_slippage', 'trading', 'transfers', 'stated_positions', 'other_covers'] as const

/**
 * With a perpetual hedge beside the cover, what that hedge may lose is counted neither: it can be entered under the strike and left above it.
 * Nor is what a part of the position loses that is larger than its covers.
 */
export function floorExcludesOf({ hedges = [] }: Pick<AccountValue, 'hedges'>, leavesUncovered: boolean): string[] {
  const hasPerpetual = hedges.some(({ instrument }) => {
    const found = instrumentOf(instrument)
    return found.ok && found.value.kind !== 'option'
  })
  const excludes = [...FLOOR_EXCLUDES, ...(hasPerpetual ? ['hedge_result'] : [])]
  return leavesUncovered ? withUncovered(excludes) : excludes
}

/** Of a cover that is smaller than its position, from the start or since a part of it is gone. */
export function withUncovered(excludes: readonly string[] = []): string[] {
  return [...new Set([...excludes, UNCOVERED])]
}

export function withoutUncovered(excludes: readonly string[] = []): string[] {
  return excludes.filter((name) => name !== UNCOVERED)
}

const UNCOVERED = 'uncovered_position'

export interface ExitRates {
  readonly deliveryRate: Ratio
  readonly deliveryCap: Ratio
  readonly takerRate: Ratio
  /** Highest settlement index a short's bound speaks of, in strikes. */
  readonly settlementMultipleMax: Ratio
}
export interface ExitCosts {
  readonly delivery: Usdc
  readonly closing: Usdc
  readonly total: Usdc
  /** Absent where the bound holds at every index. */
  readonly indexMax: BtcUsdc | undefined
}
/**
 * The most that leaving at settlement may cost. Long: at S <= K both fees are at most their rate of K; over K the position gains more than
 * its closing fee grows. Short: both grow with S, so they are taken at `indexMax`; under K the position gains and nothing is delivered.
 */
export function exitCostsOf(
  { size, strike, side }: Pick<FloorInputs, 'size' | 'strike' | 'side'>,
  { deliveryRate, deliveryCap, takerRate, settlementMultipleMax }: ExitRates,
): ExitCosts {
  const indexMax = side === 'long' ? undefined : strike.scaled(settlementMultipleMax, 'ceil')
  const worst = indexMax ?? strike
  const payout = indexMax === undefined ? strike.times(size) : payoutOf('call', strike, indexMax, size)
  const byRate = worst.times(size).times(deliveryRate, 'up')
  const byCap = payout.times(deliveryCap, 'up')
  const delivery = byCap.isBelow(byRate) ? byCap : byRate
  const closing = worst.times(size).times(takerRate, 'up')
  return { delivery, closing, total: delivery.plus(closing), indexMax }
}

/** What the option pays at settlement per the contract: max(K - S, 0) for a put, max(S - K, 0) for a call, x size, in USDC at S. */
export function payoutOf(option: OptionType, strike: BtcUsdc, settlementIndex: BtcUsdc, size: Quantity<'BTC'>): Usdc {
  const inside = option === 'put' ? strike.units - settlementIndex.units : settlementIndex.units - strike.units
  return new Money<'USDC'>(inside <= 0n ? 0n : multiplyUnits(inside, size.units))
}
