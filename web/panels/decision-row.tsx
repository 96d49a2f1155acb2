/**
 * One decision as a row: when, what, which gate, what it saw against which limit, what would turn it. It opens the way back to the tick or call
 * that began it. Used wherever decisions are listed.
 */
import { useState, type ReactNode } from 'react'
import type { Decision } from '#api/contract-page.ts'
import { UNKNOWN } from '../format/decimal.ts'
import { clock, day } from '../format/time.ts'
import { decisionSentence } from '../model/decision-words.ts'
import { fieldName, gateValue } from '../model/gate-values.ts'
import { CauseChain } from '../parts/cause-chain.tsx'
import styles from './decisions.module.css'

interface Props {
  readonly decision: Decision
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
  /** Beneath the cells while open, above the chain. */
  readonly more?: ReactNode
}

export function DecisionRow({ decision, isOpen, onToggle, more }: Props) {
  const { seq, atIso, kind, gate, code, field, seen, limit, flip } = decision
  const id = `why-${seq}`
  return (
    <div className={styles['row']} data-seq={seq}>
      <div className={styles['cells']}>
        <span className={styles['time']}>
          <time dateTime={atIso}>{clock(atIso)}</time> <span className={styles['soft']}>{day(atIso)}</span>
        </span>
        <button type="button" className={styles['what']} aria-expanded={isOpen} aria-controls={id} onClick={() => onToggle(!isOpen)}>
          <span className={styles['kind']}>{words(kind)}</span>
          {kind.includes(code) ? null : <span className={styles['soft']}> {words(code)}</span>}
        </button>
        <Cell label="Gate">{words(gate)}</Cell>
        <Cell label="Saw">
          <span className={styles['soft']}>{fieldName(field)}</span> <b>{gateValue(field, seen)}</b>
        </Cell>
        <Cell label="Limit">{gateValue(field, limit)}</Cell>
        <Cell label="Would turn it" isNothing={flip === null}>
          {flip === null ? UNKNOWN : `${fieldName(flip.field)} → ${gateValue(flip.field, flip.to)}`}
        </Cell>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen ? (
          <>
            <p className={styles['links']}>{decisionSentence(decision)}.</p>
            {more}
            <CauseChain seq={seq} />
          </>
        ) : null}
      </div>
    </div>
  )
}

/** A row that remembers by itself whether it is open. */
export function OwnDecisionRow({ decision }: { readonly decision: Decision }) {
  const [isOpen, setOpen] = useState(false)
  return <DecisionRow decision={decision} isOpen={isOpen} onToggle={setOpen} />
}

export function DecisionHeads() {
  return (
    <div className={styles['heads']} aria-hidden="true">
      <span>Market time</span>
      <span>What</span>
      <span>Gate</span>
      <span>Saw</span>
      <span>Limit</span>
      <span>Would turn it</span>
    </div>
  )
}

interface CellProps {
  readonly label: string
  readonly isNothing?: boolean
  readonly children: ReactNode
}

function Cell({ label, isNothing = false, children }: CellProps) {
  return (
    <span className={styles['cell']} data-nothing={isNothing}>
      <span className={styles['label']}>{label}: </span>
      {children}
    </span>
  )
}

/** `renewal_not_due` -> `renewal not due`; a path may break after its slashes. */
export function words(code: string): string {
  return code.replaceAll(/[_-]/g, ' ').replaceAll('/', '/\u200b')
}
