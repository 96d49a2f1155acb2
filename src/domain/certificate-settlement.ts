/**
 * What an account with options is sure to have at their settlement, as a function of the settlement index S, exact:
 *   E(S) = base + moving x (S - index) + sum of q x payoff(S) - sum of delivery(S) - closing(S)
 *   payoff = max(K - S, 0) or max(S - K, 0),  delivery = |q| x min(d x S, c x payoff),  closing = |moving| x t x S
 * d and c are the delivery rate and its cap as a share of the payout, t the taker rate, `base` the worth at `index` without the options. E is
 * linear between its kinks (strikes, and cK / (c + d) or cK / (c - d), where the delivery fee changes its rule), so its least value over a
 * range is at a kink or an end: it is found there, not on a grid. A kink between two representable indices is judged at both. In the renewal
 * gap the options have paid at S and the position is closed at S x (1 + gapMove): linear in S with the same kinks.
 * Units: USDC, 1e-18. Every product is rounded to the account's disadvantage, so the least value may lie 1e-18 a product too low.
 */
import { divide, multiplyUnits, scaleUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { Ratio } from '#units/ratio.ts'
import type { OptionType } from './instrument.ts'

export interface SettledLeg {
  readonly optionType: OptionType
  readonly strike: BtcUsdc
  /** Signed: what is held is positive. */
  readonly quantity: Quantity<'BTC'>
}
export interface ExitFees {
  readonly deliveryRate: Ratio
  readonly deliveryCap: Ratio
  readonly takerRate: Ratio
}
export interface SettlementLine {
  /** Equity at `index` without the options. */
  readonly base: Money<'USDC'>
  readonly index: BtcUsdc
  /** Signed size that gains and loses with the index. */
  readonly moving: Quantity<'BTC'>
  readonly legs: readonly SettledLeg[]
  readonly fees: ExitFees
  /** Relative move of the index between settlement and close; absent where both are at S. */
  readonly gapMove?: Ratio | undefined
}
export interface WorstSettlement {
  readonly equity: Money<'USDC'>
  readonly index: Money<'USDC'>
}

/** Equity once everything is settled and closed at index S (units of 1e-18). */
export function settledEquity(line: SettlementLine, index: bigint): bigint {
  const { base, moving, legs, fees, gapMove } = line
  const close = gapMove === undefined ? index : index + multiplyUnits(index, gapMove.units)
  let equity = base.units + multiplyUnits(moving.units, close - line.index.units, 'floor')
  for (const leg of legs) {
    const payoff = payoffOf(leg, index)
    equity += multiplyUnits(leg.quantity.units, payoff, 'floor') - deliveryFee(leg, payoff, index, fees)
  }
  const dearer = close > index ? close : index
  return equity - multiplyUnits(multiplyUnits(absolute(moving.units), dearer, 'ceil'), fees.takerRate.units, 'ceil')
}

/** Least equity over `low` to `high`, both included; of equal values the lowest index. */
export function worstSettlement(line: SettlementLine, low: bigint, high: bigint): WorstSettlement {
  let worst: { equity: bigint; index: bigint } | undefined
  for (const index of kinksOf(line, low, high)) {
    const equity = settledEquity(line, index)
    if (worst === undefined || equity < worst.equity) worst = { equity, index }
  }
  return { equity: new Money(worst?.equity ?? 0n), index: new Money(worst?.index ?? low) }
}

/** Ends and kinks within the range, ascending, each once. */
export function kinksOf({ legs, fees }: Pick<SettlementLine, 'legs' | 'fees'>, low: bigint, high: bigint): readonly bigint[] {
  const found = [low, high, ...legs.flatMap((leg) => legKinks(leg, fees))]
  return [...new Set(found)].filter((index) => index >= low && index <= high).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** What a unit of the index more brings beyond every kink, in units of BTC: not negative means that nothing is lost above. */
export function slopeBeyond({ moving, legs, fees, gapMove }: SettlementLine): bigint {
  let slope = moving.units - multiplyUnits(absolute(moving.units), fees.takerRate.units, 'ceil')
  if (gapMove !== undefined) slope += multiplyUnits(moving.units, gapMove.units, 'floor')
  const perCoin = fees.deliveryRate.compare(fees.deliveryCap) < 0 ? fees.deliveryRate : fees.deliveryCap
  for (const { optionType, quantity } of legs) {
    if (optionType === 'call') slope += quantity.units - multiplyUnits(absolute(quantity.units), perCoin.units, 'ceil')
  }
  return slope
}

export function payoffOf({ optionType, strike }: Pick<SettledLeg, 'optionType' | 'strike'>, index: bigint): bigint {
  const inside = optionType === 'put' ? strike.units - index : index - strike.units
  return inside > 0n ? inside : 0n
}

function deliveryFee({ quantity }: SettledLeg, payoff: bigint, index: bigint, { deliveryRate, deliveryCap }: ExitFees): bigint {
  if (payoff === 0n) return 0n
  const byRate = multiplyUnits(index, deliveryRate.units, 'ceil')
  const byCap = multiplyUnits(payoff, deliveryCap.units, 'ceil')
  return multiplyUnits(absolute(quantity.units), byRate < byCap ? byRate : byCap, 'ceil')
}

function legKinks(
  { optionType, strike }: SettledLeg,
  { deliveryRate: { units: d }, deliveryCap: { units: c } }: ExitFees,
): readonly bigint[] {
  const below = optionType === 'put' ? c + d : c - d
  if (below <= 0n) return [strike.units]
  const at = divide(c * strike.units, below, 'floor')
  return [strike.units, at, at + 1n]
}

function absolute(units: bigint): bigint {
  return units < 0n ? -units : units
}

/** The index, on the way from `from` to `to`, at which a line through its kinks is no longer above zero; undefined where it stays above. */
export function firstCrossing(value: (index: bigint) => bigint, nodes: readonly bigint[]): bigint | undefined {
  let before: { index: bigint; value: bigint } | undefined
  for (const index of nodes) {
    const now = value(index)
    if (now <= 0n) {
      if (before === undefined) return index
      return before.index + scaleUnits(index - before.index, before.value, before.value - now, 'down')
    }
    before = { index, value: now }
  }
  return undefined
}
