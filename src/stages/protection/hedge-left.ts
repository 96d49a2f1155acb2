/**
 * What the hedge book holds of each cover's options: an option that several covers hold is one position at the venue. Where it is less than they
 * claim, the loss falls, in this order, on what an order that ended unfilled may have sold late after all, on what waits for a buyer, on what is
 * held beyond a cover's size, on the youngest. What an order in flight may have sold already is missed by nobody, and neither is
 * what a settlement has delivered. Covers that are being bought, or being closed by their client, are judged when that is over.
 */
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { hedgeKey, standingCovers } from './coverage-state.ts'
import type { CoverageState } from './coverage-state.ts'
import { because } from './decisions.ts'
import type { Now } from './decisions.ts'
import { awaitsBuyer, inFlight, mayBeSoldLate } from './unwind-state.ts'

interface Claim {
  readonly cover: Coverage
  readonly leg: CoverLeg
  readonly units: bigint
  /** Of it, what an order in flight may have sold. */
  readonly underWay: bigint
  /** What an order that ended unfilled may have sold after all. */
  readonly isLate: boolean
  /** The lowest is served first. */
  readonly rank: number
}
interface Asked {
  /** Of all, where absent. */
  readonly account: AccountId | undefined
  readonly at: EpochMs
  /** A position was told: a late fill of a sale that explains what is missing may follow in the same step. */
  readonly mayFollow: boolean
}
/** The covers of an account, or of all, that hold less than they say, with what is left of them. */
export function hedgesLeft(state: CoverageState, { account, at, mayFollow }: Asked): ReadonlyMap<CoverageId, Coverage> {
  const left = new Map<CoverageId, Coverage>()
  for (const [key, claims] of claimsOn(state, account, at)) {
    const held = state.hedges.get(key)?.units
    // a cover still says what it no longer holds: it is judged with all others once it has been told anew
    if (claims.some(({ cover }) => state.unwinds.get(cover.coverageId)?.isAhead === true)) continue
    if (held === undefined) continue
    const missing = claims.reduce((sum, { units, underWay }) => sum + units - underWay, -held)
    const late = claims.reduce((sum, { units, underWay, isLate }) => sum + (isLate ? units - underWay : 0n), 0n)
    if (missing <= 0n || (mayFollow && missing <= late)) continue
    serve(
      claims.toSorted((a, b) => a.rank - b.rank),
      held,
      left,
    )
  }
  return left
}

function serve(claims: readonly Claim[], held: bigint, left: Map<CoverageId, Coverage>): void {
  let rest = held
  for (const { cover, leg, units, underWay } of claims) {
    const there = (rest > 0n ? rest : 0n) + underWay
    rest -= units - underWay
    if (there >= units) continue
    const next = left.get(cover.coverageId) ?? cover
    const was = legsOf(next).find(({ instrument }) => instrument === leg.instrument)?.filled.units ?? 0n
    left.set(cover.coverageId, withFilled(next, leg.instrument, new Quantity<'BTC'>(was - (units - there))))
  }
}

function claimsOn(state: CoverageState, account: AccountId | undefined, at: EpochMs): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>()
  const covers = standingCovers(state).filter((cover) => cover.state === 'active' && at < cover.expiry)
  for (const id of state.unwinds.keys()) {
    const cover = state.coverages.get(id)
    if (cover !== undefined && awaitsBuyer(cover)) covers.push(cover)
  }
  for (const cover of covers) {
    if (account !== undefined && cover.account !== account) continue
    for (const leg of legsOf(cover)) {
      const key = hedgeKey(cover.account, leg.instrument)
      if (state.delivered.has(key) || !leg.filled.isPositive()) continue
      const known = claims.get(key)
      if (known === undefined) claims.set(key, claimsOf(state, cover, leg))
      else known.push(...claimsOf(state, cover, leg))
    }
  }
  return claims
}

/** Its hedge, and what is beyond it; of both, what may have been sold late. */
function claimsOf(state: CoverageState, cover: Coverage, leg: CoverLeg): Claim[] {
  const isUnsold = cover.state !== 'active'
  const base = isUnsold || leg.filled.compare(leg.size) < 0 ? leg.filled.units : leg.size.units
  const surplus = leg.filled.units - base
  const late = mayBeSoldLate(state, cover.coverageId, leg.instrument)
  const lateSurplus = least(late, surplus)
  const lateBase = least(late - lateSurplus, base)
  const own = isUnsold ? 2 : 0
  let flight = inFlight(state, cover, leg)
  return (
    [
      [surplus - lateSurplus, own + 1],
      [base - lateBase, own],
      [lateSurplus, own + 5],
      [lateBase, own + 4],
    ] as const
  ).map(([units, rank]): Claim => {
    const underWay = least(flight, units)
    flight -= underWay
    return { cover, leg, units, underWay, isLate: rank >= own + 4, rank }
  })
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** The cover with no more than the book holds of it once every other cover of the account has its own: what may be sold of it. */
export function heldOf(state: CoverageState, cover: Coverage): Coverage {
  let next = cover
  for (const { instrument, filled } of legsOf(cover)) {
    const key = hedgeKey(cover.account, instrument)
    const held = state.hedges.get(key)?.units
    if (held === undefined || state.delivered.has(key)) continue
    const left = held - claimedBeside(state, cover, instrument)
    if (left < filled.units) next = withFilled(next, instrument, new Quantity<'BTC'>(left > 0n ? left : 0n))
  }
  return next
}

function claimedBeside(state: CoverageState, { coverageId, account }: Coverage, instrument: CoverLeg['instrument']): bigint {
  let claimed = 0n
  for (const other of state.coverages.values()) {
    const isOwner = other.state === 'active' || other.state === 'settling' || other.state === 'pending' || awaitsBuyer(other)
    if (other.coverageId === coverageId || other.account !== account || !isOwner) continue
    for (const leg of legsOf(other)) if (leg.instrument === instrument && leg.payout === undefined) claimed += leg.filled.units
  }
  return claimed
}

export function lost(cover: Coverage, left: Quantity<'BTC'>, code: 'hedge_gone' | 'hedge_missing', { seq }: Now): Explanation {
  const seen = left.toString()
  return because(seq, { code, field: 'hedge', seen, limit: cover.filled.toString() })
}
