/**
 * The next leg of a combination whose price has aged while the one before was bought: it is priced again on the book as it is now, because half a
 * combination protects less than it cost. It is bought when the whole still costs what was agreed to:
 *   paid + missing x ask x index + fee + legs still to come
 *     <=  cost as decided x (1 + drift tolerance)        of a first purchase, and of a renewal that holds no limit
 *     <=  the fixed price, where nothing is passed on    of any
 * with the legs still to come at the worst price their orders may pay, and, where a renewal has a limit to hold, when the floor with that cost
 * holds it. Else it is given up and the rest is unwound. The tolerance is the one of the activation. Units: USDC; fees are the quoted ones, moved
 * with the index. Edges: no fresh price, too little on offer or no fresh index: not bought.
 */
import { sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { Observed } from '#domain/observed.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { chargeLimit } from './drift-reserve.ts'
import { floorEquityOf } from './floor.ts'
import { observed, usableUntil } from './gates.ts'

/** The cover with a price for the leg that is bought next; undefined where it cannot be had. */
export function repriced(state: CoverageState, cover: Coverage, at: EpochMs, config: CoverageConfig): Coverage | undefined {
  const { legs } = cover
  const leg = legs?.find(({ filled, size }) => filled.compare(size) < 0)
  const quote = leg === undefined ? undefined : state.chain.get(leg.instrument)
  if (legs === undefined || leg === undefined || quote?.venue !== leg.venue) return undefined
  const fresh = observed(quote).read(at, config.quoteMaxAgeMs as DurationMs)
  const index = state.index && new Observed(state.index.price, state.index.observedAt, state.index.maxAgeMs).read(at, state.index.maxAgeMs)
  if (!fresh.ok || fresh.value.ask === undefined || index?.ok !== true) return undefined
  const missing = leg.size.minus(leg.filled)
  if ((fresh.value.askSize?.units ?? 0n) < missing.units) return undefined
  const limitPremiumCoin = fresh.value.ask
  const costs = legs.map((one) => costOf(one === leg ? { ...leg, limitPremiumCoin } : one, cover.index, index.value))
  const cost = { premium: sum(costs.map(({ premium }) => premium)), fee: sum(costs.map(({ fee }) => fee)) }
  if (!isAgreed(cover, cost, limitOf(state, cover, config))) return undefined
  return {
    ...cover,
    goodUntil: usableUntil(fresh.value, config.quoteMaxAgeMs),
    legs: legs.map((one) => (one === leg ? { ...leg, limitPremiumCoin } : one)),
  }
}

type Cost = Pick<CoverLeg, 'premium' | 'fee'>
/** What is still missing of a leg, at the worst its order may pay. */
function costOf({ size, filled, fee, limitPremiumCoin, premiumCoin }: CoverLeg, decided: BtcUsdc, index: BtcUsdc): Cost {
  const missing = size.minus(filled)
  if (!missing.isPositive()) return { premium: zero(), fee: zero() }
  return {
    premium: (limitPremiumCoin ?? premiumCoin).times(missing).convert(index, 'ceil'),
    fee: fee.share(missing.units, size.units, 'up').times(index.ratioTo(decided), 'up'),
  }
}

function isAgreed(cover: Coverage, { premium, fee }: Cost, limit: Money<'USDC'>): boolean {
  const { terms, paid, previousCoverageId, drawdownLimit, charge } = cover
  const [premiums, fees] = [premium.plus(paid?.premium ?? zero()), fee.plus(paid?.fee ?? zero())]
  const total = premiums.plus(fees)
  const holdsLimit = previousCoverageId !== undefined && terms.renewal === 'hold-limit'
  if (!holdsLimit && limit.isBelow(total)) return false
  if (terms.premiumMax?.isBelow(total) === true && charge?.passThrough === undefined) return false
  return !holdsLimit || floorAt(cover, premiums, fees).isAtLeast(drawdownLimit)
}

/** As at the activation: what the quote states, else what is configured. */
function limitOf(
  { quotes }: CoverageState,
  { terms, quoteId, premium, fee }: Coverage,
  { driftToleranceByTier, driftToleranceMax }: CoverageConfig,
): Money<'USDC'> {
  const stated = quotes.get(quoteId)?.quote.driftTolerance
  return chargeLimit(premium.plus(fee), stated, driftToleranceByTier[terms.tierName] ?? driftToleranceMax)
}

function floorAt(
  { equityBefore = zero(), size, index, strike, terms, exitCostMax }: Coverage,
  premium: Money<'USDC'>,
  fee: Money<'USDC'>,
): Money<'USDC'> {
  return floorEquityOf({ equityBefore, size, index, strike, side: terms.side, premium, fee, exitCosts: exitCostMax ?? zero() })
}
