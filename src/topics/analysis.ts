/**
 * What analysis says of volatility and of funding. `vol_surface`: the fitted smiles of one venue, with every expiry and quote that was left out and why.
 * `volatility_context`: the regime of implied volatility (S1: low, normal, high; held, so that it does not flap) and the realised volatility of a
 * day. `funding_context`: what funding costs. All vols per sqrt(year) unless the name says otherwise, as fractions (0.55 is 55 %); models, floats, never money.
 */
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { QuoteFault } from '#math/options/smile-quotes.ts'
import type { SmileSlice } from '#math/options/smile-slice.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { FundingSide } from '#domain/funding.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import type { Currency, Money } from '#units/money.ts'
import type { Quantity } from '#units/quantity.ts'

export interface VolSurface {
  readonly venue: string
  /** A venue that only prices: compared, never used for what is bought elsewhere (C-39). */
  readonly pricingOnly: boolean
  readonly fittedAt: EpochMs
  /** When the oldest quote in it was true, and how long the surface may be used from then on. */
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
  /** By ascending time; `years` from `fittedAt`. */
  readonly slices: readonly SmileSlice[]
  /** Expiries left out, with the place that broke a rule. */
  readonly refused: readonly { readonly expiry: EpochMs; readonly explanation: Explanation }[]
  /** Quotes that state no vol, counted by reason. */
  readonly quoteFaults: Readonly<Partial<Record<QuoteFault | 'stale', number>>>
}
export interface VolatilityContext {
  readonly asset: 'BTC'
  readonly ivRegime: IvRegime
  /** At the money, at the tenor that decides the regime; absent while no surface is fresh. */
  readonly iv: number | undefined
  readonly tenorDays: number
  /** sqrt of the sum of squared log returns of 24 hours: of one day, not a year. Absent until the index was seen for that long. */
  readonly realised24h: number | undefined
  /** The same over what was seen so far, scaled to a year; absent with less than an hour. */
  readonly realisedAnnual: number | undefined
  /** Time the samples span, at most 24 hours. */
  readonly spanMs: DurationMs
}
/**
 * Funding of one perpetual: said of the instrument alone with each of its rates, and with `holder` of an account when its own part changes (what
 * it holds, what was booked, the side it is on). Rates are fractions, positive when longs pay; models, never money.
 */
export interface FundingContext {
  readonly venue: string
  readonly instrument: InstrumentId
  readonly fundingRate8h: number
  readonly fundingIntervalMs: DurationMs | undefined
  /** What one interval charges; absent, as `nextDueAt`, while the venue has not said its interval. */
  readonly fundingRateInterval: number | undefined
  /** Simple: the rate of an interval times the intervals of 365 days. */
  readonly fundingApr: number
  readonly nextDueAt: EpochMs | undefined
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
  readonly holder?: FundingHolder | undefined
}
export interface FundingHolder {
  readonly account: AccountId
  /** Of all books, signed: what the venue charges. */
  readonly quantity: Quantity
  readonly side: FundingSide
  /** Since when it has held without a break; absent while flat. */
  readonly heldSince: EpochMs | undefined
  readonly lastFundingAt: EpochMs | undefined
  /** The last booking, positive when the account paid. */
  readonly lastPaid: { readonly amount: Money; readonly currency: Currency } | undefined
  /** When the next booking is expected, as late after its hour as the last one was; absent while flat or without an interval. */
  readonly expectedAt: EpochMs | undefined
}
