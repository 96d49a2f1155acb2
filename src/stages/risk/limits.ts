/**
 * The ladder every order climbs, from cheap and general to dear and specific; the first rule broken is the one reported, with the smallest
 * change that would have passed where there is one. All amounts exact. Worst case throughout: the position with all live and unknown
 * orders of one side filled and the other side not (`exposure.ts`). Margin of an opening: notional / leverage and fee from what cash or
 * equity (the smaller) leave above the initial margin in use. A cover bought: premium and fee from cash not yet promised; a first cover
 * must also leave equity at or above maintenance margin with the option worth nothing; a renewal need not, it replaces value that stands.
 */
import { ok, refuse } from '#base/result.ts'
import type { Flip, Result } from '#base/result.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { multiplyUnits, ONE, roundUnits, scaleUnits } from '#units/exact.ts'
import { isReducing, isRiskReducing, lowersNetRisk } from '#domain/brakes.ts'
import type { Instrument } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import { worstOf, worthOf } from './exposure.ts'
import { checkGates, checkPrices } from './gates.ts'
import type { GateRefusal, PriceRefusal } from './gates.ts'
import { costPerUnit } from './order-cost.ts'
import { checkForm } from './order-form.ts'
import type { FormRefusal } from './order-form.ts'
import { countWithin, freeAt } from './rate-window.ts'
import { leverageCap } from './risk-config.ts'
import type { RiskConfig } from './risk-config.ts'
import type { RiskView } from './risk-view.ts'

export type LimitRefusal =
  | 'no_session'
  | 'duplicate_intent'
  | FormRefusal
  | GateRefusal
  | PriceRefusal
  | 'not_reducing'
  | 'uncovered_sale'
  | 'invalid_leverage'
  | 'position_limit'
  | 'notional_limit'
  | 'no_account_value'
  | 'insufficient_margin'
  | 'insufficient_cash'
  | 'maintenance_margin'
  | 'order_rate'
  | 'renewal_rate'
/** What the order may take from the account per unit of size, for the count of what is promised. */
export interface Admitted {
  readonly costPerUnit: bigint
}

export function admitOrder(intent: OrderIntent, view: RiskView, config: RiskConfig): Result<Admitted, LimitRefusal> {
  if (!view.hasSession) return refuse('no_session', 'session', null, 'a started session')
  if (view.isDuplicate) return refuse('duplicate_intent', 'intentId', intent.intentId, 'an intent not approved before')
  const form = checkForm(intent, view.at, config.gtdEnabled)
  if (!form.ok) return form
  if (isReducing(intent)) return checkReduction(intent, form.value, view, config)
  const gates = isRiskReducing(intent) ? ok(true) : checkGates(view, config)
  if (!gates.ok) return gates
  const prices = checkPrices(intent, form.value, view, config)
  if (!prices.ok) return prices
  const size = checkSize(intent, form.value, view, config, prices.value.index)
  if (!size.ok) return size
  const cost = costPerUnit(intent, form.value, prices.value, config.takerRate)
  const funds = checkFunds(intent, form.value, view, cost)
  if (!funds.ok) return funds
  const rate = intent.renewsCover === true ? checkRenewalRate(view, config) : checkRate(view, config)
  return rate.ok ? ok({ costPerUnit: cost }) : rate
}

/** Against the position and never beyond it, closes in flight included: a reduce-only order that flips would open (fault O07). */
function checkReduction(intent: OrderIntent, instrument: Instrument, view: RiskView, config: RiskConfig): Result<Admitted, LimitRefusal> {
  const held = intent.side === 'sell' ? view.position : -view.position
  const left = held - view.reducing
  if (!(intent.quantity.units <= left)) {
    const seen = intent.quantity.toString()
    return refuse('not_reducing', 'quantity', seen, new Quantity(left > 0n ? left : 0n).toString(), quantityFlip(left, instrument))
  }
  const used = countWithin(view.reductions, view.at, 1_000) + view.pendingReductions
  if (used >= config.reducingPerSecond)
    return overRate(
      view,
      config.reducingPerSecond,
      rateFree(view.reductions, view, 1_000, config.reducingPerSecond, view.pendingReductions),
    )
  return ok({ costPerUnit: 0n })
}

