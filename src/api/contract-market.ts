/**
 * The contract of the market page: index, perpetual and volatility; the venue's book; the fitted surface with what was left out and why; one
 * expiry's quotes beside its smile. Prices are decimal strings; volatilities and everything fitted are numbers of a model: annual, as fractions.
 */
import { z } from 'zod'
import { asOfSeq, explanationSchema, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

const aged = { ageMs: z.number(), maxAgeMs: z.number(), isStale: z.boolean() }
const perpetual = z.object({
  instrument: z.string(),
  mark: zDecimal.nullable(),
  bid: zDecimal.nullable(),
  ask: zDecimal.nullable(),
  spreadBps: zDecimal.nullable().describe('(ask - bid) / mid.'),
  basisBps: zDecimal.nullable().describe('(mark - index) / index; above 0 the perpetual is dearer.'),
  ...aged,
})
const volatility = z.object({
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']),
  iv: z.number().nullable().describe('At the money at `tenorDays`.'),
  tenorDays: z.number(),
  realised24h: z.number().nullable().describe('Of one day, not a year.'),
  realisedAnnual: z.number().nullable(),
  spanMs: z.number().describe('Time the samples span, at most a day.'),
})
export const marketAnswer = z.object({
  status: z.literal('ok'),
  index: z
    .object({
      price: zDecimal,
      low: zDecimal,
      high: zDecimal,
      ...aged,
      sources: z.array(z.object({ venue: z.string(), price: zDecimal, ageMs: z.number() })),
    })
    .nullable(),
  otherVenues: z
    .array(z.object({ venue: z.string(), price: zDecimal, gap: z.number(), gapMax: z.number(), isApart: z.boolean(), ageMs: z.number() }))
    .describe('Indices of venues that only price, and how far they lie from ours.'),
  perpetual: perpetual.nullable(),
  volatility: volatility.nullable(),
  asOfSeq,
})

const levelSchema = z.object({
  price: zDecimal,
  size: zDecimal.describe('BTC.'),
  sizeSum: zDecimal.describe('Of this level and all better ones.'),
})
export const bookAnswer = z.object({
  status: z.literal('ok'),
  instrument: z.string(),
  venueAtIso: zIso.describe('The venue’s own stamp.'),
  bids: z.array(levelSchema).describe('Best first.'),
  asks: z.array(levelSchema).describe('Best first.'),
  mode: z.literal('sim'),
  asOfSeq,
})

const sliceSchema = z.object({
  expiryIso: zIso,
  daysLeft: z.number(),
  forward: z.number(),
  atmVol: z.number(),
  sabr: z.object({ alpha: z.number(), beta: z.number(), nu: z.number(), rho: z.number() }),
  rmse: z.number().describe('Of the fit, in vol, weighted as it was fitted.'),
  strikes: z.number().int(),
  insideShare: z.number().describe('Share of the fitted strikes whose model vol lies between bid and ask vol.'),
  riskReversal25: z.number().nullable(),
  butterfly25: z.number().nullable(),
  quotedLow: z.number().describe('Lowest strike fitted.'),
  quotedHigh: z.number(),
})
const gridSchema = z.object({
  moneyness: z.array(z.number()).describe('Strike over forward.'),
  rows: z.array(
    z.object({
      expiryIso: zIso,
      cells: z.array(z.object({ vol: z.number().nullable(), isBeyond: z.boolean() })).describe('Null: the smile does not reach there.'),
    }),
  ),
})
export const surfaceAnswer = z.object({
  status: z.literal('ok'),
  venue: z.string(),
  fittedAtIso: zIso,
  ...aged,
  expiries: z.array(sliceSchema).describe('By ascending time.'),
  refused: z
    .array(z.object({ expiryIso: zIso, explanation: explanationSchema }))
    .describe('Expiries without a smile, and the rule they break.'),
  quoteFaults: z.array(z.object({ fault: z.string(), count: z.number().int() })),
  grid: gridSchema,
  others: z
    .array(z.object({ venue: z.string(), expiries: z.array(z.object({ expiryIso: zIso, daysLeft: z.number(), atmVol: z.number() })) }))
    .describe('Venues that only price: compared, never used for what is bought here.'),
  asOfSeq,
})

export const smileQuery = z.strictObject({ expiryIso: zIso })
export const smileAnswer = z.object({
  status: z.literal('ok'),
  venue: z.string(),
  expiryIso: zIso,
  daysLeft: z.number(),
  forward: z.number(),
  fittedAtIso: zIso,
  fit: sliceSchema.nullable(),
  refused: explanationSchema.nullable().describe('Why there is no smile.'),
  quotes: z.array(
    z.object({
      instrument: z.string(),
      isCall: z.boolean(),
      strike: zDecimal,
      bidVol: z.number().nullable(),
      askVol: z.number().nullable(),
      modelVol: z.number().nullable(),
      bidCoin: zDecimal.nullable(),
      askCoin: zDecimal.nullable(),
      fault: z.string().nullable().describe('Why it states no vol.'),
      ageMs: z.number(),
    }),
  ),
  curve: z.array(z.object({ strike: z.number(), vol: z.number(), isBeyond: z.boolean() })),
  asOfSeq,
})

export type MarketAnswer = z.output<typeof marketAnswer>
export type BookAnswer = z.output<typeof bookAnswer>
export type SurfaceAnswer = z.output<typeof surfaceAnswer>
export type SliceShown = z.output<typeof sliceSchema>
export type SmileAnswer = z.output<typeof smileAnswer>
