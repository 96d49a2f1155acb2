/** The index as admission let it through. A stale or missing price is no price: `no_quote` with the age and its limit. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { failureSchema, priceAnswer } from '../contract.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import { z } from 'zod'

export function pricingRoutes(app: Api, context: Context): void {
  const schema = { tags: ['pricing'], response: { 200: z.union([priceAnswer, failureSchema]), '4xx': failureSchema } }
  app.get('/pricing/btc', { schema }, (_request, reply) => answerQuestion(context, reply, () => price(context)))
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
