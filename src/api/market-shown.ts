/** The market as its page has it (`contract-market.ts`). Spread and basis are exact ratios of exact prices; everything of the surface is a model's float. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { PerpetualView, SmileView } from '#runtime/market-views.ts'
import type { PriceView } from '#runtime/view-models.ts'
import type { VolatilityContext, VolSurface } from '#topics/analysis.ts'
import type { VenueGap } from '#topics/market.ts'
import { divideUnits, formatFixed } from '#units/exact.ts'
import { DAY_MS, epochMs } from '#units/time.ts'
import type { MarketAnswer, SliceShown, SmileAnswer, SurfaceAnswer } from './contract-market.ts'
import { sliceGrid } from './surface-grid.ts'

export function indexShown(view: PriceView, now: number): NonNullable<MarketAnswer['index']> {
  return {
    price: view.price.toString(),
    low: view.low.toString(),
    high: view.high.toString(),
    ...agedShown(view, now),
    sources: view.sources.map(({ venue, price, observedAt }) => ({ venue, price: price.toString(), ageMs: Math.max(0, now - observedAt) })),
  }
}

export function perpetualShown(view: PerpetualView, index: bigint | undefined, now: number): NonNullable<MarketAnswer['perpetual']> {
  const { bid, ask, mark } = view
  const mid = bid === undefined || ask === undefined ? undefined : (bid.units + ask.units) / 2n
  return {
    instrument: view.instrument,
    mark: mark?.toString() ?? null,
    bid: bid?.toString() ?? null,
    ask: ask?.toString() ?? null,
    spreadBps: bps((ask?.units ?? 0n) - (bid?.units ?? 0n), mid),
    basisBps: mark === undefined ? null : bps(mark.units - (index ?? 0n), index),
    ...agedShown(view, now),
  }
}

export function gapShown({ venue, price, gap, gapMax, observedAt }: VenueGap, now: number): MarketAnswer['otherVenues'][number] {
  return { venue, price: price.toString(), gap, gapMax, isApart: gap > gapMax, ageMs: Math.max(0, now - observedAt) }
}

export function volatilityShown(context: VolatilityContext): NonNullable<MarketAnswer['volatility']> {
  const { ivRegime, iv, tenorDays, realised24h, realisedAnnual, spanMs } = context
  return { ivRegime, iv: iv ?? null, tenorDays, realised24h: realised24h ?? null, realisedAnnual: realisedAnnual ?? null, spanMs }
}

export function surfaceShown(surface: VolSurface, others: readonly VolSurface[], now: number): Omit<SurfaceAnswer, 'asOfSeq'> {
  return {
    status: 'ok',
    venue: surface.venue,
    fittedAtIso: isoFromEpochMs(surface.fittedAt),
    ...agedShown(surface, now),
    expiries: surface.slices.map((slice) => sliceShown(slice, now)),
    refused: surface.refused.map(({ expiry, explanation }) => ({ expiryIso: isoFromEpochMs(expiry), explanation })),
    quoteFaults: Object.entries(surface.quoteFaults).map(([fault, count]) => ({ fault, count })),
    grid: sliceGrid(surface.slices),
    others: others.map(({ venue, slices }) => ({
      venue,
      expiries: slices.map(({ expiry, atmVol }) => ({ expiryIso: isoOf(expiry), daysLeft: daysTo(expiry, now), atmVol })),
    })),
  }
}

export function smileShown({ venue, now: told, slice, curve, refused, fittedAt }: SmileView, now: number): Omit<SmileAnswer, 'asOfSeq'> {
  return {
    status: 'ok',
    venue,
    expiryIso: isoFromEpochMs(told.expiry),
    daysLeft: daysTo(told.expiry, now),
    forward: told.forward,
    fittedAtIso: isoFromEpochMs(fittedAt),
    fit: slice === undefined ? null : sliceShown(slice, now),
    refused: refused ?? null,
    quotes: told.quotes.map(({ instrument, isCall, strikePrice, bidVol, askVol, modelVol, fault, quote }) => ({
      instrument,
      isCall,
      strike: strikePrice.toString(),
      bidVol: bidVol ?? null,
      askVol: askVol ?? null,
      modelVol: modelVol ?? null,
      bidCoin: quote.bid?.toString() ?? null,
      askCoin: quote.ask?.toString() ?? null,
      fault: fault ?? null,
      ageMs: Math.max(0, now - quote.observedAt),
    })),
    curve: curve.map(({ strike, vol, isBeyond }) => ({ strike, vol, isBeyond })),
  }
}

function sliceShown(slice: VolSurface['slices'][number], now: number): SliceShown {
  const { expiry, forward, atmVol, sabr, rmse, strikes, insideShare, skew, quotedLow, quotedHigh } = slice
  return {
    expiryIso: isoOf(expiry),
    daysLeft: daysTo(expiry, now),
    forward,
    atmVol,
    sabr: { ...sabr },
    rmse,
    strikes,
    insideShare,
    riskReversal25: skew?.riskReversal25 ?? null,
    butterfly25: skew?.butterfly25 ?? null,
    quotedLow: forward * Math.exp(quotedLow),
    quotedHigh: forward * Math.exp(quotedHigh),
  }
}

function agedShown({ observedAt, maxAgeMs }: { readonly observedAt: number; readonly maxAgeMs: number }, now: number) {
  const ageMs = Math.max(0, now - observedAt)
  return { ageMs, maxAgeMs, isStale: !(ageMs <= maxAgeMs) }
}

function daysTo(expiry: number, now: number): number {
  return Math.max(0, expiry - now) / DAY_MS
}

function bps(part: bigint, whole: bigint | undefined): string | null {
  return whole === undefined || whole <= 0n ? null : formatFixed(divideUnits(part, whole) * 10_000n, 2, 'half-even')
}

function isoOf(at: number): string {
  return isoFromEpochMs(epochMs(at))
}
