/**
 * Every decision the journal keeps, newest first, filtered on the server. The list reads on as one scrolls and says how far back the journal was
 * read. What is decided meanwhile does not push the reader about: at the top it comes in by itself, further down a line says how many are new.
 */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { decisionsAnswer } from '#api/contract-decisions.ts'
import type { DecisionsAnswer, ListedDecision } from '#api/contract-decisions.ts'
import type { Live } from '../live/feed.ts'
import { usePages } from '../live/use-pages.ts'
import type { Pages } from '../live/use-pages.ts'
import { instant } from '../format/time.ts'
import field from '../parts/field.module.css'
import { LongList } from '../parts/long-list.tsx'
import { Answered } from '../parts/state.tsx'
import { DecisionFilter } from './decision-filter.tsx'
import { useDecisionPath } from './decision-path.ts'
import { DecisionHeads, DecisionRow } from './decision-row.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './decisions.module.css'

export const allDecisionsPanel: FlowPanel = {
  id: 'all-decisions',
  title: 'Every decision the journal keeps',
  zone: 'whole',
  Body: AllDecisions,
}

const ROW_HEIGHT = 58

function AllDecisions({ decisions }: Live) {
  const path = useDecisionPath()
  const pages = usePages(path, decisionsAnswer)
  const first = pages.data?.[0]
  const fresh = first === undefined ? 0 : decisions.filter(({ seq }) => seq > first.asOfSeq).length
  useFreshAtTop(fresh, pages.again)
  return (
    <>
      <DecisionFilter tally={pages.data?.findLast(({ tally }) => tally !== null)?.tally ?? undefined} />
      <Said pages={pages} fresh={fresh} />
      <Answered answer={pages} minRows={12} empty={(data) => (isEmpty(data, pages.hasMore) ? 'No decision fits.' : undefined)}>
        {(data) => <List pages={pages} rows={data.flatMap((page) => page.decisions)} />}
      </Answered>
    </>
  )
}

function isEmpty(data: readonly DecisionsAnswer[], hasMore: boolean): boolean {
  return !hasMore && data.every(({ decisions }) => decisions.length === 0)
}

/** Rows open by their number, so that they stay open while the list moves. */
function List({ pages, rows }: { readonly pages: Pages<DecisionsAnswer>; readonly rows: readonly ListedDecision[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const toggle = (seq: number, isOpen: boolean): void => {
    const next = new Set(open)
    if (isOpen) next.add(seq)
    else next.delete(seq)
    setOpen(next)
  }
  return (
    <>
      <DecisionHeads />
      <LongList rows={rows} keyOf={({ seq }) => seq} rowHeight={ROW_HEIGHT} label="Decisions, newest first" {...pages}>
        {(decision) => (
          <DecisionRow
            decision={decision}
            isOpen={open.has(decision.seq)}
            onToggle={(isOpen) => toggle(decision.seq, isOpen)}
            more={<Links decision={decision} />}
          />
        )}
      </LongList>
    </>
  )
}

function Links({ decision: { seq, audit } }: { readonly decision: ListedDecision }) {
  return (
    <p className={styles['links']}>
      <Link href={`/decisions?seq=${seq}`}>Link to this</Link>
      {audit === null ? null : (
        <Link href={`/audit?mode=internal&event=${audit.event}&upto=${audit.seq}`}>Audit entry {audit.event.replaceAll('_', ' ')}</Link>
      )}
    </p>
  )
}

function Said({ pages: { data, isAsking, again }, fresh }: { readonly pages: Pages<DecisionsAnswer>; readonly fresh: number }) {
  const last = data?.at(-1)
  const shown = data?.reduce((sum, { decisions }) => sum + decisions.length, 0) ?? 0
  return (
    <p className={field['said']}>
      <output data-value="decisions-shown">{last === undefined ? 'Asking…' : `${shown} listed`}</output>
      {last === undefined ? null : <span data-value="decisions-reach">{reachOf(last, isAsking)}</span>}
      {fresh === 0 ? null : (
        <button type="button" className={field['link']} onClick={again}>
          {fresh} new: show
        </button>
      )}
    </p>
  )
}

function reachOf({ asOfSeq, reach: { state, fromIso, fromSeq, behindSeq } }: DecisionsAnswer, isAsking: boolean): string {
  if (behindSeq !== null) return `as of event ${asOfSeq}, being read up to ${behindSeq}`
  const since = fromIso === null ? `event ${fromSeq}` : instant(fromIso)
  if (state === 'whole') return `the whole journal, from ${since}`
  if (state === 'bounded') return `the newest of more than can be listed, back to ${since}`
  return isAsking ? `reading the journal, back to ${since}` : `read back to ${since}, further as you scroll`
}

/** While the list's top is in sight and nothing is open, new ones come in by themselves. */
function useFreshAtTop(fresh: number, again: () => void): void {
  useEffect(() => {
    if (fresh === 0 || scrollY > innerHeight / 2 || document.querySelector('[data-panel=all-decisions] [aria-expanded=true]') !== null)
      return
    again()
  }, [fresh, again])
}
