/**
 * The last decisions, newest first: which gate looked, what it saw, its limit, and the smallest change that would have turned it. A row
 * opens the way back to the tick or call that began it. The order on the page is the order of happening; a row stays put while open.
 */
import { useState } from 'react'
import { Link } from 'wouter'
import type { Live } from '../live/feed.ts'
import { DecisionHeads, OwnDecisionRow } from './decision-row.tsx'
import type { Panel } from './panel.ts'
import styles from './decisions.module.css'

export const decisionsPanel: Panel = { id: 'decisions', title: 'Last decisions', page: 'overview', zone: 'decisions', Body: Decisions }

const SHOWN = 8

function Decisions({ overview, decisions, hasGap }: Live) {
  const [shownMax, setShownMax] = useState(SHOWN)
  if (decisions.length === 0) return <p className={styles['quiet']}>{overview === undefined ? '–' : 'Nothing was decided yet.'}</p>
  return (
    <>
      <DecisionHeads />
      <ol>
        {decisions.slice(0, shownMax).map((decision) => (
          <li key={decision.seq}>
            <OwnDecisionRow decision={decision} />
          </li>
        ))}
      </ol>
      {hasGap ? (
        <p className={styles['quiet']}>
          Some decisions made while this page was not connected are missing here; all of them are under Decisions.
        </p>
      ) : null}
      <p className={styles['further']}>
        {decisions.length > shownMax ? (
          <button type="button" onClick={() => setShownMax(shownMax + SHOWN)}>
            Show {Math.min(SHOWN, decisions.length - shownMax)} earlier
          </button>
        ) : null}
        <Link href="/decisions">All decisions</Link>
      </p>
    </>
  )
}
