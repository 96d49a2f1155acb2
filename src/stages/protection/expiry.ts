/**
 * The end of a cover (P-14). At expiry: `settling`, and nothing decides on its worth any more. When the venue's settlement comes: `expired`
 * with the settlement index and the payout booked; the payout is recomputed from the contract alone, max(K - S, 0) x size (calls likewise),
 * and a difference above a cent is an alarm. If no cover follows, the renewal policy says what becomes of the position.
 * What was bought of a cover that failed and found no buyer is delivered like the rest: its payout ends the sale that never came (P-11).
 */
import { formatUnits } from '#units/exact.ts'
import { Money, moneyFromFloat, sum, zero } from '#units/money.ts'
import type { EventOf } from '#engine/component.ts'
import { coverName, legOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { keepSale, successorOf } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { payoutOf } from './floor.ts'
import { heldOn, protectedSize } from './protected-position.ts'
import { rollsOn, takeRollProceeds } from './roll.ts'
import { afterSale } from './unwinding.ts'

const DIFFERS = 'payout_differs'

export function settle(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const why = because(now.seq, { code: 'expired', field: 'at', seen: now.at, limit: cover.expiry })
  const settling = decided(
    'cover_settling',
    { account: cover.account, coverageId: cover.coverageId, detail: { instrument: coverName(cover) } },
    why,
  )
  const missed = state.unwinds.get(cover.coverageId)
  const unsold =
    missed === undefined
      ? []
      : [
          decided(
            'hedge_action_skipped',
            { account: cover.account, coverageId: cover.coverageId, detail: { left: missed.left.toString() } },
            why,
          ),
        ]
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
    return leg !== undefined && leg.payout === undefined
  })
  return [...held.flatMap((cover) => expire(state, cover, event, config)), ...unsoldDelivered(state, event)]
}

/** Held by covers that failed: nobody bought it, so the payout is what the sale brought. */
function unsoldDelivered(state: CoverageState, { seq, body }: EventOf<'venue_settlements'>): readonly Out[] {
  return [...state.unwinds.values()].flatMap((unwind) => {
    const cover = state.coverages.get(unwind.coverageId)
    const leg = cover?.account === body.account && cover.state === 'failed' ? legOf(cover, body.instrument) : undefined
    if (cover === undefined || leg?.filled.isPositive() !== true) return []
    const filled = leg.filled.compare(unwind.left) > 0 ? unwind.left : leg.filled
    const next = keepSale(state, unwind, { filled, proceeds: payoutFor({ filled }, body), fee: feeInUsdc({ filled }, body) })
    return afterSale(withFilled(cover, body.instrument, leg.filled.minus(filled)), next, cover.filled, seq)
  })
}

function expire(
  state: CoverageState,
  cover: Coverage,
  { seq, at, body }: EventOf<'venue_settlements'>,
  config: CoverageConfig,
): readonly Out[] {
  const { settlementIndex, basis } = body
  const leg = legOf(cover, body.instrument) ?? cover
  const payout = payoutFor(leg, body)
  const recomputed = payoutOf(cover.optionType, leg.strike, settlementIndex, leg.filled)
  const difference = payout.minus(recomputed).abs()
  const limit = moneyFromFloat<'USDC'>(config.payoutDifferenceMaxUsdc, 9)
  const wrong = limit.isBelow(difference)
  const ended = settled(cover, { instrument: body.instrument, settlementIndex, payout, wrong })
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
  const first = cover.state === 'active' ? settle(state, cover, { at, seq }, config).slice(1) : []
  const booked = decided('payout_booked', { account: cover.account, coverageId: cover.coverageId, detail }, why)
  return [...first, covered(ended), booked, ...rolled]
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

/** No cover takes more than the venue delivered. */
function isAllOf(filled: CoverLeg['filled'], quantity: EventOf<'venue_settlements'>['body']['quantity']): boolean {
  return quantity.isZero() || filled.units >= quantity.abs().units
}

function payoutFor(
  { filled }: Pick<CoverLeg, 'filled'>,
  { currency, payout, quantity, settlementIndex }: EventOf<'venue_settlements'>['body'],
): Money<'USDC'> {
  const whole = currency === 'BTC' ? new Money<'BTC'>(payout.units).convert(settlementIndex) : new Money<'USDC'>(payout.units)
  return isAllOf(filled, quantity) ? whole : whole.share(filled.units, quantity.abs().units)
}

function feeInUsdc(
  { filled }: Pick<CoverLeg, 'filled'>,
  { currency, fee, quantity, settlementIndex }: EventOf<'venue_settlements'>['body'],
): Money<'USDC'> {
  const whole = currency === 'BTC' ? new Money<'BTC'>(fee.units).convert(settlementIndex, 'ceil') : new Money<'USDC'>(fee.units)
  return isAllOf(filled, quantity) ? whole : whole.share(filled.units, quantity.abs().units, 'up')
}
