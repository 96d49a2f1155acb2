/**
 * Is this journal what was written? The server walks chain and signed checkpoints in a thread of its own and says, in plain words, up to where it can be
 * trusted, from which record trust ends, and what the signature proves against whom.
 */
import { useEffect } from 'react'
import { Link } from 'wouter'
import { verifyAnswer } from '#api/contract-decisions.ts'
import type { VerifyAnswer } from '#api/contract-decisions.ts'
import { useAnswer, useTelling } from '../live/ask.ts'
import { written } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import field from '../parts/field.module.css'
import { Glyph } from '../parts/glyph.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './audit.module.css'

export const verifyPanel: FlowPanel = { id: 'verify', title: 'Is the journal what was written?', zone: 'whole', Body: Verify }

const PATH = '/api/audit/verify'
const RUNNING_MS = 400
const QUIET_MS = 10_000
const ONE = 10n ** 18n

type Report = NonNullable<VerifyAnswer['report']>

function Verify() {
  const answer = useAnswer(PATH, verifyAnswer, { everyMs: QUIET_MS })
  const begin = useTelling({ method: 'POST', path: PATH, refresh: [PATH] }, verifyAnswer)
  const isRunning = answer.data?.state === 'running'
  const { again } = answer
  useEffect(() => {
    if (!isRunning) return undefined
    const timer = setInterval(again, RUNNING_MS)
    return () => clearInterval(timer)
  }, [isRunning, again])
  return (
    <Answered answer={answer} minRows={5}>
      {(state) => (
        <div className={styles['verify']}>
          <p className={styles['head']}>
            <button type="button" className={field['button']} disabled={isRunning || begin.isUnderWay} onClick={() => begin.tell({})}>
              {state.state === 'none' ? 'Verify the journal' : 'Verify again'}
            </button>
            <output data-value="verify-state">{saidOf(state)}</output>
          </p>
          {begin.problem === undefined ? null : <p role="alert">It could not begin: {begin.problem}.</p>}
          {isRunning ? <progress max={1} value={state.progress?.share ?? 0} aria-label="Share of the journal that was read" /> : null}
          {state.report === null ? null : <Found report={state.report} />}
        </div>
      )}
    </Answered>
  )
}

function saidOf({ state, progress, why, endedAtIso }: VerifyAnswer): string {
  if (state === 'none') return 'Not verified since this server started.'
  if (state === 'running') return progress === null ? 'Beginning…' : `Reading, ${count(progress.records)} records so far`
  const when = endedAtIso === null ? '' : `, ${instant(endedAtIso)} by this machine’s clock`
  return state === 'failed' ? `It did not finish: ${why ?? 'no reason given'}${when}` : `Verified${when}`
}

function Found({ report }: { readonly report: Report }) {
  const { ok, vouched, trustEnds, after, unsigned, proves, findings, journalId, publicKey } = report
  return (
    <>
      <p className={styles['verdict']} data-value="verify-verdict">
        <Glyph tone={ok ? 'ok' : 'bad'} />{' '}
        {trustEnds === null
          ? `Whole: ${count(vouched.records)} records, up to event ${vouched.seq}`
          : `Trust ends before event ${trustEnds.seq}`}
      </p>
      <ul className={styles['findings']}>
        {trustEnds === null ? null : (
          <li>
            Event {trustEnds.seq} (batch {trustEnds.batchNo}, segment {trustEnds.segment}, byte {trustEnds.byte}) and everything after it is
            not vouched for. Before it, {count(vouched.records)} records are, up to event {vouched.seq}.
          </li>
        )}
        {findings.map(({ code, meaning, where, detail }) => (
          <li key={`${code} ${where}`}>
            <b>{meaning}</b> at {where}: {detail}
          </li>
        ))}
        {after.batchNo === 0 ? null : <li>Records up to event {after.seq} were let go; what is left follows from there.</li>}
        {proves.map((proof) => (
          <li key={proof}>Proves: {shortened(proof, publicKey)}.</li>
        ))}
        <li>
          {count(unsigned.records)} records in {count(unsigned.batches)} batches follow the last checkpoint that agrees: only they could be
          missing or changed unseen.
        </li>
      </ul>
      <p className={styles['soft']}>
        Journal <code>{journalId}</code>, sealed with <code>{publicKey}</code>. The same check without this server:{' '}
        <code>ballast verify</code> and the journal’s folder. <Link href={`/decisions?seq=${vouched.seq}`}>Last event vouched for</Link>
      </p>
    </>
  )
}

/** The key is named in full below. */
function shortened(proof: string, publicKey: string | null): string {
  return publicKey === null ? proof : proof.replace(publicKey, `${publicKey.slice(0, 8)}…`)
}

function count(whole: number): string {
  return written(BigInt(whole) * ONE, { places: 0 })
}
