/** `POST /api/scenario`: the account at another index, volatility and hour. `GET /api/thresholds`: how far it is to what happens next. Both only ask. */
import { z } from 'zod'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { ScenarioView } from '#runtime/scenario.ts'
import { oneSigmaMs } from '#runtime/thresholds.ts'
import type { ThresholdsView } from '#runtime/thresholds.ts'
import type { Views } from '#runtime/view-models.ts'
import { coverInForce } from '#runtime/views-in-force.ts'
import type { AccountValue } from '#topics/account.ts'
import { divideUnits, formatUnits } from '#units/exact.ts'
import { parsePrice } from '#units/price.ts'
import { HOUR_MS, later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { factorOf, scenarioAnswer, scenarioRequest, thresholdsAnswer } from '../contract-scenario.ts'
import type { ScenarioAnswer, ThresholdsAnswer } from '../contract-scenario.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { liquidationPrice } from '../overview.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const failures = { '4xx': failureSchema, 503: failureSchema }
const SCENARIO = {
  tags: ['page'],
  description: 'A question: nothing is changed. Answered by the valuation that values the account itself.',
  body: scenarioRequest,
  response: { 200: z.union([scenarioAnswer, failureSchema]), ...failures },
}
const THRESHOLDS = { tags: ['page'], querystring: accountQuery, response: { 200: thresholdsAnswer, ...failures } }
const MODEL = [
  'An option that still lives is repriced with Black (1976) on the forward of its expiry, which keeps its ratio to the index.',
  'Bid, mark and ask each keep the volatility they state now (sticky strike), times the move of volatility.',
  'An index at which the account is liquidated or meets its floor is found with these prices.',
]
const EXACT = 'Cash and contracts are exact at the moved index; an option past its expiry is worth its intrinsic value there.'
const EXCLUDED = ['funding and interest until then', 'fees of closing', 'delivery fees', 'moves of the basis']

export function scenarioRoutes(app: Api, context: Context): void {
  app.post('/api/scenario', { schema: SCENARIO }, (request, reply) => {
    const { accountId, spotPct, ivPct, hours } = request.body
    const account = knownAccount(context, accountId)
    return answerQuestion(context, reply, () => {
      const at = later(context.platform.now(), Math.round(hours * HOUR_MS))
      const view = context.views.scenario(account, { spot: factorOf(spotPct), iv: factorOf(ivPct).toNumber(), at })
      if (view === undefined) throw notYet()
      return scenarioShown(context, account, view, at)
    })
  })
  app.get('/api/thresholds', { schema: THRESHOLDS }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => thresholdsShown(context, account))
  })
}

function notYet(): ApiRefusal {
  return new ApiRefusal('no_price', {
    gate: 'scenario',
    field: 'value',
    seen: 'not known yet',
    limit: 'an index and the books of the account',
  })
}

function scenarioShown({ views }: Context, account: string, view: ScenarioView, at: EpochMs): Omit<ScenarioAnswer, 'asOfSeq'> {
  const floor = coverInForce(views.coverages(account))?.floorEquity
  const models = new Map(view.models.map((model) => [model.instrument, model]))
  const worth = (value: AccountValue, unprotected: string | null): ScenarioAnswer['now'] => ({
    equityClose: value.equityClose.toString(),
    equityMark: value.equityMark.toString(),
    maintenanceMargin: value.maintenanceMargin.toString(),
    marginBuffer: value.equityMark.minus(value.maintenanceMargin).toString(),
    unprotected,
    floorDistance: floor === undefined ? null : value.equityClose.minus(floor).toString(),
  })
  const { unprotected, liquidationAt, lines } = view
  return {
    status: 'ok',
    accountId: account,
    atIso: isoFromEpochMs(at),
    index: { now: view.index.now.toString(), moved: view.index.moved.toString() },
    now: worth(view.now, views.value(account)?.twin?.equity.toString() ?? null),
    moved: worth(view.moved, unprotected?.equity.toString() ?? null),
    isLiquidated: view.isLiquidated,
    unprotectedIsLiquidated: unprotected?.liquidatedAt !== undefined,
    liquidationAt: { below: liquidationAt.below?.toString() ?? null, above: liquidationAt.above?.toString() ?? null },
    lines: lines.map(({ held, now, moved, isModel }) => {
      const model = isModel ? models.get(held.instrument.id) : undefined
      return {
        instrument: held.instrument.id,
        book: held.book,
        size: formatUnits(held.quantity),
        now: now.toString(),
        moved: moved.toString(),
        change: moved.minus(now).toString(),
        basis: isModel ? 'model' : 'exact',
        ivNow: model?.ivNow ?? null,
        ivThen: model?.ivThen ?? null,
        ivFrom: model?.ivFrom ?? null,
      }
    }),
    curve: view.curve.map((point) => ({
      index: point.index.toString(),
      equityClose: point.equityClose.toString(),
      unprotected: point.unprotected?.toString() ?? null,
    })),
    floorEquity: floor?.toString() ?? null,
    model: models.size === 0 ? [EXACT] : [EXACT, ...MODEL],
    excluded: EXCLUDED,
  }
}

function thresholdsShown({ platform, views }: Context, account: string): Omit<ThresholdsAnswer, 'asOfSeq'> {
  const now = platform.now()
  const view = views.thresholds(account)
  const index = view?.index.units
  if (view === undefined || index === undefined)
    return { status: 'ok', accountId: account, atIso: isoFromEpochMs(now), index: null, volatility: null, prices: [], times: [] }
  const prices = view.prices.map(({ id, price, oneSigmaMs, isModel, source }) => ({
    id,
    price: price.toString(),
    distancePct: formatUnits(divideUnits(price.units - index, index)),
    oneSigmaHours: oneSigmaMs === undefined ? null : oneSigmaMs / HOUR_MS,
    basis: isModel ? ('model' as const) : ('exact' as const),
    source,
  }))
  const alone = withoutCover(views, account, view)
  return {
    status: 'ok',
    accountId: account,
    atIso: isoFromEpochMs(now),
    index: view.index.toString(),
    volatility: view.volatility ?? null,
    prices: (alone === undefined ? prices : [...prices, alone]).toSorted((a, b) => nearness(a.distancePct) - nearness(b.distancePct)),
    times: view.times.map(({ id, at, subject, name, followedBy, expected, source }) => ({
      id,
      atIso: isoFromEpochMs(at),
      hoursLeft: (at - now) / HOUR_MS,
      subject,
      name,
      followedBy: followedBy ?? null,
      expectedUsdc: expected?.toString() ?? null,
      source,
    })),
  }
}

/** For the order of the list alone. */
function nearness(distancePct: string): number {
  return Math.abs(Number(distancePct))
}

/** Exact, from the books: the position by itself meets maintenance margin here. */
function withoutCover(
  views: Views,
  account: string,
  { index, volatility }: ThresholdsView,
): ThresholdsAnswer['prices'][number] | undefined {
  const value = views.value(account)?.value
  const quantity = views.venuePositions(account)[0]?.state.quantity
  if (value === undefined || quantity === undefined) return undefined
  const price = parsePrice<'BTC', 'USDC'>(liquidationPrice(value, quantity.abs().units, quantity.isNegative() ? -1n : 1n) ?? '')
  if (price === undefined) return undefined
  return {
    id: 'liquidation_without_cover',
    price: price.toString(),
    distancePct: formatUnits(divideUnits(price.units - index.units, index.units)),
    oneSigmaHours: volatility === undefined ? null : oneSigmaMs(index, price, volatility.ivAnnual) / HOUR_MS,
    basis: 'exact',
    source: 'books: the position by itself against maintenance margin',
  }
}
