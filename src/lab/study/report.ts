/** `report.json` of a study: request, assumptions, sentences, figures by question, side, regime and variant, and what they were made from. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { codeDigest } from '#runtime/code-digest.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { DataReport } from '../data/refusals.ts'
import { assumptionsOf, requestOf } from './assumptions.ts'
import type { StatedRequest } from './assumptions.ts'
import { cellName } from './cells.ts'
import { beforeSettlementOf, beyondPromiseOf, heldFiguresOf, keptOf } from './outcomes.ts'
import type { BeforeSettlement, HeldFigures, Kept } from './outcomes.ts'
import { pairReportOf } from './pairs.ts'
import type { PairReport } from './pairs.ts'
import type { Regime } from './regime.ts'
import type { StudyRequest } from './request.ts'
import type { QuoteRow } from './rows.ts'
import type { Study } from './run.ts'
import { sentencesOf } from './sentences.ts'
import { median, rounded } from './statistics.ts'
import { cellTable, costPerDay, figuresOf, nearestFigures, regimeTable } from './tables.ts'
import type { CellFigures, Figures, NearestFigures, RegimeFigures } from './tables.ts'
import { RECORDED } from './variants.ts'

export interface SnapshotRow {
  readonly atIso: string
  readonly index: string
  readonly ivAnnual: number | null
  readonly regime: Regime
  /** In the order of `cells`; null where it was refused. */
  readonly costPerDay: readonly (number | null)[]
}
export interface Totals extends Figures {
  /** Quoted, but not expired within the recording. */
  readonly open: number
  readonly interpolated: number
  /** Settled above the highest index a short's floor speaks of: kept or not, nothing was promised there. */
  readonly beyondPromise: number
  readonly beforeSettlement: BeforeSettlement
}
export interface SideFigures extends Figures {
  readonly side: PositionSide
  readonly nearest: NearestFigures
  readonly beforeSettlement: BeforeSettlement
}
export interface VariantFigures extends Figures {
  readonly variant: string
  readonly beforeSettlement: BeforeSettlement
  /** Cost a day over that of the same question as recorded, where both were quoted. */
  readonly costRatioMedian: number | null
  readonly shareQuotableByTenor: readonly { readonly tenorDays: number; readonly share: number }[]
}
export interface StudyReport {
  readonly title: string
  readonly config: {
    readonly request: StatedRequest
    readonly configDigest: string
    readonly codeDigest: string
    readonly data: readonly { readonly file: string; readonly sha256: string }[]
    readonly assumptions: readonly string[]
  }
  readonly sentences: readonly string[]
  readonly span: { readonly recorded: number; readonly quoted: number; readonly fromIso: string; readonly toIso: string }
  readonly totals: Totals
  readonly sides: readonly SideFigures[]
  readonly cells: readonly CellFigures[]
  readonly regimes: readonly RegimeFigures[]
  readonly variants: readonly VariantFigures[]
  /** Null where none were asked for. */
  readonly pairs: PairReport | null
  readonly held: HeldFigures
  readonly snapshots: readonly SnapshotRow[]
  readonly kept: readonly Kept[]
  readonly dataReport: DataReport
  readonly quotesCsvSha256: string
  /** Over the records of every engine that quoted. */
  readonly journalHash: string
}
export interface StudyReportInputs {
  readonly request: StudyRequest
  readonly config: ResolvedConfig
  readonly study: Study
  readonly digests: ReadonlyMap<string, string>
  readonly data: DataReport
  readonly csvSha256: string
}

export function reportOf({ request, config, study, digests, data, csvSha256 }: StudyReportInputs): StudyReport {
  const rows = study.rows.get(RECORDED.name) ?? []
  const totals = figuresOf(rows)
  const facts = {
    title: `What protection of ${request.size} BTC cost and kept`,
    config: {
      request: requestOf(request),
      configDigest: config.digest,
      codeDigest: codeDigest(),
      data: [...digests].map(([file, sha256]) => ({ file, sha256 })),
      assumptions: assumptionsOf(request),
    },
    span: {
      recorded: study.recorded,
      quoted: study.snapshots.length,
      fromIso: isoFromEpochMs(study.snapshots[0]?.at ?? 0),
      toIso: isoFromEpochMs(study.snapshots.at(-1)?.at ?? 0),
    },
    totals: {
      ...totals,
      open: totals.quotable - totals.settled,
      interpolated: rows.filter(({ outcome }) => outcome?.isInterpolated === true).length,
      beyondPromise: beyondPromiseOf(rows),
      beforeSettlement: beforeSettlementOf(rows),
    },
    sides: request.sides.map((side) => sideFigures(side, rows)),
    cells: cellTable(rows),
    regimes: regimeTable(rows),
    variants: [...study.rows].map(([name, own]) => variantFigures(name, own, rows)),
    pairs: pairReportOf(study.rows),
    held: heldFiguresOf(study.samples),
    snapshots: snapshotRows(study, rows),
    kept: request.sides.map((side) => keptOf(side, rows)),
    dataReport: data,
    quotesCsvSha256: csvSha256,
    journalHash: study.journalHash(),
  }
  return { ...facts, sentences: sentencesOf(facts) }
}

function sideFigures(side: PositionSide, all: readonly QuoteRow[]): SideFigures {
  const rows = all.filter(({ cell }) => cell.side === side)
  return { side, ...figuresOf(rows), nearest: nearestFigures(rows), beforeSettlement: beforeSettlementOf(rows) }
}

function variantFigures(variant: string, rows: readonly QuoteRow[], recorded: readonly QuoteRow[]): VariantFigures {
  const ratios = rows.flatMap(({ bought }, i) => {
    const base = recorded[i]?.bought
    return bought === undefined || base === undefined ? [] : [costPerDay(bought) / costPerDay(base)]
  })
  const tenors = [...new Set(rows.map(({ cell }) => cell.tenorDays))]
  return {
    variant,
    ...figuresOf(rows),
    beforeSettlement: beforeSettlementOf(rows),
    costRatioMedian: rounded(median(ratios)),
    shareQuotableByTenor: tenors.map((tenorDays) => {
      const asked = rows.filter(({ cell }) => cell.tenorDays === tenorDays)
      return { tenorDays, share: rounded(asked.filter(({ bought }) => bought !== undefined).length / asked.length) ?? 0 }
    }),
  }
}

function snapshotRows({ snapshots, cells }: Study, rows: readonly QuoteRow[]): readonly SnapshotRow[] {
  const costs = new Map(
    rows.map(({ snapshot, cell, bought }) => [
      `${snapshot.at} ${cellName(cell)}`,
      bought === undefined ? null : rounded(costPerDay(bought)),
    ]),
  )
  return snapshots.map(({ at, index, ivAnnual, regime }) => ({
    atIso: isoFromEpochMs(at),
    index,
    ivAnnual: rounded(ivAnnual),
    regime,
    costPerDay: cells.map((cell) => costs.get(`${at} ${cellName(cell)}`) ?? null),
  }))
}
