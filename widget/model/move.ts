/**
 * What changed from the price a reader has seen to a new one. A price that is no worse in anything may take its place without a word; one that is worse
 * by more than a hundredth of the charge, or that holds a lower floor by more than that, has to be confirmed again.
 */
import type { QuoteAnswer } from '#api/contract.ts'
import { multiplyUnits, ONE } from '#units/exact.ts'
import { compare, unitsOf } from '../format/amount.ts'

export type Price = Pick<QuoteAnswer, 'feeUsdc' | 'floorEquity' | 'instrument' | 'expiryIso'> & Partial<Pick<QuoteAnswer, 'passThrough'>>
export interface Move {
  readonly what: 'charge' | 'floor' | 'option' | 'consent'
  readonly from: string
  readonly to: string
  /** With another option: what each holds. */
  readonly floors?: readonly [from: string, to: string]
}

const SHARE = ONE / 100n

/** The first thing that has to be confirmed again; undefined where nothing has. */
export function moveBetween(seen: Price, next: Price): Move | undefined {
  if (next.instrument !== seen.instrument)
    return { what: 'option', from: seen.instrument, to: next.instrument, floors: [seen.floorEquity, next.floorEquity] }
  const asked = next.passThrough?.consentRequired === true ? next.passThrough.userUsdc : undefined
  if (asked !== undefined && !holdsConsent(seen.passThrough?.userUsdc, asked))
    return { what: 'consent', from: seen.feeUsdc, to: next.feeUsdc }
  const room = multiplyUnits(unitsOf(seen.feeUsdc) ?? 0n, SHARE)
  if ((unitsOf(next.feeUsdc) ?? 0n) - (unitsOf(seen.feeUsdc) ?? 0n) > room) return { what: 'charge', from: seen.feeUsdc, to: next.feeUsdc }
  if ((unitsOf(seen.floorEquity) ?? 0n) - (unitsOf(next.floorEquity) ?? 0n) > floorRoom(seen))
    return { what: 'floor', from: seen.floorEquity, to: next.floorEquity }
  return undefined
}

/** No worse in anything: what was agreed to holds for it as well. */
export function isNoWorse(seen: Price, next: Price): boolean {
  return next.instrument === seen.instrument && moveBetween(seen, next) === undefined && compare(next.feeUsdc, seen.feeUsdc) <= 0
}

function floorRoom({ floorEquity }: Price): bigint {
  const floor = unitsOf(floorEquity) ?? 0n
  return multiplyUnits(floor < 0n ? -floor : floor, SHARE)
}

/** A consent to an amount covers less, and what is dearer by at most the same hundredth that a price may move by without a word. */
export function holdsConsent(consentedTo: string | undefined, asked: string): boolean {
  const [given, wanted] = [unitsOf(consentedTo), unitsOf(asked)]
  return given !== undefined && wanted !== undefined && wanted <= given + multiplyUnits(given, SHARE)
}
