/**
 * The purchase of a cover as its orders end: full size bought, active, with the floor recomputed from what was really paid; a part bought,
 * another try within the attempts and the age of the price; else what was bought is sold again and the cover has failed, with an alarm
 * (I19, O14: never active without its hedge). A combination is bought leg by leg (leg-purchase.ts). Refused by risk, vetoed before the send
 * or rejected by the venue count as nothing bought.
 */
import type { Refusal } from '#base/result.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { CoverageId, IntentId } from '#domain/order.ts'
import { answered, refused } from '#engine/command-answers.ts'
import { divideUnits } from '#units/exact.ts'
import { Money, zero } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { later } from '#units/time.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { legOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { coverIntent } from './activation.ts'
import { coverageJson } from './answers.ts'
import { hasEnded, inUsdc, successorOf } from './coverage-state.ts'
import type { Bought, CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided, intended, timer } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { consequencesOfNoCover } from './expiry.ts'
import { floorEquityOf } from './floor.ts'
import { repriced } from './leg-price.ts'
import { isBought, keptAlone, legsPaid, mayGoOn, NOTHING_PAID, withBought, withOrder } from './leg-purchase.ts'
import type { Paid } from './leg-purchase.ts'
import { renewalRecord } from './renewal-record.ts'
import { passThroughRecord, settledCharge } from './settled-charge.ts'
import { sell } from './unwinding.ts'

export function onBought(state: CoverageState, confirmation: TradeConfirmation, now: Now, config: CoverageConfig): readonly Out[] {
  const cover = confirmation.coverageId === undefined ? undefined : state.coverages.get(confirmation.coverageId)
  if (cover?.state !== 'pending' || cover.intentId !== confirmation.intentId) return []
  const bought = inUsdc(confirmation, state.index?.price ?? cover.index)
  state.bought.set(confirmation.intentId, boughtBy(cover, confirmation, bought.filled))
  const cost = { coin: new Money<'BTC'>(confirmation.notional.units), premium: bought.proceeds, fee: bought.fee }
  const next = withOrder(withBought(cover, confirmation, bought.filled, cost), confirmation)
  if (isBought(next)) return activated(state, next, next.paid ?? NOTHING_PAID, now, config)
  const more = mayGoOn(next, confirmation, bought.filled, config) ? priceable(state, next, now, config) : undefined
  if (more !== undefined) return tryAgain(more)
  const code = next.filled.isZero() ? 'not_filled' : 'partially_filled'
  return failed(
    state,
    next,
    because(now.seq, { code, field: 'filled', seen: next.filled.toString(), limit: next.size.toString() }),
    now,
    config,
  )
}

/** What a late fill of the order would be part of. */
function boughtBy(cover: Coverage, { instrument }: TradeConfirmation, filled: Quantity<'BTC'>): Bought {
  const { coverageId, legs } = cover
  const { size, fee, premiumCoin, limitPremiumCoin = cover.limitPremiumCoin } = legOf(cover, instrument) ?? cover
  return { coverageId, filled, leg: { size, fee, premiumCoin, limitPremiumCoin }, ...(legs === undefined ? {} : { whole: cover }) }
}

/** At the price it has, or where that is too old and a part is bought, at a new one. */
function priceable(state: CoverageState, cover: Coverage, { at }: Now, config: CoverageConfig): Coverage | undefined {
  if (at <= (cover.goodUntil ?? 0)) return cover
  return cover.filled.isPositive() ? repriced(state, cover, at, config) : undefined
}

/** Risk refused, execution vetoed: nothing of this order was bought. */
export function onNotBought(
  state: CoverageState,
  intentId: IntentId,
  explanation: Explanation,
  now: Now,
  config: CoverageConfig,
): readonly Out[] {
  const cover = [...state.coverages.values()].find((one) => one.state === 'pending' && one.intentId === intentId)
  return cover === undefined ? [] : failed(state, cover, explanation, now, config)
}

function tryAgain(cover: Coverage): readonly Out[] {
  const attempt = (cover.attempt ?? 1) + 1
  const next = { ...cover, attempt, intentId: `${cover.coverageId}-buy-${attempt}` as IntentId }
  return [covered(next), intended(coverIntent(next))]
}

function activated(state: CoverageState, cover: Coverage, paid: Paid, now: Now, config: CoverageConfig): readonly Out[] {
  const old = cover.previousCoverageId === undefined ? undefined : state.coverages.get(cover.previousCoverageId)
  const active = activeCover(state, old !== undefined && hasEnded(old) ? withoutRoll(cover) : cover, paid, now)
  const rolled = active.roll === undefined || old?.state !== 'active' ? [] : sell(state, { forCover: active.coverageId }, old, now, config)
  const timers = [
    timer(`renew:${active.coverageId}`, later(active.expiry, -config.renewWindowMs)),
    timer(`gap:${active.coverageId}`, later(active.expiry, -config.gapNoticeMs)),
    timer(`expiry:${active.coverageId}`, active.expiry),
  ].filter(({ body }) => 'at' in body && body.at > now.at)
  const answer = active.commandId === undefined ? [] : [answered(active.commandId, active.account, coverageJson(active))]
  const passedOn = passThroughRecord(active, now)
  return [covered(active), ...(old === undefined ? [] : renewalRecord(old, active, now)), ...passedOn, ...rolled, ...timers, ...answer]
}

