/** `GET /api/bridge`: every cent between what was put in and what the account would bring now, by the ledger's own sums. */
import type { Money } from '#units/money.ts'
import { money } from '#units/money.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { bridgeAnswer } from '../contract-bridge.ts'
import type { BridgeAnswer } from '../contract-bridge.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const BRIDGE = { tags: ['page'], querystring: accountQuery, response: { 200: bridgeAnswer, '4xx': failureSchema, 503: failureSchema } }
type Step = BridgeAnswer['steps'][number]
type Usdc = Money<'USDC'>

export function bridgeRoutes(app: Api, context: Context): void {
  app.get('/api/bridge', { schema: BRIDGE }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => bridgeOf(context, account))
  })
}

function bridgeOf({ views: { proofs } }: Context, accountId: string): Omit<BridgeAnswer, 'asOfSeq'> {
  const pnl = proofs.pnl(accountId)
  const snapshot = proofs.snapshot(accountId, 'margin')
  if (pnl === undefined || snapshot === undefined)
    throw new ApiRefusal('not_ready', {
      gate: 'ledger',
      field: 'accountId',
      seen: accountId,
      limit: 'an account with a statement, and an index',
    })
  const { bridge, trading, protection } = pnl
  const close = money<'USDC'>(snapshot.equityClose)
  const changes: readonly (readonly [Step['id'], Usdc])[] = [
    ['position_realised', trading.realised],
    ['position_unrealised', trading.unrealised],
    ['cover_realised', protection.realised],
    ['cover_unrealised', protection.unrealised],
    ['fees', bridge.fees.negated()],
    ['funding', bridge.fundingPaid.negated()],
    ['currency', bridge.currencyResult],
  ]
  const steps: Step[] = [sumStep('contributed', bridge.contributed)]
  let at = bridge.contributed
  for (const [id, change] of changes) {
    steps.push({ id, usdc: change.toString(), from: at.toString(), to: at.plus(change).toString(), isSum: false })
    at = at.plus(change)
  }
  const { equityMark } = bridge
  steps.push(sumStep('equity_mark', equityMark), {
    id: 'closing_discount',
    usdc: close.minus(equityMark).toString(),
    from: equityMark.toString(),
    to: close.toString(),
    isSum: false,
  })
  return { status: 'ok', accountId, steps: [...steps, sumStep('equity_close', close)], residualUsdc: equityMark.minus(at).toString() }
}

function sumStep(id: Step['id'], amount: Usdc): Step {
  return { id, usdc: amount.toString(), from: '0', to: amount.toString(), isSum: true }
}
