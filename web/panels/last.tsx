/** What happened last, and why, on the first screen: the newest decisions in a line each; "why" walks back to the tick or call that began it. */
import { Link } from 'wouter'
import type { Decision } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { scalar } from '../format/decimal.ts'
import { clock } from '../format/time.ts'
import type { Panel } from './panel.ts'
import styles from './last.module.css'

export const lastPanel: Panel = { id: 'last', title: 'What happened last, and why', page: 'overview', zone: 'glance', Body: Last }

const SHOWN = 4

function Last({ overview, decisions }: Live) {
  if (decisions.length === 0) return <p className={styles['soft']}>{overview === undefined ? '–' : 'Nothing was decided yet.'}</p>
  return (
    <ol className={styles['last']}>
      {decisions.slice(0, SHOWN).map((decision) => (
        <One key={decision.seq} decision={decision} />
      ))}
    </ol>
  )
}

function One({ decision: { seq, atIso, kind, gate, field, seen, limit } }: { readonly decision: Decision }) {
  const what = kind.replaceAll('_', ' ')
  return (
    <li data-seq={seq}>
      <p className={styles['what']}>
        <time dateTime={atIso}>{clock(atIso)}</time> <b>{what}</b>
        <Link href={`/decisions?seq=${seq}`} aria-label={`Why: ${what}, event ${seq}`}>
          why
        </Link>
      </p>
      <p className={styles['soft']}>
        {gate}: {field} {scalar(seen)}, limit {scalar(limit)}
      </p>
    </li>
  )
}
