/**
 * What the market page asks: index, perpetual, volatility; the surface and one expiry of it; the venue's own book. A stale price or surface is shown
 * with its age and marked, not withheld: it is read, nothing is ordered on it.
 */
import { z } from 'zod'
import { formatUnits, unitsFromFloat } from '#units/exact.ts'
import { isEpochMs } from '#units/time.ts'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { BookLevel } from '#runtime/venue-desk.ts'
import { failureSchema } from '../contract.ts'
import { bookAnswer, marketAnswer, smileAnswer, smileQuery, surfaceAnswer } from '../contract-market.ts'
import type { BookAnswer, MarketAnswer, SmileAnswer, SurfaceAnswer } from '../contract-market.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import { gapShown, indexShown, perpetualShown, smileShown, surfaceShown, volatilityShown } from '../market-shown.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const failures = { '4xx': failureSchema, 503: failureSchema }
const MARKET = { tags: ['page'], response: { 200: marketAnswer, ...failures } }
const BOOK = { tags: ['page'], response: { 200: z.union([bookAnswer, failureSchema]), ...failures } }
const SURFACE = { tags: ['page'], response: { 200: z.union([surfaceAnswer, failureSchema]), ...failures } }
const SMILE = { tags: ['page'], querystring: smileQuery, response: { 200: z.union([smileAnswer, failureSchema]), ...failures } }

export function marketRoutes(app: Api, context: Context): void {
  app.get('/api/market', { schema: MARKET }, (_request, reply) => answerQuestion(context, reply, () => marketOf(context)))
  app.get('/api/market/surface', { schema: SURFACE }, (_request, reply) => answerQuestion(context, reply, () => surfaceOf(context)))
  app.get('/api/market/smile', { schema: SMILE }, (request, reply) =>
    answerQuestion(context, reply, () => smileOf(context, request.query.expiryIso)),
  )
  app.get('/api/market/book', { schema: BOOK }, async (_request, reply) => reply.send(await bookOf(context)))
}

function marketOf({ platform, views }: Context): Omit<MarketAnswer, 'asOfSeq'> {
  const now = platform.now()
  const index = views.price()
  const [perpetual, volatility] = [views.market.perpetual(), views.market.volatility()]
  return {
    status: 'ok',
    index: index === undefined ? null : indexShown(index, now),
    otherVenues: views.market.gaps().map((gap) => gapShown(gap, now)),
    perpetual: perpetual === undefined ? null : perpetualShown(perpetual, index?.price.units, now),
    volatility: volatility === undefined ? null : volatilityShown(volatility),
  }
}

function surfaceOf({ platform, views }: Context): Omit<SurfaceAnswer, 'asOfSeq'> {
  const [first, ...others] = views.market.surfaces()
  if (first === undefined || first.pricingOnly) throw noSurface()
  return surfaceShown(first, others, platform.now())
}

function smileOf({ platform, views }: Context, expiryIso: string): Omit<SmileAnswer, 'asOfSeq'> {
  if (views.market.surfaces().length === 0) throw noSurface()
  const expiry = Date.parse(expiryIso)
  const view = isEpochMs(expiry) ? views.market.smile(expiry) : undefined
  if (view !== undefined) return smileShown(view, platform.now())
  const limit = 'an expiry the executing venue lists; see /api/market/surface'
  throw new ApiRefusal('not_found', { gate: 'smile', field: 'expiryIso', seen: expiryIso, limit })
}

function noSurface(): ApiRefusal {
  return new ApiRefusal('no_surface', { gate: 'surface', field: 'vol_surface', seen: 'none yet', limit: 'one fitted surface' })
}

/** Of the venue itself: the engine keeps the touch alone. */
async function bookOf({ platform }: Context): Promise<BookAnswer> {
  const desk = platform.venueDesk
  if (desk === undefined) {
    throw new ApiRefusal('not_available', { gate: 'venue', field: 'venue', seen: 'none', limit: 'a host that can ask its venue' })
  }
  const book = await desk.perpetualBook()
  if (book === undefined) {
    throw new ApiRefusal('no_price', { gate: 'venue', field: 'book', seen: 'none yet', limit: 'a venue whose market has begun' })
  }
  const { instrument, at, bids, asks } = book
  return {
    status: 'ok',
    instrument,
    venueAtIso: isoFromEpochMs(at),
    bids: summed(bids),
    asks: summed(asks),
    mode: desk.mode,
    asOfSeq: platform.driver.durableSeq,
  }
}

const PRICE_PLACES = 2
const SIZE_PLACES = 4

function summed(levels: readonly BookLevel[]): BookAnswer['bids'] {
  let total = 0n
  return levels.map(({ price, size }) => {
    const own = unitsFromFloat(size, SIZE_PLACES)
    total += own
    return { price: formatUnits(unitsFromFloat(price, PRICE_PLACES)), size: formatUnits(own), sizeSum: formatUnits(total) }
  })
}
