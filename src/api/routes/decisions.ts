/** `GET /api/decisions` (API-06, UI-04): every decision the journal keeps, newest first, filtered on the server and read off the engine's thread. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Listed } from '#runtime/records.ts'
import { epochMs } from '#units/time.ts'
import { isOthers, scopeOf } from '../caller.ts'
import { failureSchema } from '../contract.ts'
import { decisionsAnswer, decisionsQuery } from '../contract-decisions.ts'
import type { ListedDecision } from '../contract-decisions.ts'
import { knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { decisionShown } from '../overview.ts'
import { fromRecords, namesOf } from '../records.ts'
import type { Api } from '../type-provider.ts'

const LIST = {
  tags: ['audit'],
  description:
    'Every decision that the journal keeps, with gate, value, limit and what would flip it. The journal is read backward a slice per call: ' +
    '`reach` says how far it came. `GET /explain/{seq}` walks from any of them to its cause.',
  querystring: decisionsQuery,
  response: { 200: decisionsAnswer, '4xx': failureSchema, 503: failureSchema },
}
const LIMITED = { rateLimit: { max: 600, timeWindow: 60_000 } }

export function decisionRoutes(app: Api, context: Context): void {
  app.get('/api/decisions', { schema: LIST, config: LIMITED }, async (request) => {
    const { accountId, kind, gate, outcome, text, from, to, before, limit } = request.query
    const account = knownAccount(context, accountId)
    const names = { kinds: namesOf(kind), gates: namesOf(gate), outcomes: namesOf(outcome) }
    const filter = { account, ...names, text, fromAt: from, toAt: to }
    const page = await fromRecords(context, (records) => records.decisions({ filter, before, limit }))
    const { fromAt, ...reach } = page.reach
    return {
      status: 'ok' as const,
      decisions: page.decisions.filter(({ subject }) => !isOthers(context, account, subject)).map(listedShown),
      next: page.next,
      reach: { ...reach, fromIso: fromAt === null ? null : isoFromEpochMs(epochMs(fromAt)) },
      tally: scopeOf(context, request) === undefined ? page.tally : null,
      asOfSeq: page.asOfSeq,
    }
  })
}

function listedShown(listed: Listed): ListedDecision {
  const { outcome, account, subject, audit } = listed
  return { ...decisionShown(listed), outcome, accountId: account ?? null, subject: subject ?? null, audit }
}
