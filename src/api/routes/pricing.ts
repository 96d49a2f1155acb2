/**
 * The index as admission let it through, and the volatility options state at a tenor. A stale or missing price is no price: `no_quote` with
 * the age and its limit; so is a vol that no fresh surface reaches.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { failureSchema, ivAnswer, ivParams, ivQuery, priceAnswer } from '../contract.ts'
import { answerQuestion } from '../context.ts'
import type { IvAnswer } from '../contract.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import { z } from 'zod'

export function pricingRoutes(app: Api, context: Context): void {
  const schema = { tags: ['pricing'], response: { 200: z.union([priceAnswer, failureSchema]), '4xx': failureSchema } }
  app.get('/pricing/btc', { schema }, (_request, reply) => answerQuestion(context, reply, () => price(context)))
  const iv = {
    tags: ['pricing'],
    params: ivParams,
    querystring: ivQuery,
    response: { 200: z.union([ivAnswer, failureSchema]), '4xx': failureSchema },
  }
  app.get('/pricing/iv/:asset', { schema: iv }, ({ params, query }, reply) =>
    answerQuestion(context, reply, () => impliedVol(context, params.asset, query.tenorDays)),
  )
}

function impliedVol({ views }: Context, asset: string, tenorDays: number): Omit<IvAnswer, 'asOfSeq'> {
  if (asset !== 'BTC')
    throw new ApiRefusal('unsupported_asset', {
      gate: 'implied-vol',
      field: 'asset',
      seen: asset,
      limit: 'BTC',
      flip: { field: 'asset', to: 'BTC' },
    })
  const reading = views.impliedVol(tenorDays)
  if (!reading.ok) throw new ApiRefusal(reading.refusal.code, { gate: 'implied-vol', ...reading.refusal })
  const { iv, ivHedge, ivRegime, ageMs } = reading.value
  return { status: 'ok', asset: 'BTC', iv: Math.round(iv * 1e4) / 1e4, ivHedge: Math.ceil(ivHedge * 1e4) / 1e4, ivRegime, tenorDays, ageMs }
}

function price({ platform, views }: Context): object {
  const view = views.price()
  if (view === undefined) throw new ApiRefusal('no_price', { gate: 'price', field: 'price', seen: 'none yet', limit: 'one admitted price' })
  const now = platform.now()
  const ageMs = Math.max(0, now - view.observedAt)
  if (!(ageMs <= view.maxAgeMs)) {
    throw new ApiRefusal('stale_price', {
      gate: 'price',
      field: 'ageMs',
      seen: ageMs,
      limit: view.maxAgeMs,
      flip: { field: 'ageMs', to: view.maxAgeMs },
    })
  }
  return {
    status: 'ok',
    asset: 'BTC',
    priceUsdc: view.price.toString(),
    low: view.low.toString(),
    high: view.high.toString(),
    ageMs,
    observedAtIso: isoFromEpochMs(view.observedAt),
    sources: view.sources.map(({ venue, price: seen, observedAt }) => ({
      venue,
      priceUsdc: seen.toString(),
      ageMs: Math.max(0, now - observedAt),
    })),
  }
}
