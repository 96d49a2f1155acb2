/** What happens next, by the clock: the next funding, renewal and end of the cover, in market time that runs with the stream. */
import { thresholdsAnswer } from '#api/contract-scenario.ts'
import type { Live } from '../live/feed.ts'
import { useAnswer } from '../live/ask.ts'
import { countdown, instant } from '../format/time.ts'
import { comingOf } from '../model/thresholds.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'

export const nextPanel: OverviewPanel = { id: 'next', title: 'What happens next, market time', zone: 'glance', Body: Next }

export const THRESHOLDS_EVERY_MS = 5_000
const SHOWN = 4

function Next({ overview }: Live) {
  const answer = useAnswer('/api/thresholds', thresholdsAnswer, { everyMs: THRESHOLDS_EVERY_MS })
  const now = overview?.platform.marketTimeIso
  return (
    <Answered
      answer={answer}
      minRows={13}
      empty={({ times, atIso }) => (comingOf(times, now ?? atIso).length === 0 ? 'Nothing is due by the clock.' : undefined)}
    >
      {({ times, atIso }) => (
        <Rows>
          {comingOf(times, now ?? atIso)
            .filter(({ id }) => id !== 'renewal_gap')
            .slice(0, SHOWN)
            .map(({ key, what, note, at, leftMs }) => (
              <Row key={key} label={what} value={countdown(leftMs)} note={`${instant(at)}: ${note}`} />
            ))}
        </Rows>
      )}
    </Answered>
  )
}
