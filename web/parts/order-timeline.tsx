/**
 * An order's life as a line of steps: what happened, when, and how long after the wish. Steps of one instant are told apart by their order, gaps by
 * their figure: the line is not to scale, because a life of milliseconds and one of days must both be read. A list, so that it is its own text.
 */
import type { OrderShown, StepShown } from '#api/contract-execution.ts'
import { Link } from 'wouter'
import { scalar } from '../format/decimal.ts'
import { age, clock } from '../format/time.ts'
import { STEP_WORDS } from '../model/order-words.ts'
import { Glyph } from './glyph.tsx'
import styles from './order-timeline.module.css'

interface Props {
  readonly order: OrderShown
  /** Of market time to the clock; undefined while it is not known. */
  readonly speed: number | undefined
}

export function OrderTimeline({ order: { steps, stepsLeftOut, orderId }, speed }: Props) {
  const whole = steps.at(-1)?.msSinceIntent ?? 0
  return (
    <>
      {whole === 0 ? null : <Scale steps={steps} whole={whole} speed={speed} />}
      <ol className={styles['line']} aria-label={`Life of ${orderId ?? 'the wish'}`}>
        {steps.map((step, i) => (
          <Step
            key={`${step.kind} ${step.seq}`}
            step={step}
            since={step.msSinceIntent - (steps[i - 1]?.msSinceIntent ?? 0)}
            isFirst={i === 0}
          />
        ))}
      </ol>
      {stepsLeftOut === 0 ? null : <p className={styles['soft']}>{stepsLeftOut} steps between are left out; the journal has them.</p>}
    </>
  )
}

/** The same to scale: where the time went. The list below has every figure. */
function Scale({
  steps,
  whole,
  speed,
}: {
  readonly steps: readonly StepShown[]
  readonly whole: number
  readonly speed: number | undefined
}) {
  return (
    <figure className={styles['scale']}>
      <svg viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path className={styles['span']} d="M0 8H1000" />
        {steps.map(({ kind, seq, msSinceIntent }) => (
          <path key={`${kind} ${seq}`} className={styles['tick']} d={`M${(msSinceIntent / whole) * 1_000} 1V15`} />
        ))}
      </svg>
      <figcaption className={styles['soft']}>
        {age(whole)} from the wish to the last word, to scale
        {speed === undefined || speed === 1 ? '' : `, in market time at ${speed} times the clock`}
      </figcaption>
    </figure>
  )
}

function Step({ step, since, isFirst }: { readonly step: StepShown; readonly since: number; readonly isFirst: boolean }) {
  const { seq, atIso, detail, explanation } = step
  const { word, tone } = toneOf(step)
  return (
    <li className={styles['step']}>
      <span className={styles['gap']}>{isFirst ? clock(atIso) : since === 0 ? 'same instant' : `+${age(since)}`}</span>
      <span className={styles['dot']}>
        <Glyph tone={tone} />
      </span>
      <span className={styles['what']}>
        <b>{word}</b> <span className={styles['soft']}>{detail}</span>
        {explanation === null ? null : (
          <span className={styles['why']}>
            {explanation.gate}: {explanation.field} was {scalar(explanation.seen)}, limit {scalar(explanation.limit)}
            {explanation.flip === undefined ? '' : `; it would pass with ${explanation.flip.field} at ${scalar(explanation.flip.to)}`}
          </span>
        )}
        <Link className={styles['seq']} href={`/decisions?seq=${seq}`}>
          event {seq}
        </Link>
      </span>
    </li>
  )
}

function toneOf({ kind, detail }: StepShown): (typeof STEP_WORDS)[StepShown['kind']] {
  const told = STEP_WORDS[kind]
  return kind === 'venue' && (detail.startsWith('rejected') || detail.startsWith('not found')) ? { ...told, tone: 'bad' } : told
}