/** The old cover has ended while this one was bought: nothing of it is left to be sold, and what it may have brought is not counted on. */
function withoutRoll({ roll, ...cover }: Coverage): Coverage {
  if (roll === undefined || cover.equityBefore === undefined) return cover
  return { ...cover, equityBefore: cover.equityBefore.minus(roll.proceeds).plus(roll.fee) }
}

/** The floor from what was paid; the worth of an old cover still to be sold is not counted before it is sold. */
export function activeCover(state: CoverageState, cover: Coverage, paid: Paid, { at, seq }: Now): Coverage {
  const { equityBefore, roll, size, index, strike, terms } = cover
  const unsold = roll === undefined ? new Money<'USDC'>(0n) : roll.proceeds.minus(roll.fee)
  const base = (equityBefore ?? new Money<'USDC'>(0n)).minus(unsold)
  const { premium, fee } = paid
  const { charge, due } = settledCharge(cover.charge, paid)
  const exitCosts = cover.exitCostMax ?? new Money<'USDC'>(0n)
  const outlay = fee.plus(due.isPositive() ? due : zero())
  const floorEquity = floorEquityOf({ equityBefore: base, size, index, strike, side: terms.side, premium, fee: outlay, exitCosts })
  const holds = cover.previousCoverageId !== undefined && terms.renewal === 'hold-limit'
  const drawdownLimit = holds ? cover.drawdownLimit : floorEquity.plus(unsold)
  const under = floorEquity.isBelow(drawdownLimit) ? 'below_drawdown_limit' : undefined
  const alarm =
    roll !== undefined
      ? 'roll_pending'
      : cover.filled.compare(size) > 0
        ? 'over_bought'
        : cover.alarm === 'partly_covered'
          ? cover.alarm
          : under
  const premiumCoin = coinPriceOf(paid, cover.filled)
  const funding = state.funding.get(cover.account)
  return {
    ...cover,
    ...legsPaid(cover, coinPriceOf),
    state: 'active',
    activatedAt: at,
    premiumCoin,
    premium,
    fee,
    ...(charge === undefined ? {} : { charge, due }),
    floorEquity,
    drawdownLimit,
    ...(funding === undefined ? {} : { fundingAtActivation: funding }),
    ...(alarm === undefined ? {} : { alarm }),
    ...(roll === undefined ? {} : { explanation: because(seq, awaiting(unsold)) }),
  }
}

function coinPriceOf({ coin }: Paid, filled: Quantity<'BTC'>): CoinPremium {
  return new Price(divideUnits(coin.units, filled.units))
}

function awaiting(proceeds: Money<'USDC'>): Refusal {
  return { code: 'roll_pending', field: 'proceedsUsdc', seen: '0', limit: proceeds.toString() }
}

/** Nothing stands for this cover; what was bought of it is sold. A failed renewal after the old cover's end has its consequences now. */
function failed(state: CoverageState, cover: Coverage, explanation: Explanation, now: Now, config: CoverageConfig): readonly Out[] {
  const { account, coverageId, filled, commandId } = cover
  const alone = keptAlone(state, cover, now, config)
  if (alone !== undefined)
    return [...activated(state, alone, alone.paid ?? NOTHING_PAID, now, config), partlyCovered(alone, cover, explanation)]
  const body: Coverage = { ...cover, state: 'failed', explanation, ...(filled.isZero() ? {} : { alarm: 'unwind_incomplete' }) }
  const sale = filled.isZero() ? [] : sell(state, { forCover: undefined }, body, now, config)
  const answer = commandId === undefined ? [] : [refused(commandId, account, explanation)]
  const kind = cover.previousCoverageId === undefined ? 'activation_failed' : 'renewal_refused'
  const about = {
    account,
    coverageId: cover.previousCoverageId ?? coverageId,
    detail: { failed: coverageId, filled: filled.toString(), ...untilEnd(state, cover.previousCoverageId, now) },
  }
  return [covered(body), decided(kind, about, explanation), ...sale, ...afterTheEnd(state, cover, now, config), ...answer]
}

function partlyCovered({ account, coverageId, filled, instrument }: Coverage, { size }: Coverage, explanation: Explanation): Out {
  const detail = { instrument, covered: filled.toString(), wanted: size.toString() }
  return decided('partly_covered', { account, coverageId, detail }, explanation)
}

function untilEnd(state: CoverageState, id: CoverageId | undefined, { at }: Now): Readonly<Record<string, string>> {
  const old = id === undefined ? undefined : state.coverages.get(id)
  return old === undefined ? {} : { expiresInMs: String(old.expiry - at) }
}

function afterTheEnd(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const old = cover.previousCoverageId === undefined ? undefined : state.coverages.get(cover.previousCoverageId)
  if (old === undefined || old.expiry > now.at) return []
  const other = successorOf(state, old.coverageId)
  return other !== undefined && other.coverageId !== cover.coverageId ? [] : consequencesOfNoCover(state, old, now, config)
}
