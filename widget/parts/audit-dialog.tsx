/** The audit trail in a modal: what happened to the account's protection, newest first, each entry with its record and hash. Routine marks are left out until wanted. */
import { useEffect, useState } from 'react'
import type { Answer } from '../api/ask.ts'
import type { AuditEntry, Client } from '../api/client.ts'
import { clock, instant } from '../format/time.ts'
import { trailOf } from '../live/trail.ts'
import { isRoutine, wordsOf } from '../model/audit-words.ts'
import { toldLost } from '../model/told.ts'
import { Dialog } from './dialog.tsx'
import { Note } from './note.tsx'

const SHOWN_MAX = 200

interface Inputs {
  readonly client: Client
  readonly accountId: string
  readonly coverageIds: readonly string[]
  readonly onClose: () => void
}

export function AuditDialog({ client, accountId, coverageIds, onClose }: Inputs) {
  const [answer, setAnswer] = useState<Answer<readonly AuditEntry[]>>()
  const [withRoutine, setRoutine] = useState(false)
  const [turn, setTurn] = useState(0)
  const ids = coverageIds.join(' ')
  useEffect(() => {
    const controller = new AbortController()
    trailOf(client, { accountId, coverageIds: ids === '' ? [] : ids.split(' ') }, controller.signal).then(setAnswer, () => undefined)
    return () => controller.abort()
  }, [client, accountId, ids, turn])
  const entries = answer?.kind === 'answer' ? answer.body : []
  const shown = entries.filter((entry) => withRoutine || !isRoutine(entry)).slice(0, SHOWN_MAX)
  return (
    <Dialog title="Audit trail" onClose={onClose}>
      <p className="soft">What happened to this account’s protection, as it was recorded. Market time, UTC.</p>
      <div className="bar">
        <label className="tick">
          <input type="checkbox" checked={withRoutine} onChange={({ currentTarget }) => setRoutine(currentTarget.checked)} />
          <span>With each minute’s valuation</span>
        </label>
        <button type="button" className="link" onClick={() => setTurn(turn + 1)}>
          Reload
        </button>
      </div>
      {answer === undefined ? <div className="skeleton tall" /> : null}
      {answer?.kind === 'refused' ? <Note told={answer.told} /> : null}
      {answer?.kind === 'lost' ? <Note told={toldLost(answer.because)} /> : null}
      {answer?.kind === 'answer' && shown.length === 0 ? <p className="soft">Nothing is recorded for this account yet.</p> : null}
      <ol className="trail">
        {shown.map((entry) => (
          <li key={entry.seq} data-event={entry.event}>
            <details>
              <summary>
                <time dateTime={entry.ts}>{instant(entry.ts).replace('\u00a0UTC', '')}</time> <span>{wordsOf(entry)}</span>
              </summary>
              <pre>{JSON.stringify(entry.payload, null, 1)}</pre>
              <p className="soft">
                {clock(entry.ts)} · record {entry.seq} · hash <code>{entry.hash.slice(0, 16)}…</code>
              </p>
            </details>
          </li>
        ))}
      </ol>
    </Dialog>
  )
}
