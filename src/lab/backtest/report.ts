/** `report.json`: configuration, series, covers, refusals and totals of a run, and what they say about the promise, in sentences. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { coverName } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { codeDigest } from '#runtime/code-digest.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import { ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { DataReport } from '../data/refusals.ts'
import type { DecisionRow, RefusalRow, RunLedger, SeriesPoint } from './ledger-of-run.ts'
import type { BacktestRequest } from './request.ts'
import type { RunResult } from './run.ts'
import { assumptionsOf, requestOf } from './assumptions.ts'
import { sentencesOf } from './sentences.ts'
import { totalsOf } from './totals.ts'
import type { Totals } from './totals.ts'

export interface CoverRow {
  readonly coverageId: string
  readonly boughtAtIso: string
  readonly instrument: string
  readonly size: string
  readonly premiumCoin: string
  readonly index: string
  readonly premiumUsdc: string
  readonly feeUsdc: string
  readonly expiryIso: string
  /** When it stopped protecting: at its expiry, or sold before; null while it stands. */
  readonly endedAtIso: string | null
  readonly strike: string
  readonly floorPrice: string
  readonly floorEquity: string
  readonly drawdownLimit: string
  readonly state: string
  readonly settlementIndex: string | null
  readonly payoutUsdc: string | null
  /** What a combination consists of; its strike is their mean. */
  readonly legs?: readonly LegRow[]
}
export interface LegRow {
  readonly instrument: string
  readonly size: string
  readonly strike: string
  readonly premiumUsdc: string
  readonly feeUsdc: string
  readonly payoutUsdc: string | null
}
export interface Report {
  readonly title: string
  readonly config: {
    readonly request: Readonly<Record<string, string | number | null>>
    readonly configDigest: string
    readonly codeDigest: string
    readonly data: readonly { readonly file: string; readonly sha256: string }[]
    readonly assumptions: readonly string[]
  }
  readonly sentences: readonly string[]
  readonly totals: Totals
  /** Of the twin without covers. */
  readonly liquidatedAtIso: string | null
  readonly accountLiquidatedAtIso: string | null
  readonly coverages: readonly CoverRow[]
  readonly refusals: readonly RefusalRow[]
  readonly series: readonly SeriesPoint[]
  readonly decisions: readonly DecisionRow[]
  readonly dataReport: DataReport
  readonly journalHash: string
}
export interface ReportInputs {
  readonly request: BacktestRequest
  readonly config: ResolvedConfig
  readonly ledger: RunLedger
  readonly run: RunResult
  readonly digests: ReadonlyMap<string, string>
  readonly data: DataReport
}

const HUNDRED = ratio('100')

export function reportOf({ request, config, ledger, run, digests, data }: ReportInputs): Report {
  const totals = totalsOf(request, ledger, run)
  const coverages = [...ledger.covers.values()]
    .filter(({ activatedAt }) => activatedAt !== undefined)
    .map((cover) => coverRow(cover, ledger.endedAt.get(cover.coverageId)))
  const report = {
    title: titleOf(request),
    config: {
      request: requestOf(request),
      configDigest: config.digest,
      codeDigest: codeDigest(),
      data: [...digests].map(([file, sha256]) => ({ file, sha256 })),
      assumptions: assumptionsOf(request),
    },
    totals,
    liquidatedAtIso: run.liquidatedAtIso,
    accountLiquidatedAtIso: run.accountLiquidatedAtIso,
    coverages,
    refusals: ledger.refusals,
    series: ledger.series,
    decisions: ledger.decisions,
    dataReport: data,
    journalHash: run.host.journalHash(),
  }
  return { ...report, sentences: sentencesOf(report, request) }
}

function titleOf({ data, side, size, leverage, drawdownFloor, equityFloor }: BacktestRequest): string {
  const position = `A ${side} of ${size} BTC at ${leverage}x`
  if (data.kind === 'bars') return `${position} without covers (bars carry no options)`
  if (drawdownFloor !== undefined) return `${position}, floor ${percent(drawdownFloor)} ${side === 'long' ? 'under' : 'over'} the price`
  return `${position}, floor at ${percent(equityFloor ?? '0')} of its equity`
}

function percent(share: string): string {
  return `${ratio(share).times(HUNDRED).toString()} %`
}

function coverRow(cover: Coverage, endedAt: EpochMs | undefined): CoverRow {
  const {
    coverageId,
    activatedAt,
    filled,
    premiumCoin,
    index,
    premium,
    fee,
    expiry,
    strike,
    floorPrice,
    floorEquity,
    drawdownLimit,
    state,
    settlementIndex,
    payout,
  } = cover
  return {
    coverageId,
    boughtAtIso: isoFromEpochMs(activatedAt ?? 0),
    instrument: coverName(cover),
    size: (cover.legs === undefined ? filled : cover.size).toString(),
    premiumCoin: premiumCoin.toString(),
    index: index.toString(),
    premiumUsdc: premium.toString(),
    feeUsdc: fee.toString(),
    expiryIso: isoFromEpochMs(expiry),
    endedAtIso: endedAt === undefined ? null : isoFromEpochMs(endedAt),
    strike: strike.toString(),
    floorPrice: floorPrice.toString(),
    floorEquity: floorEquity.toString(),
    drawdownLimit: drawdownLimit.toString(),
    state,
    settlementIndex: settlementIndex?.toString() ?? null,
    payoutUsdc: payout?.toString() ?? null,
    ...(cover.legs === undefined ? {} : { legs: cover.legs.map(legRow) }),
  }
}

function legRow({ instrument, size, strike, premium, fee, payout }: CoverLeg): LegRow {
  return {
    instrument,
    size: size.toString(),
    strike: strike.toString(),
    premiumUsdc: premium.toString(),
    feeUsdc: fee.toString(),
    payoutUsdc: payout?.toString() ?? null,
  }
}
