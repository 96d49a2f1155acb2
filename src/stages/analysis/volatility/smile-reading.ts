/**
 * One expiry as a screen shows it: what the options say now (bid and ask vol of one option per strike, or why it says none), and the smile
 * that was last fitted beside it. Looks at a chain and changes nothing, unlike the fit, which forgets what is stale; a stale quote is shown
 * with its age. Quotes are newer than the fit by up to its interval, so a quote may stand off the curve that was right when it was fitted.
 * Vols per sqrt(year), k = ln(K/F) at each quote's own forward, strikes in USD.
 */
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { volAt } from '#math/options/smile-arbitrage.ts'
import { forwardOf } from '#math/options/smile-forward.ts'
import { QUOTE_RULES, readVol } from '#math/options/smile-quotes.ts'
import type { OptionTouch, QuoteFault } from '#math/options/smile-quotes.ts'
import type { SmileSlice } from '#math/options/smile-slice.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import { touchOf, YEAR_MS } from './chain.ts'
import type { Chain } from './chain.ts'

export interface SmileQuote {
  readonly instrument: InstrumentId
  readonly isCall: boolean
  /** As the contract has it. */
  readonly strikePrice: BtcUsdc
  readonly strike: number
  readonly logMoneyness: number
  readonly bidVol: number | undefined
  readonly askVol: number | undefined
  /** Of the fitted smile at the quote's k; absent where there is none or it does not reach there. */
  readonly modelVol: number | undefined
  /** Why it states no vol; `stale` where it is older than it may be. */
  readonly fault: QuoteFault | 'stale' | undefined
  readonly quote: OptionQuote
}
export interface SmileNow {
  readonly expiry: EpochMs
  readonly years: number
  readonly forward: number
  /** By ascending strike: the option out of the money, the other one where that states no vol. */
  readonly quotes: readonly SmileQuote[]
}
export interface CurvePoint {
  readonly logMoneyness: number
  readonly strike: number
  readonly vol: number
  /** Beyond the outermost strikes that were fitted. */
  readonly isBeyond: boolean
}

export interface SmileWanted {
  readonly expiry: EpochMs
  readonly at: EpochMs
  /** The smile last fitted there. */
  readonly slice: SmileSlice | undefined
}

/** Undefined where the chain has no such expiry, no forward for it, or it is over. */
export function smileNow({ quotes }: Pick<Chain, 'quotes'>, { expiry, at, slice }: SmileWanted): SmileNow | undefined {
  const listed = [...quotes].flatMap(([instrument, quote]) => {
    const option = coinOption(instrument)
    return option?.expiry === expiry ? [{ instrument, quote, strikePrice: option.strike, touch: touchOf(option, quote) }] : []
  })
  const years = (expiry - at) / YEAR_MS
  const forward = forwardOf(listed.map(({ touch }) => touch))
  if (forward === undefined || !(years > 0)) return undefined
  const shown: SmileQuote[] = []
  const outFirst = listed.toSorted((a, b) => a.touch.strike - b.touch.strike || rank(a.touch, forward) - rank(b.touch, forward))
  for (const one of outFirst) {
    const { touch } = one
    const last = shown.at(-1)
    if (last?.strike === touch.strike && last.fault === undefined) continue
    const read = readQuote(one, { forward, years, at, slice })
    if (last?.strike !== touch.strike) shown.push(read)
    else if (read.fault === undefined) shown.splice(-1, 1, read)
  }
  return { expiry, years, forward, quotes: shown }
}

/** `count` vols of the fitted smile, evenly in k over all that may be read. */
export function curveOf(slice: SmileSlice, count: number): readonly CurvePoint[] {
  const { low, high, quotedLow, quotedHigh, forward } = slice
  return Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1)
    const logMoneyness = low * (1 - share) + high * share // both ends exact
    return {
      logMoneyness,
      strike: forward * Math.exp(logMoneyness),
      vol: volAt(slice, logMoneyness),
      isBeyond: logMoneyness < quotedLow || logMoneyness > quotedHigh,
    }
  })
}

interface Listed {
  readonly instrument: InstrumentId
  readonly quote: OptionQuote
  readonly strikePrice: BtcUsdc
  readonly touch: OptionTouch
}

function readQuote(
  { instrument, quote, strikePrice, touch }: Listed,
  { forward, years, at, slice }: Pick<SmileWanted, 'at' | 'slice'> & { readonly forward: number; readonly years: number },
): SmileQuote {
  const { isCall, strike } = touch
  const reading = readVol(touch, forward, years, QUOTE_RULES)
  const logMoneyness = reading.ok ? reading.value.logMoneyness : Math.log(strike / (touch.underlying ?? forward))
  const isStale = at - quote.observedAt > quote.maxAgeMs
  const isReached = slice !== undefined && logMoneyness >= slice.low && logMoneyness <= slice.high
  const modelVol = isReached ? volAt(slice, logMoneyness) : undefined
  const told = { instrument, isCall, strikePrice, strike, logMoneyness, modelVol, quote }
  if (!reading.ok) return { ...told, bidVol: undefined, askVol: undefined, fault: isStale ? 'stale' : reading.fault }
  const { bidVol, askVol } = reading.value
  return { ...told, bidVol, askVol, fault: isStale ? 'stale' : undefined }
}

function rank({ isCall, strike }: OptionTouch, forward: number): number {
  return isCall === strike >= forward ? 0 : 1
}
