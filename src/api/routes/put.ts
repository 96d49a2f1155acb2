/**
 * Quotes (P-01, P-09). `/put/quote` is a command: journaled, priced on exact inputs, executable until it expires. With `allowCached` it may answer
 * from the cache instead, as `/put/preview` always does: such an answer is a question, has no `quoteId` and cannot be bought (C-35).
 */
import { z } from 'zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failureSchema, pendingSchema, quoteAnswer, quoteRequest } from '../contract.ts'
import { cachedFailure, cachedQuote, previewPending } from '../contract-quotes.ts'
import { answerQuestion, knownAccount, sendCommandAnswer, submitCommand } from '../context.ts'
import type { Context } from '../context.ts'
import type { QuoteDesk, Terms } from '../quote-desk.ts'
import { ApiRefusal } from '../refusal.ts'
import type { CacheHit } from '../quote-cache.ts'
import { isBehind, refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const failures = { '4xx': failureSchema, 503: failureSchema }
const QUOTE = {
  tags: ['protection'],
  description:
    'A fresh price that can be activated. With `allowCached: true` an answer of the cache may come instead; it has no `quoteId`.',
  body: quoteRequest,
  response: { 200: z.union([quoteAnswer, cachedQuote, cachedFailure, failureSchema]), 202: pendingSchema, ...failures },
}
const PREVIEW = {
  tags: ['protection'],
  description: 'The last price of the same bucket, or `pending` while one is made; ask again. Never executable.',
  body: quoteRequest,
  response: { 200: z.union([cachedQuote, cachedFailure, failureSchema]), 202: previewPending, ...failures },
}
type Request = z.output<typeof quoteRequest>

export function putRoutes(app: Api, context: Context): void {
  app.post('/put/quote', { schema: QUOTE }, async (request, reply) => {
    const desk = context.quotes
    const terms = termsOf(context, request.body)
    const bucket = desk.bucket(terms)
    const hit = request.body.allowCached === true ? desk.cached(bucket, terms, isBehind(app, context)) : undefined
    if (hit !== undefined) return serve(context, desk, request, reply, hit)
    refuseWhenBehind(app, context)
    const seqBefore = context.platform.engine.seq
    const call = { account: terms.accountId, type: 'quote', params: terms, bodyKey: request.body.idempotencyKey }
    const answer = await submitCommand(context, request, reply, call)
    // the first answer of a repeated key may be of any age
    if (answer.final && answer.asOfSeq > seqBefore) desk.keep(bucket, answer.answer)
    sayServed(reply, desk.served('/put/quote', 'miss'), 'miss')
    const signer = context.platform.quoteSigner
    return sendCommandAnswer(reply, signer === undefined ? answer : { ...answer, answer: signer.signed(answer.answer) })
  })
  app.post('/put/preview', { schema: PREVIEW }, (request, reply) => {
    const desk = context.quotes
    const terms = termsOf(context, request.body)
    const bucket = desk.bucket(terms)
    const hit = desk.cached(bucket, terms, isBehind(app, context))
    if (hit !== undefined) return serve(context, desk, request, reply, hit)
    refuseWhenBehind(app, context)
    if (bucket === undefined)
      throw new ApiRefusal('no_price', { gate: 'price', field: 'price', seen: 'none yet', limit: 'one admitted price' })
    desk.priceInBackground(bucket, terms)
    sayServed(reply, desk.served('/put/preview', 'miss'), 'miss')
    return answerQuestion(context, reply.code(202), () => ({ status: 'pending' }))
  })
}

function termsOf(context: Context, { idempotencyKey: _, allowCached: __, accountId, ...terms }: Request): Terms {
  return withoutAbsent({ accountId: knownAccount(context, accountId), ...terms })
}

function serve(context: Context, desk: QuoteDesk, request: FastifyRequest, reply: FastifyReply, hit: CacheHit): Promise<FastifyReply> {
  const served = hit.freshness === 'fresh' ? 'hit' : 'stale'
  sayServed(reply, desk.served(request.routeOptions.url ?? '', served), served)
  return answerQuestion(context, reply, () => hit.answer)
}

function sayServed(reply: FastifyReply, { hitRate }: { readonly hitRate: number }, served: string): void {
  void reply.header('ballast-cache', `${served}; hit-rate=${hitRate.toFixed(4)}`)
}
