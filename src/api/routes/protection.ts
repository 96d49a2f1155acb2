/**
 * What the protection page asks: the last quotes, every cover that is remembered, and what one pays at settlement. Another account's cover is the
 * same answer as none.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Coverage } from '#topics/protection.ts'
import { ONE } from '#units/exact.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { coverageParams } from '../contract-proof.ts'
import { coversAnswer, coversQuery, payoffAnswer, QUOTES_SHOWN, quotesAnswer } from '../contract-protection.ts'
import type { CoversAnswer, PayoffAnswer, QuotesAnswer } from '../contract-protection.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { coverShown, legsShown, quoteShown } from '../protection-shown.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const failures = { '4xx': failureSchema, 503: failureSchema }
const QUOTES = { tags: ['page'], querystring: accountQuery, response: { 200: quotesAnswer, ...failures } }
const COVERS = { tags: ['page'], querystring: coversQuery, response: { 200: coversAnswer, ...failures } }
const PAYOFF = { tags: ['page'], params: coverageParams, querystring: accountQuery, response: { 200: payoffAnswer, ...failures } }
/** Shares of the index of the promise that the picture spans. */
const LOW = (ONE * 6n) / 10n
const HIGH = (ONE * 14n) / 10n

export function protectionRoutes(app: Api, context: Context): void {
  app.get('/api/quotes', { schema: QUOTES }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => quotesOf(context, account))
  })
  app.get('/api/coverages', { schema: COVERS }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => coversOf(context, account, request.query.limit))
  })
  app.get('/api/coverages/:id/payoff', { schema: PAYOFF }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => payoffOf(context, account, request.params.id))
  })
}

function quotesOf({ platform, views }: Context, accountId: string): Omit<QuotesAnswer, 'asOfSeq'> {
  const now = platform.now()
  const quotes = views.protection.quotes(accountId).slice(0, QUOTES_SHOWN)
  return { status: 'ok', accountId, quotes: quotes.map((view) => quoteShown(view, now)) }
}

function coversOf({ platform, views }: Context, accountId: string, limit: number): Omit<CoversAnswer, 'asOfSeq'> {
  const now = platform.now()
  const standing = new Map(views.coverages(accountId).map((view) => [view.coverage.coverageId, view]))
  const all = views.protection.covers(accountId)
  const covers = all.slice(0, limit).map((view) => coverShown(view, standing.get(view.cover.coverageId), now))
  return { status: 'ok', accountId, covers, total: all.length }
}

function payoffOf({ views }: Context, account: string, id: string): Omit<PayoffAnswer, 'asOfSeq'> {
  const cover = views.proofs.covers(account).find(({ coverageId }) => coverageId === id)
  const indexNow = views.price()?.price
  const also = [cover?.floorPrice.units, indexNow?.units].filter((units) => units !== undefined)
  const view = cover === undefined ? undefined : views.protection.payoff(cover, { low: LOW, high: HIGH, also })
  if (cover === undefined || view === undefined) {
    const limit = 'a cover of this account that became active'
    throw new ApiRefusal('not_found', { gate: 'payoff', field: 'coverageId', seen: id, limit })
  }
  const { issued, payoff } = view
  return {
    status: 'ok',
    coverageId: id,
    basis: 'certificate',
    seq: issued.seq,
    issuedAtIso: isoFromEpochMs(issued.certificate.inputs.certifiedAt),
    index: issued.certificate.inputs.index.toString(),
    indexNow: indexNow?.toString() ?? null,
    ...about(cover),
    points: payoff.points.map(({ index, withCover, withoutCover }) => ({
      index: index.toString(),
      withCover: withCover.toString(),
      withoutCover: withoutCover.toString(),
    })),
    liquidation: {
      withCover: payoff.liquidation.withCover?.toString() ?? null,
      withoutCover: payoff.liquidation.withoutCover?.toString() ?? null,
    },
  }
}

function about(cover: Coverage): Pick<PayoffAnswer, 'expiryIso' | 'floorPrice' | 'floorEquity' | 'strikes'> {
  return {
    expiryIso: isoFromEpochMs(cover.expiry),
    floorPrice: cover.floorPrice.toString(),
    floorEquity: cover.floorEquity.toString(),
    strikes: [...new Set(legsShown(cover).map(({ strike }) => strike))],
  }
}
