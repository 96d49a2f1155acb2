/**
 * The entries of the audit trail, newest first: searched on the server, read on as one scrolls. An opened entry shows its payload, the hash of its
 * journal record and the way to what caused it.
 */
import { useState } from 'react'
import { Link } from 'wouter'
import { AUDIT_EVENTS_SHOWN, entriesAnswer } from '#api/contract-decisions.ts'
import type { AuditEntryShown, EntriesAnswer } from '#api/contract-decisions.ts'
import { usePages } from '../live/use-pages.ts'
import type { Pages } from '../live/use-pages.ts'
import { useSearch } from '../live/use-search.ts'
import { scalar, usdc } from '../format/decimal.ts'
import { clock, day } from '../format/time.ts'
import field from '../parts/field.module.css'
import { MoreFields, TextField, TimeField } from '../parts/filter-fields.tsx'
import { LongList } from '../parts/long-list.tsx'
import { Answered } from '../parts/state.tsx'
import { EVERY_EVENT, modeOf } from '../model/audit-events.ts'
import { useEntriesPath } from './audit-path.ts'
import type { FlowPanel } from './panel.ts'
import styles from './audit.module.css'

export const auditEntriesPanel: FlowPanel = { id: 'audit-entries', title: 'Entries', zone: 'whole', Body: Entries }

const ROW_HEIGHT = 42
const NOTHING = { event: '', text: '', from: '', to: '', upto: '' }

function Entries() {
  const path = useEntriesPath()
  const { get } = useSearch()
  const upto = get('upto')
  const pages = usePages(upto === '' ? path : `${path}&before=${Number(upto) + 1}`, entriesAnswer)
  return (
    <>
      <Filter />
      <Said pages={pages} />
      <Answered answer={pages} minRows={8} empty={(data) => (isEmpty(data, pages.hasMore) ? 'No entry fits.' : undefined)}>
        {(data) => <List key={path} pages={pages} rows={data.flatMap(({ entries }) => entries)} />}
      </Answered>
    </>
  )
}

function isEmpty(data: readonly EntriesAnswer[], hasMore: boolean): boolean {
  return !hasMore && data.every(({ entries }) => entries.length === 0)
}

function Filter() {
  const { get, set } = useSearch()
  const mode = modeOf(get('mode'))
  const event = get('event')
  const names = AUDIT_EVENTS_SHOWN[mode]
  return (
    <search>
      <MoreFields names={['event', 'text', 'from', 'to']} nothing={NOTHING}>
        <label className={field['field']}>
          <span>Event</span>
          <select value={event} onChange={({ target }) => set({ event: target.value, upto: '' })}>
            <option value="">All but the marks of every minute</option>
            <option value={EVERY_EVENT}>All of this view</option>
            {event === '' || event === EVERY_EVENT || names.includes(event) ? null : (
              <option value={event}>{event.replaceAll('_', ' ').replaceAll(',', ', ')}</option>
            )}
            {names.map((name) => (
              <option key={name} value={name}>
                {name.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        <TextField label="Words" name="text" />
        <TimeField label="From" name="from" />
        <TimeField label="To" name="to" />
      </MoreFields>
    </search>
  )
}

function Said({ pages: { data, isAsking, hasMore, again } }: { readonly pages: Pages<EntriesAnswer> }) {
  const shown = data?.reduce((sum, { entries }) => sum + entries.length, 0) ?? 0
  return (
    <p className={field['said']}>
      <output data-value="entries-shown">
        {data === undefined ? 'Asking…' : `${shown} listed${hasMore ? ', more as you scroll' : ''}`}
      </output>
      <button type="button" className={field['link']} disabled={isAsking} onClick={again}>
        Newest again
      </button>
    </p>
  )
}

function List({ pages, rows }: { readonly pages: Pages<EntriesAnswer>; readonly rows: readonly AuditEntryShown[] }) {
  const [open, setOpen] = useState<number | undefined>(undefined)
  return (
    <LongList rows={rows} keyOf={({ seq }) => seq} rowHeight={ROW_HEIGHT} label="Audit entries, newest first" {...pages}>
      {(entry) => <Entry entry={entry} isOpen={open === entry.seq} onToggle={() => setOpen(open === entry.seq ? undefined : entry.seq)} />}
    </LongList>
  )
}

interface EntryProps {
  readonly entry: AuditEntryShown
  readonly isOpen: boolean
  readonly onToggle: () => void
}

function Entry({ entry, isOpen, onToggle }: EntryProps) {
  const { seq, ts, event, view, payload, hash } = entry
  const id = `entry-${seq}`
  return (
    <div className={styles['entry']} data-seq={seq}>
      <div className={styles['cells']}>
        <span>
          <time dateTime={ts}>{clock(ts)}</time> <span className={styles['soft']}>{day(ts)}</span>
        </span>
        <button type="button" className={styles['what']} aria-expanded={isOpen} aria-controls={id} onClick={onToggle}>
          {event.replaceAll('_', ' ')}
          {view === 'internal' ? <span className={styles['soft']}> internal</span> : null}
        </button>
        <span className={styles['soft']}>{gistOf(payload)}</span>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen ? (
          <div className={styles['opened']}>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
            <pre tabIndex={0}>{JSON.stringify(payload, null, 2)}</pre>
            <p className={styles['soft']}>
              Event {seq}, SHA-256 of its record <code>{hash}</code>
            </p>
            <Link href={`/decisions?seq=${seq}`}>Walk back to the cause</Link>
          </div>
        ) : null}
      </div>
    </div>
  )
}

const GIST_FIELDS = 4
const QUIET: ReadonlySet<string> = new Set(['accountId', 'requestId', 'decisionId', 'positionIds', 'positionId'])

/** The first plain figures of a payload in its own words, amounts first. */
function gistOf(payload: AuditEntryShown['payload']): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return ''
  const plain = Object.entries(payload).filter(([name, value]) => !QUIET.has(name) && value !== null && typeof value !== 'object')
  const isAmount = ([name]: readonly [string, unknown]): boolean => name.endsWith('Usdc')
  return [...plain.filter(isAmount), ...plain.filter((field) => !isAmount(field))]
    .slice(0, GIST_FIELDS)
    .map(([name, value]) => `${spaced(name)} ${shown(name, value as string | number | boolean)}`)
    .join(', ')
}

function shown(name: string, value: string | number | boolean): string {
  return name.endsWith('Usdc') ? `${usdc(String(value))} USDC` : scalar(value)
}

/** `hedgeMtmUsdc` -> `hedge mtm`. */
function spaced(name: string): string {
  return name
    .replace(/Usdc$/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .toLowerCase()
}
