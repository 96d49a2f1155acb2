/**
 * Quotes (P-01, P-09). `/put/quote` is a command: journaled, priced on exact inputs, executable until it expires. With `allowCached` it may answer
 * from the cache instead, as `/put/preview` always does: such an answer is a question, has no `quoteId` and cannot be bought (C-35).
 */
import { z } from 'zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Json } from '#topics/schema.ts'
import { failureSchema, pendingSchema, quoteAnswer, quoteRequest } from '../contract.ts'
import { cachedFailure, cachedQuote, previewPending } from '../contract-quotes.ts'
import { answerOpenText, answerQuestion, knownAccount, sendCommandAnswer, submitCommand } from '../context.ts'
import type { Context } from '../context.ts'
import type { Bucket } from '../quote-buckets.ts'
import type { QuoteDesk, Terms } from '../quote-desk.ts'
import { ApiRefusal } from '../refusal.ts'
import type { CacheHit } from '../quote-cache.ts'
import { isBehind, refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'

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
/** What is said of the call, not of the cover. */
const OF_THE_CALL: ReadonlySet<string> = new Set(['idempotencyKey', 'allowCached', 'accountId'])
type Request = z.output<typeof quoteRequest>

export function putRoutes(app: Api, context: Context): void {
  app.post('/put/quote', { schema: QUOTE }, (request, reply) => {
    const desk = context.quotes
    const terms = termsOf(context, request.body)
    const bucket = desk.bucket(terms)
    const hit = request.body.allowCached === true ? desk.cached(bucket, terms, isBehind(app, context)) : undefined
    if (hit !== undefined) return serve(context, desk, '/put/quote', reply, hit)
    refuseWhenBehind(app, context)
    return priced(context, { desk, terms, bucket }, request, reply)
  })
  app.post('/put/preview', { schema: PREVIEW }, (request, reply) => {
    const desk = context.quotes
    const terms = termsOf(context, request.body)
    const bucket = desk.bucket(terms)
    const hit = desk.cached(bucket, terms, isBehind(app, context))
    if (hit !== undefined) return serve(context, desk, '/put/preview', reply, hit)
    refuseWhenBehind(app, context)
    if (bucket === undefined)
      throw new ApiRefusal('no_price', { gate: 'price', field: 'price', seen: 'none yet', limit: 'one admitted price' })
    desk.priceInBackground(bucket, terms)
    sayServed(reply, desk.served('/put/preview', 'miss'), 'miss')
    return answerQuestion(context, reply.code(202), () => ({ status: 'pending' }))
  })
}

function termsOf(context: Context, body: Request): Terms {
  const terms: Record<string, Json> & { accountId: string } = { accountId: knownAccount(context, body.accountId) }
  for (const [name, held] of Object.entries(body)) if (held !== undefined && !OF_THE_CALL.has(name)) terms[name] = held
  return terms
}

async function priced(
  context: Context,
  { desk, terms, bucket }: { readonly desk: QuoteDesk; readonly terms: Terms; readonly bucket: Bucket | undefined },
  request: FastifyRequest<{ Body: Request }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const seqBefore = context.platform.engine.seq
  let signature: Promise<string> | undefined
  const onAnswer = (given: Json): void => {
    signature = context.platform.quoteSigner?.signature(given)
    signature?.catch(() => undefined) // heard below, unless the answer itself never comes
  }
  const call = { account: terms.accountId, type: 'quote', params: terms, bodyKey: request.body.idempotencyKey, onAnswer }
  const answer = await submitCommand(context, request, reply, call)
  // the first answer of a repeated key may be of any age
  if (answer.final && answer.asOfSeq > seqBefore) desk.keep(bucket, answer.answer)
  sayServed(reply, desk.served('/put/quote', 'miss'), 'miss')
  return sendCommandAnswer(reply, answer, await signature)
}

function serve(context: Context, desk: QuoteDesk, route: string, reply: FastifyReply, hit: CacheHit): Promise<FastifyReply> | undefined {
  const served = hit.freshness === 'fresh' ? 'hit' : 'stale'
  sayServed(reply, desk.served(route, served), served)
  return answerOpenText(context, reply, hit.openText)
}

function sayServed(reply: FastifyReply, { hitRate }: { readonly hitRate: number }, served: string): void {
  void reply.header('ballast-cache', `${served}; hit-rate=${hitRate.toFixed(4)}`)
}
