/**
 * Is the account safe? One word, one sentence, what happens at the floor, and whether anything is to be pressed. The word alone is announced: it changes
 * rarely, figures do not.
 */
import { Link } from 'wouter'
import type { Live } from '../live/feed.ts'
import { toPress, type ToPress } from '../model/press.ts'
import { atTheFloor, loweredFloor, safetyOf } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './safety.module.css'

export const safetyPanel: OverviewPanel = { id: 'safety', title: 'Is the account safe?', zone: 'glance', Body: Safety }

/** Characters that fit beside the glyph at full size. */
const ONE_LINE = 16

function Safety({ overview, connection }: Live) {
  const { tone, answer, because } = safetyOf(overview, { isLost: connection.state === 'lost', problem: connection.problem })
  const floor = overview === undefined ? undefined : atTheFloor(overview)
  const lowered = overview === undefined ? undefined : loweredFloor(overview)
  return (
    <div className={styles['safety']}>
      <output className={styles['answer']} data-tone={tone} data-is-long={answer.length > ONE_LINE} data-value="answer">
        <Glyph tone={tone} />
        {answer}
      </output>
      <div className={styles['said']}>
        <p className={styles['because']}>{because}</p>
        {lowered === undefined ? null : (
          <p className={styles['lowered']} data-value="floor-lowered">
            <Glyph tone="warn" /> {lowered}
          </p>
        )}
        <p className={styles['press']} data-value="to-press">
          {overview === undefined ? null : <Press {...toPress(overview, tone)} />}
        </p>
      </div>
      <p className={styles['floor']}>{floor}</p>
    </div>
  )
}

function Press({ says, isButton }: ToPress) {
  return (
    <>
      {says} {isButton ? <Link href="/system">What may be pressed</Link> : null}
    </>
  )
}
