/** A fraction as percent, signed, with the places that a funding rate of eight hours needs. A rate is a model's number: no money is read from here. */
import { decimal, UNKNOWN } from './decimal.ts'

export function rate(fraction: number | null | undefined, places = 4): string {
  if (fraction === null || fraction === undefined) return UNKNOWN
  return `${decimal((fraction * 100).toFixed(8), { places, signed: true })}\u00a0%`
}
