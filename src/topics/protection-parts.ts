/**
 * What quotes and covers are made of: the lines of a charge, the book behind a price, the options of a combination. Amounts in USDC unless the
 * name says coin. A combination is two options bought as one cover: sizes of its legs add up to the cover's, their mean strike is its own.
 */
import { z } from 'zod'
import { zBtc, zBtcUsdc, zCoin, zCoinPremium, zCoverageId, zEpochMs, zInstrumentId, zRatio, zUsdc } from './schema.ts'

export const wantedLeg = z.object({ venue: z.string(), instrument: zInstrumentId, size: zBtc })
export const line = z.object({ name: z.string(), usdc: zUsdc })
/** What the client pays over the fixed price: within the cap; beyond it the platform gives up its markup, then subsidises. */
export const passThrough = z.object({
  fixedPrice: zUsdc,
  capBase: zUsdc,
  capUplift: zUsdc,
  cap: zUsdc,
  user: zUsdc,
  subsidy: zUsdc,
  consentRequired: z.boolean(),
})
/** What the client is charged: `lines` add up to `charged`, to the last digit. The account pays premium and purchase fee at the venue itself. */
export const charge = z.object({
  status: z.enum(['ok', 'pass_through', 'pass_through_capped']),
  lines: z.array(line),
  charged: zUsdc,
  /** The part of the hedge's cost that the platform bears. */
  subsidy: zUsdc,
  /** What it may come to bear besides while prices move until the fills; held against the caps on subsidies until the hedge is bought. */
  driftReserve: zUsdc.optional(),
  /** What the client may be charged at most, where the caps cannot hold all of that; else `charged`. */
  chargedMax: zUsdc.optional(),
  /** The least a client may be charged for this premium, and the regime that set it. */
  premiumFloor: zUsdc,
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']),
  passThrough: passThrough.optional(),
})
/** The book a quote was priced on: the level in full, so that its digest can be made again. */
export const pricedBook = z.object({
  ask: zCoinPremium,
  askSize: zBtc,
  bid: zCoinPremium.optional(),
  observedAt: zEpochMs,
  /** Offered at the top level for each coin that is to be bought. */
  liquidityRatio: zRatio,
  digest: z.string(),
})
export const driftTolerance = z.object({ pct: zRatio.optional(), usdc: zUsdc.optional() })
/** Two options that together keep what was asked for, for less; indicative: what is bought stands in `selected` and `legs`. */
export const alternative = z.object({
  kind: z.enum(['two_strikes', 'two_expiries']),
  legs: z.array(z.object({ instrument: zInstrumentId, venue: z.string(), size: zBtc, premium: zUsdc, fee: zUsdc })),
  /** Premiums and purchase fees. */
  cost: zUsdc,
  /** Against the cover selected; absent where none can be bought. */
  saves: zUsdc.optional(),
  floorEquity: zUsdc,
  /** The earlier expiry; from then on the later leg alone is not the cover. */
  holdsUntil: zEpochMs,
})
export const candidate = z.object({
  instrument: zInstrumentId,
  strike: zBtcUsdc,
  expiry: zEpochMs,
  premiumCoin: zCoinPremium,
  premium: zUsdc,
  fee: zUsdc,
  /** The most that delivery and closing the position may cost at settlement; counted in the floor. */
  exitCostMax: zUsdc.optional(),
  floorEquity: zUsdc,
  score: z.number(),
  lostBecause: z.string().optional(),
})
/** One option of a combination: a part of the size, with its own price, fee, bound and book. */
export const quotedLeg = wantedLeg.extend({
  strike: zBtcUsdc,
  expiry: zEpochMs,
  premiumCoin: zCoinPremium,
  premium: zUsdc,
  fee: zUsdc,
  /** The worst price its order may pay. */
  limitPremiumCoin: zCoinPremium,
  book: pricedBook,
})
/** A leg of a cover as it is bought, held and settled. */
export const coverLeg = wantedLeg.extend({
  strike: zBtcUsdc,
  expiry: zEpochMs,
  filled: zBtc,
  premiumCoin: zCoinPremium,
  premium: zUsdc,
  fee: zUsdc,
  limitPremiumCoin: zCoinPremium.optional(),
  /** Orders of it that have ended, and what they cost. */
  tries: z.number().int().optional(),
  paid: z.object({ coin: zCoin, premium: zUsdc, fee: zUsdc }).optional(),
  settlementIndex: zBtcUsdc.optional(),
  payout: zUsdc.optional(),
})
export const rolledLeg = wantedLeg.extend({ bidCoin: zCoinPremium })
/** A renewal that needs the worth of the old cover: the new one is bought first, then the old one is sold, at this bid or better. */
export const roll = z.object({
  coverageId: zCoverageId,
  venue: z.string(),
  instrument: zInstrumentId,
  size: zBtc,
  bidCoin: zCoinPremium,
  proceeds: zUsdc,
  fee: zUsdc,
  /** Where the old cover is a combination: what of each option is sold, and at which bid; `size` is all of it. */
  legs: z.array(rolledLeg).optional(),
})
/** What one option would have cost where a combination was chosen instead. */
export const single = z.object({ instrument: zInstrumentId, charged: zUsdc, floorEquity: zUsdc, saves: zUsdc })
