/** What asks for attention now, the gravest first. An empty list is said, not left blank. */
import type { AlertShown } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { instant } from '../format/time.ts'
import type { Tone } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import type { Panel } from './panel.ts'
import styles from './panel.module.css'

export const alertsPanel: Panel = { id: 'alerts', title: 'Alerts', page: 'overview', zone: 'glance', Body: Alerts }

const GRAVITY: readonly AlertShown['severity'][] = ['critical', 'high', 'medium', 'low']
const TONES: Readonly<Record<AlertShown['severity'], Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'unknown' }

function Alerts({ overview }: Live) {
  if (overview === undefined) return <p className={styles['quiet']}>–</p>
  const alerts = overview.alerts.toSorted((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity))
  if (alerts.length === 0) return <p className={styles['quiet']}>None.</p>
  return (
    <ul className={styles['list']}>
      {alerts.map(({ name, severity, sinceIso, text }) => (
        <li key={`${name} ${text}`}>
          <Glyph tone={TONES[severity]} />
          <span>
            {name.replaceAll('_', ' ')} ({severity})
            <span className={styles['detail']}>
              {text}
              {sinceIso === null ? '' : `, since ${instant(sinceIso)}`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
