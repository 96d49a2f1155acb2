/** The prices that matter, from high to low, with the index among them and how far each is. */
import type { Live } from '../live/feed.ts'
import { usdc } from '../format/decimal.ts'
import { ladderOf } from '../model/ladder.ts'
import type { Panel } from './panel.ts'
import styles from './ladder.module.css'

export const ladderPanel: Panel = { id: 'ladder', title: 'Prices that matter, USDC', zone: 'glance', Body: Ladder }

function Ladder({ overview }: Live) {
  const rungs = overview === undefined ? [] : ladderOf(overview)
  if (rungs.length === 0) return <p className={styles['empty']}>The ladder stands once there is a price.</p>
  return (
    <table className={styles['ladder']}>
      <thead className="only-read">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Price</th>
          <th scope="col">From the index</th>
        </tr>
      </thead>
      <tbody>
        {rungs.map(({ id, label, price, away }) => (
          <tr key={id} data-rung={id}>
            <th scope="row">{label}</th>
            <td>{usdc(price)}</td>
            <td className={styles['away']}>{away ?? <span className="only-read">the index itself</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
