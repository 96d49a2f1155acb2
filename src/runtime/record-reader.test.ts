/** The reader's thread and the verification: failures are answers, and neither outlives the platform or keeps it alive. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { checkpointPath } from '#store/checkpoint-file.ts'
import { openJournalSync } from '#store/journal-sync.ts'
import { sealKey } from '#store/seal-key.ts'
import { epochMs } from '#units/time.ts'
import { ACCOUNT_ROWS } from './history-row.ts'
import { RecordReader } from './record-reader.ts'
import { RowFile } from './row-file.ts'
import { Verification } from './verification.ts'

const WALL = 1_795_000_000_000

function rootFor(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'ballast-reader-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  return root
}

/** A thousand records under one key, closed and signed. */
function journalIn(root: string) {
  const folder = join(root, 'journal')
  const key = sealKey(generateKeyPairSync('ed25519').privateKey)
  const journal = openJournalSync({ folder, checkpointFolder: join(root, 'checkpoints'), key })
  for (let seq = 1; seq <= 1_000; seq++) journal.append({ seq, kind: 'input', text: `{"seq":${seq},"at":${WALL},"topic":"clock_tick"}` })
  journal.close()
  return { folder, checkpointFile: checkpointPath(join(root, 'checkpoints'), journal.opened.journalId) }
}

test('[UI-04] a question that cannot be read fails alone; the next one is answered', async (t) => {
  const root = rootFor(t)
  const history = join(root, 'history')
  const point = { at: epochMs(WALL), index: '1', equityClose: '2', equityMark: '3', equityUnprotected: '4', floorEquity: null }
  new RowFile(ACCOUNT_ROWS, history, () => undefined).add('demo', point)
  const reader = new RecordReader({ journal: join(root, 'nowhere'), logs: join(root, 'logs'), history })
  t.after(() => reader.close())
  const [decisions, range] = await Promise.allSettled([
    reader.decisions({ filter: {}, limit: 10 }),
    reader.history({ account: 'demo', points: 10 }),
  ])
  assert.equal(decisions.status, 'rejected')
  assert.equal((decisions.reason as Error).name, 'ReaderFailure')
  assert.deepEqual(range.status === 'fulfilled' ? range.value.points : [], [point])
  const none = await reader.auditSearch({ includeInternal: true, limit: 10 })
  assert.deepEqual(none, { entries: [], next: null, read: 0, asOfSeq: 0 })
})

test('[UI-04] what waits when the reader is closed fails, and a later question finds a new one', async (t) => {
  const root = rootFor(t)
  const { folder } = journalIn(root)
  const reader = new RecordReader({ journal: folder, logs: root, history: root })
  t.after(() => reader.close())
  const waiting = reader.decisions({ filter: {}, limit: 10 }).then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  )
  await reader.close()
  assert.equal(await waiting, 'ReaderFailure')
  const page = await reader.decisions({ filter: {}, limit: 10 })
  assert.deepEqual([page.decisions.length, page.asOfSeq, page.reach.state], [0, 1_000, 'whole'])
})

test('[PE-01] a verification that takes too long, or is called off, says so and is over; the next one runs', async (t) => {
  const job = journalIn(rootFor(t))
  const late = new Verification({ job, now: () => WALL, patienceMs: 0 })
  assert.equal(late.begin().state, 'running')
  await late.settled()
  assert.deepEqual(late.state, { state: 'failed', startedAt: WALL, endedAt: WALL, why: 'it took longer than 0 s' })
  const off = new Verification({ job, now: () => WALL })
  off.begin()
  await off.close()
  assert.equal(off.state.state === 'failed' ? off.state.why : '', 'it was called off')
  const whole = new Verification({ job, now: () => WALL })
  whole.begin()
  await whole.settled()
  assert.equal(whole.state.state === 'done' ? whole.state.report.vouched.records : 0, 1_000)
})

test('[PE-01] a checkpoint file that is gone, or damaged, is told', async (t) => {
  const { folder, checkpointFile } = journalIn(rootFor(t))
  rmSync(checkpointFile)
  const verification = new Verification({ job: { folder, checkpointFile }, now: () => WALL })
  verification.begin()
  await verification.settled()
  const { state } = verification
  assert.deepEqual(state.state === 'done' ? state.report.findings.map(({ code }) => code) : [], ['checkpoint_missing'])
  writeFileSync(checkpointFile, 'torn')
  verification.begin()
  await verification.settled()
  const second = verification.state
  assert.deepEqual(second.state === 'done' ? second.report.findings.map(({ code }) => code) : [], ['checkpoint_damaged'])
})

test('[UI-04] [API-03] questions beyond those that may wait are refused at once; the others are answered', async (t) => {
  const root = rootFor(t)
  const { folder } = journalIn(root)
  const reader = new RecordReader({ journal: folder, logs: root, history: root })
  t.after(() => reader.close())
  const asked = Array.from({ length: 40 }, () => reader.decisions({ filter: {}, limit: 10 }))
  const outcomes = (await Promise.allSettled(asked)).map(({ status }) => status)
  assert.deepEqual([outcomes.indexOf('rejected'), outcomes.lastIndexOf('fulfilled')], [32, 31])
})
