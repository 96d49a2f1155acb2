/**
 * What the simulated venue shows of its options: listed instruments under Deribit's names, and a quote for each. Premiums are in
 * coin (inverse options) on a tick of 0.0001, from 0.005 on 0.0005. The spread is a number of volatility points, more for short
 * tenors and under stress, plus a part that grows with the delta of what is in the money; a bid that would be under one tick is
 * absent, and in the worst hours makers leave some instruments in the money altogether, as recorded chains show.
 * Pure functions of the state. Sizes are plausible, not measured: recorded chains carry none.
 */
import { DAY_MS } from '#units/time.ts'
import { hashText, hashUnit } from '#base/prng.ts'
import { priceBlack76, type OptionRight } from '#math/options/black76.ts'
import { normalPdf } from '#math/options/normal.ts'
import { expiryCode } from './calendar.ts'
import { expirySlice, impliedVol, marketStress, type ExpirySlice } from './surface.ts'
import type { MarketState } from './state.ts'

export interface ListedOption {
  readonly name: string // BTC-27JUN25-60000-P
  readonly expiry: number // epoch ms
  readonly strike: number // USD
  readonly right: OptionRight
}

export interface OptionQuote {
  readonly bidCoin: number | null
  readonly askCoin: number | null
  readonly bidSize: number // BTC, 0 without a bid
  readonly askSize: number
  readonly markCoin: number
  readonly markIv: number // per sqrt(year)
  readonly delta: number
  readonly underlyingPrice: number // USD, the forward of the expiry
  readonly openInterest: number // BTC
}

const QUOTE_HELD_MS = 600_000 // a maker's mood
const SPREAD_VOL_POINTS = { floor: 0.0049, perRootDay: 0.0195, wing: 0.9, stress: 0.9 } as const
const ROUNDED_OUT = { fine: 2e-5, coarse: 2.1e-4 } as const // coin to either side, which rounding to the grid adds again
const WING_DELTA = 0.08 // below it a volatility point gets dearer
const SPREAD_IN_THE_MONEY = 0.014 // coin per unit of delta beyond one half

export function listedOptions(state: MarketState): readonly ListedOption[] {
  return state.expiries.flatMap(({ expiry, strikes }) => {
    const code = expiryCode(expiry)
    return strikes.flatMap((strike): ListedOption[] => [
      { name: `BTC-${code}-${strike}-C`, expiry, strike, right: 'call' },
      { name: `BTC-${code}-${strike}-P`, expiry, strike, right: 'put' },
    ])
  })
}

/** The listed instrument of a name, null for any other text. */
export function findOption(state: MarketState, name: string): ListedOption | null {
  return listedOptions(state).find((option) => option.name === name) ?? null
}

/** Null for what is not, or no longer, listed. */
export function optionQuote(state: MarketState, option: ListedOption): OptionQuote | null {
  const listed = state.expiries.find(({ expiry }) => expiry === option.expiry)
  if (listed === undefined || !listed.strikes.includes(option.strike)) return null
  return quoteOnSlice(state, expirySlice(state, option.expiry), option, listed.listedAt)
}

/** One pass over the whole listing, a slice per expiry. */
export function allOptionQuotes(state: MarketState): readonly (readonly [ListedOption, OptionQuote])[] {
  const listedAt = new Map(state.expiries.map((listed) => [listed.expiry, listed.listedAt]))
  let slice: ExpirySlice | null = null
  return listedOptions(state).map((option) => {
    if (slice?.expiry !== option.expiry) slice = expirySlice(state, option.expiry)
    return [option, quoteOnSlice(state, slice, option, listedAt.get(option.expiry) ?? state.at)] as const
  })
}

