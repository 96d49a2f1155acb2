/** On every page but the overview, which says it in full: is the account safe, in one line. The word is announced when it changes. */
import { Link } from 'wouter'
import type { Live } from '../live/feed.ts'
import { safetyOf } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import styles from './answer-strip.module.css'

export function AnswerStrip({ overview, connection }: Live) {
  const { tone, answer, because } = safetyOf(overview, { isLost: connection.state === 'lost', problem: connection.problem })
  return (
    <section className={styles['strip']} aria-label="Is the account safe?" data-tone={tone}>
      <output data-value="answer">
        <Glyph tone={tone} /> {answer}
      </output>
      <p className={styles['because']}>{because}</p>
      <Link href="/">Overview</Link>
    </section>
  )
}
