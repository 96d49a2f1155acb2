/**
 * What of the position no cover stands for, as it is now: a position grows, is closed or stated anew after its cover was bought, and covers come and go.
 *   uncovered = position - what the active covers of its side hold
 * Judged with each fill of the position, with each statement of a client and each minute; a cover whose number has changed is told again, with the
 * floor it has. Nothing is judged where neither the books nor the client have said anything, and not while a cover is being sold or rolled.
 */
import type { AccountId } from '#domain/order.ts'
import { Quantity } from '#units/quantity.ts'
import type { Coverage } from '#topics/protection.ts'
import { standingCovers } from './coverage-state.ts'
import type { CoverageState } from './coverage-state.ts'
import { covered } from './decisions.ts'
import type { Out } from './decisions.ts'
import { withoutUncovered, withUncovered } from './floor.ts'
import { coveredBy, coversOn, protectedSize } from './protected-position.ts'
import { isBeingSold } from './unwind-state.ts'

/** `told`: what the same step says already; a cover is told once in it. */
export function restateUncovered(state: CoverageState, account: AccountId | undefined, told: readonly Out[]): readonly Out[] {
  const out: Out[] = []
  for (const cover of standingCovers(state)) {
    if (account !== undefined && cover.account !== account) continue
    if (!isJudged(state, cover) || told.some(({ topic, body }) => topic === 'coverages' && body.coverageId === cover.coverageId)) continue
    const now = uncoveredNow(state, cover)
    const isNamed = cover.floorExcludes?.includes('uncovered_position') === true
    if ((cover.uncoveredSize?.units ?? 0n) === now.units && isNamed === now.isPositive()) continue
    out.push(covered(restated(cover, now)))
  }
  return out
}

function isJudged(state: CoverageState, { account, state: life, roll, alarm, coverageId }: Coverage): boolean {
  if (life !== 'active' || roll !== undefined || alarm === 'being_sold' || isBeingSold(state, coverageId)) return false
  return state.held.has(account) || state.stated.has(account)
}

function uncoveredNow(state: CoverageState, { account, terms: { side } }: Coverage): Quantity<'BTC'> {
  const position = protectedSize(state, { account, side }).units
  const covers = coversOn(state.coverages, { account, side })
  const left = covers.reduce((open, cover) => (cover.state === 'active' ? open - coveredBy(cover) : open), position)
  return new Quantity<'BTC'>(left > 0n ? left : 0n)
}

function restated({ uncoveredSize: _, floorExcludes, ...cover }: Coverage, now: Quantity<'BTC'>): Coverage {
  if (!now.isPositive()) return { ...cover, floorExcludes: withoutUncovered(floorExcludes) }
  return { ...cover, uncoveredSize: now, floorExcludes: withUncovered(floorExcludes) }
}
