/**
 * From an option's touch to the vols it states. Premiums come in coin, which is the undiscounted price on the forward divided by the
 * forward (inverse options), so that Black 1976 with forward 1 and strike K/F applies; F is the option's own underlying price at the
 * instant of its quote where the venue states one (rows of one snapshot are minutes apart), else the expiry's. A quote that states no vol
 * says why: crossed, one-sided, under intrinsic value (bid or ask), over the most an option can be worth, too wide (F-M13). The vol fitted
 * is the middle of the two vols; its weight 1/h^2, h half the spread in vol, which is (vega / half the spread in price)^2: what is quoted
 * tightly counts, what moves the vol little does not. h is at least `halfSpreadMin`, or one tight quote would own the fit.
 */
import { impliedVol } from './implied-vol.ts'

export interface OptionTouch {
  readonly isCall: boolean
  readonly strike: number
  /** Coin per coin; absent is no quote. */
  readonly bid?: number | undefined
  readonly ask?: number | undefined
  /** USD, of the expiry, at the instant of the quote. */
  readonly underlying?: number | undefined
}
export type QuoteFault =
  | 'no_bid'
  | 'no_ask'
  | 'crossed'
  | 'bid_below_intrinsic'
  | 'ask_below_intrinsic'
  | 'bid_above_bound'
  | 'ask_above_bound'
  | 'too_wide'
  | 'no_vol'
export interface QuotedVol {
  readonly strike: number
  /** ln(K/F) at the quote's own forward. */
  readonly logMoneyness: number
  readonly bidVol: number
  readonly askVol: number
  readonly weight: number
}
export interface FaultyQuote {
  readonly isCall: boolean
  readonly strike: number
  readonly fault: QuoteFault
}
export interface QuoteRules {
  /** In vol. */
  readonly halfSpreadMin: number
  /** Largest spread as a share of the middle vol. */
  readonly spreadShareMax: number
}
export const QUOTE_RULES: QuoteRules = { halfSpreadMin: 0.0025, spreadShareMax: 0.5 }

export type VolReading = { readonly ok: true; readonly value: QuotedVol } | { readonly ok: false; readonly fault: QuoteFault }

export function readVol(touch: OptionTouch, forward: number, years: number, rules: QuoteRules = QUOTE_RULES): VolReading {
  const { isCall, strike, bid, ask, underlying = forward } = touch
  const moneyness = strike / underlying
  const fault = whyNoVol({ isCall, moneyness, bid, ask })
  if (fault !== undefined) return { ok: false, fault }
  const bidVol = impliedVol({ isCall, price: bid as number, forward: 1, strike: moneyness, years })
  const askVol = impliedVol({ isCall, price: ask as number, forward: 1, strike: moneyness, years })
  if (!bidVol.ok || !askVol.ok) return { ok: false, fault: 'no_vol' }
  const half = (askVol.vol - bidVol.vol) / 2
  if (!(half * 4 <= rules.spreadShareMax * (askVol.vol + bidVol.vol))) return { ok: false, fault: 'too_wide' }
  const width = Math.max(rules.halfSpreadMin, half)
  const weight = 1 / (width * width)
  return { ok: true, value: { strike, logMoneyness: Math.log(moneyness), bidVol: bidVol.vol, askVol: askVol.vol, weight } }
}

/** Bounds of Merton 1973 in coin: a call between max(0, 1 - K/F) and 1, a put between max(0, K/F - 1) and K/F. */
function whyNoVol({
  isCall,
  moneyness,
  bid,
  ask,
}: {
  isCall: boolean
  moneyness: number
  bid?: number | undefined
  ask?: number | undefined
}) {
  const intrinsic = Math.max(0, isCall ? 1 - moneyness : moneyness - 1)
  const most = isCall ? 1 : moneyness
  if (ask !== undefined && !(ask > intrinsic)) return 'ask_below_intrinsic'
  if (bid !== undefined && ask !== undefined && bid > ask) return 'crossed'
  if (bid === undefined || !(bid > 0)) return 'no_bid'
  if (ask === undefined) return 'no_ask'
  if (!(bid > intrinsic)) return 'bid_below_intrinsic'
  if (!(bid < most)) return 'bid_above_bound'
  return ask < most ? undefined : 'ask_above_bound'
}

export interface ExpiryVols {
  readonly vols: readonly QuotedVol[]
  readonly faults: readonly FaultyQuote[]
}

/** One vol per strike, by ascending strike: of the option out of the money, of the other where that one states none. */
export function expiryVols(touches: readonly OptionTouch[], forward: number, years: number, rules: QuoteRules = QUOTE_RULES): ExpiryVols {
  const vols: QuotedVol[] = []
  const faults: FaultyQuote[] = []
  const outFirst = touches.toSorted((a, b) => a.strike - b.strike || rankOf(a, forward) - rankOf(b, forward))
  for (const touch of outFirst) {
    if (vols.at(-1)?.strike === touch.strike) continue
    const reading = readVol(touch, forward, years, rules)
    if (reading.ok) vols.push(reading.value)
    else faults.push({ isCall: touch.isCall, strike: touch.strike, fault: reading.fault })
  }
  return { vols, faults }
}

function rankOf({ isCall, strike }: OptionTouch, forward: number): number {
  return isCall === strike >= forward ? 0 : 1
}
