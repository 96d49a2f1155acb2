/**
 * The end of a cover (P-14). At expiry: `settling`, and nothing decides on its worth any more. When the venue's settlement comes: `expired`
 * with the settlement index and the payout booked; the payout is recomputed from the contract alone, max(K - S, 0) x size (calls likewise),
 * and a difference above a cent is an alarm. If no cover follows, the renewal policy says what becomes of the position.
 */
import { formatUnits } from '#units/exact.ts'
import { Money, moneyFromFloat } from '#units/money.ts'
import type { EventOf } from '#engine/component.ts'
import type { Coverage } from '#topics/protection.ts'
import { successorOf } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { payoutOf } from './floor.ts'
import { heldOn, protectedSize } from './protected-position.ts'
import { rollsOn, takeRollProceeds } from './roll.ts'

export function settle(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const why = because(now.seq, { code: 'expired', field: 'at', seen: now.at, limit: cover.expiry })
  const settling = decided(
    'cover_settling',
    { account: cover.account, coverageId: cover.coverageId, detail: { instrument: cover.instrument } },
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
  const settled = [...state.coverages.values()].filter(
    (cover) => cover.account === account && cover.instrument === instrument && (cover.state === 'settling' || cover.state === 'active'),
  )
  return settled.flatMap((cover) => expire(state, cover, event, config))
}

function expire(
  state: CoverageState,
  cover: Coverage,
  { seq, at, body }: EventOf<'venue_settlements'>,
  config: CoverageConfig,
): readonly Out[] {
  const { settlementIndex, quantity, basis } = body
  const inUsdc =
    body.currency === 'BTC' ? new Money<'BTC'>(body.payout.units).convert(settlementIndex) : new Money<'USDC'>(body.payout.units)
  const payout = quantity.isZero() ? inUsdc : inUsdc.share(cover.filled.units, quantity.abs().units)
  const recomputed = payoutOf(cover.optionType, cover.strike, settlementIndex, cover.filled)
  const difference = payout.minus(recomputed).abs()
  const limit = moneyFromFloat<'USDC'>(config.payoutDifferenceMaxUsdc, 9)
  const wrong = limit.isBelow(difference)
  const { alarm: _, ...quiet } = cover
  const expired: Coverage = { ...quiet, state: 'expired', settlementIndex, payout, ...(wrong ? { alarm: 'payout_differs' } : {}) }
  const why = because(seq, {
    code: wrong ? 'payout_differs' : 'payout_booked',
    field: 'differenceUsdc',
    seen: difference.toString(),
    limit: limit.toString(),
  })
  const detail = {
    payoutUsdc: payout.toString(),
    recomputedUsdc: recomputed.toString(),
    settlementIndex: settlementIndex.toString(),
    basis,
    size: formatUnits(cover.filled.units),
  }
  const next = rollsOn(state, cover.coverageId)
  const fee = feeInUsdc(cover, body)
  const rolled = next === undefined ? [] : takeRollProceeds(state, next, { proceeds: payout, fee, complete: true }, { at, seq })
  const first = cover.state === 'active' ? settle(state, cover, { at, seq }, config).slice(1) : []
  const booked = decided('payout_booked', { account: cover.account, coverageId: cover.coverageId, detail }, why)
  return [...first, covered(expired), booked, ...rolled]
}

function feeInUsdc(
  { filled }: Coverage,
  { currency, fee, quantity, settlementIndex }: EventOf<'venue_settlements'>['body'],
): Money<'USDC'> {
  const whole = currency === 'BTC' ? new Money<'BTC'>(fee.units).convert(settlementIndex, 'ceil') : new Money<'USDC'>(fee.units)
  return quantity.isZero() ? whole : whole.share(filled.units, quantity.abs().units, 'up')
}
