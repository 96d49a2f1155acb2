/** The prices that matter, from high to low, with the index among them: how far is each, in price and in time. */
import { thresholdsAnswer } from '#api/contract-scenario.ts'
import type { Overview } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { useAnswer } from '../live/ask.ts'
import { percent, usdc } from '../format/decimal.ts'
import { ladderOf } from '../model/ladder.ts'
import { THRESHOLDS_EVERY_MS } from './next.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './ladder.module.css'

export const ladderPanel: OverviewPanel = { id: 'ladder', title: 'Prices that matter, USDC', zone: 'glance', Body: Ladder }

function Ladder(live: Live) {
  return (
    <Answered
      answer={toldBy(live)}
      minRows={20}
      empty={({ price }) => (price === null ? 'The ladder stands once there is a price.' : undefined)}
    >
      {(overview) => <Rungs overview={overview} />}
    </Answered>
  )
}

function Rungs({ overview }: { readonly overview: Overview }) {
  const { data } = useAnswer('/api/thresholds', thresholdsAnswer, { everyMs: THRESHOLDS_EVERY_MS })
  const rungs = ladderOf(overview, data)
  return (
    <>
      <table className={styles['ladder']}>
        <thead>
          <tr>
            <th scope="col">
              <span className="only-read">What</span>
            </th>
            <th scope="col">
              <span className="only-read">Price</span>
            </th>
            <th scope="col">away</th>
            <th scope="col">1σ in</th>
          </tr>
        </thead>
        <tbody>
          {rungs.map(({ id, label, price, away, inTime, isModel }) => (
            <tr key={id} data-rung={id}>
              <th scope="row">
                {label}
                {isModel ? <span className={styles['model']}> model</span> : null}
              </th>
              <td>{price === null ? <span className={styles['none']}>at no price</span> : usdc(price)}</td>
              <td className={styles['away']}>{away ?? <span className="only-read">the index itself</span>}</td>
              <td className={styles['away']}>{inTime}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles['note']}>{noteOf(data?.volatility ?? null)}</p>
    </>
  )
}

function noteOf(volatility: { readonly ivAnnual: number; readonly source: string } | null): string {
  if (volatility === null) return '1σ in: the time one standard deviation takes to get there. It is not known until there is a volatility.'
  return `1σ in: the time one standard deviation takes to get there, at ${percent(volatility.ivAnnual.toFixed(4))} a year (${volatility.source}).`
}
