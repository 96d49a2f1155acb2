/** Covers that stand: active, and those whose expiry is being settled. A cover is never shown without its legs, or else with its alarm. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { accountQuery, coveragesAnswer, failureSchema } from '../contract.ts'
import type { ActiveCoverage } from '../contract.ts'
import { legsShown } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { certificateFailure } from '#domain/certificate-failure.ts'
import { explain } from '#domain/explanation.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import type { ProofViews } from '#runtime/proof-views.ts'
import type { CoverageView } from '#runtime/view-models.ts'

type Issued = NonNullable<ReturnType<ProofViews['certificate']>>

const ACTIVE = { tags: ['protection'], querystring: accountQuery, response: { 200: coveragesAnswer, '4xx': failureSchema } }

export function coverageRoutes(app: Api, context: Context): void {
  app.get('/coverage/active', { schema: ACTIVE }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => {
      const standing = context.views.coverages(account).filter(({ coverage: { state } }) => state === 'active' || state === 'settling')
      return {
        status: 'ok',
        coverages: standing.map((view) => shown(view, positionIds(context, view.coverage), certificateOf(context, view))),
      }
    })
  })
}

/** The position a quote named; else those the client named then, or those of its side, as `/portfolio/positions` shows them now. */
export function positionIds({ views }: Pick<Context, 'views'>, { account, terms, positionIds: named = [] }: Coverage): string[] {
  if (terms.positionId !== undefined) return [terms.positionId]
  const { positions } = views.portfolio(account)
  const still = positions.filter(({ id }) => named.includes(id))
  if (still.length > 0) return still.map(({ id }) => id)
  return positions.filter(({ side }) => side === terms.side).map(({ id }) => id)
}

export function certificateOf({ views }: Context, { coverage }: CoverageView): Issued | undefined {
  return views.proofs.certificate(coverage.coverageId)
}

export function shown({ coverage, mtm, ratio }: CoverageView, ids: string[], issued: Issued | undefined): ActiveCoverage {
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
    ...certifiedShown(issued),
    ...alarmShown(coverage, issued),
  }
}

function certifiedShown(issued: Issued | undefined): Pick<ActiveCoverage, 'certificateHolds' | 'accountFloorUsdc'> {
  const result = issued?.certificate.result
  return {
    certificateHolds: result?.holds ?? null,
    accountFloorUsdc: (result?.account ?? result?.settlement)?.worst.equity.toString() ?? null,
  }
}

/** Its own first; else that its certificate does not hold. */
function alarmShown(
  { state, alarm, explanation }: CoverageView['coverage'],
  issued: Issued | undefined,
): Pick<ActiveCoverage, 'alarm' | 'explanation'> {
  const because = explanation === undefined ? {} : { explanation }
  if (alarm !== undefined) return { alarm, ...because }
  const failure =
    issued === undefined || state !== 'active' ? undefined : certificateFailure(issued.certificate.result, issued.certificate.issuedFor)
  if (issued === undefined || failure === undefined) return because
  return { alarm: failure.code, explanation: explain('ledger/certificate', issued.seq, failure) }
}

function triesShown({
  since,
  until,
  ...tries
}: NonNullable<CoverageView['coverage']['renewalTries']>): NonNullable<ActiveCoverage['renewalTries']> {
  return { ...tries, since: isoFromEpochMs(since), until: isoFromEpochMs(until) }
}
