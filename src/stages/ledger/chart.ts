/**
 * The chart of accounts of one client and the one way to change it: a balanced posting. Debits are positive, credits negative; a posting
 * whose amounts do not sum to zero in each currency is a bug and throws, so that per currency the sum over all ledger accounts is
 * zero after every event without ever being recomputed. `cash` is what the venue's statement shows. `position:<name>` carries cost.
 * `clearing` mirrors the cost of contracts that are not paid for (perpetuals): cash + clearing is the bookkeeping of a full payment.
 * `netting:<name>` holds what the venue paid and no book has earned (`netting.ts`).
 * `conversion` is where a coin amount and its USDC meet: it nets to zero in both. Results and costs are credits and debits as they stand.
 */
import { assert } from '#base/assert.ts'
import { Money } from '#units/money.ts'
import type { Currency } from '#units/money.ts'
import type { AccountId } from '#domain/order.ts'
import type { Posting } from '#topics/account.ts'

export const CASH = 'cash'
export const CLEARING = 'clearing'
export const CONVERSION = 'conversion'
export const EXTERNAL = 'external'
export const FEES = 'fees'
export const FUNDING = 'funding'
export const RESULTS = 'results'
/** Before the instrument's name. */
export const NETTING = 'netting:'
export const POSITION = 'position:'

export type PostingKind = Posting['kind']
export type Entry = Posting['entries'][number]
export type Balances = Map<Currency, Map<string, bigint>>

export function entry(ledgerAccount: string, currency: Currency, units: bigint): Entry {
  return { ledgerAccount, currency, amount: new Money(units) }
}

/** `from` pays `to`; what comes of it is balanced by construction. */
export function transferOf(to: string, from: string, currency: Currency, units: bigint): readonly [Entry, Entry] {
  return [entry(to, currency, units), entry(from, currency, -units)]
}

export function postingOf(account: AccountId, kind: PostingKind, reference: string, entries: readonly Entry[]): Posting {
  return { account, kind, reference, entries }
}

export function post(balances: Balances, entries: readonly Entry[]): void {
  assertBalanced(entries)
  for (const { ledgerAccount, currency, amount } of entries) {
    let ledger = balances.get(currency)
    if (ledger === undefined) balances.set(currency, (ledger = new Map<string, bigint>()))
    ledger.set(ledgerAccount, (ledger.get(ledgerAccount) ?? 0n) + amount.units)
  }
}

export function balanceOf(balances: Balances, ledgerAccount: string, currency: Currency): bigint {
  return balances.get(currency)?.get(ledgerAccount) ?? 0n
}

/** The whole trial balance of one currency: zero at all times. For tests and audits; the postings guarantee it. */
export function trialBalance(balances: Balances, currency: Currency): bigint {
  let total = 0n
  for (const units of balances.get(currency)?.values() ?? []) total += units
  return total
}

function assertBalanced(entries: readonly Entry[]): void {
  const first = entries[0]?.currency
  let sum = 0n
  let mixed = false
  for (const { currency, amount } of entries) {
    if (currency === first) sum += amount.units
    else mixed = true
  }
  assert(sum === 0n, 'debits equal credits in each currency')
  if (mixed) assertBalanced(entries.filter(({ currency }) => currency !== first))
}
