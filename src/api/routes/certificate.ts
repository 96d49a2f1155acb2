/**
 * `GET /coverage/:id/certificate`: the newest certificate of a cover with everything it rests on, as it was recorded; `ballast prove` computes it
 * again from the journal. Another account's cover is the same answer as none. `GET /coverage/report`: of each position how much
 * of it is covered, and its latest cover.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { noQuantity, parseQuantity } from '#units/quantity.ts'
import type { Quantity } from '#units/quantity.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import type { CoverageView, PortfolioPosition } from '#runtime/view-models.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { certificateAnswer, coverageParams, reportAnswer } from '../contract-proof.ts'
import type { CertificateAnswer, ReportAnswer } from '../contract-proof.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import { coveredSizes } from '../covered-sizes.ts'
import { certificateOf, positionIds, shown } from './coverage.ts'

const CERTIFICATE = {
  tags: ['protection'],
  params: coverageParams,
  querystring: accountQuery,
  response: { 200: certificateAnswer, '4xx': failureSchema },
}
const REPORT = { tags: ['protection'], querystring: accountQuery, response: { 200: reportAnswer, '4xx': failureSchema } }

export function certificateRoutes(app: Api, context: Context): void {
  app.get('/coverage/:id/certificate', { schema: CERTIFICATE }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => certificateShown(context, account, request.params.id))
  })
  app.get('/coverage/report', { schema: REPORT }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => reportOf(context, account))
  })
}

function certificateShown({ views }: Context, account: string, id: string): Omit<CertificateAnswer, 'asOfSeq'> {
  const issued = views.proofs.certificate(id)
  if (issued === undefined || issued.certificate.account !== account) {
    throw new ApiRefusal('not_found', {
      gate: 'certificate',
      field: 'coverageId',
      seen: id,
      limit: 'a cover of this account that became active',
    })
  }
  const { inputs, result, issuedFor, digest } = issued.certificate
  const { settlement, liquidation, holds } = result
  return {
    status: 'ok',
    coverageId: id,
    accountId: account,
    seq: issued.seq,
    issuedAt: isoFromEpochMs(inputs.certifiedAt),
    issuedFor,
    holds,
    floorEquityUsdc: settlement.floorEquity.toString(),
    worstEquityUsdc: settlement.worst.equity.toString(),
    worstIndexUsdc: settlement.worst.index.toString(),
    holdsUpToUsdc: settlement.holdsUpTo?.toString() ?? null,
    liquidationIndexUsdc: liquidation.index?.toString() ?? null,
    digest,
    inputs: plain(inputs),
    result: plain(result),
  }
}

/** Exact values as the decimal strings the journal has. */
function plain(value: object): CertificateAnswer['inputs'] {
  return JSON.parse(JSON.stringify(value)) as Json as CertificateAnswer['inputs']
}

function reportOf(context: Context, account: string): Omit<ReportAnswer, 'asOfSeq'> {
  const { views } = context
  const standing = new Map(views.coverages(account).map((view) => [view.coverage.coverageId as string, view]))
  const { positions } = views.portfolio(account)
  const covers = views.proofs.covers(account)
  const covered = coveredSizes(positions, covers)
  return {
    status: 'ok',
    positions: positions.map((position, i) => reported(context, position, covers, { standing, size: covered[i] ?? noQuantity() })),
  }
}

interface Covered {
  readonly standing: ReadonlyMap<string, CoverageView>
  readonly size: Quantity<'BTC'>
}
function reported(
  context: Context,
  position: PortfolioPosition,
  covers: readonly Coverage[],
  { standing, size: coveredSize }: Covered,
): ReportAnswer['positions'][number] {
  const { id, side, size } = position
  const latest = latestOf(covers.filter(({ terms }) => (terms.positionId === undefined ? terms.side === side : terms.positionId === id)))
  const base = { positionId: id, side, size, coveredSize: coveredSize.toString() }
  if (latest === undefined) return { ...base, coverage: null, covered: false, reason: 'no_coverage' }
  const view = standing.get(latest.coverageId) ?? { coverage: latest, mtm: undefined, ratio: undefined }
  const coverage = {
    ...shown(view, positionIds(context, view.coverage), certificateOf(context, view)),
    state: latest.state,
    payoutUsdc: latest.payout?.toString() ?? null,
  }
  const reason = reasonOf(latest, coveredSize, size)
  return { ...base, coverage, covered: reason === undefined, ...(reason === undefined ? {} : { reason }) }
}

/** What stands before what is over, then the newest. */
function latestOf(covers: readonly Coverage[]): Coverage | undefined {
  const rank = ({ state }: Coverage): number => (state === 'active' ? 2 : state === 'settling' ? 1 : 0)
  const instant = ({ activatedAt, decidedAt }: Coverage): number => activatedAt ?? decidedAt ?? 0
  return covers.toSorted((a, b) => rank(b) - rank(a) || instant(b) - instant(a))[0]
}

const REASONS = {
  pending: 'coverage_pending',
  failed: 'coverage_failed',
  expired: 'coverage_ended',
  closed: 'coverage_ended',
  settling: 'settling',
} as const

/** Several covers may cover it together: what counts is what they hold for it. */
function reasonOf({ state }: Coverage, covered: Quantity<'BTC'>, size: string): ReportAnswer['positions'][number]['reason'] {
  const wanted = parseQuantity<'BTC'>(size)
  if (wanted !== undefined && covered.compare(wanted) >= 0) return undefined
  return state === 'active' || covered.isPositive() ? 'smaller_than_position' : REASONS[state]
}
