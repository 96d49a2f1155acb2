/**
 * What the first screen tells of the newest decisions: quotes asked for and approvals in between fold into one line, because none of them changes anything;
 * what came of them has a line of its own. An alert that comes and goes is told as it stands. Newest first.
 */
import type { Decision } from '#api/contract-page.ts'
import { decisionSentence } from './decision-words.ts'

export interface LastTold {
  /** Of the newest that the line tells. */
  readonly seq: number
  readonly atIso: string
  readonly says: string
}
const ROUTINE: ReadonlySet<string> = new Set(['quoted', 'order_approved', 'renewal_not_due', 'hedge_unchanged'])
const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  quoted: ['quote asked for', 'quotes asked for'],
  order_approved: ['order approved', 'orders approved'],
  renewal_not_due: ['renewal not due yet', 'renewals not due yet'],
  hedge_unchanged: ['look at the hedge, left as it is', 'looks at the hedge, left as it is'],
}

export function lastTold(decisions: readonly Decision[], linesMax: number): readonly LastTold[] {
  const lines: LastTold[] = []
  let folded: Decision[] = []
  for (const [place, decision] of decisions.entries()) {
    if (isSameAlert(decision, decisions[place - 1])) continue
    if (ROUTINE.has(decision.kind)) {
      folded.push(decision)
      continue
    }
    lines.push(...together(folded), { seq: decision.seq, atIso: decision.atIso, says: decisionSentence(decision) })
    folded = []
    if (lines.length >= linesMax) return lines.slice(0, linesMax)
  }
  return [...lines, ...together(folded)].slice(0, linesMax)
}

/** One that comes and goes is told once, as it stands now. */
function isSameAlert({ kind, code, field }: Decision, newer: Decision | undefined): boolean {
  return newer !== undefined && kind.startsWith('alert_') && newer.kind.startsWith('alert_') && newer.code === code && newer.field === field
}

/** Several of one kind are one line; a single one says what it was. */
function together(folded: readonly Decision[]): readonly LastTold[] {
  const [newest] = folded
  if (newest === undefined) return []
  const { seq, atIso } = newest
  if (folded.length === 1) return [{ seq, atIso, says: decisionSentence(newest) }]
  const counts = Object.entries(COUNTED).flatMap(([kind, [one, many]]) => {
    const count = folded.filter((decision) => decision.kind === kind).length
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  })
  return [{ seq, atIso, says: counts.join(', ') }]
}
