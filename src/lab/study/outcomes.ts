/** What became of the quotes: how far under the floor before settlement, how much over it at the end, and what the platform's own sample says. */
import type { PositionSide } from '#domain/instrument.ts'
import type { HeldResult, HeldSample } from './held-sample.ts'
import type { QuoteRow } from './rows.ts'
import { D } from './settlement-oracle.ts'
import { quantile, rounded } from './statistics.ts'
import { leastOf, settledOf } from './tables.ts'

/** The floor is a guarantee at settlement; until then the conservative close may lie under it. Shares of notional. */
export interface BeforeSettlement {
  readonly settled: number
  readonly timesUnder: number
  /** Of those that were under: how far, at the worst snapshot. */
  readonly underMedian: number | null
  readonly underP95: number | null
  readonly underMax: number | null
  readonly liquidatedAtBid: number
  readonly liquidatedAtMark: number
}
export interface HeldFigures {
  readonly snapshots: number
  readonly covers: number
  readonly settled: number
  readonly liquidated: number
  /** Furthest apart that ledger and oracle were. */
  readonly differenceMax: string | null
  readonly worstOverFloor: string | null
  readonly rows: readonly HeldResult[]
}
export interface Kept {
  readonly side: PositionSide
  /** Where the index settled (settlement over quote, less 1) and what was kept over the floor (shares of notional), a thousandth apart. */
  readonly points: readonly (readonly [number, number])[]
}
const GRAIN = 1_000

export function beforeSettlementOf(rows: readonly QuoteRow[]): BeforeSettlement {
  const settled = settledOf(rows).map(({ outcome }) => outcome)
  const under = settled.flatMap(({ underBefore }) => (underBefore > 0 ? [underBefore] : []))
  return {
    settled: settled.length,
    timesUnder: under.length,
    underMedian: rounded(quantile(under, 0.5)),
    underP95: rounded(quantile(under, 0.95)),
    underMax: rounded(quantile(under, 1)),
    liquidatedAtBid: settled.filter(({ isLiquidated }) => isLiquidated).length,
    liquidatedAtMark: settled.filter(({ isLiquidatedAtMark }) => isLiquidatedAtMark).length,
  }
}

export function beyondPromiseOf(rows: readonly QuoteRow[]): number {
  return settledOf(rows).filter(
    ({ bought: { holdsUpTo }, outcome }) => holdsUpTo !== undefined && new D(outcome.settlementIndex).greaterThan(holdsUpTo),
  ).length
}

export function heldFiguresOf(samples: readonly HeldSample[]): HeldFigures {
  const rows = samples.flatMap(({ results }) => results)
  const apart = rows.map(({ equity, oracle }) => new D(equity).minus(oracle).abs())
  return {
    snapshots: samples.length,
    covers: samples.reduce((count, { bought }) => count + bought, 0),
    settled: rows.length,
    liquidated: samples.reduce((count, { liquidated }) => count + liquidated, 0),
    differenceMax: apart.length === 0 ? null : apart.reduce((most, one) => (one.greaterThan(most) ? one : most)).toFixed(9),
    worstOverFloor: leastOf(rows.map(({ equity, floorEquity }) => new D(equity).minus(floorEquity).toFixed())),
    rows,
  }
}

export function keptOf(side: PositionSide, rows: readonly QuoteRow[]): Kept {
  const points = new Map<string, readonly [number, number]>()
  for (const { cell, bought, outcome } of settledOf(rows)) {
    if (cell.side !== side) continue
    const moved = Math.round((Number(outcome.settlementIndex) / Number(bought.terms.index) - 1) * GRAIN)
    const over = Math.floor((Number(outcome.slack) / bought.notional) * GRAIN)
    points.set(`${moved} ${over}`, [moved / GRAIN, over / GRAIN])
  }
  return { side, points: [...points.values()].toSorted(([a, b], [c, d]) => a - c || b - d) }
}
