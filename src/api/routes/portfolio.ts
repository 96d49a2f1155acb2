/** Positions as the account's holder states them (document 1; C-70): a statement replaces the one before whole, or is refused whole. */
import { accountQuery, failureSchema, ingestAnswer, ingestRequest, pendingSchema, positionsAnswer } from '../contract.ts'
import { answerCommand, answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'

const INGEST = {
  tags: ['portfolio'],
  body: ingestRequest,
  response: { 200: ingestAnswer, 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
}
const POSITIONS = { tags: ['portfolio'], querystring: accountQuery, response: { 200: positionsAnswer, '4xx': failureSchema } }

export function portfolioRoutes(app: Api, context: Context): void {
  app.post('/portfolio/ingest', { schema: INGEST }, (request, reply) => {
    const { idempotencyKey, accountId, ...rest } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    const params = { accountId, ...rest, positions: rest.positions.map(withoutAbsent) }
    return answerCommand(context, request, reply, {
      account,
      type: 'ingest_portfolio',
      params: withoutAbsent(params),
      bodyKey: idempotencyKey,
    })
  })
  app.get('/portfolio/positions', { schema: POSITIONS }, (request, reply) => {
    const accountId = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => ({ status: 'ok', accountId, ...context.views.portfolio(accountId) }))
  })
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Absent stays absent in the journal: no key with nothing behind it. */
export function withoutAbsent<T extends object>(value: T): Present<T> {
  const present: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(value)) if (held !== undefined) present[name] = held
  return present as Present<T>
}
