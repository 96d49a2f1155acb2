/**
 * The contract of what the ledger proves and credits: mark-to-market of covers, the coverage report, certificates, profit and loss of protection
 * with the bridge it adds up to, the account at a point in time. Amounts in USDC unless the name says otherwise, ratios as fractions.
 */
import { z } from 'zod'
import { activeCoverage, asOfSeq, zId, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

/** The doubts of a conservative close, as every answer that shows one says it. */
export const STALE_MARKS =
  'Closing prices in doubt: past their age, expired and not delivered yet, or an option in the money with no bid, or one under half of what it would settle at (at most its mark), which counts as if it settled now.'

export const mtmAnswer = z.object({
  status: z.literal('ok'),
  positionPnlUsdc: zDecimal
    .nullable()
    .describe('Of the client book at the conservative close, as every amount here; null before the account was valued.'),
  hedgeMtmUsdc: zDecimal.nullable().describe('Of the hedge book at the conservative close.'),
  positions: z.array(
    z.object({
      coverageId: z.string(),
      positionId: z.string().nullable().describe('As `/coverage/active` names it; null where it is none here, or several.'),
      positionPnlUsdc: zDecimal,
      hedgeMtmUsdc: zDecimal.nullable().describe('Null while the option has no price.'),
      equityUsdc: zDecimal,
      drawdownBufferUsdc: zDecimal,
      coverageRatio: zDecimal.describe('Size covered over size held.'),
      coverageRatioWorst: z.number().nullable().describe('Least over spot, volatility and time, from the certificate: a model.'),
      creditUsdc: zDecimal.describe('Of the hedge’s worth credited so far.'),
      stale: z.array(z.string()).describe('Marks in doubt: they may lower a credit and never raise it.'),
    }),
  ),
  mode: z.enum(['public', 'private']),
  asOfSeq,
})

const covered = activeCoverage.extend({
  state: z.enum(['pending', 'active', 'failed', 'settling', 'expired', 'closed']),
  payoutUsdc: zDecimal.nullable(),
})
export const reportAnswer = z.object({
  status: z.literal('ok'),
  positions: z.array(
    z.object({
      positionId: z.string(),
      side: z.enum(['long', 'short']),
      size: zDecimal,
      coverage: covered.nullable().describe('The cover that stands, the newest where several do; else the last there was.'),
      covered: z.boolean().describe('Standing covers hold at least the position’s size for it.'),
      coveredSize: zDecimal.describe('Of the position, by all covers that stand. What one position is covered with covers no other.'),
      reason: z
        .enum(['no_coverage', 'coverage_pending', 'coverage_failed', 'coverage_ended', 'settling', 'smaller_than_position'])
        .optional(),
    }),
  ),
  asOfSeq,
})

export const coverageParams = z.strictObject({ id: zId })
export const certificateAnswer = z.object({
  status: z.literal('ok'),
  coverageId: z.string(),
  accountId: z.string(),
  seq: z.number().int().describe('Of its record in the journal; GET /explain/:seq shows what led to it.'),
  issuedAt: zIso,
  issuedFor: z.enum(['activation', 'roll_started', 'floor_changed', 'hedge_changed', 'account_changed']),
  holds: z.boolean().describe('The floor holds at settlement and the account lives to see it.'),
  floorEquityUsdc: zDecimal,
  worstEquityUsdc: zDecimal.describe('At settlement, exact.'),
  worstIndexUsdc: zDecimal,
  holdsUpToUsdc: zDecimal.nullable().describe('Highest settlement index; null: at every index.'),
  liquidationIndexUsdc: zDecimal.nullable(),
  digest: z.string().describe('SHA-256 of the canonical JSON of inputs and result.'),
  inputs: z.json(),
  result: z.json(),
  asOfSeq,
})

const area = { realisedUsdc: zDecimal, unrealisedUsdc: zDecimal, feesUsdc: zDecimal, resultUsdc: zDecimal }
const bridgeSchema = z.object({
  contributedUsdc: zDecimal,
  equityMarkUsdc: zDecimal,
  changeUsdc: zDecimal,
  realisedUsdc: zDecimal,
  unrealisedUsdc: zDecimal,
  feesUsdc: zDecimal,
  fundingPaidUsdc: zDecimal.describe('Positive when paid.'),
  currencyResultUsdc: zDecimal,
  residualUsdc: zDecimal.describe('Zero, or a booking is missing or wrong.'),
})
export const pnlAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  protection: z.object({
    ...area,
    premiumPaidUsdc: zDecimal,
    premiumReceivedUsdc: zDecimal,
    payoutsUsdc: zDecimal,
    standingMtmUsdc: zDecimal.describe('Options held, at mark.'),
    standingCostUsdc: zDecimal,
  }),
  trading: z.object(area),
  charges: z
    .object({ covers: z.number().int(), chargedUsdc: zDecimal, subsidiesUsdc: zDecimal, dueUsdc: zDecimal })
    .describe('Between client and platform; no part of the account’s books. Above 0 due is owed by the client.'),
  bridge: bridgeSchema,
  residualUsdc: zDecimal.describe('Bridge’s change less protection, trading, funding and currency result: zero.'),
  asOfSeq,
})

export const snapshotQuery = z.strictObject({
  accountId: zId.optional(),
  view: z
    .enum(['full', 'margin'])
    .default('margin')
    .describe('full books a perpetual as if its whole notional were paid; equity is the same.'),
})
export const snapshotAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  timestamp: zIso,
  totalEquity: zDecimal,
  equityClose: zDecimal,
  equityLow: zDecimal,
  equityHigh: zDecimal,
  cash: zDecimal,
  positionsValue: zDecimal,
  realised: zDecimal,
  unrealised: zDecimal,
  fundingPnl: zDecimal,
  fees: zDecimal,
  positions: z.array(
    z.object({
      instrument: z.string(),
      book: z.string(),
      side: z.enum(['long', 'short']),
      quantity: zDecimal,
      markPriceUsdc: zDecimal.nullable().describe('Of one unit; of an option quoted in coin at the index.'),
      markPriceCoin: zDecimal.nullable().describe('As the venue quotes it, where it quotes in coin; null elsewhere.'),
      notional: zDecimal.nullable(),
      unrealised: zDecimal,
      realised: zDecimal,
      fundingPaid: zDecimal,
      averageEntryUsdc: zDecimal.nullable().describe('What one unit cost; a premium in coin counts at the index it was paid at.'),
      isStale: z.boolean(),
    }),
  ),
  leverage: zDecimal.nullable(),
  marginUsed: zDecimal,
  marginAvailable: zDecimal,
  equityAvailable: zDecimal,
  marginUtilisation: zDecimal.nullable(),
  staleMarks: z.array(z.string()).describe(STALE_MARKS),
  missingPositions: z.array(z.string()),
  bridge: bridgeSchema,
  asOfSeq,
})

export type MtmAnswer = z.output<typeof mtmAnswer>
export type ReportAnswer = z.output<typeof reportAnswer>
export type CertificateAnswer = z.output<typeof certificateAnswer>
export type PnlAnswer = z.output<typeof pnlAnswer>
export type SnapshotAnswer = z.output<typeof snapshotAnswer>
export type BridgeShown = z.output<typeof bridgeSchema>
