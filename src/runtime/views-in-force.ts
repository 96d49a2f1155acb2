/**
 * Which cover's limit is in force, where several stand (P-13): the highest drawdown limit of those active or settling, so that a second,
 * lower cover or the overlap at a renewal never lets the limit fall silently. A cover whose roll is not finished promises nothing yet; the
 * one before it still does. Of equal limits (a renewal keeps its predecessor's) the newest cover's floor is the one that holds.
 */
import type { Coverage } from '#topics/protection.ts'
import type { CoverageView } from './view-models.ts'

export function coverInForce(views: readonly CoverageView[]): Coverage | undefined {
  return inForceOf(views.map(({ coverage }) => coverage))
}

export function inForceOf(covers: readonly Coverage[]): Coverage | undefined {
  return covers
    .filter(({ state, roll }) => (state === 'active' || state === 'settling') && roll === undefined)
    .toSorted((a, b) => b.drawdownLimit.compare(a.drawdownLimit) || (b.activatedAt ?? 0) - (a.activatedAt ?? 0))[0]
}
