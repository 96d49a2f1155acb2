/**
 * `GET /risk/daily-summary` (R-05): what one UTC day of market time brought, for operators: subsidies, premiums, fees, payouts and quotes. It is the
 * journal's and survives a restart; hits of the quote cache alone are counted in memory, and the answer says since when. Behind a gateway an
 * account gets its own day and nothing of the others'.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { zero } from '#units/money.ts'
import type { DailyView } from '#runtime/quote-views.ts'
import { failureSchema } from '../contract.ts'
import { dailyAnswer, dailyQuery } from '../contract-operations.ts'
import type { DailyAnswer } from '../contract-operations.ts'
import { scopeOf } from '../caller.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const DAILY = { tags: ['risk'], querystring: dailyQuery, response: { 200: dailyAnswer, '4xx': failureSchema } }

export function dailyRoutes(app: Api, context: Context): void {
  app.get('/risk/daily-summary', { schema: DAILY }, (request, reply) => {
    const scope = scopeOf(context, request)
    return answerQuestion(context, reply, () => {
      const view = context.views.quoting.daily(request.query.date)
      return scope === undefined ? wholeDay(context, view) : ownDay(context, view, scope)
    })
  })
}

type Answer = Omit<DailyAnswer, 'asOfSeq'>

function wholeDay({ quotes, quotesSince }: Context, view: DailyView): Answer {
  return {
    status: 'ok',
    date: view.date,
    ...amounts(view),
    subsidyReservedUsdc: view.subsidyReservedUsdc.toString(),
    subsidyCapUsdc: view.subsidyCapUsdc.toString(),
    byAccount: view.byAccount.map(accountShown),
    quotes: { ...view.quotes, cacheHits: quotes.cache.hitsOn(view.date), cacheHitsSinceIso: isoFromEpochMs(quotesSince) },
  }
}

/** What quotes of all accounts reserve, and hits of the cache they share, are not told. */
function ownDay({ quotesSince }: Context, { date, byAccount, subsidyAccountCapUsdc }: DailyView, account: string): Answer {
  const own = byAccount.find(({ accountId }) => accountId === account) ?? { ...NOTHING, accountId: account }
  return {
    status: 'ok',
    date,
    ...amounts(own),
    subsidyReservedUsdc: null,
    subsidyCapUsdc: subsidyAccountCapUsdc.toString(),
    byAccount: [accountShown(own)],
    quotes: { ...own.quotes, cacheHits: null, cacheHitsSinceIso: isoFromEpochMs(quotesSince) },
  }
}

const NOTHING = {
  subsidyUsedUsdc: zero<'USDC'>(),
  premiumUsdc: zero<'USDC'>(),
  feesUsdc: zero<'USDC'>(),
  payoutsUsdc: zero<'USDC'>(),
  quotes: { total: 0, ok: 0, refused: 0 },
}

function accountShown(day: DailyView['byAccount'][number]): DailyAnswer['byAccount'][number] {
  return { accountId: day.accountId, ...amounts(day), quotes: day.quotes }
}

type Day = 'subsidyUsedUsdc' | 'premiumUsdc' | 'feesUsdc' | 'payoutsUsdc'

/** Payouts as clients see them: whole cents, rounded down once, from the exact sum; so the accounts' may add up to some cents less. */
function amounts(day: Pick<DailyView, Day>): Record<Day, string> {
  return {
    subsidyUsedUsdc: day.subsidyUsedUsdc.toString(),
    premiumUsdc: day.premiumUsdc.toString(),
    feesUsdc: day.feesUsdc.toString(),
    payoutsUsdc: day.payoutsUsdc.toFixed(2, 'down'),
  }
}
