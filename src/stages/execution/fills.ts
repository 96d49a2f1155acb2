/**
 * Fills on orders. Each trade counts once, whoever repeats it (faults V19, A01), before or after the venue's acknowledgement (V18). A fill
 * after the end is booked and the state corrected (O02). More than the order's size is not its fill: it is reported as `overfill`, never
 * added; the ledger books what the venue did.
 */
import { multiplyUnits } from '#units/exact.ts'
import { SILENT } from '#engine/component.ts'
import type { Emission } from '#engine/component.ts'
import type { VenueFill } from '#topics/orders.ts'
import { hasEnded } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'
import { moveTo, tell } from './transitions.ts'
import type { LifeEvent } from './transitions.ts'

export function takeFill(record: OrderRecord, fill: VenueFill): readonly Emission<LifeEvent>[] {
  if (record.trades.includes(fill.tradeId)) return SILENT
  record.trades.push(fill.tradeId)
  const size = record.order.quantity.units
  if (record.filled + fill.quantity.units > size) return [tell(record, record.state, 'overfill')]
  record.filled += fill.quantity.units
  const notional = multiplyUnits(fill.price.units, fill.quantity.units)
  record.notional += notional
  const charged = record.fees.find(({ currency }) => currency === fill.feeCurrency)
  if (charged === undefined) record.fees.push({ currency: fill.feeCurrency, units: fill.fee.units })
  else charged.units += fill.fee.units
  record.notionalUsdc += multiplyUnits(notional, fill.index.units)
  record.feesUsdc += fill.feeCurrency === 'BTC' ? multiplyUnits(fill.fee.units, fill.index.units) : fill.fee.units
  if (hasEnded(record)) return [tell(record, record.filled === size ? 'filled' : record.state, 'late_fill')]
  if (record.filled === size) return moveTo(record, 'filled')
  const { ending } = record
  if (ending !== undefined && record.filled >= ending.filled) return moveTo(record, ending.state, ending.reason)
  return moveTo(record, 'partially_filled')
}
