/** Replay against the record: equal, and each way of not being equal. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import type { JournalRecord } from '#engine/journal/record.ts'
import { JournalError } from '#store/journal-error.ts'
import { loadSealKey } from '#store/seal-key.ts'
import { readBatches } from '#store/journal-reader.ts'
import { codeDigest } from './code-digest.ts'
import { layerOf, resolveConfig } from './config.ts'
import { openEngineSession } from './engine-session.ts'
import { replayJournal, ReplayRefused } from './replay-journal.ts'
import { runSession, writeForged, writeSmallJournal } from './small-journal.fixture.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-replay-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
function refusedWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ReplayRefused && error.refusal.code === code
}

test('[PE-05] a journal replays to the same decisions and the same state, twice', async (t) => {
  const { folder, records } = writeSmallJournal(folderOf(t))
  const first = await replayJournal({ folder })
  assert.deepEqual([first.status, first.sessions, first.code.isSame], ['equal', 1, true])
  assert.equal(first.inputs, records.filter(({ kind }) => kind === 'input').length)
  assert.equal(first.decisions, records.filter(({ kind }) => kind === 'decision').length)
  assert.ok(first.decisions >= 5)
  assert.deepEqual(await replayJournal({ folder }), first)
})

test('[PE-05] one changed byte in a recorded decision is named, although the chain around it is correct', async (t) => {
  const { records } = writeSmallJournal(folderOf(t))
  const victim = records.findIndex(({ kind, text }) => kind === 'decision' && text.includes('"entryPrice":"90000"'))
  const forged = records.map((record, i): JournalRecord =>
    i === victim ? { ...record, text: record.text.replace('"entryPrice":"90000"', '"entryPrice":"90001"') } : record,
  )
  const { status, difference } = await replayJournal({ folder: writeForged(folderOf(t), forged) })
  assert.deepEqual([status, difference?.seq, difference?.topic], ['differs', records[victim]?.seq, 'command_results'])
  assert.deepEqual(difference?.fields, [{ path: 'body.answer.positions.0.entryPrice', recorded: '90001', derived: '90000' }])
})

test('[PE-05] a decision taken out, and one put in, are differences too', async (t) => {
  const { records } = writeSmallJournal(folderOf(t))
  const victim = records.findIndex(({ kind }) => kind === 'decision')
  const without = await replayJournal({ folder: writeForged(folderOf(t), records.toSpliced(victim, 1)) })
  assert.deepEqual([without.status, without.difference?.seq, without.difference?.recorded], ['differs', records[victim]?.seq, null])
  const last = records.at(-1) as JournalRecord
  const invented = { seq: last.seq + 1, kind: 'decision' as const, text: (records[victim] as JournalRecord).text }
  const added = await replayJournal({ folder: writeForged(folderOf(t), [...records, invented]) })
  assert.deepEqual([added.status, added.difference?.seq, added.difference?.derived], ['differs', last.seq + 1, null])
})

test('[PE-05] a changed input shows in the first decision that rests on it', async (t) => {
  const { records } = writeSmallJournal(folderOf(t))
  const victim = records.findIndex(({ kind, text }) => kind === 'input' && text.includes('"size":"1"'))
  const forged = records.map((record, i): JournalRecord =>
    i === victim ? { ...record, text: record.text.replace('"size":"1"', '"size":"2"') } : record,
  )
  const { status, difference } = await replayJournal({ folder: writeForged(folderOf(t), forged) })
  assert.deepEqual([status, difference?.topic], ['differs', 'command_results'])
  assert.ok(
    difference?.fields.some(
      ({ path, recorded, derived }) => path === 'body.answer.positions.0.size' && recorded === '1' && derived === '2',
    ),
  )
})

test('[DX-02] each session replays under the configuration it recorded', async (t) => {
  const strict = [layerOf('test', [{ path: 'admission/market.indexMaxAgeMs', value: 1 }])]
  const { folder } = writeSmallJournal(folderOf(t), [[], strict, []])
  const report = await replayJournal({ folder })
  assert.deepEqual([report.status, report.sessions], ['equal', 3])
})

test('[PE-05] the journal of other code is compared all the same, and the answer says so', async (t) => {
  const { records } = writeSmallJournal(folderOf(t))
  const other = 'ab'.repeat(32)
  const forged = records.map((record, i): JournalRecord =>
    i === 0 ? { ...record, text: record.text.replace(/"codeDigest":"[0-9a-f]+"/, `"codeDigest":"${other}"`) } : record,
  )
  const { status, code } = await replayJournal({ folder: writeForged(folderOf(t), forged) })
  assert.deepEqual([status, code.isSame, code.journal], ['equal', false, [other]])
})

test('[F-O01] what cannot be replayed is refused with its reason', async (t) => {
  const { records } = writeSmallJournal(folderOf(t))
  const [first, ...rest] = records as [JournalRecord, ...JournalRecord[]]
  const config = { ...first, text: first.text.replace('"jumpMax":0.1', '"jumpMax":0.3') }
  await assert.rejects(replayJournal({ folder: writeForged(folderOf(t), [config, ...rest]) }), refusedWith('config_digest'))
  await assert.rejects(replayJournal({ folder: writeForged(folderOf(t), rest) }), refusedWith('snapshot_missing'))
  const note: JournalRecord = { seq: (records.at(-1)?.seq ?? 0) + 1, kind: 'note', text: '{"file":"x.csv"}' }
  await assert.rejects(replayJournal({ folder: writeForged(folderOf(t), [...records, note]) }), refusedWith('data_needed'))
  await assert.rejects(replayJournal({ folder: writeForged(folderOf(t), []) }), refusedWith('empty_journal'))
})

test('[PE-05] a journal whose first records retention has dropped replays under the configuration its snapshot names', async (t) => {
  const root = folderOf(t)
  const { components, digest } = resolveConfig([layerOf('test', [{ path: 'admission/market.indexMaxAgeMs', value: 1_234 }])])
  const folder = join(root, 'engine')
  const key = loadSealKey({ given: undefined, defaultFile: join(root, 'key.pem') })
  const journal = { folder, checkpointFolder: join(root, 'checkpoints'), key, segmentBytesMax: 20_000, keepBytes: 1 }
  const digests = { codeDigest: codeDigest(), configDigest: digest, node: process.version, architecture: process.arch }
  const session = await openEngineSession({ journal, components, digests })
  const { engine } = session
  for (let number = 0; number < 12; number++) {
    const isOpening = number === 0
    runSession({
      engine,
      config: { ...resolveConfig([]), components, digest },
      number,
      isOpening,
      append: (record) => session.journal.append(record),
    })
    if (number > 2) await session.snapshot()
    else await session.journal.flush()
  }
  await session.journal.close()
  const kept = [...readBatches(folder, 1)].flat()
  assert.ok((kept[0]?.seq ?? 0) > 1, 'retention has dropped the beginning')
  assert.ok(!kept.some(({ text }) => text.includes('session_started')), 'and with it the record of the session')
  const report = await replayJournal({ folder })
  assert.deepEqual([report.status, report.code.isSame, report.tail.state], ['equal', true, 'whole'])
  assert.ok(report.decisions >= 5)
  assert.equal(report.stateHash, createHash('sha256').update(engine.stateText()).digest('hex'))
})

test('[F-D06] a journal whose signed end is missing is called cut, with both ends; without checkpoints nothing is said', async (t) => {
  const root = folderOf(t)
  const { folder, checkpoints, records } = writeSmallJournal(root, [[], []])
  const last = records.at(-1)?.seq ?? 0
  assert.deepEqual((await replayJournal({ folder })).tail, { state: 'whole', signedSeq: last })
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(folder, 'segment-00000001.sqlite'))
  database.exec('DELETE FROM batches WHERE at = (SELECT max(at) FROM batches)')
  database.close()
  const cut = await replayJournal({ folder })
  assert.deepEqual([cut.status, cut.difference, cut.tail], ['cut', undefined, { state: 'cut', signedSeq: last }])
  assert.ok(cut.toSeq < last)
  rmSync(checkpoints, { recursive: true })
  const unsigned = await replayJournal({ folder })
  assert.deepEqual([unsigned.status, unsigned.tail], ['equal', { state: 'unsigned', signedSeq: null }])
})

test('[F-D04] a damaged journal is reported as damage, not as a difference', async (t) => {
  const { folder } = writeSmallJournal(folderOf(t))
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(folder, 'segment-00000001.sqlite'))
  const row = database.prepare('SELECT at, frame FROM batches ORDER BY at DESC LIMIT 1').get() as { at: number; frame: Uint8Array }
  row.frame[120] = (row.frame[120] ?? 0) ^ 1
  database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(row.frame, row.at)
  database.close()
  await assert.rejects(replayJournal({ folder }), (error: unknown) => error instanceof JournalError && error.code === 'journal_damaged')
})
