/** What the page asks for: everything on its first screen in one answer, and the points of its chart. */
import { failureSchema } from '../contract.ts'
import { historyAnswer, historyQuery, overviewAnswer } from '../contract-page.ts'
import type { HistoryAnswer } from '../contract-page.ts'
import { accountQuery } from '../contract.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { overviewOf } from '../overview.ts'
import type { Api } from '../type-provider.ts'
import { epochMs, isEpochMs } from '#units/time.ts'

const OVERVIEW = { tags: ['page'], querystring: accountQuery, response: { 200: overviewAnswer, '4xx': failureSchema } }
const HISTORY = { tags: ['page'], querystring: historyQuery, response: { 200: historyAnswer, '4xx': failureSchema } }

export function overviewRoutes(app: Api, context: Context): void {
  app.get('/api/overview', { schema: OVERVIEW }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => overviewOf(context, account))
  })
  app.get('/api/history', { schema: HISTORY }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => historyOf(context, account, request.query))
  })
}

/** The newest `limit` points from `from` on; an instant before all records means from the start. */
function historyOf(
  { platform }: Context,
  accountId: string,
  { from, limit }: { readonly from?: number | undefined; readonly limit: number },
): Omit<HistoryAnswer, 'asOfSeq'> {
  const points = from !== undefined && isEpochMs(from) ? platform.history(accountId, epochMs(from)) : platform.history(accountId)
  const shown = points.filter(({ at }) => from === undefined || at >= from).slice(-limit)
  return { status: 'ok', accountId, points: shown.map((point) => ({ ...point })) }
}
