/**
 * The drawdown buffer (P-12, document 1): equity = cash + position PnL + hedge MTM + what positions have lost that are stated beyond the books,
 * buffer = equity - drawdown limit, in exact USDC.
 * A parameter that is given is used and echoed as the client's; the others are the ledger's. It feeds an answer, never an order. Where
 * neither has a value the answer is `missing_drawdown_inputs`; a hedge worth older than `maxMtmAgeMs` is `stale_inputs`. Ages are market
 * time: the documented default of 15 s is 15 s of the caller's clock, so a simulation at 60x takes 15 minutes of market for as fresh.
 */
import { z } from 'zod'
import { formatUnits } from '#units/exact.ts'
import { usdc, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { CoverageId } from '#domain/order.ts'
import { closePnlOf } from '#topics/account.ts'
import { accountQuery, failureSchema, MTM_AGE_MAX_MS, riskAnswer, riskQuery } from '../contract.ts'
import type { RiskAnswer, RiskQuery } from '../contract.ts'
import { mtmAnswer } from '../contract-proof.ts'
import type { MtmAnswer } from '../contract-proof.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import { positionIds } from './coverage.ts'
import { coverInForce } from '#runtime/views-in-force.ts'
import type { Views } from '#runtime/view-models.ts'

const SUMMARY = { tags: ['risk'], querystring: riskQuery, response: { 200: z.union([riskAnswer, failureSchema]), '4xx': failureSchema } }
const MTM = { tags: ['risk'], querystring: accountQuery, response: { 200: mtmAnswer, '4xx': failureSchema } }
type Name = 'cashUsdc' | 'positionPnlUsdc' | 'hedgeMtmUsdc' | 'drawdownLimitUsdc'
type Stated = Money<'USDC'> | undefined
const NAMES: readonly Name[] = ['cashUsdc', 'positionPnlUsdc', 'hedgeMtmUsdc', 'drawdownLimitUsdc']
interface FromLedger {
  readonly amount: Money<'USDC'> | undefined
  readonly ageMs: number | undefined
}

export function riskRoutes(app: Api, context: Context): void {
  app.get('/risk/summary', { schema: SUMMARY }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () =>
      riskSummary(request.query, fromLedger(context, account), {
        ageMaxMs: mtmAgeMaxMs(context, request.query),
        stated: context.views.proofs.stated(account)?.result,
      }),
    )
  })
  app.get('/risk/mtm', { schema: MTM }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => mtmOf(context, account))
  })
}

/** Every position is the platform's own booking of the venue's fills (`public`); positions asked of the venue itself would be `private`. */
function mtmOf({ views }: Context, account: string): Omit<MtmAnswer, 'asOfSeq'> {
  const value = views.value(account)?.value
  const names = new Map(views.coverages(account).map(({ coverage }) => [coverage.coverageId, positionIds({ views }, coverage)]))
  const nameOf = (coverageId: CoverageId): string | null => {
    const [id, ...more] = names.get(coverageId) ?? []
    return more.length === 0 ? (id ?? null) : null
  }
  return {
    status: 'ok',
    positionPnlUsdc: (value === undefined ? undefined : closePnlOf(value))?.toString() ?? null,
    hedgeMtmUsdc: value?.hedgeClose.toString() ?? null,
    positions: views.proofs.mtm(account).map((mark) => ({
      coverageId: mark.coverageId,
      positionId: nameOf(mark.coverageId),
      positionPnlUsdc: mark.positionPnl.toString(),
      hedgeMtmUsdc: mark.hedgeMtm?.toString() ?? null,
      equityUsdc: mark.equity.toString(),
      drawdownBufferUsdc: mark.drawdownBuffer.toString(),
      coverageRatio: mark.coverageRatio,
      coverageRatioWorst: mark.coverageRatioWorst ?? null,
      creditUsdc: mark.credit.toString(),
      stale: [...mark.doubtful],
    })),
    mode: 'public',
  }
}

function mtmAgeMaxMs({ platform }: Context, { maxMtmAgeMs }: RiskQuery): number {
  return maxMtmAgeMs ?? Math.ceil(MTM_AGE_MAX_MS * Math.max(1, platform.info.speed))
}

/** What stated positions have lost counts unless the client says itself what its positions have made: then that is all of it. */
function riskSummary(
  query: RiskQuery,
  ledger: Readonly<Record<Name, FromLedger>>,
  { ageMaxMs, stated }: { readonly ageMaxMs: number; readonly stated: Stated },
): Omit<RiskAnswer, 'asOfSeq'> {
  const inputs = NAMES.map((name) => inputOf(name, query[name], ledger[name], ageMaxMs))
  const [cash, pnl, hedge, limit] = inputs.map(({ value }) => usdc(value)) as [Money<'USDC'>, Money<'USDC'>, Money<'USDC'>, Money<'USDC'>]
  const lost = query.positionPnlUsdc === undefined && stated?.isZero() === false ? stated : undefined
  const equity = cash
    .plus(pnl)
    .plus(hedge)
    .plus(lost ?? zero())
  const echoed =
    query.initialBalanceUsdc === undefined
      ? []
      : [{ name: 'initialBalanceUsdc', value: query.initialBalanceUsdc, source: 'client' as const, ageMs: null }]
  return {
    status: 'ok',
    equityUsdc: equity.toString(),
    drawdownLimitUsdc: limit.toString(),
    drawdownBufferUsdc: formatUnits(equity.units - limit.units),
    inputs: [...inputs, ...(lost === undefined ? [] : [statedInput(lost)]), ...echoed],
  }
}

function statedInput(lost: Money<'USDC'>): RiskAnswer['inputs'][number] {
  return { name: 'statedResultUsdc', value: lost.toString(), source: 'ledger', ageMs: null }
}

function inputOf(name: Name, given: string | undefined, { amount, ageMs }: FromLedger, ageMaxMs: number): RiskAnswer['inputs'][number] {
  if (given !== undefined) return { name, value: given, source: 'client', ageMs: null }
  if (amount === undefined) {
    throw new ApiRefusal('missing_drawdown_inputs', {
      gate: 'risk-summary',
      field: name,
      seen: undefined,
      limit: 'a parameter, or a value in the ledger',
    })
  }
  if (ageMs !== undefined && !(ageMs <= ageMaxMs)) {
    throw new ApiRefusal('stale_inputs', {
      gate: 'risk-summary',
      field: name,
      seen: ageMs,
      limit: ageMaxMs,
      flip: { field: 'maxMtmAgeMs', to: ageMs },
    })
  }
  return { name, value: amount.toString(), source: 'ledger', ageMs: ageMs ?? null }
}

function fromLedger({ platform, views }: Context, account: string): Readonly<Record<Name, FromLedger>> {
  const view = views.value(account)
  const ageMs = view === undefined ? undefined : Math.max(0, platform.now() - view.pricedAt)
  const limit = drawdownLimit(views, account)
  return {
    cashUsdc: { amount: view?.value.cash, ageMs: undefined },
    positionPnlUsdc: { amount: view === undefined ? undefined : closePnlOf(view.value), ageMs },
    hedgeMtmUsdc: { amount: view?.value.hedgeClose, ageMs },
    drawdownLimitUsdc: { amount: limit, ageMs: undefined },
  }
}

/** The limit in force: the highest of the covers that stand. */
export function drawdownLimit(views: Pick<Views, 'coverages'>, account: string): Money<'USDC'> | undefined {
  return coverInForce(views.coverages(account))?.drawdownLimit
}
