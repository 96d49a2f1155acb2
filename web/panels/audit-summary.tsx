/**
 * What the audit trail counts, in two views. The executive one is what a partner sees: what happened to the protection, nothing of what the platform
 * earns. The internal one adds how it was done. Every number opens the entries behind it, below.
 */
import { summaryAnswer } from '#api/contract-audit.ts'
import type { SummaryAnswer } from '#api/contract-audit.ts'
import { useAnswer } from '../live/ask.ts'
import { useSearch } from '../live/use-search.ts'
import { percent, UNKNOWN, usdc } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { Choices } from '../parts/choices.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import { modeOf } from '../model/audit-events.ts'
import styles from './audit.module.css'

export const auditSummaryPanel: FlowPanel = { id: 'audit-summary', title: 'What the trail counts', zone: 'whole', Body: Summary }

const EVERY_MS = 5_000
const VIEWS = [
  { id: 'exec', word: 'Executive' },
  { id: 'internal', word: 'Internal' },
]

function Summary() {
  const { get, set } = useSearch()
  const mode = modeOf(get('mode'))
  const answer = useAnswer(`/audit/summary?mode=${mode}`, summaryAnswer, { everyMs: EVERY_MS })
  return (
    <>
      <div className={styles['head']}>
        <Choices
          label="View"
          choices={VIEWS}
          isChosen={(id) => id === mode}
          onChoose={(id) => set({ mode: id === 'exec' ? '' : id, event: '', upto: '' })}
        />
        <p className={styles['soft']}>{periodOf(answer.data)}</p>
      </div>
      <Answered answer={answer} minRows={9} narrowRows={28}>
        {(summary) => (
          <>
            <Sums summary={summary} />
            <Counts summary={summary} />
          </>
        )}
      </Answered>
    </>
  )
}

function periodOf(summary: SummaryAnswer | undefined): string {
  const { fromIso = null, toIso = null } = summary?.period ?? {}
  return fromIso === null || toIso === null ? '' : `${instant(fromIso)} to ${instant(toIso)}`
}

function Sums({ summary }: { readonly summary: SummaryAnswer }) {
  const { coverages, premiumUsdc, payoutsUsdc, creditsUsdc, bufferUsdc } = summary
  return (
    <dl className={styles['sums']}>
      <Sum label="Covers active" value={String(coverages.active)} events={['coverage_activated']} />
      <Sum label="Covers renewed" value={String(coverages.renewed)} events={['coverage_renewed']} />
      <Sum label="Covers expired" value={String(coverages.expired)} events={['coverage_expired']} />
      <Sum label="Paid for covers, USDC" value={usdc(premiumUsdc)} events={['coverage_activated']} />
      <Sum label="Paid out at settlement, USDC" value={usdc(payoutsUsdc)} events={['option_payout']} />
      <Sum label="Credited, USDC" value={usdc(creditsUsdc, true)} events={['mtm_credit']} />
      <Sum label="Above the limit, USDC" value={usdc(bufferUsdc)} events={['mtm_position']} />
      {summary.mode === 'internal' ? <Internals summary={summary} /> : null}
    </dl>
  )
}

function Internals({ summary: { subsidyUsdc, executionQuality, passThrough } }: { readonly summary: SummaryAnswer }) {
  const filled = executionQuality?.filledRatioMean
  const better = executionQuality?.betterThanLimitMean
  return (
    <>
      <Sum label="Subsidy today, USDC" value={usdc(subsidyUsdc)} events={['risk_budget_update']} />
      <Sum label="Orders filled" value={share(filled)} note={`${executionQuality?.orders ?? 0} orders`} events={['execution_quality']} />
      <Sum label="Better than the bound" value={share(better)} events={['execution_quality']} />
      <Sum
        label="Passed through"
        value={String(passThrough?.activated ?? UNKNOWN)}
        note={`of ${passThrough?.decided ?? 0} decided`}
        events={['premium_pass_through', 'pass_through_gate']}
      />
    </>
  )
}

function share(mean: number | null | undefined): string {
  return mean === null || mean === undefined ? UNKNOWN : percent(mean.toFixed(6))
}

interface SumProps {
  readonly label: string
  readonly value: string
  readonly note?: string
  readonly events: readonly string[]
}

function Sum({ label, value, note, events }: SumProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Opens events={events} label={`${label}: ${value}; show the entries`}>
          {value}
        </Opens>
        {note === undefined ? null : <small>{note}</small>}
      </dd>
    </div>
  )
}

function Counts({ summary: { counts } }: { readonly summary: SummaryAnswer }) {
  return (
    <ul className={styles['counts']} aria-label="Entries by event">
      {Object.entries(counts).map(([event, count]) => (
        <li key={event} data-none={count === 0}>
          <Opens events={[event]} label={`${event.replaceAll('_', ' ')}: ${count}; show them`} isOff={count === 0}>
            <span>{event.replaceAll('_', ' ')}</span> <b>{count}</b>
          </Opens>
        </li>
      ))}
    </ul>
  )
}

interface OpensProps {
  readonly events: readonly string[]
  readonly label: string
  readonly isOff?: boolean
  readonly children: React.ReactNode
}

/** Puts the events into the filter of the entries and goes there. */
function Opens({ events, label, isOff = false, children }: OpensProps) {
  const { get, set } = useSearch()
  const wanted = events.join(',')
  const open = (): void => {
    set({ event: wanted, upto: '' })
    const heading = document.getElementById('panel-audit-entries')
    heading?.scrollIntoView({ block: 'start' })
  }
  return (
    <button
      type="button"
      className={styles['opens']}
      aria-label={label}
      aria-pressed={get('event') === wanted}
      disabled={isOff}
      onClick={open}
    >
      {children}
    </button>
  )
}
