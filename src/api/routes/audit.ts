/**
 * Activation (`POST /audit/export`, the document's name for it) and the audit trail. A quote is activated once: its id is the key. A cover that an
 * order of the client's bought is adopted: the export never sends a second order (C-40).
 */
import { z } from 'zod'
import { activationAnswer, auditAnswer, auditQuery, failureSchema, pendingSchema } from '../contract.ts'
import type { Json } from '#topics/schema.ts'
import type { ActivationRequest } from '../contract-orders.ts'
import { activationRequest } from '../contract-orders.ts'
import { summaryAnswer, summaryQuery } from '../contract-audit.ts'
import { auditSummary } from '../audit-summary.ts'
import { AuditTally } from '#runtime/audit-tally.ts'
import { operatorScope, scopeOf } from '../caller.ts'
import { answerCommand, answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const EXPORT = {
  tags: ['protection'],
  body: activationRequest,
  response: { 200: z.union([activationAnswer, failureSchema]), 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
}
const LOGS = {
  tags: ['audit'],
  description:
    'The audit trail, oldest first within an answer. Without `after` it gives the newest `limit` entries. To read all of it begin with ' +
    '`after=0`, which starts with the oldest, and go on with `after` = the answer’s `next` until that is null.',
  querystring: auditQuery,
  response: { 200: auditAnswer, '4xx': failureSchema },
}

const SUMMARY = {
  tags: ['audit'],
  description: 'Counts and sums over the audit trail. `exec` is what a partner sees; `internal` adds how it was done, for operators.',
  querystring: summaryQuery,
  response: { 200: summaryAnswer, '4xx': failureSchema },
}

export function auditRoutes(app: Api, context: Context): void {
  summaryRoute(app, context)
  app.post('/audit/export', { schema: EXPORT }, (request, reply) => {
    const { idempotencyKey, accountId, signature, ...payload } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    refuseForged(context, account, payload.quoteId, signature)
    const call = { account, bodyKey: idempotencyKey }
    const { coverageId, ...wish } = payload
    const isOrdered = [coverageId, wish.quoteId].some((name) => name !== undefined && context.views.boughtByOrder(account, name))
    return isOrdered || wish.quoteId === undefined
      ? answerCommand(context, request, reply, { ...call, type: 'adopt', params: adoption(account, payload) })
      : answerCommand(context, request, reply, {
          ...call,
          naturalKey: wish.quoteId,
          type: 'activate',
          params: withoutAbsent({ ...wish, accountId: account }) as Json,
        })
  })
  app.get('/audit/logs', { schema: LOGS }, (request, reply) => {
    const { limit, after, showAll } = request.query
    const account = showAll ? operatorScope(context, request) : scopeOf(context, request)
    return answerQuestion(context, reply, () => {
      const query = { limit, includeInternal: showAll, account }
      const entries = context.platform.auditEntries(after === undefined ? query : { ...query, after })
      const isFull = after !== undefined && entries.length === limit
      const shown = entries.map(({ seq, ts, event, payload, hash }) => ({ seq, ts, event, payload, hash }))
      return { status: 'ok', entries: shown, next: isFull ? (entries.at(-1)?.seq ?? null) : null }
    })
  })
}

/** A signature that is sent has to be that of the quote; one the engine does not know it answers itself. */
function refuseForged({ platform }: Context, account: string, quoteId: string | undefined, signature: string | undefined): void {
  if (quoteId === undefined || signature === undefined || platform.quoteSigner?.verifies(account, quoteId, signature) !== false) return
  throw new ApiRefusal('signature_invalid', {
    gate: 'signature',
    field: 'signature',
    seen: signature,
    limit: `the signature of ${quoteId}`,
  })
}

/** Absent stays absent in what is nested as well. */
function adoption(account: string, { coverageLegs, positions, ...rest }: Omit<ActivationRequest, 'accountId'>): Json {
  const lists = { coverageLegs: coverageLegs?.map(withoutAbsent), positions: positions?.map(withoutAbsent) }
  return withoutAbsent({ ...rest, ...lists, accountId: account }) as Json
}

/** A tally belongs to one journal: after a reset it begins anew. Behind a gateway each account has its own. */
function summaryRoute(app: Api, context: Context): void {
  let held: { readonly journalId: string; readonly tallies: Map<string | undefined, AuditTally> } | undefined
  app.get('/audit/summary', { schema: SUMMARY }, async (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    const { mode } = request.query
    const scope = mode === 'internal' ? operatorScope(context, request) : scopeOf(context, request)
    const { platform } = context
    const { journalId } = platform.info
    if (held?.journalId !== journalId) held = { journalId, tallies: new Map() }
    const tally = held.tallies.getOrInsertComputed(scope, () => new AuditTally((query) => platform.auditEntries(query), scope))
    await tally.catchUp()
    return answerQuestion(context, reply, () => auditSummary(context, tally, { mode, account }))
  })
}
