/**
 * The last decisions, newest first: which gate looked, what it saw, its limit, and the smallest change that would have turned it. A row
 * opens the way back to the tick or call that began it. The order on the page is the order of happening; a row stays put while open.
 */
import { useState } from 'react'
import type { Decision } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { UNKNOWN, scalar } from '../format/decimal.ts'
import { clock, day } from '../format/time.ts'
import { CauseChain } from '../parts/cause-chain.tsx'
import type { Panel } from './panel.ts'
import styles from './decisions.module.css'

export const decisionsPanel: Panel = { id: 'decisions', title: 'Last decisions', zone: 'decisions', Body: Decisions }

const SHOWN = 8

function Decisions({ overview, decisions, hasGap }: Live) {
  const [shownMax, setShownMax] = useState(SHOWN)
  if (decisions.length === 0) return <p className={styles['quiet']}>{overview === undefined ? '–' : 'Nothing was decided yet.'}</p>
  return (
    <>
      <div className={styles['heads']} aria-hidden="true">
        <span>Market time</span>
        <span>What</span>
        <span>Gate</span>
        <span>Saw</span>
        <span>Limit</span>
        <span>Would turn it</span>
      </div>
      <ol>
        {decisions.slice(0, shownMax).map((decision) => (
          <Row key={decision.seq} decision={decision} />
        ))}
      </ol>
      {hasGap ? (
        <p className={styles['quiet']}>Some decisions made while this page was not connected are missing here; the audit log has them.</p>
      ) : null}
      {decisions.length > shownMax ? (
        <button type="button" className={styles['more']} onClick={() => setShownMax(shownMax + SHOWN)}>
          Show {Math.min(SHOWN, decisions.length - shownMax)} earlier
        </button>
      ) : null}
    </>
  )
}

function Row({ decision }: { readonly decision: Decision }) {
  const [isOpen, setOpen] = useState(false)
  const { seq, atIso, kind, gate, code, field, seen, limit, flip } = decision
  const id = `why-${seq}`
  return (
    <li className={styles['row']} data-seq={seq}>
      <div className={styles['cells']}>
        <span className={styles['time']}>
          <time dateTime={atIso}>{clock(atIso)}</time> <span className={styles['soft']}>{day(atIso)}</span>
        </span>
        <button type="button" className={styles['what']} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          <span className={styles['kind']}>{words(kind)}</span>
          {code === kind ? null : <span className={styles['soft']}> {words(code)}</span>}
        </button>
        <Cell label="Gate">{words(gate)}</Cell>
        <Cell label="Saw">
          <span className={styles['soft']}>{field}</span> <b>{scalar(seen)}</b>
        </Cell>
        <Cell label="Limit">{scalar(limit)}</Cell>
        <Cell label="Would turn it">{flip === null ? UNKNOWN : `${flip.field} → ${scalar(flip.to)}`}</Cell>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen ? <CauseChain seq={seq} /> : null}
      </div>
    </li>
  )
}

function Cell({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <span className={styles['cell']}>
      <span className={styles['label']}>{label}: </span>
      {children}
    </span>
  )
}

/** `renewal_not_due` -> `renewal not due`; a path may break after its slashes. */
function words(code: string): string {
  return code.replaceAll(/[_-]/g, ' ').replaceAll('/', '/\u200b')
}
