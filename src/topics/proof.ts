/** What the ledger proves and what it credits: certificates of covers, payouts computed twice, the mark-to-market of a cover. USDC unless said. */
import { z } from 'zod'
import type { Money } from '#units/money.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import {
  zAccountId,
  zBtc,
  zBtcUsdc,
  zCoin,
  zCoverageId,
  zEpochMs,
  zExplanation,
  zFloat,
  zInstrumentId,
  zMoney,
  zQuantity,
  zRatio,
  zUsdc,
} from './schema.ts'

const optionType = z.enum(['put', 'call'])
const certifiedLeg = z.object({ venue: z.string(), instrument: zInstrumentId, optionType, strike: zBtcUsdc, quantity: zBtc })
const certificateInputs = z.object({
  certifiedAt: zEpochMs,
  activatedAt: zEpochMs,
  expiry: zEpochMs,
  side: z.enum(['long', 'short']),
  size: zBtc,
  moving: zBtc,
  index: zBtcUsdc,
  legs: z.array(certifiedLeg),
  premium: zUsdc,
  promise: z.object({
    floorEquity: zUsdc,
    floorPrice: zBtcUsdc,
    drawdownLimit: zUsdc,
    exitCostMax: zUsdc,
    floorHoldsUpTo: zBtcUsdc.optional(),
    strike: zBtcUsdc.optional(),
    owed: zUsdc,
  }),
  books: z.object({ cash: zUsdc, coin: zCoin, contracts: zBtc, cost: zUsdc, protectable: zBtc, leftOut: z.array(z.string()) }),
  stated: z.object({ size: zBtc, result: zUsdc }).optional(),
  beside: z
    .array(
      z.object({
        coverageId: z.string(),
        side: z.enum(['long', 'short']),
        size: zBtc,
        expiry: zEpochMs,
        owed: zUsdc,
        legs: z.array(certifiedLeg),
      }),
    )
    .optional(),
  since: z.object({ basis: zUsdc, funding: zUsdc, transfers: zUsdc, trading: zUsdc, otherCovers: zUsdc, stated: zUsdc.optional() }),
  rates: z.object({
    deliveryRate: zRatio,
    deliveryCap: zRatio,
    takerRate: zRatio,
    maintenanceMarginRate: zRatio,
    optionMarginCredit: zRatio,
  }),
  grid: z.object({ spotMultipleMax: zFloat, ivShifts: z.array(zFloat), renewWindowMs: zFloat, gapMoveMax: zRatio }),
})
/** The index may be zero here: it is a worst case, not a price somebody states. */
const worst = z.object({ equity: zUsdc, index: zUsdc })
const scenario = z.object({
  instant: z.string(),
  msToExpiry: zFloat,
  spotUsdc: zUsdc,
  ivShift: zFloat,
  equity: zUsdc,
  marginLeft: zUsdc,
})
const certificateResult = z.object({
  base: zUsdc,
  uncovered: zBtc,
  settlement: z.object({
    floorEquity: zUsdc,
    worst,
    excluded: z.array(z.object({ name: z.enum(['basis', 'funding', 'transfers', 'trading', 'otherCovers', 'stated']), amount: zUsdc })),
    unexplained: zUsdc,
    slack: zUsdc,
    holdsUpTo: zUsdc.optional(),
    slopeBeyond: zBtc,
    holds: z.boolean(),
  }),
  account: z.object({ covers: z.number().int(), moving: zBtc, worst, belowFloor: zUsdc }).optional(),
  gap: z.object({ moveMax: zRatio, worst, belowFloor: zUsdc }),
  path: z.object({
    model: z.literal('black76'),
    ivAnnual: zFloat,
    ivBasis: z.enum(['premium', 'none']),
    scenarios: z.number().int(),
    equity: scenario.optional(),
    margin: scenario.optional(),
    byInstant: z.array(scenario),
    coverageRatio: zFloat.optional(),
    survives: z.boolean(),
  }),
  liquidation: z.object({
    index: zUsdc.optional(),
    withoutVenue: z.array(z.object({ venue: z.string(), index: zUsdc.optional(), beyondStrike: z.boolean() })),
  }),
  coverageRatio: z.object({ ofSize: zRatio, worst: zFloat.optional() }),
  binding: z.object({ kind: z.enum(['settlement', 'gap', 'path']), equity: zUsdc, index: zUsdc }),
  holds: z.boolean(),
})
export const coverageCertificate = z.object({
  coverageId: zCoverageId,
  account: zAccountId,
  /** What made it necessary. Of a roll that has started the old cover still stands and is counted nowhere. */
  issuedFor: z.enum(['activation', 'roll_started', 'floor_changed', 'hedge_changed', 'account_changed']),
  inputs: certificateInputs,
  result: certificateResult,
  /** SHA-256 of inputs and result as canonical JSON. */
  digest: z.string(),
})

/** The venue's delivery of an option against our own, from the contract's name, the books' size and the index we saw ourselves. */
export const payoutCheck = z.object({
  account: zAccountId,
  venue: z.string(),
  settlementId: z.string(),
  instrument: zInstrumentId,
  state: z.enum(['agrees', 'differs']),
  /** What the books held as it was told, signed; and what the venue says. */
  held: zQuantity,
  told: zQuantity,
  settlementIndex: zBtcUsdc,
  /** Mean of the index over the half hour before expiry, as we saw it, and how many minutes of it. */
  ownIndex: zBtcUsdc.optional(),
  ownMinutes: z.number().int(),
  /** In the settlement currency. */
  currency: z.enum(['BTC', 'USDC']),
  payoutTold: zMoney,
  payoutOwn: zMoney,
  feeTold: zMoney,
  feeOwn: zMoney,
  differences: z.array(zExplanation),
})
export type CoverageCertificate = z.output<typeof coverageCertificate>
export type PayoutCheck = z.output<typeof payoutCheck>

/** A cover marked to the market. The seven documented fields, and what is credited of the hedge's worth. */
export interface MtmRecord {
  readonly coverageId: CoverageId
  readonly account: AccountId
  readonly positionId: string | undefined
  readonly positionPnl: Money<'USDC'>
  /** The cover's share of what the hedge book holds, at the conservative close; absent while it has no price. */
  readonly hedgeMtm: Money<'USDC'> | undefined
  readonly equity: Money<'USDC'>
  readonly drawdownBuffer: Money<'USDC'>
  /** Size covered over size held, 6 decimals down; and the certificate's least over spot, volatility and time. */
  readonly coverageRatio: string
  readonly coverageRatioWorst: number | undefined
  /** Prices behind these numbers that are too old, or missing: what rests on them may lower the credit and never raises it. */
  readonly doubtful: readonly InstrumentId[]
  /** Of the hedge's worth credited to the account's equity so far, and what this record changed: document 1 calls a change `mtm_credit`. */
  readonly credit: Money<'USDC'>
  readonly change: Money<'USDC'>
  /** False at the end of a cover: what was credited is released, the hedge is cash or gone. */
  readonly isStanding: boolean
  /** Simulated and paper accounts only: the credit is shown as margin, no money moves. */
  readonly isDemo: boolean
}
/** Time to mark the standing covers: comes after the facts of its input. */
export interface MtmRound {
  readonly reason: 'timer'
  /** Rounds that were due since the last one and could not run; absent where none was. */
  readonly missed?: number
}
