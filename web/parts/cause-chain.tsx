/**
 * Why something was decided: the chain from the decision back to the tick or call that began it (`GET /explain/:seq`), newest first.
 * Each step says how it is linked, which gate looked at what, and shows the written record on demand.
 */
import { useEffect, useState } from 'react'
import type { ExplainAnswer } from '#api/contract.ts'
import { scalar } from '../format/decimal.ts'
import { clock } from '../format/time.ts'
import { ask, readExplain } from '../live/read-answer.ts'
import styles from './cause-chain.module.css'

type Step = ExplainAnswer['chain'][number]
type Asked =
  | { readonly is: 'loading' }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'there'; readonly answer: ExplainAnswer }

const LINKS: Readonly<Record<Step['link'], string>> = {
  asked: 'this decision',
  via: 'made in the same step by',
  cause: 'caused by',
  order: 'about the order of',
  intent: 'from the wish of',
  quote: 'from the quote of',
  coverage: 'for the cover of',
  command: 'on the command of',
}

export function CauseChain({ seq }: { readonly seq: number }) {
  const [asked, setAsked] = useState<Asked>({ is: 'loading' })
  useEffect(() => {
    let isWanted = true
    const show = (next: Asked): void => {
      if (isWanted) setAsked(next)
    }
    ask(`/explain/${seq}`, readExplain).then(
      (answer) => show({ is: 'there', answer }),
      (error: unknown) => show({ is: 'failed', why: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [seq])
  if (asked.is === 'loading') return <p className={styles['quiet']}>Walking back to the cause…</p>
  if (asked.is === 'failed')
    return (
      <p className={styles['quiet']}>
        The cause of event {seq} was not found: {asked.why}.
      </p>
    )
  return (
    <div className={styles['chain']}>
      <ol>
        {asked.answer.chain.map((step) => (
          <ChainStep key={step.seq} step={step} />
        ))}
      </ol>
      {asked.answer.complete ? null : <p className={styles['quiet']}>What came before is no longer kept.</p>}
    </div>
  )
}

function ChainStep({ step }: { readonly step: Step }) {
  const { seq, topic, link, atIso, source, written, explanation, record } = step
  return (
    <li className={styles['step']}>
      <p>
        <span className={styles['soft']}>{LINKS[link]}</span> <b>{topic.replaceAll('_', ' ')}</b>{' '}
        <span className={styles['soft']}>
          event {seq}, {clock(atIso)} UTC{source === null ? '' : `, from ${source}`}
          {written ? '' : ', recomputed on replay'}
        </span>
      </p>
      {explanation === null ? null : (
        <p>
          {explanation.gate}: {explanation.field} was <b>{scalar(explanation.seen)}</b>, limit <b>{scalar(explanation.limit)}</b>
        </p>
      )}
      {record === null ? null : (
        <details>
          <summary>Record of event {seq}</summary>
          <pre className={styles['record']}>{JSON.stringify(record, null, 2)}</pre>
        </details>
      )}
    </li>
  )
}
