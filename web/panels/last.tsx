/**
 * What happened last, and why, on the first screen: the newest decisions, a sentence each, with what decides nothing folded; and the one thing that happens
 * without a decision, the index going through the strike. "Why" walks back to the tick or call that began it.
 */
import { Link } from 'wouter'
import type { Live } from '../live/feed.ts'
import { clock, day } from '../format/time.ts'
import { lastTold, type LastTold } from '../model/last-told.ts'
import { strikePassed, type StrikePassed } from '../model/strike-passed.ts'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './last.module.css'

export const lastPanel: OverviewPanel = { id: 'last', title: 'What happened last, and why', zone: 'glance', Body: Last }

const SHOWN = 4

function Last({ decisions, points, ...live }: Live) {
  const now = live.overview?.platform.marketTimeIso
  const passed = live.overview === undefined ? undefined : strikePassed(live.overview, points)
  const isEmpty = decisions.length === 0 && passed === undefined
  return (
    <Answered answer={toldBy(live)} minRows={13} empty={() => (isEmpty ? 'Nothing was decided yet.' : undefined)}>
      {() => (
        <ol className={styles['last']}>
          {passed === undefined ? null : <Passed {...passed} now={now} />}
          {lastTold(decisions, passed === undefined ? SHOWN : SHOWN - 1).map((one) => (
            <One key={one.seq} {...one} now={now} />
          ))}
        </ol>
      )}
    </Answered>
  )
}

interface Now {
  /** Market time: what is not of the same day says its day. */
  readonly now: string | undefined
}

function One({ seq, atIso, says, now }: LastTold & Now) {
  return (
    <li data-seq={seq}>
      <p className={styles['what']}>
        <When atIso={atIso} now={now} />
        <Link href={`/decisions?seq=${seq}`} aria-label={`Why: ${says}, event ${seq}`}>
          why
        </Link>
      </p>
      <p className={styles['says']}>{says}</p>
    </li>
  )
}

function Passed({ says, atIso, now }: StrikePassed & Now) {
  return (
    <li data-value="strike-passed">
      <p className={styles['what']}>{atIso === undefined ? 'now' : <When atIso={atIso} now={now} />}</p>
      <p className={styles['says']}>{says}</p>
    </li>
  )
}

function When({ atIso, now }: { readonly atIso: string } & Now) {
  const isToday = now !== undefined && day(now) === day(atIso)
  return (
    <time dateTime={atIso}>
      {isToday ? '' : `${day(atIso)} `}
      {clock(atIso)}
    </time>
  )
}
