/**
 * Which expiries and strikes are listed. At 08:00 UTC the expired leave and the new ones come; when the index has moved by a
 * step's worth, strikes are added around it, and none is taken away before its expiry. The spacing depends on price and tenor
 * (about 1.35 % to three weeks, 2.5 % to a quarter, 5.5 % beyond, on the 1-2-5 grid of Deribit) and widens away from the money.
 */
import { DAY_MS } from '#units/time.ts'
import { indexPrice } from './index-price.ts'
import { listedExpiries } from './calendar.ts'
import { expirySlice } from './surface.ts'
import type { MarketState } from './state.ts'

export interface ListedExpiry {
  readonly expiry: number // epoch ms, 08:00 UTC
  readonly listedAt: number
  readonly listedPrice: number // USD, sets the spacing of the strikes for good
  readonly strikes: readonly number[] // USD, ascending
}

const REFRESH_MOVE = 0.02
const SPACING = [
  { daysMax: 22, share: 0.0135 },
  { daysMax: 100, share: 0.025 },
  { daysMax: Infinity, share: 0.055 },
] as const
const SPAN_MIN = 0.115 // of the log price, to either side
const SPAN_DEVIATIONS = 2.5
const SPAN_VARIANCE_MAX = 0.5 // per year: a panic lists no strikes at half the price
const NEAR_STEPS = 4
const MIDDLE_STEPS = 10

export function refreshListing(state: MarketState): void {
  if (!isDue(state)) return
  const kept = new Map(state.expiries.map((listed) => [listed.expiry, listed]))
  const expiries = listedExpiries(state.at).map((expiry): ListedExpiry => {
    const before = kept.get(expiry)
    const listedPrice = before?.listedPrice ?? indexPrice(state)
    const strikes = new Set([...(before?.strikes ?? []), ...strikesAround(state, expiry, listedPrice)])
    return { expiry, listedAt: before?.listedAt ?? state.at, listedPrice, strikes: [...strikes].sort((a, b) => a - b) }
  })
  state.listingCentre = indexPrice(state)
  if (sameListing(state.expiries, expiries)) return
  state.expiries = expiries
  state.listingVersion += 1
}

function isDue(state: MarketState): boolean {
  const first = state.expiries[0]
  if (first === undefined || first.expiry <= state.at) return true
  return Math.abs(Math.exp(state.logPrice) / state.listingCentre - 1) > REFRESH_MOVE
}

function sameListing(before: readonly ListedExpiry[], after: readonly ListedExpiry[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ expiry, strikes }, i) => expiry === after[i]?.expiry && strikes.length === after[i]?.strikes.length)
  )
}

function strikesAround(state: MarketState, expiry: number, listedPrice: number): readonly number[] {
  const price = indexPrice(state)
  const days = (expiry - state.at) / DAY_MS
  const step = roundOneTwoFive(listedPrice * (SPACING.find(({ daysMax }) => days < daysMax)?.share ?? 0.055))
  const { totalVariance, years } = expirySlice(state, expiry)
  const span = Math.max(SPAN_MIN, Math.min(1, SPAN_DEVIATIONS * Math.sqrt(Math.min(totalVariance, SPAN_VARIANCE_MAX * years))))
  const low = price * Math.exp(-span)
  const high = price * Math.exp(span)
  const strikes: number[] = []
  for (const { multiple, from, to } of [
    { multiple: 1, from: Math.max(low, price - NEAR_STEPS * step), to: Math.min(high, price + NEAR_STEPS * step) },
    { multiple: 2, from: Math.max(low, price - MIDDLE_STEPS * step), to: Math.min(high, price + MIDDLE_STEPS * step) },
    { multiple: 5, from: low, to: high },
  ]) {
    const spacing = multiple * step
    for (let strike = Math.ceil(from / spacing) * spacing; strike <= to; strike += spacing) if (strike > 0) strikes.push(strike)
  }
  return strikes
}

/** The nearest of 1, 2, 5 times a power of ten in ratio; at least 1, since strikes are whole. */
function roundOneTwoFive(value: number): number {
  let unit = 1
  while (unit * 10 <= value) unit *= 10
  const ratio = value / unit
  return unit * (ratio < Math.SQRT2 ? 1 : ratio < Math.sqrt(10) ? 2 : ratio < Math.sqrt(50) ? 5 : 10)
}
