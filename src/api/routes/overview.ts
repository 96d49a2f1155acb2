/** What the page asks for: everything on its first screen in one answer, and the points of its chart, range by range. */
import { failureSchema } from '../contract.ts'
import { historyAnswer, historyQuery, overviewAnswer } from '../contract-page.ts'
import { accountQuery } from '../contract.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { overviewOf } from '../overview.ts'
import { fromFiles } from '../records.ts'
import type { Api } from '../type-provider.ts'

const OVERVIEW = { tags: ['page'], querystring: accountQuery, response: { 200: overviewAnswer, '4xx': failureSchema } }
const HISTORY = { tags: ['page'], querystring: historyQuery, response: { 200: historyAnswer, '4xx': failureSchema, 503: failureSchema } }

export function overviewRoutes(app: Api, context: Context): void {
  const { platform } = context
  app.get('/api/overview', { schema: OVERVIEW }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => overviewOf(context, account))
  })
  app.get('/api/history', { schema: HISTORY }, async (request, reply) => {
    const { accountId, ...range } = request.query
    const account = knownAccount(context, accountId)
    const history = await fromFiles(() => platform.history({ ...range, account }))
    return answerQuestion(context, reply, () => ({ status: 'ok', accountId: account, ...history }))
  })
}
