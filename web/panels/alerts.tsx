/** What asks for attention now, the gravest first. An empty list is said, not left blank. */
import type { AlertShown } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { instant } from '../format/time.ts'
import { alertTitle, figuresOf } from '../model/decision-words.ts'
import type { Tone } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './panel.module.css'

export const alertsPanel: OverviewPanel = { id: 'alerts', title: 'Alerts', zone: 'glance', Body: Alerts }

const GRAVITY: readonly AlertShown['severity'][] = ['critical', 'high', 'medium', 'low']
const TONES: Readonly<Record<AlertShown['severity'], Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'unknown' }

function Alerts(live: Live) {
  return (
    <Answered answer={toldBy(live)} empty={({ alerts }) => (alerts.length === 0 ? 'None.' : undefined)}>
      {({ alerts, coverages }) => (
        <List
          alerts={alerts.toSorted((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity))}
          names={new Map(coverages.map(({ coverageId, instrument }) => [coverageId, instrument]))}
        />
      )}
    </Answered>
  )
}

interface ListProps {
  readonly alerts: readonly AlertShown[]
  /** Of covers, by their id. */
  readonly names: ReadonlyMap<string, string>
}

function List({ alerts, names }: ListProps) {
  return (
    <ul className={styles['list']}>
      {alerts.map(({ name, subject, severity, sinceIso, ...saw }) => (
        <li key={`${name} ${subject}`}>
          <Glyph tone={TONES[severity]} />
          <span>
            {alertTitle({ name })} ({severity})
            <span className={styles['detail']}>
              {names.has(subject) ? `${names.get(subject)}: ` : ''}
              {figuresOf(saw)}
              {sinceIso === null ? '' : `, since ${instant(sinceIso)}`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
