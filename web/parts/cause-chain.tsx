/**
 * Why something happened: the way from an event back to the tick or call that began it (`GET /explain/:seq`), newest first. Each step says how
 * it is linked, what it was about, which gate looked at what against which limit and what would have turned it; its record opens on demand.
 * Steps that are recomputed rather than written stand in one line.
 */
import { useId } from 'react'
import { explainAnswer } from '#api/contract.ts'
import type { ExplainAnswer } from '#api/contract.ts'
import { clock } from '../format/time.ts'
import { sentence } from '../format/words.ts'
import { zoneName } from '../format/zone.ts'
import { useAnswer } from '../live/ask.ts'
import { fieldName, gateValue } from '../model/gate-values.ts'
import { told } from '../model/told.ts'
import { Answered } from './state.tsx'
import styles from './cause-chain.module.css'

type Step = ExplainAnswer['chain'][number]

const LINKS: Readonly<Record<Step['link'], string>> = {
  asked: '',
  led_to: 'it led to',
  via: 'made by',
  cause: 'caused by',
  order: 'about the order of',
  intent: 'from the wish of',
  quote: 'from the quote of',
  coverage: 'for the cover of',
  command: 'on the command of',
}

export function CauseChain({ seq }: { readonly seq: number }) {
  const answer = useAnswer(`/explain/${seq}`, explainAnswer)
  return (
    <div className={styles['chain']}>
      <Answered answer={answer} minRows={4}>
        {({ chain, complete }) => (
          <>
            <ol>
              {chain.map((step, place) => (
                <ChainStep key={step.seq} step={step} isOrigin={complete && place === chain.length - 1} />
              ))}
            </ol>
            {complete ? null : <p className={styles['quiet']}>What came before is no longer kept.</p>}
          </>
        )}
      </Answered>
    </div>
  )
}

function ChainStep({ step, isOrigin }: { readonly step: Step; readonly isOrigin: boolean }) {
  const { seq, topic, link, atIso, source, written, explanation, record } = step
  const line = told(topic, record)
  const id = useId()
  const when = written ? `, ${clock(atIso)} ${zoneName(atIso ?? undefined)}` : ', recomputed, not written'
  const meta = `event ${seq}${when}${source === null ? '' : `, ${source}`}`
  return (
    <li className={styles['step']} data-origin={isOrigin} data-written={written}>
      <p>
        <span className={styles['soft']}>{LINKS[link]}</span> <b id={id}>{topic.replaceAll('_', ' ')}</b>
        {line === undefined ? '' : `: ${line}`}
        {isOrigin ? <span className={styles['soft']}> (it began here)</span> : null}
      </p>
      {explanation === null ? null : <Reason explanation={explanation} />}
      {record === null ? (
        <p className={styles['meta']}>{meta}</p>
      ) : (
        <details>
          <summary className={styles['meta']} aria-describedby={id}>
            {meta}
          </summary>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
          <pre className={styles['record']} tabIndex={0} aria-label={`Record of event ${seq}`}>
            {JSON.stringify(record, null, 2)}
          </pre>
        </details>
      )}
    </li>
  )
}

function Reason({ explanation: { gate, field, seen, limit, flip } }: { readonly explanation: NonNullable<Step['explanation']> }) {
  return (
    <dl className={styles['reason']}>
      <div>
        <dt>Gate</dt>
        <dd>{gate}</dd>
      </div>
      <div>
        <dt>{sentence(fieldName(field))}</dt>
        <dd>
          <b>{gateValue(field, seen)}</b>
        </dd>
      </div>
      <div>
        <dt>Limit</dt>
        <dd>{gateValue(field, limit)}</dd>
      </div>
      {flip === undefined ? null : (
        <div>
          <dt>Would turn it</dt>
          <dd>
            {fieldName(flip.field)} → {gateValue(flip.field, flip.to)}
          </dd>
        </div>
      )}
    </dl>
  )
}
