/**
 * The end of a cover (P-14). At expiry: `settling`, and nothing decides on its worth any more. When the venue's settlement comes: `expired`
 * with the settlement index and the payout booked; the payout is recomputed from the contract alone, max(K - S, 0) x size (calls likewise),
 * and a difference above a cent is an alarm. If no cover follows, the renewal policy says what becomes of the position.
 */
import { formatUnits } from '#units/exact.ts'
import { moneyFromFloat, sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import type { EventOf } from '#engine/component.ts'
import { coverName, legOf, legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { hasSaid, hedgeKey, successorOf } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { deliverUnsold, feeInUsdc, payoutFor } from './delivery.ts'
import { payoutOf } from './floor.ts'
import { heldOn, protectedSize } from './protected-position.ts'
import { rollsOn, takeRollProceeds } from './roll.ts'
import { isBeingSold, leftToSell } from './unwind-state.ts'

const DIFFERS = 'payout_differs'

export function settle(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const why = because(now.seq, { code: 'expired', field: 'at', seen: now.at, limit: cover.expiry })
  const settling = decided(
    'cover_settling',
    { account: cover.account, coverageId: cover.coverageId, detail: { instrument: coverName(cover) } },
    why,
  )
  const left = leftToSell(cover, state.unwinds.get(cover.coverageId)?.forCover)
  const unsold = left.isZero()
    ? []
    : [decided('hedge_action_skipped', { account: cover.account, coverageId: cover.coverageId, detail: { left: left.toString() } }, why)]
  const follows = successorOf(state, cover.coverageId) !== undefined
  return [
    covered({ ...cover, state: 'settling' }),
    settling,
    ...unsold,
    ...(follows ? [] : consequencesOfNoCover(state, cover, now, config)),
  ]
}

/**
 * hold-limit: the position closes with its cover. Otherwise it stays, and the record says it is unprotected; so does one that the client
 * stated and our books do not hold: nobody here can close it. Without a position, nothing follows.
 */
export function consequencesOfNoCover(
  state: CoverageState,
  cover: Coverage,
  { seq }: Now,
  { requirePosition }: CoverageConfig,
): readonly Out[] {
  const { account, coverageId, terms } = cover
  if (requirePosition && protectedSize(state, terms).isZero()) return []
  const closes = terms.renewal === 'hold-limit' && heldOn(state, account, terms.side) > 0n
  const why = because(seq, {
    code: closes ? 'no_cover_holds_limit' : 'no_cover',
    field: 'renewal',
    seen: terms.renewal,
    limit: cover.drawdownLimit.toString(),
  })
  const detail = { side: terms.side, size: terms.size.toString(), drawdownLimit: cover.drawdownLimit.toString() }
  return [decided(closes ? 'position_closing' : 'unprotected', { account, coverageId, detail }, why)]
}

export function onSettlement(state: CoverageState, event: EventOf<'venue_settlements'>, config: CoverageConfig): readonly Out[] {
  const { account, instrument } = event.body
  const held = [...state.coverages.values()].filter((cover) => {
    if (cover.account !== account || (cover.state !== 'settling' && cover.state !== 'active')) return false
    const leg = legOf(cover, instrument)
    return leg !== undefined && leg.payout === undefined && leg.filled.isPositive()
  })
  return [...held.flatMap((cover) => expire(state, cover, event, config)), ...deliverUnsold(state, event, event.body)]
}

/**
 * Past its expiry a cover settles, once: also one whose client's close was in flight when the clock passed it, or whose delivery came before the
 * clock. What follows from having no cover is said here and nowhere else.
 */
export function settlesNow(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  return hasSaid(state, 'cover_settling', cover.coverageId) ? [] : settle(state, cover, now, config).slice(1)
}

/** It became what it is after the venue had delivered its option: what was delivered is taken now. */
export function deliveredBefore(state: CoverageState, cover: Coverage, { at, seq }: Now, config: CoverageConfig): readonly Out[] {
  for (const { instrument, filled, payout } of legsOf(cover)) {
    const body = filled.isPositive() && payout === undefined ? state.delivered.get(hedgeKey(cover.account, instrument)) : undefined
    if (body !== undefined) return expire(state, cover, { at, seq, body }, config)
  }
  return []
}

function expire(
  state: CoverageState,
  cover: Coverage,
  { seq, at, body }: Pick<EventOf<'venue_settlements'>, 'seq' | 'at' | 'body'>,
  config: CoverageConfig,
): readonly Out[] {
  const { settlementIndex, basis } = body
  const leg = deliveredOf(state, cover, body)
  const payout = payoutFor(leg, body)
  const recomputed = payoutOf(cover.optionType, leg.strike, settlementIndex, leg.filled)
  const difference = payout.minus(recomputed).abs()
  const limit = moneyFromFloat<'USDC'>(config.payoutDifferenceMaxUsdc, 9)
  const wrong = limit.isBelow(difference)
  const ended = settled(withFilled(cover, body.instrument, leg.filled), { instrument: body.instrument, settlementIndex, payout, wrong })
  const why = because(seq, {
    code: wrong ? 'payout_differs' : 'payout_booked',
    field: 'differenceUsdc',
    seen: difference.toString(),
    limit: limit.toString(),
  })
  const detail = {
    ...(cover.legs === undefined ? {} : { instrument: body.instrument }),
    payoutUsdc: payout.toString(),
    recomputedUsdc: recomputed.toString(),
    settlementIndex: settlementIndex.toString(),
    basis,
    size: formatUnits(leg.filled.units),
  }
  const next = rollsOn(state, cover.coverageId)
  const gain = { proceeds: payout, fee: feeInUsdc(leg, body), complete: ended.state === 'expired' }
  const rolled = next === undefined ? [] : takeRollProceeds(state, next, gain, { at, seq })
  const first = settlesNow(state, cover, { at, seq }, config)
  const booked = decided('payout_booked', { account: cover.account, coverageId: cover.coverageId, detail }, why)
  return [...first, covered(ended), booked, ...rolled]
}

/** Where an order of ours for it has not ended, what is not delivered was sold. */
function deliveredOf(
  state: CoverageState,
  cover: Coverage,
  { instrument, quantity }: EventOf<'venue_settlements'>['body'],
): Pick<CoverLeg, 'strike' | 'filled'> {
  const leg = legOf(cover, instrument) ?? cover
  const all = quantity.abs().units
  if (all === 0n || leg.filled.units <= all || !isBeingSold(state, cover.coverageId)) return leg
  return { ...leg, filled: new Quantity<'BTC'>(all) }
}

interface Settled extends Pick<CoverLeg, 'instrument'> {
  readonly settlementIndex: NonNullable<CoverLeg['settlementIndex']>
  readonly payout: Money<'USDC'>
  readonly wrong: boolean
}
/** `expired` once every option it still holds is settled; until then a combination is settling. A payout that differs stays an alarm. */
function settled(cover: Coverage, { instrument, settlementIndex, payout, wrong }: Settled): Coverage {
  const { alarm, ...quiet } = cover
  const differs = wrong || (cover.legs !== undefined && alarm === DIFFERS) ? { alarm: DIFFERS } : {}
  if (cover.legs === undefined) return { ...quiet, state: 'expired', settlementIndex, payout, ...differs }
  const legs = cover.legs.map((leg) => (leg.instrument === instrument ? { ...leg, settlementIndex, payout } : leg))
  const isOver = legs.every((leg) => leg.payout !== undefined || leg.filled.isZero())
  if (!isOver) return { ...quiet, state: 'settling', legs, ...differs }
  return { ...quiet, state: 'expired', settlementIndex, payout: sum(legs.map((leg) => leg.payout ?? zero())), legs, ...differs }
}
