/**
 * Peer of P2: the lean engine's work (four breakers, one position valued on every tick, an order every 100 ticks) in the stack the
 * documents describe, written the ordinary way: Decimal.js for every amount, an EventEmitter between stages, a JSON line per record
 * appended to a log in memory. No double entry, no order life cycle, no venue, nothing on disk.
 */
import { EventEmitter } from 'node:events'
import { Decimal } from 'decimal.js'

interface Tick {
  readonly price: Decimal
  readonly bid: Decimal
  readonly ask: Decimal
}

export function documentsStack(prices: Float64Array): { readonly ticks: number; readonly bytes: number; readonly equity: string } {
  const bus = new EventEmitter()
  let bytes = 0
  let count = 0
  let cash = new Decimal(20_000)
  let quantity = new Decimal(0)
  let equity = cash
  let peak = cash
  let low = new Decimal(Infinity)
  let high = new Decimal(0)
  let tripped = 0
  const log = (record: object): void => {
    bytes += JSON.stringify(record).length
  }
  bus.on('tick', (tick: Tick) => {
    const mark = tick.bid.plus(tick.ask).div(2)
    bus.emit('mark', mark, tick)
  })
  bus.on('mark', (mark: Decimal, { bid, ask }: Tick) => {
    equity = cash.plus(quantity.times(mark))
    if (equity.gt(peak)) peak = equity
    if (mark.lt(low)) low = mark
    if (mark.gt(high)) high = mark
    if (high.minus(mark).div(high).gt('0.5')) tripped++
    if (peak.minus(equity).div(peak).gt('0.9')) tripped++
    if (ask.minus(bid).div(mark).gt('0.001')) tripped++
    if (mark.times(quantity.abs()).div(equity).gt('100')) tripped++
    if (tripped === 0) bus.emit('valued', mark)
  })
  bus.on('valued', (mark: Decimal) => {
    log({ ts: count, event: 'valuation', equity: equity.toFixed(2), mark: mark.toFixed(2) })
    if (count % 100 === 0) bus.emit('order', mark)
  })
  bus.on('order', (mark: Decimal) => {
    const side = count % 200 === 0 ? 1 : -1
    const size = new Decimal('0.01').times(side)
    const fee = mark.times('0.01').times('0.0005')
    cash = cash.minus(mark.times(size)).minus(fee)
    quantity = quantity.plus(size)
    log({ ts: count, event: 'fill', size: size.toString(), price: mark.toString(), fee: fee.toString() })
  })
  for (let i = 0; i < prices.length; i++) {
    count = i
    const price = new Decimal(prices[i] as number)
    bus.emit('tick', { price, bid: price.minus('0.25'), ask: price.plus('0.25') })
  }
  return { ticks: prices.length, bytes, equity: equity.toFixed(2) }
}
