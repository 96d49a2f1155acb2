/** Funding rates kept and found again: bytes of a row, what is no rate, and a range through the files. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { FundingContext } from '#topics/analysis.ts'
import { durationMs, epochMs, HOUR_MS } from '#units/time.ts'
import { FUNDING_ROWS, fundingFolder, fundingPointOf } from './funding-row.ts'
import { keepHistory } from './keep-history.ts'
import { RecordReader } from './record-reader.ts'
import type { FundingPoint } from './records.ts'

const START = 1_767_225_600_000

test('[DV-06] a rate comes back to the last bit, also the longest there is; what is no rate is passed over', () => {
  const point: FundingPoint = {
    at: epochMs(START),
    fundingRate8h: -1.2345678901234567e-100,
    fundingIntervalMs: 28_800_000,
    fundingRateInterval: -1.7976931348623157e308,
    fundingApr: 0.1 + 0.2,
  }
  const row = FUNDING_ROWS.write(point)
  assert.equal(row.length, FUNDING_ROWS.bytes)
  assert.deepEqual(FUNDING_ROWS.read(row), point)
  const bare = { ...point, fundingIntervalMs: null, fundingRateInterval: null }
  assert.deepEqual(FUNDING_ROWS.read(FUNDING_ROWS.write(bare)), bare)
  for (const line of ['', '[17672', '{}', '[1,null,null,null,1]', '["1",1,1,1,1]']) assert.equal(FUNDING_ROWS.read(line), undefined, line)
})

test('[DV-06] [UI-04] with each minute what was stated since is kept, once; a range of it is read by the thread', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-funding-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let told: readonly FundingContext[] = []
  const stated = (minute: number, fundingRate8h: number, instrument = LINEAR_PERPETUAL): FundingContext => ({
    venue: 'deribit',
    instrument,
    fundingRate8h,
    fundingIntervalMs: durationMs(8 * HOUR_MS),
    fundingRateInterval: fundingRate8h,
    fundingApr: fundingRate8h * 1_095,
    nextDueAt: undefined,
    observedAt: epochMs(START + minute * 60_000),
    maxAgeMs: durationMs(180_000),
  })
  const views = { historyPoint: () => undefined, funding: () => told }
  const keep = keepHistory({ folder, log: assert.fail, views, account: 'demo' })
  const tick = (name: string): void => keep({ input: { topic: 'clock_tick', body: { name } } } as Parameters<typeof keep>[0])
  told = [stated(1, 0.0001), stated(1, 0.5, 'BTC-PERPETUAL' as InstrumentId)]
  tick('minute')
  tick('minute') // the rate only grew older
  told = [stated(2, 0.0002)]
  tick('renewal')
  tick('minute')
  const reader = new RecordReader({ journal: folder, logs: folder, history: folder })
  t.after(() => reader.close())
  const range = await reader.fundingHistory({ instrument: LINEAR_PERPETUAL, points: 10 })
  assert.deepEqual(range.points, [stated(1, 0.0001), stated(2, 0.0002)].map(fundingPointOf))
  assert.deepEqual([range.inRange, range.first, range.last], [2, START + 60_000, START + 120_000])
  const other = await reader.fundingHistory({ instrument: 'BTC-PERPETUAL', points: 10 })
  assert.deepEqual(
    other.points.map(({ fundingRate8h }) => fundingRate8h),
    [0.5],
  )
  assert.deepEqual((await reader.fundingHistory({ instrument: 'ETH-PERPETUAL', points: 10 })).points, [])
  assert.equal(fundingFolder('x'), join('x', 'funding'))
})
