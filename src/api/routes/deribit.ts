/**
 * The venue's own words: instruments, a ticker, positions, as Deribit's API gives them. In mode `sim` they come from the simulated Deribit itself, not
 * from the engine's books, so that who compares them with `/portfolio/positions` compares two sources.
 */
import { accountQuery, failureSchema } from '../contract.ts'
import { deribitListAnswer, deribitTickerAnswer, tickerQuery } from '../contract-operations.ts'
import { knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import type { VenueAnswer, VenueDesk } from '#runtime/venue-desk.ts'

const failures = { '4xx': failureSchema, 503: failureSchema }
const INSTRUMENTS = { tags: ['venue'], response: { 200: deribitListAnswer, ...failures } }
const TICKER = { tags: ['venue'], querystring: tickerQuery, response: { 200: deribitTickerAnswer, ...failures } }
const POSITIONS = { tags: ['venue'], querystring: accountQuery, response: { 200: deribitListAnswer, ...failures } }

export function deribitRoutes(app: Api, context: Context): void {
  app.get('/deribit/instruments', { schema: INSTRUMENTS }, async (_request, reply) => {
    const desk = deskOf(context)
    return reply.send(told(context, desk, await desk.instruments()))
  })
  app.get('/deribit/ticker', { schema: TICKER }, async (request, reply) => {
    const { instrument } = request.query
    const desk = deskOf(context)
    const answer = await desk.ticker(instrument)
    if (answer !== undefined) return reply.send(told(context, desk, answer))
    const limit = 'a listed option of BTC or BTC_USDC-PERPETUAL; see /deribit/instruments'
    throw new ApiRefusal('unknown_instrument', { gate: 'venue', field: 'instrument', seen: instrument, limit })
  })
  app.get('/deribit/positions', { schema: POSITIONS }, async (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    const desk = deskOf(context)
    return reply.send(told(context, desk, await desk.positions(account)))
  })
}

function deskOf({ platform }: Context): VenueDesk {
  if (platform.venueDesk !== undefined) return platform.venueDesk
  throw new ApiRefusal('not_available', { gate: 'venue', field: 'venue', seen: 'none', limit: 'a host that can ask its venue' })
}

/** The venue vouches for its own answer; `asOfSeq` says how far the engine had durably got when it was passed on. */
function told({ platform }: Context, { mode }: VenueDesk, answer: VenueAnswer): object {
  return { ...answer, mode, asOfSeq: platform.driver.durableSeq }
}
