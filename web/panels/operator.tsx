/**
 * What may be pressed: halt, lift a halt, lift what a failed input left. Who is not signed in signs in first; every press asks for a reason and
 * a second press, and its outcome is the server's answer. A button that this role may not press says from which role on.
 */
import { useEffect, useState, type FormEvent } from 'react'
import { z } from 'zod'
import { sessionAnswer, type OperatorAction, type SessionAnswer } from '#api/contract-session.ts'
import { systemAnswer } from '#api/contract-system.ts'
import { dayAndMinute } from '../format/time.ts'
import { useAnswer, useTelling } from '../live/ask.ts'
import { nothingToLift } from '../model/press.ts'
import { Glyph } from '../parts/glyph.tsx'
import { SignIn } from '../parts/sign-in.tsx'
import { Answered } from '../parts/state.tsx'
import { SYSTEM_EVERY_MS } from './feeds.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './operator.module.css'

export const operatorPanel: FlowPanel = { id: 'operator', title: 'What an operator may press', zone: 'whole', Body: Operator }

type Pressable = Exclude<OperatorAction, 'reset'>
const ACTIONS: Readonly<Record<Pressable, { readonly name: string; readonly effect: string }>> = {
  halt: { name: 'Halt', effect: 'Stops new risk. What reduces, renews and records goes on; the cover stands.' },
  'clear-halt': { name: 'Lift the halt', effect: 'New risk is allowed again.' },
  'clear-poison': { name: 'Lift reduce-only', effect: 'After an input that failed, once somebody has looked at it.' },
}
const modeAnswer = z.looseObject({ status: z.string(), mode: z.string().optional(), cleared: z.array(z.string()).optional() })

function Operator() {
  const session = useAnswer('/api/session', sessionAnswer, { everyMs: 60_000 })
  const [pressed, setPressed] = useState<string>()
  return (
    <Answered answer={session} minRows={8}>
      {(known) => (
        <div className={styles['panel']}>
          <Brakes />
          {known.signedIn || pressed === undefined ? null : (
            <p role="alert">
              <Glyph tone="warn" /> Signed out meanwhile: “{pressed}” was not done. Sign in and press it again.
            </p>
          )}
          {known.signedIn ? <Actions session={known} onPress={setPressed} /> : <SignIn isEnabled={known.isEnabled} />}
        </div>
      )}
    </Answered>
  )
}

function Brakes() {
  const { data } = useAnswer('/api/system', systemAnswer, { everyMs: SYSTEM_EVERY_MS })
  if (data === undefined) return <p className={styles['standing']}>–</p>
  if (data.brakes.length === 0)
    return (
      <p className={styles['standing']} data-value="brakes">
        <Glyph tone="ok" /> Nothing is halted.
      </p>
    )
  return (
    <ul className={styles['standing']} data-value="brakes">
      {data.brakes.map(({ source, action, account, by, sinceIso, explanation }) => (
        <li key={`${source} ${account ?? ''}`}>
          <Glyph tone="bad" /> {action.replaceAll('_', ' ')} by {by === null ? source : `${by} (${source})`}
          {sinceIso === null ? '' : ` since ${dayAndMinute(sinceIso)}`}
          {account === null ? '' : `, ${account}`}
          {explanation.seen === '' ? '' : `: ${String(explanation.seen)}`}
        </li>
      ))}
    </ul>
  )
}

/** Told what was pressed, and `undefined` once the server has done it. */
type OnPress = (name: string | undefined) => void

function Actions({ session, onPress }: { readonly session: SessionAnswer; readonly onPress: OnPress }) {
  const { tell, isUnderWay } = useTelling<undefined, SessionAnswer>(
    { method: 'DELETE', path: '/api/session', refresh: ['/api/session'] },
    sessionAnswer,
  )
  const { data: system } = useAnswer('/api/system', systemAnswer, { everyMs: SYSTEM_EVERY_MS })
  return (
    <>
      <p className={styles['who']}>
        <span>
          Signed in as <b>{session.name}</b>, {session.role}
        </span>
        <button type="button" disabled={isUnderWay} onClick={() => tell(undefined)}>
          Sign out
        </button>
      </p>
      <ul className={styles['actions']}>
        {session.actions.map(({ action, least, allowed }) =>
          isPressable(action) ? (
            <Action
              key={action}
              action={action}
              least={least}
              allowed={allowed}
              nothingTo={nothingToLift(action, system?.brakes)}
              onPress={onPress}
            />
          ) : null,
        )}
      </ul>
    </>
  )
}

function isPressable(action: string): action is Pressable {
  return Object.hasOwn(ACTIONS, action)
}

interface ActionProps {
  readonly action: Pressable
  /** Why a press would change nothing. */
  readonly nothingTo: string | undefined
  readonly least: string
  readonly allowed: boolean
  readonly onPress: OnPress
}

function Action({ action, least, allowed, nothingTo: nothing, onPress }: ActionProps) {
  const [isAsking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const { name, effect } = ACTIONS[action]
  const { tell, isUnderWay, answer, problem, forget } = useTelling<{ readonly reason: string }, z.output<typeof modeAnswer>>(
    { method: 'POST', path: `/api/mode/${action}`, refresh: ['/api/system', '/api/session'] },
    modeAnswer,
  )
  useEffect(() => {
    if (answer !== undefined) onPress(undefined)
  }, [answer, onPress])
  const confirm = (event: FormEvent): void => {
    event.preventDefault()
    onPress(name)
    tell({ reason })
    setAsking(false)
    setReason('')
  }
  return (
    <li className={styles['action']} data-action={action}>
      <p className={styles['effect']}>
        <b>{name}</b> <span>{effect}</span>
        {allowed ? null : <span> Needs the role {least}.</span>}
        {nothing === undefined ? null : <span> {nothing}</span>}
      </p>
      {isAsking ? (
        <form className={styles['confirm']} onSubmit={confirm}>
          <label>
            Reason, recorded with your name{' '}
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the reader just pressed the button whose place this takes */}
            <input value={reason} maxLength={200} required autoFocus onChange={(event) => setReason(event.target.value)} />
          </label>
          <button type="submit" className={styles['press']} data-action={action}>
            {name} now
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            Do nothing
          </button>
        </form>
      ) : (
        <button
          type="button"
          className={styles['press']}
          data-action={action}
          disabled={!allowed || isUnderWay || nothing !== undefined}
          onClick={() => {
            forget()
            setAsking(true)
          }}
        >
          {isUnderWay ? 'Asking…' : `${name}…`}
        </button>
      )}
      <output className={styles['outcome']}>{outcomeOf(answer, problem)}</output>
    </li>
  )
}

function outcomeOf(answer: z.output<typeof modeAnswer> | undefined, problem: string | undefined): string {
  if (problem !== undefined) return `Refused: ${problem}.`
  if (answer === undefined) return ''
  if (answer.mode !== undefined) return `Done: ${answer.mode}.`
  if (answer.cleared === undefined) return 'Under way.'
  return answer.cleared.length === 0 ? 'Done: nothing stood.' : `Done: lifted ${answer.cleared.join(', ')}.`
}
