/**
 * Profit and loss of protection beside the account's bridge (T-08), and the account at a point in time in the documents' shape (V-01). Both are
 * projections of the one ledger and carry the residual that shows it: zero, or a booking is wrong.
 */
import { accountQuery, failureSchema } from '../contract.ts'
import { pnlAnswer, snapshotAnswer, snapshotQuery } from '../contract-proof.ts'
import type { BridgeShown, PnlAnswer, SnapshotAnswer } from '../contract-proof.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import type { ProofViews } from '#runtime/proof-views.ts'

const PNL = { tags: ['risk'], querystring: accountQuery, response: { 200: pnlAnswer, '4xx': failureSchema, 503: failureSchema } }
const SNAPSHOT = {
  tags: ['portfolio'],
  querystring: snapshotQuery,
  response: { 200: snapshotAnswer, '4xx': failureSchema, 503: failureSchema },
}

export function pnlRoutes(app: Api, context: Context): void {
  app.get('/api/pnl', { schema: PNL }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => pnlOf(context.views.proofs, account))
  })
  app.get('/api/portfolio/snapshot', { schema: SNAPSHOT }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => snapshotOf(context.views.proofs, account, request.query.view))
  })
}

function notValued(account: string): ApiRefusal {
  return new ApiRefusal('not_ready', {
    gate: 'ledger',
    field: 'accountId',
    seen: account,
    limit: 'an account with a statement, and an index',
  })
}

function pnlOf(proofs: ProofViews, accountId: string): Omit<PnlAnswer, 'asOfSeq'> {
  const view = proofs.pnl(accountId)
  if (view === undefined) throw notValued(accountId)
  const { protection, trading, charges, bridge, residual } = view
  return {
    status: 'ok',
    accountId,
    protection: {
      ...areaShown(protection),
      premiumPaidUsdc: protection.premiumPaid.toString(),
      premiumReceivedUsdc: protection.premiumReceived.toString(),
      payoutsUsdc: protection.payouts.toString(),
      standingMtmUsdc: protection.standingMtm.toString(),
      standingCostUsdc: protection.standingCost.toString(),
    },
    trading: areaShown(trading),
    charges: {
      covers: charges.covers,
      chargedUsdc: charges.charged.toString(),
      subsidiesUsdc: charges.subsidies.toString(),
      dueUsdc: charges.due.toString(),
    },
    bridge: bridgeShown(bridge),
    residualUsdc: residual.toString(),
  }
}

function areaShown({ realised, unrealised, fees, result }: NonNullable<ReturnType<ProofViews['pnl']>>['trading']): PnlAnswer['trading'] {
  return {
    realisedUsdc: realised.toString(),
    unrealisedUsdc: unrealised.toString(),
    feesUsdc: fees.toString(),
    resultUsdc: result.toString(),
  }
}

function bridgeShown(bridge: NonNullable<ReturnType<ProofViews['bridge']>>): BridgeShown {
  return {
    contributedUsdc: bridge.contributed.toString(),
    equityMarkUsdc: bridge.equityMark.toString(),
    changeUsdc: bridge.change.toString(),
    realisedUsdc: bridge.realised.toString(),
    unrealisedUsdc: bridge.unrealised.toString(),
    feesUsdc: bridge.fees.toString(),
    fundingPaidUsdc: bridge.fundingPaid.toString(),
    currencyResultUsdc: bridge.currencyResult.toString(),
    residualUsdc: bridge.residual.toString(),
  }
}

function snapshotOf(proofs: ProofViews, accountId: string, view: 'full' | 'margin'): Omit<SnapshotAnswer, 'asOfSeq'> {
  const snapshot = proofs.snapshot(accountId, view)
  const bridge = proofs.bridge(accountId)
  if (snapshot === undefined || bridge === undefined) throw notValued(accountId)
  const { positions, staleMarks, missingPositions, ...rest } = snapshot
  return {
    status: 'ok',
    accountId,
    ...rest,
    positions: positions.map((position) => ({ ...position })),
    staleMarks: [...staleMarks],
    missingPositions: [...missingPositions],
    bridge: bridgeShown(bridge),
  }
}
