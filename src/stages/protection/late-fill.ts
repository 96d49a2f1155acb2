/**
 * Fills told after their order's end (O02). Another try is placed only once the one before has ended with all fills the venue counts, so this is a
 * venue that contradicts itself; still the fill is ours, and whatever has become of the cover, somebody owns what was bought:
 *   pending              it counts towards the purchase
 *   active, settling     what is missing of the hedge, else beyond its size: its cost out of the floor, sold, and a line of the charge (settled-charge.ts)
 *   kept alone           of the option that could not be bought: where with it all of the combination is there, the cover is the one that was agreed
 *                        to, for what was agreed; else it is beyond the size, like any other
 *   failed               sold with the rest, its cost in what the failure cost
 *   closed               sold by itself; delivered where that comes first
 *   expired              a part of what the venue delivered
 * Costs at the bound of the order's price, and the fee in proportion: an order's state tells no price. Sales: sold.ts.
 */
import type { CoverageId } from '#domain/order.ts'
import { Quantity, noQuantity } from '#units/quantity.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import { legOf, legsOf, withFilled, withLegs } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { Bought, CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { payoutFor } from './delivery.ts'
import { isFixed } from './drift-reserve.ts'
import { isBought, withBought } from './leg-purchase.ts'
import type { Paid } from './leg-purchase.ts'
import { activeCover } from './purchase.ts'
import { takeRollProceeds } from './roll.ts'
import { surplusCharge } from './settled-charge.ts'
import { onLateSale } from './sold.ts'
import { standingAlarm } from './standing-alarm.ts'

export function onLateFill(state: CoverageState, order: OrderStateChange, now: Now, config: CoverageConfig): readonly Out[] {
  if (order.reason !== 'late_fill') return []
  const filled = new Quantity<'BTC'>(order.filled.units)
  if (order.side === 'sell') return onLateSale(state, order.intentId, filled, now, config)
  const counted = state.bought.get(order.intentId)
  const cover = counted === undefined ? undefined : state.coverages.get(counted.coverageId)
  if (counted === undefined || cover === undefined || counted.filled.compare(filled) >= 0) return []
  const late = filled.minus(counted.filled)
  state.bought.set(order.intentId, { ...counted, filled })
  const fill = lateFill(cover, order.instrument, late, counted)
  if (fill === undefined) return []
  const next = owned(state, cover, fill, now)
  const why = because(now.seq, { code: 'late_fill', field: 'filled', seen: filled.toString(), limit: counted.filled.toString() })
  const { account, coverageId } = cover
  const said = { account, coverageId, detail: { late: late.toString(), state: cover.state, instrument: order.instrument } }
  const kind = cover.state === 'failed' ? 'activation_failed' : 'late_fill'
  return [covered(next), decided(kind, said, why), ...rollCost(state, cover, fill, now)]
}

interface LateFill {
  readonly leg: CoverLeg
  readonly late: Quantity<'BTC'>
  readonly cost: Paid
  readonly whole: Coverage | undefined
}
/** The option as the cover has it, else as the purchase had. */
function lateFill(
  cover: Coverage,
  instrument: CoverLeg['instrument'],
  late: Quantity<'BTC'>,
  { leg: agreed, whole }: Bought,
): LateFill | undefined {
  const bought = whole === undefined ? undefined : legOf(whole, instrument)
  const leg = legOf(cover, instrument) ?? (bought && { ...bought, size: noQuantity<'BTC'>(), filled: noQuantity<'BTC'>() })
  if (leg === undefined) return undefined
  const coin = (agreed.limitPremiumCoin ?? agreed.premiumCoin).times(late)
  return {
    leg,
    late,
    whole,
    cost: { coin, premium: coin.convert(cover.index, 'ceil'), fee: agreed.fee.share(late.units, agreed.size.units) },
  }
}

function owned(state: CoverageState, cover: Coverage, fill: LateFill, now: Now): Coverage {
  switch (cover.state) {
    case 'pending':
      return withBought(cover, fill.leg, fill.late, fill.cost)
    case 'failed':
      return delivered(state, { ...withBought(withLeg(cover, fill.leg), fill.leg, fill.late, fill.cost), alarm: 'unwind_incomplete' }, fill)
    case 'closed':
      return delivered(state, afterClose(cover, fill), fill)
    case 'active':
      return wholeAgain(state, cover, fill, now) ?? standingAlarm(besides(cover, fill))
    case 'settling':
    case 'expired':
      return delivered(state, besides(cover, fill), fill)
  }
}

