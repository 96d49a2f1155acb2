/** The points of the chart as rows, newest first, thinned to what can be read. */
import { AsTable } from '../chart/as-table.tsx'
import { thinned, timeOf, type Point } from '../live/history.ts'
import { usdc } from '../format/decimal.ts'
import { dayAndMinute } from '../format/time.ts'
import { zoneName } from '../format/zone.ts'
import styles from './chart.module.css'

const ROWS_SHOWN = 24

export function ChartTable({ points }: { readonly points: readonly Point[] }) {
  return (
    <AsTable
      className={styles['table']}
      summary="The chart as a table"
      heads={[`Market time, ${zoneName()}`, 'With protection', 'at mark', 'Without', 'Floor', 'Index']}
      rows={() => thinned(points, ROWS_SHOWN).toReversed().map(rowOf)}
    />
  )
}

function rowOf(point: Point): readonly string[] {
  const { equityClose, equityMark, equityUnprotected, floorEquity, index } = point
  return [dayAndMinute(timeOf(point)), ...[equityClose, equityMark, equityUnprotected, floorEquity, index].map((amount) => usdc(amount))]
}
