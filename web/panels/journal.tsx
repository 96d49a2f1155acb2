/** The journal and the process under it: how far behind the medium is, how large the segments are, how late the loop runs. */
import { systemAnswer, type SystemAnswer } from '#api/contract-system.ts'
import { useAnswer } from '../live/ask.ts'
import { decimal, scalar } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import { SYSTEM_EVERY_MS } from './feeds.tsx'
import type { FlowPanel } from './panel.ts'

export const journalPanel: FlowPanel = { id: 'journal', title: 'Journal and process', zone: 'half', Body: Journal }

const MB = 1_000_000

function Journal() {
  const answer = useAnswer('/api/system', systemAnswer, { everyMs: SYSTEM_EVERY_MS })
  return (
    <Answered answer={answer} minRows={22} narrowRows={23}>
      {({ journal, process }) => (
        <Rows>
          <Row label="Last event" value={scalar(journal.seq)} />
          <Row
            label="Not durable yet"
            value={scalar(journal.pendingRecords)}
            note={journal.isFull ? 'no space on the medium: nothing becomes durable' : `durable up to event ${scalar(journal.durableSeq)}`}
          />
          <Row label="Durable after" value={ms(journal.durableAfterMs)} note="measured with this question" />
          <SegmentRows journal={journal} />
          <Row
            label="Delay of the loop, median and 99 %"
            value={`${ms(process.loopDelayMs.median)}, ${ms(process.loopDelayMs.p99)}`}
            note={`largest ${ms(process.loopDelayMs.max)}, within a minute`}
          />
          <Row
            label="Memory, MB"
            value={decimal((process.rssBytes / MB).toFixed(1), { places: 1 })}
            note={`of it heap ${(process.heapUsedBytes / MB).toFixed(1)}`}
          />
          <Row label="Running for" value={age(process.uptimeMs)} note="wall clock, not market time" />
          <Row label="Version" value={process.version} note={`Node ${process.node}`} />
          <Row label="Journal" value={journal.journalId.slice(0, 12)} note={journal.journalId} />
        </Rows>
      )}
    </Answered>
  )
}

function SegmentRows({ journal: { segments, keepBytes } }: Pick<SystemAnswer, 'journal'>) {
  if (segments === null) return null
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0)
  const sizes = segments.slice(-6).map(({ segment, bytes }) => `${segment}: ${megabytes(bytes)}`)
  return (
    <Row
      label={`${segments.length === 1 ? '1 segment' : `${segments.length} segments`}, MB`}
      value={megabytes(total)}
      note={`${sizes.join(', ')}${keepBytes === null ? '' : `; sealed ones are kept up to ${megabytes(keepBytes)}`}`}
    />
  )
}

const megabytes = (bytes: number): string => decimal((bytes / MB).toFixed(1), { places: 1 })
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0ms`
