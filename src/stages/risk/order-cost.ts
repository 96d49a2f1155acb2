/**
 * What one unit of an order can take from the account's USDC, worst price included, rounded up: premium and fee for an option bought;
 * initial margin (price / leverage) and taker fee for a perpetual or spot; an account holds no coin, so coin premiums are bought at the
 * index (DV-03). Option fee (Deribit): min(tradeRate, tradeCap x premium) coin per coin. Counts of 1e-18 USDC per unit of size.
 */
import { divideUnits, multiplyUnits, ONE } from '#units/exact.ts'
import { ratioFromFloat } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { DERIBIT_OPTION_FEES } from '#domain/fees.ts'
import type { Instrument } from '#domain/instrument.ts'
import { lowersNetRisk } from '#domain/brakes.ts'
import type { OrderIntent } from '#domain/order.ts'

export interface CostPrices {
  /** Units of 1e-18 USDC per BTC. */
  readonly index: bigint
  readonly mark: bigint
}

export function costPerUnit(intent: OrderIntent, instrument: Instrument, { index, mark }: CostPrices, takerRate: Ratio): bigint {
  const limit = intent.limitPrice.units
  if (instrument.kind === 'option') return optionCost(limit, instrument.settlement === 'BTC', index)
  const leverage = ratioFromFloat(intent.leverage ?? 1, 6).units
  const isMargined = !lowersNetRisk(intent) // a venue asks no margin for what takes its one position down
  const perUnit = instrument.kind === 'inverse-perpetual' ? ONE : intent.side === 'buy' || limit > mark ? limit : mark
  return (isMargined ? divideUnits(perUnit, leverage, 'ceil') : 0n) + multiplyUnits(perUnit, takerRate.units, 'ceil')
}

function optionCost(premium: bigint, inCoin: boolean, index: bigint): bigint {
  const { tradeRate, tradeCap } = DERIBIT_OPTION_FEES
  const onUnderlying = inCoin ? tradeRate.units : multiplyUnits(tradeRate.units, index, 'ceil')
  const cap = multiplyUnits(premium, tradeCap.units, 'ceil')
  const total = premium + (onUnderlying < cap ? onUnderlying : cap)
  return inCoin ? multiplyUnits(total, index, 'ceil') : total
}
