/**
 * The subsidy budget (P-06): caps a UTC day, for all accounts and for one. A quote reserves what it would cost while it lasts, the cover that
 * follows commits it to the day it was decided on, a purchase that fails gives it back, a quote that lapses is released; a fresh price of the
 * same quote takes the place of the old reservation. What is left is the cap less what is committed and what is reserved, so that caps hold
 * under any number of quotes at once (F-A10). `promised` covers the moment between a quote's emission and its arrival: several quotes of one
 * step see each other. Units: USDC, exact; days since 1970-01-01 UTC. Edge: a reservation counts towards the day on which it is looked at.
 */
import { dayNumberOf } from '#base/civil-date.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { AccountId, CoverageId, QuoteId } from '#domain/order.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import type { SubsidyLeft } from './charge-terms.ts'

type Usdc = Money<'USDC'>

interface Reservation {
  readonly account: AccountId
  readonly amount: Usdc
  readonly until: EpochMs
}
interface Commitment {
  readonly account: AccountId
  readonly amount: Usdc
  readonly day: number
}
export interface Budget {
  readonly reserved: Map<QuoteId, Reservation>
  readonly promised: Map<QuoteId, Reservation & { readonly at: EpochMs }>
  /** Of purchases that may still fail. */
  readonly committed: Map<CoverageId, Commitment>
  /** Committed subsidy by day and account. */
  readonly used: Map<number, Map<AccountId, Usdc>>
}
export interface BudgetUpdate {
  readonly change: 'reserved' | 'committed' | 'returned' | 'released'
  readonly account: AccountId
  readonly amount: Usdc
}

export function noBudget(): Budget {
  return { reserved: new Map(), promised: new Map(), committed: new Map(), used: new Map() }
}

/** The name a reservation goes by: of the quote the client holds, also when its price is made again. */
function reservationKey({ activates, quoteId }: Pick<PutQuote, 'activates' | 'quoteId'>): QuoteId | undefined {
  return activates ?? quoteId
}

/** What the caps still allow, without what the quote that is priced again holds itself. */
export function leftOf(budget: Budget, account: AccountId, at: EpochMs, controls: RiskControls, own: QuoteId | undefined): SubsidyLeft {
  const held = heldOf(budget, account, at, own)
  const left = (cap: Usdc, taken: Usdc): Usdc => (cap.isBelow(taken) ? zero() : cap.minus(taken))
  return {
    global: left(controls.subsidy_daily_cap_usdc, held.global),
    account: left(controls.subsidy_account_daily_cap_usdc, held.account),
  }
}

/** Committed today and reserved now. */
export function heldOf(budget: Budget, account: AccountId, at: EpochMs, without?: QuoteId): SubsidyLeft {
  let [global, own] = [zero<'USDC'>(), zero<'USDC'>()]
  const add = (who: AccountId, amount: Usdc): void => {
    global = global.plus(amount)
    if (who === account) own = own.plus(amount)
  }
  for (const [who, amount] of budget.used.get(dayNumberOf(at)) ?? []) add(who, amount)
  for (const [id, { account: who, amount, until }] of budget.reserved) if (id !== without && until >= at) add(who, amount)
  for (const [id, { account: who, amount, at: since }] of budget.promised) if (id !== without && since === at) add(who, amount)
  return { global, account: own }
}

/** A quote leaves: seen by the other quotes of this step until it arrives. */
export function promise(budget: Budget, quote: PutQuote, at: EpochMs): void {
  const key = reservationKey(quote)
  const held = reservationOf(quote)
  if (key !== undefined && held !== undefined) budget.promised.set(key, { ...held, at })
}

function reservationOf({ charge, terms, goodUntil }: PutQuote): Reservation | undefined {
  if (charge === undefined || goodUntil === undefined || !charge.subsidy.isPositive()) return undefined
  return { account: terms.account, amount: charge.subsidy, until: goodUntil }
}

/** A quote arrives: what it needs is reserved; priced anew without need, its reservation ends. */
export function reserve(budget: Budget, quote: PutQuote): BudgetUpdate | undefined {
  const key = reservationKey(quote)
  if (key === undefined) return undefined
  budget.promised.delete(key)
  const held = reservationOf(quote)
  if (held !== undefined) {
    budget.reserved.set(key, held)
    return { change: 'reserved', account: held.account, amount: held.amount }
  }
  return quote.status === 'ok' ? release(budget, key) : undefined
}

function release(budget: Budget, key: QuoteId): BudgetUpdate | undefined {
  const held = budget.reserved.get(key)
  budget.reserved.delete(key)
  return held === undefined ? undefined : { change: 'released', account: held.account, amount: held.amount }
}

/** Pending: committed to its day. Failed: given back to it. Active: it stays. */
export function follow(budget: Budget, { coverageId, quoteId, state, charge, account }: Coverage, at: EpochMs): BudgetUpdate | undefined {
  const kept = budget.committed.get(coverageId)
  if (state === 'pending' && kept === undefined) {
    budget.reserved.delete(quoteId)
    if (charge === undefined || !charge.subsidy.isPositive()) return undefined
    const commitment = { account, amount: charge.subsidy, day: dayNumberOf(at) }
    budget.committed.set(coverageId, commitment)
    addUsed(budget, commitment, commitment.amount)
    return { change: 'committed', account, amount: charge.subsidy }
  }
  if (kept === undefined || state === 'pending') return undefined
  budget.committed.delete(coverageId)
  if (state !== 'failed') return undefined
  addUsed(budget, kept, kept.amount.negated())
  return { change: 'returned', account, amount: kept.amount }
}

function addUsed({ used }: Budget, { day, account }: Omit<Commitment, 'amount'>, amount: Usdc): void {
  const today = used.get(day) ?? new Map<AccountId, Usdc>()
  used.set(day, today)
  today.set(account, (today.get(account) ?? zero<'USDC'>()).plus(amount))
}

/** Once a minute: lapsed quotes give back what they held; days beyond those kept are forgotten. */
export function lapse(budget: Budget, at: EpochMs, daysKept: number): readonly BudgetUpdate[] {
  budget.promised.clear()
  const released: BudgetUpdate[] = []
  for (const [id, { until }] of budget.reserved) {
    if (until >= at) continue
    const update = release(budget, id)
    if (update !== undefined) released.push(update)
  }
  for (const day of budget.used.keys()) if (day < dayNumberOf(at) - daysKept) budget.used.delete(day)
  return released
}

export function usedOn(budget: Budget, day: number): ReadonlyMap<AccountId, Usdc> {
  return budget.used.get(day) ?? new Map()
}
