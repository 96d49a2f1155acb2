/** Able to act safely? Check by check, failed ones first; with any failed no new risk is taken, protection that stands goes on. */
import type { Live } from '../live/feed.ts'
import { Glyph } from '../parts/glyph.tsx'
import type { Panel } from './panel.ts'
import styles from './panel.module.css'

export const readinessPanel: Panel = { id: 'readiness', title: 'Ready to act', zone: 'health', Body: Readiness }

function Readiness({ overview }: Live) {
  if (overview === undefined) return <p className={styles['quiet']}>–</p>
  const checks = overview.readiness.toSorted((a, b) => Number(a.ok) - Number(b.ok))
  return (
    <ul className={styles['list']}>
      {checks.map(({ name, ok, detail }) => (
        <li key={name}>
          <Glyph tone={ok ? 'ok' : 'bad'} />
          <span>
            {name}
            {ok ? <span className="only-read">: ok</span> : ': not ready'}
            <span className={styles['detail']}>{detail}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
