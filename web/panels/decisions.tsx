/**
 * The last decisions, newest first: which gate looked, what it saw, its limit, and the smallest change that would have turned it. A row
 * opens the way back to the tick or call that began it. The order on the page is the order of happening; a row stays put while open.
 */
import { useState } from 'react'
import { Link } from 'wouter'
import type { Live } from '../live/feed.ts'
import { DecisionHeads, OwnDecisionRow } from './decision-row.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './decisions.module.css'

export const decisionsPanel: OverviewPanel = { id: 'decisions', title: 'Last decisions', zone: 'decisions', Body: Decisions }

const SHOWN = 8

function Decisions(live: Live) {
  const isEmpty = live.decisions.length === 0
  return (
    <Answered answer={toldBy(live)} minRows={20} narrowRows={56} empty={() => (isEmpty ? 'Nothing was decided yet.' : undefined)}>
      {() => <List decisions={live.decisions} hasGap={live.hasGap} />}
    </Answered>
  )
}

function List({ decisions, hasGap }: Pick<Live, 'decisions' | 'hasGap'>) {
  const [shownMax, setShownMax] = useState(SHOWN)
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
