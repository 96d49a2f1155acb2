/** What the execution page asks (L-10): the last orders of an account with their lives, and how the venue takes them. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderView } from '#runtime/execution-views.ts'
import type { Arrival } from '#runtime/order-lives.ts'
import { formatFixed, formatUnits } from '#units/exact.ts'
import type { Ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import { failureSchema } from '../contract.ts'
import { ordersAnswer, ordersQuery } from '../contract-execution.ts'
import type { OrdersAnswer, OrderShown, StepShown } from '../contract-execution.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const ORDERS = { tags: ['page'], querystring: ordersQuery, response: { 200: ordersAnswer, '4xx': failureSchema, 503: failureSchema } }
/** OP-03. */
const ACCEPTANCE_MIN = 0.95

export function executionRoutes(app: Api, context: Context): void {
  app.get('/api/orders', { schema: ORDERS }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => ordersOf(context, account, request.query.limit))
  })
}

function ordersOf({ views }: Context, accountId: string, limit: number): Omit<OrdersAnswer, 'asOfSeq'> {
  const all = views.execution.orders(accountId)
  const { acceptance, slippage, ...counts } = views.execution.summary(all)
  return {
    status: 'ok',
    accountId,
    summary: {
      ...counts,
      acceptance: acceptance?.toString() ?? null,
      acceptanceMin: ACCEPTANCE_MIN,
      slippage: slippage.map(({ kind, orders, mean, worst }) => ({ kind, orders, meanBps: bps(mean), worstBps: bps(worst) })),
    },
    orders: all.slice(0, limit).map(shown),
    total: all.length,
  }
}

function shown({ life, state, filled, average, slippage, slippageOfMid }: OrderView): OrderShown {
  const { wish, orderId, steps, fills, stepsLeftOut, fillsLeftOut } = life
  const beganAt = steps[0]?.at
  return {
    intentId: wish.intentId,
    orderId,
    state,
    purpose: wish.purpose,
    book: wish.book,
    venue: wish.venue,
    instrument: wish.instrument,
    side: wish.side,
    type: wish.type,
    timeInForce: wish.timeInForce,
    quantity: wish.quantity,
    filled: formatUnits(filled),
    limitPrice: wish.limitPrice,
    averagePrice: average === undefined ? null : formatUnits(average),
    quoteCurrency: quoteCurrency(wish.instrument),
    arrival: arrivalShown(life.arrival, steps.find(({ kind }) => kind === 'approved')?.at),
    slippageBps: slippage === undefined ? null : bps(slippage),
    slippageOfMidBps: slippageOfMid === undefined ? null : bps(slippageOfMid),
    coverageId: wish.coverageId,
    quoteId: wish.quoteId,
    beganAtIso: beganAt === undefined ? null : iso(beganAt),
    steps: steps.map((step) => stepShown(step, beganAt ?? step.at)),
    stepsLeftOut,
    fills: fills.map(({ at, ...fill }) => ({ ...fill, atIso: iso(at) })),
    fillsLeftOut,
  }
}

function stepShown({ kind, seq, at, venueAt, detail, explanation }: OrderView['life']['steps'][number], from: number): StepShown {
  return {
    kind,
    seq,
    atIso: iso(at),
    msSinceIntent: at - from,
    venueAtIso: venueAt === undefined ? null : iso(venueAt),
    detail,
    explanation: (explanation as StepShown['explanation'] | undefined) ?? null,
  }
}

function arrivalShown(arrival: Arrival | null, approvedAt: number | undefined): OrderShown['arrival'] {
  if (arrival === null) return null
  const { bid, ask, mark, observedAt } = arrival
  return { bid, ask, mark, ageMs: Math.max(0, (approvedAt ?? observedAt) - observedAt) }
}

function quoteCurrency(instrument: string): 'BTC' | 'USDC' {
  const found = instrumentOf(instrument as InstrumentId)
  return found.ok && found.value.kind === 'option' && found.value.settlement === 'BTC' ? 'BTC' : 'USDC'
}

function bps({ units }: Ratio): string {
  return formatFixed(units * 10_000n, 4, 'half-even')
}

function iso(at: number): string {
  return isoFromEpochMs(epochMs(at))
}
