/**
 * Market data. Raw topics come from ports and go to admission alone; `index_prices`, `quotes` and `option_quotes` are what admission let
 * through, with a finite age limit. `maxAgeMs` in a raw body is the source's own cadence (a recording states the distance to its next
 * snapshot); admission caps it by configuration. Absent quotes are absent, never 0. What a venue says that only prices (C-39) leaves as
 * `pricing_quotes` and `venue_gaps`: nothing is valued at it or bought there.
 */
import { z } from 'zod'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { zAgeMs, zBtc, zBtcUsdc, zCoinPremium, zEpochMs, zFloat, zInstrumentId, zQuantity } from './schema.ts'

const source = { venue: z.string(), venueAt: zEpochMs.optional(), maxAgeMs: zAgeMs.optional() }

export const rawIndex = z.object({ ...source, asset: z.literal('BTC'), price: zBtcUsdc })
export const rawQuotes = z.object({
  ...source,
  instrument: zInstrumentId,
  bid: zBtcUsdc.optional(),
  ask: zBtcUsdc.optional(),
  bidSize: zQuantity.optional(),
  askSize: zQuantity.optional(),
  mark: zBtcUsdc.optional(),
  fundingRate8h: zFloat.optional(),
  /** Between two payments, as the venue states it now: it differs by instrument and changes (8 h, 4 h, 1 h). */
  fundingIntervalMs: zFloat.optional(),
})
export const rawOptionQuotes = z.object({
  ...source,
  instrument: zInstrumentId,
  bid: zCoinPremium.optional(),
  ask: zCoinPremium.optional(),
  bidSize: zBtc.optional(),
  askSize: zBtc.optional(),
  mark: zCoinPremium.optional(),
  markIv: zFloat.optional(),
  delta: zFloat.optional(),
  underlyingPrice: zBtcUsdc.optional(),
  /** `volume-share`: the recording has no sizes; a stated share of volume and open interest stands in (Y-10). */
  sizeBasis: z.enum(['quoted', 'volume-share']),
})
export type RawIndex = z.output<typeof rawIndex>
export type RawQuote = z.output<typeof rawQuotes>
export type RawOptionQuote = z.output<typeof rawOptionQuotes>

interface Admitted {
  readonly venue: string
  readonly observedAt: EpochMs
  /** Finite, from configuration or the source's own cadence, whichever is stricter. */
  readonly maxAgeMs: DurationMs
}
export interface IndexPrice extends Admitted {
  readonly asset: 'BTC'
  readonly price: BtcUsdc
}
export interface Quote extends Admitted {
  readonly instrument: InstrumentId
  readonly bid: BtcUsdc | undefined
  readonly ask: BtcUsdc | undefined
  readonly bidSize: Quantity | undefined
  readonly askSize: Quantity | undefined
  readonly mark: BtcUsdc | undefined
  readonly fundingRate8h: number | undefined
  /** As last stated; absent while the venue has not said it. */
  readonly fundingIntervalMs?: DurationMs | undefined
}
/**
 * Funding of a perpetual, at most once a minute and at once when its interval changes. The rate is that of eight hours whatever the interval;
 * one interval charges rate x interval / 8 h.
 */
export interface FundingRate extends Admitted {
  readonly instrument: InstrumentId
  readonly fundingRate8h: number
  readonly fundingIntervalMs: DurationMs | undefined
}
export interface OptionQuote extends Admitted {
  readonly instrument: InstrumentId
  readonly bid: CoinPremium | undefined
  readonly ask: CoinPremium | undefined
  readonly bidSize: Quantity<'BTC'> | undefined
  readonly askSize: Quantity<'BTC'> | undefined
  readonly mark: CoinPremium | undefined
  readonly markIv: number | undefined
  readonly delta: number | undefined
  readonly underlyingPrice: BtcUsdc | undefined
  readonly sizeBasis: 'quoted' | 'volume-share'
}
/** The index of a venue that only prices, held against the one positions are valued at: `gap` = |price - reference| / reference. */
export interface VenueGap extends Admitted {
  readonly asset: 'BTC'
  readonly price: BtcUsdc
  readonly reference: number
  readonly gap: number
  /** The venues disagree when `gap` is above it. */
  readonly gapMax: number
}
/** A datum that did not pass: counted, shown, never used. */
export interface MarketRefusal {
  readonly venue: string
  readonly subject: string
  readonly explanation: Explanation
}
/** The price a perpetual or spot is valued at (analysis): plausible, cross-checked against the index. */
export interface Mark {
  readonly instrument: InstrumentId
  readonly mark: BtcUsdc
  readonly bid: BtcUsdc | undefined
  readonly ask: BtcUsdc | undefined
  readonly index: BtcUsdc
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
}
