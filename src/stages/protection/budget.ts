/**
 * The subsidy budget (P-06): caps a UTC day, for all accounts and for one. A quote reserves what it would cost while it lasts, with what a drift of
 * the price may add (drift-reserve.ts); the cover that follows commits both to the day it was decided on, and once it is bought keeps what it truly
 * cost: the rest is given back, and what went beyond, which no cap could hold, is counted all the same (`exceeded`). A purchase that fails gives
 * all back, a quote that lapses is released; a fresh price of the
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
import { deadlineOf } from '#topics/quote-deadline.ts'
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
  readonly change: 'reserved' | 'committed' | 'returned' | 'exceeded' | 'released'
  readonly account: AccountId
  readonly amount: Usdc
  /** Of what a purchase commits or gives back. */
  readonly coverageId?: CoverageId
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
  const held = reservationOf(budget, quote)
  if (key !== undefined && held !== undefined) budget.promised.set(key, { ...held, at })
}

/** Priced anew for an activation it still ends with the quote the client holds: refused now, it may be bought later. */
function reservationOf({ reserved }: Budget, quote: PutQuote): Reservation | undefined {
  const { charge, terms, activates } = quote
  const [amount, deadline] = [needOf(charge), deadlineOf(quote)]
  if (amount === undefined || deadline === undefined) return undefined
  const first = activates === undefined ? undefined : reserved.get(activates)
  return { account: terms.account, amount, until: first === undefined || first.until < deadline ? deadline : first.until }
}

/** Subsidy and reserve for drift; undefined where nothing is borne. */
function needOf(charge: PutQuote['charge']): Usdc | undefined {
  const need = charge?.driftReserve === undefined ? charge?.subsidy : charge.subsidy.plus(charge.driftReserve)
  return need?.isPositive() === true ? need : undefined
}

/** A quote arrives: what it needs is reserved; priced anew without need, its reservation ends. */
export function reserve(budget: Budget, quote: PutQuote): BudgetUpdate | undefined {
  const key = reservationKey(quote)
  if (key === undefined) return undefined
  budget.promised.delete(key)
  const held = reservationOf(budget, quote)
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

/** Pending: committed to its day. Failed: given back to it, once it is known that nothing is borne. Active: what it truly cost stays. */
export function follow(budget: Budget, cover: Coverage, at: EpochMs): BudgetUpdate | undefined {
  const { coverageId, quoteId, state, charge, account } = cover
  const kept = budget.committed.get(coverageId)
  if (state === 'pending' && kept === undefined) {
    budget.reserved.delete(quoteId)
    const amount = needOf(charge)
    // of a fixed charge also where nothing is needed as quoted: its fills may need more
    if (amount === undefined && charge?.driftReserve === undefined) return undefined
    const commitment = { account, amount: amount ?? zero<'USDC'>(), day: dayNumberOf(at) }
    budget.committed.set(coverageId, commitment)
    addUsed(budget, commitment, commitment.amount)
    return amount === undefined ? undefined : { change: 'committed', account, amount, coverageId }
  }
  if (kept === undefined || state === 'pending' || isUnwinding(cover)) return undefined
  budget.committed.delete(coverageId)
  const borne = state === 'failed' && cover.due === undefined ? zero<'USDC'>() : (charge?.subsidy ?? kept.amount)
  const rest = kept.amount.minus(borne)
  if (rest.isZero()) return undefined
  addUsed(budget, kept, rest.negated())
  return { change: rest.isNegative() ? 'exceeded' : 'returned', account, amount: rest.abs(), coverageId }
}

/** Of a combination that failed half way it is known once it is sold again who bears what. */
function isUnwinding({ state, legs, filled }: Coverage): boolean {
  return state === 'failed' && legs !== undefined && filled.isPositive()
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
