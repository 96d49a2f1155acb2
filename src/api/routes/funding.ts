/**
 * Funding of the perpetuals (DV-06): rate and interval as the venue states them, and the account's part. A rate past its age is shown with its
 * age and marked, not withheld: it is read, nothing is ordered on it.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { FundingContext, FundingHolder } from '#topics/analysis.ts'
import type { EpochMs } from '#units/time.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { fundingAnswer, fundingHistoryAnswer, fundingHistoryQuery } from '../contract-funding.ts'
import type { FundingAnswer } from '../contract-funding.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { fromFiles } from '../records.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const FUNDING = {
  tags: ['pricing'],
  description: 'What each perpetual charges for holding it, which side of it the account is on, and when it was last booked.',
  querystring: accountQuery,
  response: { 200: fundingAnswer, '4xx': failureSchema, 503: failureSchema },
}
const HISTORY = {
  tags: ['pricing'],
  description:
    'Rates of one perpetual as its venue stated them, at most one a minute, oldest first. Read beside the engine; where a range holds more than ' +
    '`points`, those with the lowest and the highest rate of each span are given, and both its ends.',
  querystring: fundingHistoryQuery,
  response: { 200: fundingHistoryAnswer, '4xx': failureSchema, 503: failureSchema },
}
type Shown = FundingAnswer['instruments'][number]

export function fundingRoutes(app: Api, context: Context): void {
  app.get('/api/funding', { schema: FUNDING }, (request, reply) => {
    const accountId = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => {
      const now = context.platform.now()
      return { status: 'ok', accountId, instruments: context.views.funding(accountId).map((one) => shown(one, now)) }
    })
  })
  app.get('/api/funding/history', { schema: HISTORY }, async (request, reply) => {
    const { instrument, from, to } = request.query
    knownPerpetual(context, instrument)
    if (from !== undefined && to !== undefined && from > to)
      throw new ApiRefusal('invalid_payload', { gate: 'range', field: 'from', seen: from, limit: to, flip: { field: 'from', to } })
    const history = await fromFiles(() => context.platform.fundingHistory(request.query))
    return answerQuestion(context, reply, () => ({ status: 'ok', instrument, ...history }))
  })
}

function knownPerpetual({ platform, views }: Context, instrument: string): void {
  const known = views.funding(platform.info.defaultAccount).map((one) => one.instrument as string)
  if (known.includes(instrument)) return
  const limit = known.length === 0 ? 'one whose rate was stated; none was yet' : known.join(', ')
  throw new ApiRefusal('unknown_instrument', { gate: 'funding', field: 'instrument', seen: instrument, limit })
}

function shown({ holder, nextDueAt, observedAt, maxAgeMs, ...rate }: FundingContext, now: EpochMs): Shown {
  const ageMs = Math.max(0, now - observedAt)
  return {
    venue: rate.venue,
    instrument: rate.instrument,
    fundingRate8h: rate.fundingRate8h,
    fundingRateInterval: rate.fundingRateInterval ?? null,
    fundingIntervalMs: rate.fundingIntervalMs ?? null,
    fundingApr: rate.fundingApr,
    nextDueAtIso: iso(nextDueAt),
    ageMs,
    maxAgeMs,
    stale: !(ageMs <= maxAgeMs),
    position: holder === undefined ? null : positionShown(holder),
  }
}

function positionShown({ quantity, side, heldSince, lastFundingAt, lastPaid, expectedAt }: FundingHolder): Shown['position'] {
  return {
    quantity: quantity.toString(),
    side,
    heldSinceIso: iso(heldSince),
    lastFundingAtIso: iso(lastFundingAt),
    lastPaid: lastPaid?.amount.toString() ?? null,
    lastPaidCurrency: lastPaid?.currency ?? null,
    expectedAtIso: iso(expectedAt),
  }
}

function iso(at: EpochMs | undefined): string | null {
  return at === undefined ? null : isoFromEpochMs(at)
}
