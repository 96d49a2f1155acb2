/** Can the numbers be trusted: age of the feed, what the journal has made durable, and which run this is. */
import type { ReactNode } from 'react'
import type { Overview } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { scalar } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'

export const systemPanel: OverviewPanel = { id: 'system', title: 'Can the numbers be trusted?', zone: 'health', Body: System }

function System(live: Live) {
  return (
    <Answered answer={toldBy(live)} minRows={12}>
      {(overview) => <Trust overview={overview} />}
    </Answered>
  )
}

function Trust({ overview }: { readonly overview: Overview }) {
  const { platform, price } = overview
  return (
    <Rows>
      <Row label="Checks passed" value={passed(overview)} note={failed(overview)} name="checks" />
      <Row label="Age of the index, market time" value={price === null ? '–' : age(price.ageMs)} isStale={price?.fresh === false} />
      <Row label="Last event" value={scalar(platform.seq)} name="seq" />
      <Row label="Durable up to" value={scalar(platform.durableSeq)} />
      <Row label="Records not durable yet" value={scalar(platform.pendingRecords)} />
      <Row label="Account" value={overview.accountId} />
      <Row label="Version" value={platform.version} />
    </Rows>
  )
}

/** Each failed one by name; what passes needs no words. */
function failed({ readiness }: Overview): string {
  const names = readiness.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
  return names.length === 0 ? 'what does not pass is named here' : `not ready: ${names.join('; ')}`
}

function passed({ readiness }: Overview): ReactNode {
  const { length } = readiness.filter(({ ok }) => ok)
  return (
    <>
      <Glyph tone={length === readiness.length ? 'ok' : 'bad'} /> {length} of {readiness.length}
    </>
  )
}
