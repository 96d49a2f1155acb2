/**
 * Rules an order keeps by itself, whatever the account holds: the contract exists and lives, type and time in force fit together, size and
 * price are whole lots and ticks within the venue's bounds, and the prices behind it may still be used. Options in coin tick on the
 * premium ladder. Flips round a price to the side that does not pay more.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { roundUnits } from '#units/exact.ts'
import type { EpochMs } from '#units/time.ts'
import { hasExpired, instrumentOf, premiumTick } from '#domain/catalogue.ts'
import type { Instrument } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { CoinPremium } from '#units/price.ts'

export type FormRefusal =
  | 'unknown_instrument'
  | 'expired_instrument'
  | 'invalid_order'
  | 'gtd_disabled'
  | 'order_too_small'
  | 'order_too_large'
  | 'not_a_lot'
  | 'not_a_tick'
  | 'price_too_old'

export function checkForm(intent: OrderIntent, at: EpochMs, gtdEnabled: boolean): Result<Instrument, FormRefusal> {
  const found = instrumentOf(intent.instrument)
  if (!found.ok) return refuse('unknown_instrument', 'instrument', intent.instrument, 'a listed contract of BTC')
  const instrument = found.value
  const { quantity, goodUntil } = intent
  if (instrument.kind === 'option' && hasExpired(instrument, at))
    return refuse('expired_instrument', 'instrument', intent.instrument, `before ${instrument.expiry}`)
  const malformed = whyMalformed(intent)
  if (malformed !== undefined) return malformed
  if (intent.timeInForce === 'GTD' && !gtdEnabled)
    return refuse('gtd_disabled', 'timeInForce', 'GTD', 'GTC, IOC or FOK', { field: 'timeInForce', to: 'GTC' })
  const { sizeMin, sizeMax, lot } = instrument
  if (!(quantity.units >= sizeMin.units))
    return refuse('order_too_small', 'quantity', quantity.toString(), sizeMin.toString(), { field: 'quantity', to: sizeMin.toString() })
  if (!(quantity.units <= sizeMax.units))
    return refuse('order_too_large', 'quantity', quantity.toString(), sizeMax.toString(), { field: 'quantity', to: sizeMax.toString() })
  if (quantity.units % lot.units !== 0n) {
    const whole = new Quantity(roundUnits(quantity.units, lot.units, 'down')).toString()
    return refuse('not_a_lot', 'quantity', quantity.toString(), `a multiple of ${lot.toString()}`, { field: 'quantity', to: whole })
  }
  const offTick = whyOffTick(intent, instrument)
  if (offTick !== undefined) return offTick
  if (!(goodUntil >= at)) return refuse('price_too_old', 'goodUntil', goodUntil, at, { field: 'goodUntil', to: at })
  return ok(instrument)
}

function whyMalformed({ type, trigger, postOnly, timeInForce }: OrderIntent): ReturnType<typeof refuse<'invalid_order'>> | undefined {
  const isStop = type === 'stop' || type === 'stop_limit'
  if (isStop && trigger === undefined) return refuse('invalid_order', 'trigger', undefined, 'a stop order has a trigger')
  if (!isStop && trigger !== undefined)
    return refuse('invalid_order', 'trigger', trigger.price.toString(), 'only a stop order has a trigger')
  if (postOnly && (type !== 'limit' || timeInForce === 'IOC' || timeInForce === 'FOK')) {
    return refuse('invalid_order', 'postOnly', true, 'only a resting limit order is post-only', { field: 'postOnly', to: false })
  }
  return undefined
}

function whyOffTick(
  { side, limitPrice, trigger }: OrderIntent,
  instrument: Instrument,
): ReturnType<typeof refuse<'not_a_tick'>> | undefined {
  const tick = tickOf(instrument, limitPrice)
  if (limitPrice.units % tick !== 0n) {
    const down = roundUnits(limitPrice.units, tick, side === 'buy' ? 'floor' : 'ceil')
    const to = new Price(down > 0n ? down : tick).toString()
    return refuse('not_a_tick', 'limitPrice', limitPrice.toString(), `a multiple of ${new Price(tick).toString()}`, {
      field: 'limitPrice',
      to,
    })
  }
  if (trigger !== undefined && trigger.price.units % instrument.tick.units !== 0n) {
    return refuse('not_a_tick', 'trigger', trigger.price.toString(), `a multiple of ${instrument.tick.toString()}`)
  }
  return undefined
}

function tickOf(instrument: Instrument, limitPrice: Price): bigint {
  if (instrument.kind !== 'option' || instrument.settlement !== 'BTC') return instrument.tick.units
  return premiumTick(limitPrice as CoinPremium).units
}
