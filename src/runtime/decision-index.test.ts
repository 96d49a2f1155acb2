/** The index over a journal that has not begun, that grows, and that is damaged. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openJournalSync } from '#store/journal-sync.ts'
import { sealKey } from '#store/seal-key.ts'
import { segmentPath } from '#store/segment-reader.ts'
import { openSqlite } from '#store/sqlite.ts'
import { DecisionIndex } from './decision-index.ts'

const AT = 1_767_225_600_000
const ALWAYS = { hasTime: () => true }
const ALL = { filter: {}, limit: 100 }

/** A batch for each call: `decide` writes one refused cover per seq. */
function placeFor(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'ballast-index-'))
  const folder = join(root, 'journal')
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const key = sealKey(generateKeyPairSync('ed25519').privateKey)
  let seq = 0
  const decide = (count: number): void => {
    const journal = openJournalSync({ folder, checkpointFolder: join(root, 'checkpoints'), key })
    for (let i = 0; i < count; i++) journal.append({ seq: ++seq, kind: 'decision', text: refused(seq) })
    journal.close()
  }
  return { folder, decide }
}

function refused(seq: number): string {
  const explanation = { gate: 'protection/consent', code: 'not_allowed', field: 'consent', seen: seq, limit: 'given', cause: seq }
  const body = { kind: 'activation_refused', account: 'demo', subject: `quote-${seq}`, detail: {}, explanation }
  return JSON.stringify({ seq, at: AT + seq, topic: 'protection_decisions', key: 'demo', source: 'test', cause: seq, body, via: [] })
}
const seqsOf = (index: DecisionIndex): readonly number[] => index.ask(ALL, ALWAYS).decisions.map(({ seq }) => seq)

test('[API-06] a journal asked before its first record is not taken for whole: what it holds later is found', (t) => {
  const { folder, decide } = placeFor(t)
  decide(0)
  const index = new DecisionIndex(folder)
  assert.equal(index.ask(ALL, ALWAYS).reach.state, 'reading')
  decide(2)
  assert.deepEqual(seqsOf(index), [2, 1])
})

test('[API-06] the index keeps the newest and no more, however long the journal grows under it', (t) => {
  const { folder, decide } = placeFor(t)
  decide(2)
  const index = new DecisionIndex(folder, 4)
  assert.deepEqual(seqsOf(index), [2, 1])
  decide(3)
  assert.deepEqual(seqsOf(index), [5, 4, 3, 2])
  decide(6)
  assert.deepEqual(seqsOf(index), [11, 10, 9, 8])
  const { reach, tally } = index.ask(ALL, ALWAYS)
  assert.deepEqual([reach, tally.total], [{ fromSeq: 8, fromAt: AT + 8, state: 'bounded' }, 4])
})

test('[API-06] a damaged batch fails every question that reaches it; the journal never looks whole', (t) => {
  const { folder, decide } = placeFor(t)
  decide(1)
  decide(1)
  spoilFirst(folder)
  const index = new DecisionIndex(folder)
  for (let question = 0; question < 3; question++) assert.throws(() => index.ask(ALL, ALWAYS), { name: 'JournalError' })
  assert.equal(index.ask({ ...ALL, limit: 1 }, { hasTime: () => false }).reach.state, 'reading')
})

/** A byte of the oldest batch with records. */
function spoilFirst(folder: string): void {
  const database = openSqlite(segmentPath(folder, 1), 'write')
  const row = database.prepare('SELECT at, frame FROM batches ORDER BY at LIMIT 1 OFFSET 1').get()
  const frame = row?.['frame'] as Uint8Array
  frame.set([(frame[120] ?? 0) ^ 1], 120)
  database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(frame, row?.['at'] as number)
  database.close()
}
