/** The chart's history: what it keeps, and that a medium that fails never reaches the engine. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { AccountHistory } from './account-history.ts'

const point = (minute: number) => ({
  at: epochMs(1_767_225_600_000 + minute * 60_000),
  index: '90000',
  equityClose: '20000',
  equityMark: '20000',
  equityUnprotected: '20000',
  floorEquity: null,
})

test('[UI-04] a restart goes on from the file, a damaged line only shortens the chart', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-history-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const first = new AccountHistory(folder, () => undefined)
  for (const minute of [1, 2, 3]) first.add('demo', point(minute))
  writeFileSync(join(folder, 'demo.jsonl'), '{"torn', { flag: 'a' })
  const second = new AccountHistory(folder, () => undefined)
  assert.deepEqual(
    second.of('demo').map(({ at }) => at),
    [1, 2, 3].map((minute) => point(minute).at),
  )
  assert.equal(second.of('demo', point(3).at).length, 1)
})

test('[F-D10] a folder that takes nothing is said once and keeps the points in memory', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-history-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const blocked = join(folder, 'file-in-the-way')
  writeFileSync(blocked, '')
  const said: string[] = []
  const history = new AccountHistory(join(blocked, 'history'), (line) => said.push(line))
  for (const minute of [1, 2, 3]) history.add('demo', point(minute))
  assert.equal(history.of('demo').length, 3)
  assert.equal(said.length, 1)
})
