/**
 * State gates for orders that add risk: brakes, a start or a difference not reconciled, a link that is down, a clock too far off. Orders
 * that only reduce and renewals of a standing cover never come here (faults I8). And the gates on prices: what an order is judged by
 * must be fresh, and its bound not absurdly beyond the mark.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Price } from '#units/price.ts'
import { multiplyUnits, ONE, roundUnits } from '#units/exact.ts'
import type { DurationMs } from '#units/time.ts'
import type { Instrument } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { CostPrices } from './order-cost.ts'
import type { RiskConfig } from './risk-config.ts'
import type { RiskView } from './risk-view.ts'

export type GateRefusal =
  | 'halted'
  | 'reduce_only'
  | 'frozen'
  | 'reconciling'
  | 'reconciliation_differs'
  | 'venue_link_down'
  | 'clock_offset'
const BRAKE_CODES = { halt: 'halted', reduce_only: 'reduce_only', freeze: 'frozen' } as const

export function checkGates(view: RiskView, { clockOffsetMaxMs }: RiskConfig): Result<true, GateRefusal> {
  const { brake, reconciliation, linkState, clockOffsetMs } = view
  if (brake !== undefined)
    return refuse(BRAKE_CODES[brake.action], 'brake', brake.source, 'no brake but for risk-reducing orders', { field: 'brake', to: null })
  if (reconciliation === 'none')
    return refuse('reconciling', 'reconciliation', 'none', 'matched', { field: 'reconciliation', to: 'matched' })
  if (reconciliation === 'differs')
    return refuse('reconciliation_differs', 'reconciliation', 'differs', 'matched', { field: 'reconciliation', to: 'matched' })
  if (linkState === 'down') return refuse('venue_link_down', 'linkState', 'down', 'up', { field: 'linkState', to: 'up' })
  if (!(Math.abs(clockOffsetMs) <= clockOffsetMaxMs)) {
    return refuse('clock_offset', 'clockOffsetMs', clockOffsetMs, clockOffsetMaxMs, {
      field: 'clockOffsetMs',
      to: Math.sign(clockOffsetMs) * clockOffsetMaxMs,
    })
  }
  return ok(true)
}

export type PriceRefusal = 'stale_price' | 'price_band'

export function checkPrices(
  intent: OrderIntent,
  instrument: Instrument,
  view: RiskView,
  config: RiskConfig,
): Result<CostPrices, PriceRefusal> {
  const maxAgeMs = config.priceAgeMaxMs as DurationMs
  if (view.index === undefined) return refuse('stale_price', 'index', undefined, 'an index')
  const index = view.index.read(view.at, maxAgeMs)
  if (!index.ok) return index
  if (instrument.kind === 'option') return ok({ index: index.value.units, mark: index.value.units })
  if (view.mark === undefined) return refuse('stale_price', 'mark', undefined, `a mark of ${instrument.id}`)
  const mark = view.mark.read(view.at, maxAgeMs)
  if (!mark.ok) return mark
  const beyond = whyBeyondBand(intent, instrument, mark.value, config)
  return beyond ?? ok({ index: index.value.units, mark: mark.value.units })
}

function whyBeyondBand(
  { side, limitPrice }: OrderIntent,
  { tick }: Instrument,
  mark: BtcUsdc,
  { priceBandMax }: RiskConfig,
): ReturnType<typeof refuse<'price_band'>> | undefined {
  const isBuy = side === 'buy'
  const bound = multiplyUnits(mark.units, isBuy ? ONE + priceBandMax.units : ONE - priceBandMax.units)
  if (isBuy ? limitPrice.units <= bound : limitPrice.units >= bound) return undefined
  const to = new Price(roundUnits(bound, tick.units, isBuy ? 'floor' : 'ceil')).toString()
  return refuse('price_band', 'limitPrice', limitPrice.toString(), to, { field: 'limitPrice', to })
}
