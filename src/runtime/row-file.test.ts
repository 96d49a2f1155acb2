/** The chart's history: what is kept and found again, ranges with their extremes, and that a medium that fails never reaches the engine. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { epochMs } from '#units/time.ts'
import { HistoryReader, rangeOf } from './history-reader.ts'
import { ACCOUNT_ROWS, historyRow, pointOf, ROW_BYTES } from './history-row.ts'
import type { HistoryPoint } from './platform.ts'
import { RowFile, rowFiles } from './row-file.ts'

const START = 1_767_225_600_000
const MINUTE = 60_000
const ALL = { points: 5_000 }

const point = (minute: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  at: epochMs(START + minute * MINUTE),
  index: '90000.25',
  equityClose: '20000',
  equityMark: '20000.000000000000000001',
  equityUnprotected: '19999.5',
  floorEquity: null,
  ...more,
})
const minutes = (points: readonly HistoryPoint[]): number[] => points.map(({ at }) => (at - START) / MINUTE)

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-history-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('[UI-04] a point comes back as it was written, to the last decimal; one too long for its line loses decimals alone', () => {
  const written = point(3, { floorEquity: '17999.123456789012345678' })
  const row = historyRow(written)
  assert.equal(row.length, ROW_BYTES)
  assert.deepEqual(pointOf(row), written)
  const long = `${'9'.repeat(30)}.${'1'.repeat(18)}`
  const shortened = historyRow(point(3, { index: long, equityClose: long, equityMark: long, equityUnprotected: long, floorEquity: long }))
  assert.equal(shortened.length, ROW_BYTES)
  assert.equal(pointOf(shortened)?.floorEquity, `${'9'.repeat(30)}.${'1'.repeat(12)}`)
  for (const line of ['', '{"torn', '[1,"2"]', '["x","1","1","1","1",null]']) assert.equal(pointOf(line), undefined, line)
})

test('[UI-04] a restart goes on from the file, a row that was cut off only shortens the chart', (t) => {
  const folder = folderFor(t)
  const first = new RowFile(ACCOUNT_ROWS, folder, () => undefined)
  for (const minute of [1, 2, 3]) first.add('demo', point(minute))
  const { path } = rowFiles(folder, 'demo')
  writeFileSync(path, '[176722', { flag: 'a' })
  const reader = new HistoryReader(ACCOUNT_ROWS, folder)
  assert.deepEqual(minutes(reader.ask('demo', ALL).points), [1, 2, 3])
  const second = new RowFile(ACCOUNT_ROWS, folder, () => undefined)
  for (const minute of [2, 3, 4]) second.add('demo', point(minute))
  assert.deepEqual(minutes(reader.ask('demo', ALL).points), [1, 2, 3, 4], 'the reader follows, what was known is not written twice')
  assert.equal(statSync(path).size, 4 * ROW_BYTES)
})

test('[UI-04] a range has both its ends, and says how much there is', (t) => {
  const folder = folderFor(t)
  const history = new RowFile(ACCOUNT_ROWS, folder, () => undefined)
  for (let minute = 0; minute < 100; minute++) history.add('demo', point(minute))
  const reader = new HistoryReader(ACCOUNT_ROWS, folder)
  const range = reader.ask('demo', { from: START + 10 * MINUTE, to: START + 12 * MINUTE, points: 50 })
  assert.deepEqual(minutes(range.points), [10, 11, 12])
  assert.deepEqual([range.inRange, range.first, range.last], [3, START, START + 99 * MINUTE])
  assert.deepEqual(minutes(reader.ask('demo', { from: START + 98 * MINUTE, points: 50 }).points), [98, 99])
  assert.deepEqual(minutes(reader.ask('demo', { to: START, points: 50 }).points), [0])
  assert.deepEqual(reader.ask('demo', { from: START + 200 * MINUTE, points: 50 }).points, [])
  assert.deepEqual(reader.ask('nobody', { points: 50 }), { points: [], inRange: 0, first: null, last: null })
})

test('[UI-04] of more points than asked for, every line keeps its lowest and highest, and both ends stay', (t) => {
  const folder = folderFor(t)
  const history = new RowFile(ACCOUNT_ROWS, folder, () => undefined)
  const odd: Readonly<Record<number, Partial<HistoryPoint>>> = {
    777: { equityClose: '12000' },
    1_234: { index: '120000' },
    1_500: { equityUnprotected: '0' },
    1_999: { floorEquity: '18500' },
  }
  const points = Array.from({ length: 3_000 }, (_, minute) => point(minute, odd[minute]))
  for (const each of points) history.add('demo', each)
  const range = new HistoryReader(ACCOUNT_ROWS, folder).ask('demo', { points: 100 })
  assert.ok(range.points.length <= 100)
  assert.equal(range.inRange, 3_000)
  const shown = minutes(range.points)
  for (const minute of [0, 777, 1_234, 1_500, 1_999, 2_999]) assert.ok(shown.includes(minute), `minute ${minute} is drawn`)
  assert.deepEqual(rangeOf(ACCOUNT_ROWS, points, { points: 100 }), range, 'from memory the same choice')
})

test('[UI-04] beyond its bound the file gives way to another, and ranges go over both', (t) => {
  const folder = folderFor(t)
  const history = new RowFile(ACCOUNT_ROWS, folder, () => undefined, 10)
  const reader = new HistoryReader(ACCOUNT_ROWS, folder)
  for (let minute = 0; minute < 25; minute++) {
    history.add('demo', point(minute))
    if (minute === 12) assert.deepEqual(minutes(reader.ask('demo', ALL).points), [...Array(13).keys()])
  }
  assert.deepEqual(
    minutes(reader.ask('demo', ALL).points),
    Array.from({ length: 15 }, (_, i) => i + 10),
  )
  assert.deepEqual(minutes(reader.ask('demo', { from: START + 18 * MINUTE, to: START + 21 * MINUTE, points: 9 }).points), [18, 19, 20, 21])
})

test('[F-D10] a folder that takes nothing is said once; what waits is written when it takes again', (t) => {
  const blocked = join(folderFor(t), 'history')
  writeFileSync(blocked, '')
  const said: string[] = []
  const history = new RowFile(ACCOUNT_ROWS, blocked, (line) => said.push(line))
  for (const minute of [1, 2, 3]) history.add('demo', point(minute))
  assert.equal(said.length, 1)
  rmSync(blocked)
  history.add('demo', point(4))
  assert.deepEqual(minutes(new HistoryReader(ACCOUNT_ROWS, blocked).ask('demo', ALL).points), [1, 2, 3, 4])
})
