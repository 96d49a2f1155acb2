/** Can the numbers be trusted: age of the feed, what the journal has made durable, and which run this is. */
import type { Live } from '../live/feed.ts'
import { scalar } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Row, Rows } from '../parts/rows.tsx'
import type { Panel } from './panel.ts'

export const systemPanel: Panel = { id: 'system', title: 'Feed and journal', zone: 'health', Body: System }

function System({ overview }: Live) {
  const platform = overview?.platform
  const price = overview?.price
  return (
    <Rows>
      <Row
        label="Age of the index, market time"
        value={price === null || price === undefined ? '–' : age(price.ageMs)}
        isStale={price?.fresh === false}
      />
      <Row label="Last event" value={count(platform?.seq)} name="seq" />
      <Row label="Durable up to" value={count(platform?.durableSeq)} />
      <Row label="Records not durable yet" value={count(platform?.pendingRecords)} />
      <Row label="Account" value={overview?.accountId ?? '–'} />
      <Row label="Version" value={platform?.version ?? '–'} />
    </Rows>
  )
}

function count(value: number | undefined): string {
  return value === undefined ? '–' : scalar(value)
}
