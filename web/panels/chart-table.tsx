/** The points of the chart as rows, newest first, thinned to what can be read. */
import { useState } from 'react'
import { thinned, timeOf, type Point } from '../live/history.ts'
import { usdc } from '../format/decimal.ts'
import { dayAndMinute } from '../format/time.ts'
import { zoneName } from '../format/zone.ts'
import styles from './chart.module.css'

const ROWS_SHOWN = 24

export function ChartTable({ points }: { readonly points: readonly Point[] }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={styles['details']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The chart as a table</summary>
      {isOpen ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className={styles['scroll']} aria-label="The chart as a table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Market time, {zoneName()}</th>
                <th scope="col">With protection</th>
                <th scope="col">at mark</th>
                <th scope="col">Without</th>
                <th scope="col">Floor</th>
                <th scope="col">Index</th>
              </tr>
            </thead>
            <tbody>
              {thinned(points, ROWS_SHOWN)
                .toReversed()
                .map((point) => (
                  <tr key={point.at}>
                    <th scope="row">{dayAndMinute(timeOf(point))}</th>
                    <td>{usdc(point.equityClose)}</td>
                    <td>{usdc(point.equityMark)}</td>
                    <td>{usdc(point.equityUnprotected)}</td>
                    <td>{usdc(point.floorEquity)}</td>
                    <td>{usdc(point.index)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  )
}
