/** Is the account safe? One word, one sentence, and what happens at the floor. The word alone is announced: it changes rarely, figures do not. */
import type { Live } from '../live/feed.ts'
import { atTheFloor, safetyOf } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import type { Panel } from './panel.ts'
import styles from './safety.module.css'

export const safetyPanel: Panel = { id: 'safety', title: 'Is the account safe?', page: 'overview', zone: 'glance', Body: Safety }

function Safety({ overview, connection }: Live) {
  const { tone, answer, because } = safetyOf(overview, { isLost: connection.state === 'lost', problem: connection.problem })
  const floor = overview === undefined ? undefined : atTheFloor(overview)
  return (
    <div className={styles['safety']}>
      <output className={styles['answer']} data-tone={tone} data-value="answer">
        <Glyph tone={tone} />
        {answer}
      </output>
      <p className={styles['because']}>{because}</p>
      {floor === undefined ? null : <p className={styles['floor']}>{floor}</p>}
    </div>
  )
}
