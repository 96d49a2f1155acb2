/**
 * What stops new risk, and what it may never stop (faults I8, conflict C-74). A brake is set by a source and lifted by the same source:
 * `halt` and `reduce_only` let only risk-reducing orders out, `freeze` stops new positions while hedges and renewals go on. Risk-reducing
 * are orders that only take a position down, the renewal of a standing cover, and a hedge that risk found to take the account's net position
 * in the contract towards zero; no brake ever blocks them.
 */
import type { AccountId, Book, Purpose } from './order.ts'

export type BrakeAction = 'halt' | 'reduce_only' | 'freeze'
export interface Brake {
  readonly source: string
  readonly action: BrakeAction
  /** Absent: all accounts, all books. */
  readonly account?: AccountId | undefined
  readonly book?: Book | undefined
}
export type Brakes = Map<string, Brake>

interface Trigger {
  readonly source: string
  readonly action: BrakeAction | 'clear'
  readonly account?: AccountId | undefined
  readonly book?: Book | undefined
}
interface Braked {
  readonly account: AccountId
  readonly book: Book
  readonly purpose: Purpose
  readonly reduceOnly: boolean
  readonly renewsCover?: boolean | undefined
  readonly lowersExposure?: boolean | undefined
}

/** Folds a safety trigger into the brakes that stand. A clear without account or book lifts all that its source set. */
export function applyTrigger(brakes: Brakes, { source, action, account, book }: Trigger): void {
  if (action !== 'clear') {
    brakes.set(`${source}|${account ?? '*'}|${book ?? '*'}`, { source, action, account, book })
    return
  }
  for (const [key, brake] of brakes) {
    if (brake.source !== source) continue
    if ((account === undefined || brake.account === account) && (book === undefined || brake.book === book)) brakes.delete(key)
  }
}

/** The first brake that stops this order, if any does. */
export function brakeAgainst(brakes: Brakes, order: Braked): Brake | undefined {
  if (brakes.size === 0 || isRiskReducing(order)) return undefined
  for (const brake of brakes.values()) {
    if (brake.account !== undefined && brake.account !== order.account) continue
    if (brake.book !== undefined && brake.book !== order.book) continue
    if (brake.action === 'freeze' && order.book === 'hedge') continue
    return brake
  }
  return undefined
}

/** Must only take a position down: risk proves it against the position before it approves one. */
export function isReducing({ reduceOnly, purpose }: Pick<Braked, 'reduceOnly' | 'purpose'>): boolean {
  return reduceOnly || purpose === 'close_position' || purpose === 'unwind_cover'
}

export function isRiskReducing(order: Pick<Braked, 'reduceOnly' | 'purpose' | 'renewsCover' | 'lowersExposure'>): boolean {
  return isReducing(order) || order.renewsCover === true || lowersNetRisk(order)
}

/** A hedge of which risk found that it takes the account's net position in the contract towards zero. */
export function lowersNetRisk({ purpose, lowersExposure }: Pick<Braked, 'purpose' | 'lowersExposure'>): boolean {
  return purpose === 'hedge' && lowersExposure === true
}
