/**
 * Risk counters by UTC day and account: quotes asked for and what became of them, premiums bought, what clients were charged, payouts.
 * Counted as the decisions arrive, so they are the journal's and survive a restart; a new day begins at nothing. A price made again for an
 * activation is not another quote, a preview is none, and nobody asked for those of a renewal, which may be one a minute. Units: USDC, exact;
 * days since 1970-01-01 UTC. The newest `DAYS_KEPT` days are kept.
 */
import { dayNumberOf, isoDayOf } from '#base/civil-date.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { AccountId } from '#domain/order.ts'
import { sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import { heldOf, usedOn } from './budget.ts'
import type { Budget } from './budget.ts'

type Usdc = Money<'USDC'>
export const DAYS_KEPT = 40

interface Counts {
  readonly total: number
  readonly ok: number
  readonly refused: number
  readonly premium: Usdc
  readonly fees: Usdc
  readonly payouts: Usdc
}
export type Daily = Map<number, Map<AccountId, Counts>>

const NOTHING: Counts = { total: 0, ok: 0, refused: 0, premium: zero(), fees: zero(), payouts: zero() }

function count(daily: Daily, at: EpochMs, account: AccountId, change: (was: Counts) => Partial<Counts>): void {
  const day = dayNumberOf(at)
  const today = daily.get(day) ?? new Map<AccountId, Counts>()
  const was = today.get(account) ?? NOTHING
  daily.set(day, today)
  today.set(account, { ...was, ...change(was) })
}

export function countQuote(daily: Daily, { activates, renews, preview, status, terms }: PutQuote, at: EpochMs): void {
  if (activates !== undefined || renews !== undefined || preview === true) return
  const isOk = status === 'ok'
  count(daily, at, terms.account, ({ total, ok, refused }) => ({
    total: total + 1,
    ok: ok + (isOk ? 1 : 0),
    refused: refused + (isOk ? 0 : 1),
  }))
}

/** `was`: the cover as it stood before. Bought when it becomes active, paid out when it has expired. */
export function countCover(daily: Daily, cover: Coverage, was: Coverage | undefined, at: EpochMs): void {
  const { account, state, premium, fee, charge, payout } = cover
  if (state === 'active' && was?.state === 'pending') {
    const charged = charge?.charged ?? premium.plus(fee)
    count(daily, at, account, (today) => ({ premium: today.premium.plus(premium), fees: today.fees.plus(charged) }))
  }
  if (state === 'expired' && payout !== undefined) count(daily, at, account, ({ payouts }) => ({ payouts: payouts.plus(payout) }))
}

export function forgetDays(daily: Daily, at: EpochMs): void {
  for (const day of daily.keys()) if (day < dayNumberOf(at) - DAYS_KEPT) daily.delete(day)
}

export interface AccountDay {
  readonly accountId: AccountId
  readonly subsidyUsedUsdc: Usdc
  readonly premiumUsdc: Usdc
  readonly feesUsdc: Usdc
  readonly payoutsUsdc: Usdc
  readonly quotes: { readonly total: number; readonly ok: number; readonly refused: number }
}
export interface DailySummary extends Omit<AccountDay, 'accountId'> {
  readonly date: string
  /** Held by quotes that may still be activated; counts towards today's cap only. */
  readonly subsidyReservedUsdc: Usdc
  readonly subsidyCapUsdc: Usdc
  readonly subsidyAccountCapUsdc: Usdc
  readonly byAccount: readonly AccountDay[]
}
interface Counted {
  readonly daily: Daily
  readonly budget: Budget
}

/** The counters of a UTC day (days since 1970-01-01); today's where none is named. */
export function dailySummary({ daily, budget }: Counted, controls: RiskControls, at: EpochMs, day = dayNumberOf(at)): DailySummary {
  const used = usedOn(budget, day)
  const accounts = [...new Set([...(daily.get(day)?.keys() ?? []), ...used.keys()])].toSorted()
  const byAccount = accounts.map((account) => accountDay(account, daily.get(day)?.get(account) ?? NOTHING, used.get(account) ?? zero()))
  const whole = (of: (entry: AccountDay) => Usdc): Usdc => sum(byAccount.map(of))
  const counted = (name: 'total' | 'ok' | 'refused'): number => byAccount.reduce((total, { quotes }) => total + quotes[name], 0)
  const subsidyUsedUsdc = whole((entry) => entry.subsidyUsedUsdc)
  const isToday = day === dayNumberOf(at)
  return {
    date: isoDayOf(day * DAY_MS),
    subsidyUsedUsdc,
    subsidyReservedUsdc: isToday ? heldOf(budget, '' as AccountId, at).global.minus(subsidyUsedUsdc) : zero(),
    subsidyCapUsdc: controls.subsidy_daily_cap_usdc,
    subsidyAccountCapUsdc: controls.subsidy_account_daily_cap_usdc,
    byAccount,
    premiumUsdc: whole((entry) => entry.premiumUsdc),
    feesUsdc: whole((entry) => entry.feesUsdc),
    payoutsUsdc: whole((entry) => entry.payoutsUsdc),
    quotes: { total: counted('total'), ok: counted('ok'), refused: counted('refused') },
  }
}

function accountDay(accountId: AccountId, { premium, fees, payouts, total, ok, refused }: Counts, subsidyUsedUsdc: Usdc): AccountDay {
  return { accountId, subsidyUsedUsdc, premiumUsdc: premium, feesUsdc: fees, payoutsUsdc: payouts, quotes: { total, ok, refused } }
}
