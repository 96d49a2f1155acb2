/**
 * The next leg of a combination whose price has aged while the one before was bought: it is priced again on the book as it is now, because half a
 * combination protects less than it cost. It is bought when the whole still costs what was agreed to:
 *   paid + missing x ask x index + fee  <=  cost as decided x (1 + drift tolerance)        of a first purchase
 *                                       <=  the fixed price, where nothing is passed on    of any
 * and, where a renewal has a limit to hold, when the floor with that cost holds it. Else it is given up and the rest is unwound. Units: USDC; the fee
 * is the quoted one, moved with the index. Edges: no fresh price, too little on offer or no fresh index: not bought.
 */
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { RATIO_ONE, ratioFromFloat } from '#units/ratio.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { Observed } from '#domain/observed.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { floorEquityOf } from './floor.ts'
import { observed } from './gates.ts'

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
  const fee = leg.fee.share(missing.units, leg.size.units, 'up').times(index.value.ratioTo(cover.index), 'up')
  const cost = { premium: fresh.value.ask.times(missing).convert(index.value, 'ceil'), fee }
  if (!isAgreed(cover, cost, config)) return undefined
  const limitPremiumCoin = fresh.value.ask
  const goodUntil = Math.floor(fresh.value.observedAt + Math.min(fresh.value.maxAgeMs, config.quoteMaxAgeMs)) as EpochMs
  return { ...cover, goodUntil, legs: legs.map((one) => (one === leg ? { ...leg, limitPremiumCoin } : one)) }
}

function isAgreed(cover: Coverage, { premium, fee }: Pick<CoverLeg, 'premium' | 'fee'>, config: CoverageConfig): boolean {
  const { terms, paid, previousCoverageId, drawdownLimit, charge } = cover
  const [premiums, fees] = [premium.plus(paid?.premium ?? zero()), fee.plus(paid?.fee ?? zero())]
  const total = premiums.plus(fees)
  if (previousCoverageId === undefined && limitOf(cover, config).isBelow(total)) return false
  if (terms.premiumMax?.isBelow(total) === true && charge?.passThrough === undefined) return false
  return previousCoverageId === undefined || terms.renewal !== 'hold-limit' || floorAt(cover, premiums, fees).isAtLeast(drawdownLimit)
}

function limitOf({ terms, premium, fee }: Coverage, { driftToleranceByTier, driftToleranceMax }: CoverageConfig): Money<'USDC'> {
  const tolerance = driftToleranceByTier[terms.tierName] ?? driftToleranceMax
  return premium.plus(fee).times(RATIO_ONE.plus(ratioFromFloat(tolerance, 9)), 'down')
}

function floorAt(
  { equityBefore = zero(), size, index, strike, terms, exitCostMax }: Coverage,
  premium: Money<'USDC'>,
  fee: Money<'USDC'>,
): Money<'USDC'> {
  return floorEquityOf({ equityBefore, size, index, strike, side: terms.side, premium, fee, exitCosts: exitCostMax ?? zero() })
}
