/** Can the numbers be trusted: age of the feed, what the journal has made durable, and which run this is. */
import type { ReactNode } from 'react'
import type { Live } from '../live/feed.ts'
import { scalar } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import type { Panel } from './panel.ts'

export const systemPanel: Panel = { id: 'system', title: 'Can the numbers be trusted?', page: 'overview', zone: 'health', Body: System }

function System({ overview }: Live) {
  const platform = overview?.platform
  const price = overview?.price
  return (
    <Rows>
      <Row label="Checks passed" value={passed(overview)} note={failed(overview)} name="checks" />
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

/** Each failed one by name; what passes needs no words. */
function failed(overview: Live['overview']): string {
  const names = overview?.readiness.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`) ?? []
  return names.length === 0 ? 'what does not pass is named here' : `not ready: ${names.join('; ')}`
}

function passed(overview: Live['overview']): ReactNode {
  if (overview === undefined) return '–'
  const { length } = overview.readiness.filter(({ ok }) => ok)
  return (
    <>
      <Glyph tone={length === overview.readiness.length ? 'ok' : 'bad'} /> {length} of {overview.readiness.length}
    </>
  )
}

function count(value: number | undefined): string {
  return value === undefined ? '–' : scalar(value)
}