/** A cover that may be given an option it was to have and did not get. */
function withLeg(cover: Coverage, leg: CoverLeg): Coverage {
  return legOf(cover, leg.instrument) !== undefined ? cover : withLegs(cover, [...legsOf(cover), leg])
}

function besides(cover: Coverage, { leg, late, cost, whole }: LateFill): Coverage {
  const isPriced = cover.charge !== undefined && whole?.charge !== undefined && isFixed(whole.charge)
  return {
    ...withBought(withLeg(cover, leg), leg, late, cost),
    ...surplusCharge(cover, { late: cost, isPriced }),
    floorEquity: cover.floorEquity.minus(cost.premium).minus(cost.fee),
  }
}

/** What it held has been sold or is lost: only what has come now is there. */
function afterClose(cover: Coverage, fill: LateFill): Coverage {
  const { leg, late, cost } = fill
  const isWaiting = cover.alarm === 'unwind_incomplete'
  const whole = withLeg(cover, leg)
  const empty = isWaiting ? whole : legsOf(whole).reduce((next, { instrument }) => withFilled(next, instrument, noQuantity()), whole)
  const held = legOf(empty, leg.instrument)?.filled ?? noQuantity()
  return {
    ...withFilled(empty, leg.instrument, held.plus(late)),
    ...surplusCharge(cover, { late: cost }),
    alarm: 'unwind_incomplete',
  }
}

/** The venue has delivered it with the rest, before its fill was told. */
function delivered(state: CoverageState, cover: Coverage, { leg, late }: LateFill): Coverage {
  const settlement = state.delivered.get(`${cover.account}:${leg.instrument}`)
  if (settlement === undefined || cover.state === 'failed' || cover.state === 'closed') return cover
  const more = payoutFor({ filled: late }, settlement)
  const payout = (cover.payout ?? more.minus(more)).plus(more)
  if (cover.legs === undefined) return { ...cover, payout }
  const legs = cover.legs.map((one) =>
    one.instrument === leg.instrument && one.payout !== undefined ? { ...one, payout: one.payout.plus(more) } : one,
  )
  return cover.state === 'expired' ? { ...cover, legs, payout } : { ...cover, legs }
}

/** All of the combination is there after all, nothing of it sold: the cover that was agreed to, at what it cost. */
function wholeAgain(state: CoverageState, cover: Coverage, { leg, late, cost, whole }: LateFill, now: Now): Coverage | undefined {
  const [own, ...others] = legsOf(cover).filter(({ size }) => size.isPositive())
  const isKept = own !== undefined && others.length === 0 && own.filled.compare(own.size) === 0 && cover.terms.size.compare(cover.size) > 0
  if (whole?.legs === undefined || !isKept || state.unwinds.get(cover.coverageId)?.intentId !== undefined) return undefined
  if (cover.explanation?.code !== 'partly_covered' || now.at >= cover.expiry) return undefined
  const before = legOf(cover, leg.instrument)
  const came = before?.filled ?? noQuantity<'BTC'>()
  const paid = before?.paid
  const complete = withBought(whole, leg, came.plus(late), paid === undefined ? cost : sumOf(paid, cost))
  if (!isBought(complete)) return undefined
  const active = activeCover(state, complete, complete.paid ?? cost, now)
  const { activatedAt = now.at, fundingAtActivation } = cover
  return { ...active, activatedAt, ...(fundingAtActivation === undefined ? {} : { fundingAtActivation }) }
}

function sumOf(a: Paid, b: Paid): Paid {
  return { coin: a.coin.plus(b.coin), premium: a.premium.plus(b.premium), fee: a.fee.plus(b.fee) }
}

/** Of a cover that is being sold for its renewal it is sold as well; what it cost is out of the floor that waits for the proceeds. */
function rollCost(state: CoverageState, cover: Coverage, { cost }: LateFill, now: Now): readonly Out[] {
  const forCover: CoverageId | undefined = cover.state === 'active' ? state.unwinds.get(cover.coverageId)?.forCover : undefined
  if (forCover === undefined) return []
  return takeRollProceeds(state, forCover, { proceeds: cost.premium.negated(), fee: cost.fee, complete: false }, now)
}
