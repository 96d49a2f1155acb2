/** Covers that stand: active, and those whose expiry is being settled. A cover is never shown without its legs, or else with its alarm. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { accountQuery, coveragesAnswer, failureSchema } from '../contract.ts'
import type { ActiveCoverage } from '../contract.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import type { CoverageView } from '#runtime/view-models.ts'

const ACTIVE = { tags: ['protection'], querystring: accountQuery, response: { 200: coveragesAnswer, '4xx': failureSchema } }

export function coverageRoutes(app: Api, context: Context): void {
  app.get('/coverage/active', { schema: ACTIVE }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => {
      const standing = context.views.coverages(account).filter(({ coverage: { state } }) => state === 'active' || state === 'settling')
      return { status: 'ok', coverages: standing.map((view) => shown(view, positionIds(context, view))) }
    })
  })
}

/** The position a quote named; else those of its side, as `/portfolio/positions` shows them. */
export function positionIds({ views }: Context, { coverage: { account, terms } }: CoverageView): string[] {
  if (terms.positionId !== undefined) return [terms.positionId]
  const { positions } = views.portfolio(account)
  return positions.filter(({ side }) => side === terms.side).map(({ id }) => id)
}

export function shown({ coverage, mtm, ratio }: CoverageView, ids: string[]): ActiveCoverage {
  const { venue, terms } = coverage
  return {
    coverageId: coverage.coverageId,
    accountId: coverage.account,
    positionIds: ids,
    tierName: terms.tierName,
    activatedAt: coverage.activatedAt === undefined ? null : isoFromEpochMs(coverage.activatedAt),
    expiryIso: isoFromEpochMs(coverage.expiry),
    floorPrice: coverage.floorPrice.toString(),
    floorEquity: coverage.floorEquity.toString(),
    floorHoldsUpTo: coverage.floorHoldsUpTo?.toString() ?? null,
    exitCostMaxUsdc: coverage.exitCostMax?.toString() ?? null,
    floorExcludes: [...(coverage.floorExcludes ?? [])],
    uncoveredSize: coverage.uncoveredSize?.toString() ?? '0',
    drawdownLimitUsdc: coverage.drawdownLimit.toString(),
    selectedVenue: venue,
    coverageLegs: legsShown(coverage).map((leg) => ({ ...leg })),
    premiumUsdc: coverage.premium.toString(),
    feeUsdc: (coverage.charge?.charged ?? coverage.premium.plus(coverage.fee)).toString(),
    mtmUsdc: mtm?.toString() ?? null,
    coverageRatio: ratio?.toString() ?? null,
    ...(coverage.renewalTries === undefined ? {} : { renewalTries: triesShown(coverage.renewalTries) }),
    ...(coverage.alarm === undefined ? {} : { alarm: coverage.alarm }),
    ...(coverage.explanation === undefined ? {} : { explanation: coverage.explanation }),
  }
}

function triesShown({
  since,
  until,
  ...tries
}: NonNullable<CoverageView['coverage']['renewalTries']>): NonNullable<ActiveCoverage['renewalTries']> {
  return { ...tries, since: isoFromEpochMs(since), until: isoFromEpochMs(until) }
}