function quoteOnSlice(state: MarketState, slice: ExpirySlice, option: ListedOption, listedAt: number): OptionQuote {
  const { forward, years } = slice
  const markIv = impliedVol(slice, option.strike)
  const { price, delta } = priceBlack76({ right: option.right, forward, strike: option.strike, years, rate: 0, ivAnnual: markIv })
  const markCoin = Math.round((price / forward) * 1e8) / 1e8
  const key = hashText(option.name)
  const stress = marketStress(state)
  const d1 = Math.log(forward / option.strike) / (markIv * Math.sqrt(years)) + (markIv * Math.sqrt(years)) / 2
  const vegaCoin = normalPdf(d1) * Math.sqrt(years)
  const wanted = halfSpread({ state, key, stress, vegaCoin, delta, days: (option.expiry - state.at) / DAY_MS })
  const half = Math.max(0, wanted - (markCoin < 0.005 ? ROUNDED_OUT.fine : ROUNDED_OUT.coarse))
  const gone = stress > 0.7 && Math.abs(delta) > 0.65 && mood(state, key, 3) < (0.2 * (stress - 0.7)) / 0.3
  const bidCoin = gone ? null : floorToTick(markCoin - half)
  const askCoin = gone ? null : ceilToTick(markCoin + half)
  const depth = (3 + 25 * Math.sqrt(Math.max(0, 0.5 - Math.abs(Math.abs(delta) - 0.3)))) * (1 - 0.85 * stress)
  return {
    bidCoin,
    askCoin,
    bidSize: bidCoin === null ? 0 : quoteSize(depth, mood(state, key, 4)),
    askSize: askCoin === null ? 0 : quoteSize(depth, mood(state, key, 5)),
    markCoin,
    markIv: Math.round(markIv * 1e6) / 1e6,
    delta: Math.round(delta * 1e5) / 1e5,
    underlyingPrice: Math.round(forward * 1e4) / 1e4,
    openInterest: openInterest(state, option, key, listedAt),
  }
}

interface SpreadInput {
  readonly state: MarketState
  readonly key: number
  readonly stress: number
  readonly vegaCoin: number
  readonly delta: number
  readonly days: number
}

function halfSpread({ state, key, stress, vegaCoin, delta, days }: SpreadInput): number {
  const points =
    (SPREAD_VOL_POINTS.floor + SPREAD_VOL_POINTS.perRootDay / Math.sqrt(Math.max(0.25, days))) * (1 + SPREAD_VOL_POINTS.stress * stress)
  const wing = 1 + SPREAD_VOL_POINTS.wing * Math.max(0, 1 - Math.abs(delta) / WING_DELTA)
  const inTheMoney = SPREAD_IN_THE_MONEY * Math.max(0, Math.abs(delta) - 0.5) * (1 + stress)
  return ((points * wing * vegaCoin + inTheMoney) / 2) * Math.exp(1.2 * (mood(state, key, 1) - 0.5))
}

function mood(state: MarketState, key: number, channel: number): number {
  return hashUnit(state.noiseKey ^ channel, key, Math.floor(state.at / QUOTE_HELD_MS))
}

function quoteSize(depth: number, noise: number): number {
  return Math.max(1, Math.round(10 * depth * Math.exp(1.6 * (noise - 0.5)))) / 10
}

/** Fills up over the first days of a listing; round numbers and the neighbourhood of the money have the most. */
function openInterest(state: MarketState, { strike, expiry }: ListedOption, key: number, listedAt: number): number {
  const age = 0.15 + 0.85 * Math.min(1, (state.at - listedAt) / (3 * DAY_MS))
  const tenor = Math.min(1, Math.sqrt((expiry - listedAt) / (60 * DAY_MS)))
  const away = Math.abs(Math.log(strike) - state.logPrice)
  const level = 900 * age * tenor * Math.exp(-4 * away) * Math.exp(3 * (hashUnit(state.noiseKey, key, 7) - 0.7))
  return Math.round(level * 10) / 10
}

/** Prices in whole tenths of a thousandth keep floats exact: 0.005 and above move in fives. */
function floorToTick(price: number): number | null {
  const units = Math.floor(price * 1e4 + 1e-9)
  const onGrid = units >= 50 ? units - (units % 5) : units
  return onGrid < 1 ? null : onGrid / 1e4
}

function ceilToTick(price: number): number {
  const units = Math.max(1, Math.ceil(price * 1e4 - 1e-9))
  return (units > 50 ? Math.ceil(units / 5) * 5 : units) / 1e4
}
