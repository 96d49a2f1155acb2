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
const ALWAYS = { hasTime: () => true, rest: () => undefined }
/** Patience for one batch of what is new. */
const NEVER = { hasTime: () => false, rest: () => undefined }
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
const seqsOf = async (index: DecisionIndex): Promise<readonly number[]> => (await index.ask(ALL, ALWAYS)).decisions.map(({ seq }) => seq)

test('[API-06] a journal asked before its first record is not taken for whole: what it holds later is found', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(0)
  const index = new DecisionIndex(folder)
  assert.equal((await index.ask(ALL, ALWAYS)).reach.state, 'reading')
  decide(2)
  assert.deepEqual(await seqsOf(index), [2, 1])
})

test('[API-06] the index keeps the newest and no more, however long the journal grows under it', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(2)
  const index = new DecisionIndex(folder, 4)
  assert.deepEqual(await seqsOf(index), [2, 1])
  decide(3)
  assert.deepEqual(await seqsOf(index), [5, 4, 3, 2])
  decide(6)
  assert.deepEqual(await seqsOf(index), [11, 10, 9, 8])
  const { reach, tally } = await index.ask(ALL, ALWAYS)
  assert.deepEqual([reach, tally.total], [{ fromSeq: 8, fromAt: AT + 8, state: 'bounded', behindSeq: null }, 4])
  assert.deepEqual([tally.kinds, tally.outcomes['refused']], [{ activation_refused: 4 }, 4], 'what was forgotten is not counted')
})

test('[API-06] a damaged batch fails every question that reaches it; the journal never looks whole', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(1)
  decide(1)
  spoilFirst(folder)
  const index = new DecisionIndex(folder)
  for (let question = 0; question < 3; question++) await assert.rejects(index.ask(ALL, ALWAYS), { name: 'JournalError' })
  assert.equal((await index.ask({ ...ALL, limit: 1 }, NEVER)).reach.state, 'reading')
})

test('[API-06] [P10] much that is new is taken in as patience allows: the answer names what it lacks, is of what it knew, and is whole in the end', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(2)
  const index = new DecisionIndex(folder)
  assert.deepEqual(await seqsOf(index), [2, 1])
  for (let batch = 0; batch < 4; batch++) decide(1)
  for (let question = 0; question < 4; question++) {
    const { decisions, asOfSeq, reach, tally } = await index.ask(ALL, NEVER)
    assert.deepEqual([decisions.map(({ seq }) => seq), asOfSeq, reach.behindSeq, tally.total], [[2, 1], 2, 6, 2])
  }
  const { decisions, asOfSeq, reach, tally } = await index.ask(ALL, NEVER)
  assert.deepEqual([decisions.map(({ seq }) => seq), asOfSeq, reach.behindSeq, tally.total], [[6, 5, 4, 3, 2, 1], 6, null, 6])
})

test('[API-06] [P10] it rests after each batch, and another question is answered meanwhile with what is known', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(2)
  const index = new DecisionIndex(folder)
  await seqsOf(index)
  for (let batch = 0; batch < 4; batch++) decide(1)
  const between: (readonly number[])[] = []
  let isAsking = false
  const rest = async (): Promise<void> => {
    if (isAsking) return
    isAsking = true
    between.push((await index.ask(ALL, NEVER)).decisions.map(({ seq }) => seq))
    isAsking = false
  }
  const { decisions, asOfSeq } = await index.ask(ALL, { hasTime: () => true, rest })
  assert.deepEqual([decisions.map(({ seq }) => seq), asOfSeq], [[6, 5, 4, 3, 2, 1], 6])
  assert.deepEqual(between, [
    [2, 1],
    [2, 1],
  ])
})

test('[API-06] what is new and damaged fails the question, and the next one begins at its end again', async (t) => {
  const { folder, decide } = placeFor(t)
  decide(1)
  const index = new DecisionIndex(folder)
  assert.deepEqual(await seqsOf(index), [1])
  decide(1)
  decide(1)
  spoil(folder, 2)
  for (let question = 0; question < 2; question++) await assert.rejects(index.ask(ALL, ALWAYS), { name: 'JournalError' })
})

/** A byte of the oldest batch with records. */
function spoilFirst(folder: string): void {
  spoil(folder, 1)
}

function spoil(folder: string, place: number): void {
  const database = openSqlite(segmentPath(folder, 1), 'write')
  const row = database.prepare('SELECT at, frame FROM batches ORDER BY at LIMIT 1 OFFSET ?').get(place)
  const frame = row?.['frame'] as Uint8Array
  frame.set([(frame[120] ?? 0) ^ 1], 120)
  database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(frame, row?.['at'] as number)
  database.close()
}
