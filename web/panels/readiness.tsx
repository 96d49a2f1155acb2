/** Able to act safely? Check by check, failed ones first; with any failed no new risk is taken, protection that stands goes on. */
import type { Live } from '../live/feed.ts'
import { decimal } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Glyph } from '../parts/glyph.tsx'
import type { Panel } from './panel.ts'
import styles from './panel.module.css'

export const readinessPanel: Panel = { id: 'readiness', title: 'Ready to act', page: 'system', zone: 'half', Body: Readiness }

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
            <span className={styles['detail']}>{readable(detail)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** `index 145327 ms old` -> `index 2 min 25 s old`, and digits in groups. */
function readable(detail: string): string {
  return detail
    .replaceAll(/\b(\d+) ms\b/g, (_, ms: string) => age(Number(ms)))
    .replaceAll(/\b1 accounts agree\b/g, '1 account agrees')
    .replaceAll(/\d{4,}/g, (digits) => decimal(digits, { places: 0 }))
}