function checkSize(
  intent: OrderIntent,
  instrument: Instrument,
  view: RiskView,
  config: RiskConfig,
  index: bigint,
): Result<true, LimitRefusal> {
  if (instrument.kind === 'option' && intent.side === 'sell')
    return refuse('uncovered_sale', 'side', 'sell', 'options are sold only to close')
  const { tier, max } = leverageCap(config, intent.account)
  const leverage = intent.leverage
  if (intent.purpose === 'open_position' && !(leverage !== undefined && leverage >= 1 && leverage <= max)) {
    return refuse('invalid_leverage', 'leverage', leverage, `1 to ${max} (tier ${tier})`, {
      field: 'leverage',
      to: leverage !== undefined && leverage > max ? max : 1,
    })
  }
  const { positionMax, notionalMax } = config.books[intent.book]
  const isBuy = intent.side === 'buy'
  const before = isBuy ? view.reach.long : -view.reach.short
  const after = before + intent.quantity.units
  if (after <= worstOf(view.reach)) return ok(true) // adds nothing to the worst case
  const worth = worthOf(instrument, after, index)
  const inverse = instrument.kind === 'inverse-perpetual'
  if (!(view.others.btc + worth.btc <= positionMax.units)) {
    const room = positionMax.units - view.others.btc
    const to = quantityFlip((inverse ? multiplyUnits(room, index, 'down') : room) - before, instrument)
    return refuse('position_limit', 'quantity', new Quantity(view.others.btc + worth.btc).toString(), positionMax.toString(), to)
  }
  if (!(view.others.notional + worth.notional <= notionalMax.units)) {
    const room = notionalMax.units - view.others.notional
    const to = quantityFlip((inverse ? room : scaleUnits(room, ONE, index, 'down')) - before, instrument)
    return refuse('notional_limit', 'quantity', new Money(view.others.notional + worth.notional).toString(), notionalMax.toString(), to)
  }
  return ok(true)
}

/** What takes the account's net position down frees margin: an account short of it must not be kept from hedging. */
function checkFunds(intent: OrderIntent, instrument: Instrument, view: RiskView, cost: bigint): Result<true, LimitRefusal> {
  if (lowersNetRisk(intent)) return ok(true)
  return instrument.kind === 'option' ? checkCoverFunds(intent, instrument, view, cost) : checkMargin(intent, instrument, view, cost)
}

function checkMargin(
  intent: OrderIntent,
  instrument: Instrument,
  { value, committed }: RiskView,
  cost: bigint,
): Result<true, LimitRefusal> {
  if (value === undefined) return refuse('no_account_value', 'account', intent.account, 'an account that was valued')
  const funds = value.cash.isBelow(value.equityClose) ? value.cash : value.equityClose
  return fits('insufficient_margin', funds.units - value.initialMargin.units - committed, cost, intent, instrument)
}

function checkCoverFunds(
  intent: OrderIntent,
  instrument: Instrument,
  { value, committed }: RiskView,
  cost: bigint,
): Result<true, LimitRefusal> {
  if (value === undefined) return refuse('no_account_value', 'account', intent.account, 'an account that was valued')
  const cash = fits('insufficient_cash', value.cash.units - committed, cost, intent, instrument)
  if (!cash.ok || intent.renewsCover === true) return cash
  return fits('maintenance_margin', value.equityClose.units - value.maintenanceMargin.units - committed, cost, intent, instrument)
}

function fits(
  code: 'insufficient_margin' | 'insufficient_cash' | 'maintenance_margin',
  free: bigint,
  cost: bigint,
  { quantity }: OrderIntent,
  instrument: Instrument,
): Result<true, LimitRefusal> {
  const needed = multiplyUnits(quantity.units, cost, 'ceil')
  if (needed <= free) return ok(true)
  return refuse(
    code,
    'quantity',
    new Money(needed).toString(),
    new Money(free).toString(),
    quantityFlip(free > 0n ? scaleUnits(free, ONE, cost, 'down') : 0n, instrument),
  )
}

function checkRate(view: RiskView, { ordersPerSecond, ordersPerMinute }: RiskConfig): Result<true, LimitRefusal> {
  if (countWithin(view.approvals, view.at, 1_000) + view.pending >= ordersPerSecond) {
    return overRate(view, ordersPerSecond, rateFree(view.approvals, view, 1_000, ordersPerSecond, view.pending))
  }
  if (countWithin(view.approvals, view.at, 60_000) + view.pending >= ordersPerMinute) {
    return overRate(view, ordersPerMinute, rateFree(view.approvals, view, 60_000, ordersPerMinute, view.pending))
  }
  return ok(true)
}

/** New risk cannot use up what renewals need, and many covers that end at one instant are no runaway: a refusal of its own, tried again. */
function checkRenewalRate(view: RiskView, { renewalsPerSecond: max }: RiskConfig): Result<true, LimitRefusal> {
  if (countWithin(view.renewals, view.at, 1_000) + view.pendingRenewals < max) return ok(true)
  const free = rateFree(view.renewals, view, 1_000, max, view.pendingRenewals)
  return refuse('renewal_rate', 'at', view.at, `${max} renewals in the window`, { field: 'at', to: free })
}

function rateFree(window: RiskView['approvals'], { at }: RiskView, spanMs: number, max: number, pending: number): number {
  return pending >= max ? at + spanMs : freeAt(window, spanMs, max - pending)
}

function overRate(view: RiskView, max: number, free: number): ReturnType<typeof refuse<'order_rate'>> {
  return refuse('order_rate', 'at', view.at, `${max} orders in the window`, { field: 'at', to: free })
}

/** The largest whole number of lots within `units`, where the venue takes it; otherwise no size would pass. */
function quantityFlip(units: bigint, { lot, sizeMin }: Instrument): Flip | undefined {
  const whole = roundUnits(units > 0n ? units : 0n, lot.units, 'down')
  return whole >= sizeMin.units ? { field: 'quantity', to: new Quantity(whole).toString() } : undefined
}
