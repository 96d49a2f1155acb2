/** Answers of the API as it gave them to a demo account, for tests. `answers.test.ts` holds them against the contract. Each test changes what it is about. */
import type { ActivationAnswer, ActiveCoverage, PositionsAnswer, PriceAnswer } from '#api/contract.ts'
import type { CachedQuote } from '#api/contract-quotes.ts'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { MtmAnswer } from '#api/contract-proof.ts'
import type { FirmQuote } from './live/offer.ts'
import type { QuoteWish } from './api/client.ts'
import type { HeldPosition } from './sources/source.ts'

export const BRONZE: TermsAnswer['tiers'][number] = {
  name: 'Bronze',
  leverageMax: 5,
  shorts: true,
  fixedPriceUsdc: null,
  driftTolerancePct: '0.05',
  driftToleranceUsdc: '50',
}
export const TERMS: TermsAnswer = {
  status: 'ok',
  accountId: 'demo',
  mode: 'demo',
  marketTimeIso: '2026-01-01T00:20:00.000Z',
  speed: 60,
  accountTier: 'Bronze',
  tiers: [
    BRONZE,
    { name: 'Gold', leverageMax: 20, shorts: true, fixedPriceUsdc: null, driftTolerancePct: '0.05', driftToleranceUsdc: '100' },
  ],
  tenorDaysMax: 90,
  sizeStep: '0.1',
  sizeMax: '1000',
  passThrough: true,
  asOfSeq: 10,
}
export const WISH: QuoteWish = {
  positionId: 'p2',
  asset: 'BTC',
  side: 'long',
  tierName: 'Bronze',
  leverage: '5',
  positionSize: '0.5',
  drawdownFloorPct: '0.1',
  tenorDays: '2',
  renewal: 'hold-limit',
}
const CAUSE = { gate: 'protection/quote', code: 'best_score', field: 'score', seen: 0.000092295, limit: -0.000189603, cause: 2673 }
const PRICED = {
  instrument: 'BTC-3JAN26-82000-P',
  strike: '82000',
  optionType: 'put',
  expiryIso: '2026-01-03T08:00:00.000Z',
  size: '0.5',
  floorPrice: '81021.816',
  floorEquity: '15922.666387',
  floorHoldsUpTo: null,
  exitCostMaxUsdc: '26.65',
  floorExcludes: ['funding', 'basis', 'closing_slippage'],
  lines: [
    { name: 'premium', usdc: '36.009696' },
    { name: 'purchase fee', usdc: '4.501212' },
    { name: 'markup, tier Bronze', usdc: '1.8004848' },
    { name: 'rounding', usdc: '0.0086072' },
  ],
  feeUsdc: '42.32',
  premiumUsdc: '36.009696',
  subsidyUsdc: '0',
  passThrough: null,
  selectedVenue: 'deribit-sim',
  venues: [{ venue: 'deribit-sim', premiumUsdc: '36.009696', ageMs: 4000 }],
  runnerUp: {
    instrument: 'BTC-3JAN26-84000-P',
    premiumUsdc: '72.1',
    lostBecause: 'costs more a day (score -0.000189603 against 0.000092295)',
  },
  explanation: CAUSE,
} as const

export function firmQuote(change: Partial<FirmQuote> = {}): FirmQuote {
  return {
    ...structuredClone(PRICED),
    floorExcludes: [...PRICED.floorExcludes],
    lines: [...PRICED.lines],
    venues: [...PRICED.venues],
    status: 'ok',
    quoteId: 'quote-1',
    expiresAt: '2026-01-01T00:22:00.000Z',
    cached: false,
    asOfSeq: 11,
    ...change,
  }
}

export function cachedQuote(change: Partial<CachedQuote> = {}): CachedQuote {
  return {
    ...structuredClone(PRICED),
    floorExcludes: [...PRICED.floorExcludes],
    lines: [...PRICED.lines],
    venues: [...PRICED.venues],
    status: 'ok',
    cached: { ageMs: 120_000, bucketDistance: 0.1 },
    asOfSeq: 11,
    ...change,
  }
}

export const PASS_THROUGH: NonNullable<FirmQuote['passThrough']> = {
  fixedPriceUsdc: '30',
  capBaseUsdc: '45',
  capUpliftUsdc: '0',
  capUsdc: '45',
  userUsdc: '42.32',
  subsidyUsdc: '1.5',
  consentRequired: true,
}
export const LEG = { instrument: 'BTC-3JAN26-82000-P', size: '0.5', optionType: 'put', strike: '82000', venue: 'deribit-sim' } as const
export const COVER: ActiveCoverage = {
  coverageId: 'cover-77',
  accountId: 'demo',
  positionIds: ['p2'],
  tierName: 'Bronze',
  activatedAt: '2026-01-01T00:21:13.196Z',
  expiryIso: PRICED.expiryIso,
  floorPrice: PRICED.floorPrice,
  floorEquity: PRICED.floorEquity,
  floorHoldsUpTo: null,
  exitCostMaxUsdc: '26.65',
  floorExcludes: [...PRICED.floorExcludes],
  drawdownLimitUsdc: PRICED.floorEquity,
  selectedVenue: 'deribit-sim',
  coverageLegs: [LEG],
  premiumUsdc: '36.009696',
  feeUsdc: '42.32',
  mtmUsdc: '22.54',
  coverageRatio: '0.5',
  certificateHolds: true,
  accountFloorUsdc: '17790.00',
}
export const ACTIVATED: ActivationAnswer = {
  status: 'ok',
  coverageId: COVER.coverageId,
  coverageLegs: [LEG],
  expiryIso: COVER.expiryIso,
  floorPrice: COVER.floorPrice,
  floorEquity: COVER.floorEquity,
  floorHoldsUpTo: null,
  exitCostMaxUsdc: '26.65',
  floorExcludes: [...PRICED.floorExcludes],
  drawdownLimitUsdc: COVER.drawdownLimitUsdc,
  premiumUsdc: COVER.premiumUsdc,
  feeUsdc: COVER.feeUsdc,
  selectedVenue: 'deribit-sim',
  asOfSeq: 20,
}
export const MARK: MtmAnswer['positions'][number] = {
  coverageId: COVER.coverageId,
  positionId: 'p2',
  positionPnlUsdc: '86.855',
  hedgeMtmUsdc: '22.54',
  equityUsdc: '20025.10',
  drawdownBufferUsdc: '4102.43',
  coverageRatio: '0.5',
  coverageRatioWorst: 0.5,
  creditUsdc: '0',
  stale: [],
}
export const HELD: HeldPosition = { id: 'p2', asset: 'BTC', side: 'long', entryPrice: '90100', size: '0.5', leverage: '5' }
export const POSITIONS: PositionsAnswer = {
  status: 'ok',
  accountId: 'demo',
  positions: [
    {
      ...HELD,
      marginUsd: '9010',
      markPrice: '90273.71',
      pnlUsdc: '86.855',
      markAgeMs: 2938,
    },
  ],
  source: 'partner',
  updatedAt: '2026-01-01T00:14:22.231Z',
  asOfSeq: 9,
}
export const PRICE: PriceAnswer = {
  status: 'ok',
  asset: 'BTC',
  priceUsdc: '90072.95',
  low: '90072.95',
  high: '90072.95',
  ageMs: 1000,
  observedAtIso: '2026-01-01T00:20:00.000Z',
  sources: [{ venue: 'deribit-sim', priceUsdc: '90072.95', ageMs: 1000 }],
  asOfSeq: 9,
}
