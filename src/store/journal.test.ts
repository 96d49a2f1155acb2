/** The journal over real files: restart, rotation, retention, checkpoints, lock, refusals, a full and a failing medium. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { JournalError } from './journal-error.ts'
import { openJournal, type JournalFailure } from './journal.ts'
import { openJournalSync } from './journal-sync.ts'
import { sealKey } from './seal-key.ts'
import { listSegments, segmentPath } from './segment-reader.ts'
import { writeSnapshot } from './snapshots.ts'
import { openSqlite } from './sqlite.ts'
import { expectedRecords, optionsIn, readRecords, record, temporaryFolder, writeJournal } from './store.fixture.ts'
import { verifyJournal } from './verify.ts'

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof JournalError && error.code === code
}

test('[PE-05] what was acknowledged is there after a restart, and seq goes on', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  const journal = await openJournal(options)
  assert.equal(journal.opened.isNew, true)
  const heard: number[] = []
  journal.onDurable((upto) => heard.push(upto))
  for (let seq = 1; seq <= 3_000; seq += 1) journal.append(record(seq))
  assert.equal(journal.pending, 3_000)
  assert.equal(journal.durableSeq, 0, 'nothing is durable before the medium said so')
  await journal.flush()
  assert.deepEqual([journal.durableSeq, journal.pending, heard.at(-1)], [3_000, 0, 3_000])
  assert.deepEqual(
    heard,
    heard.toSorted((left, right) => left - right),
  )
  journal.append(record(3_001))
  await journal.close()
  assert.throws(() => journal.append(record(3_002)), hasCode('journal_closed'))

  const again = await openJournal(options)
  assert.deepEqual([again.opened.isNew, again.opened.lastSeq, again.opened.journalId], [false, 3_001, journal.opened.journalId])
  again.append(record(3_002))
  await again.flush()
  const tail = []
  for await (const each of again.readAll(2_990)) tail.push(each)
  assert.deepEqual(tail, expectedRecords(2_990, 3_002))
  await again.close()
  assert.deepEqual(readRecords(options.folder), expectedRecords(1, 3_002))
})

test('[PE-05] segments rotate by size and are dropped only when two snapshots replace them', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000, keepBytes: 1 })
  const file = writeJournal(options, 1_200)
  const before = listSegments(options.folder)
  assert.ok(before.length > 4 && before[0] === 1)
  assert.deepEqual(readRecords(options.folder, 700), expectedRecords(700, 1_200))
  const journal = openJournalSync(options)
  assert.deepEqual(journal.checkpoint('snapshot'), [], 'no snapshot, nothing is dropped')
  for (const seq of [600, 1_000]) writeSnapshot(options.folder, { seq, head: 'ab', componentVersions: {}, body: '{}' })
  const dropped = journal.checkpoint('snapshot')
  journal.close()
  assert.ok(dropped.length > 0)
  assert.equal(listSegments(options.folder)[0], (dropped.at(-1) ?? 0) + 1)
  assert.deepEqual(readRecords(options.folder, 601), expectedRecords(601, 1_200), 'the older snapshot can still be replayed')
  const report = verifyJournal({ folder: options.folder, checkpointFile: file })
  assert.deepEqual([report.ok, report.findings], [true, []])
  assert.ok(report.after.seq > 0 && report.after.seq <= 600, 'verify says from where on it can vouch')
  assert.equal(report.vouched.records, 1_200 - report.after.seq)
})

test('[PE-01] each checkpoint vouches for what was durable: opening, each second, seal, snapshot, stop', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  const journal = await openJournal(options)
  journal.append(record(1))
  await journal.checkpoint('snapshot')
  await journal.close()
  const lines = readFileSync(join(options.checkpointFolder, `${journal.opened.journalId}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  const stated = lines.map((line) => JSON.parse(line) as { reason: string; seq: number; firstSegment: number; publicKey: string })
  assert.deepEqual(
    stated.filter(({ reason }) => reason !== 'periodic').map(({ reason, seq }) => [reason, seq]),
    [
      ['opened', 0],
      ['snapshot', 1],
      ['stopped', 1],
    ],
  )
  assert.ok(stated.every(({ publicKey, firstSegment }) => publicKey === options.key.publicKey && firstSegment === 1))
})

test('[F-P05] a folder has one owner; the second is refused by name, and the lock ends with its holder', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  const first = await openJournal(options)
  await assert.rejects(openJournal(options), (error) => {
    assert.ok(error instanceof JournalError)
    assert.deepEqual(error.refusal, {
      code: 'journal_locked',
      field: options.folder,
      seen: `held by process ${process.pid}`,
      limit: 'a folder no other process has open',
    })
    return true
  })
  assert.throws(() => openJournalSync(options), hasCode('journal_locked'))
  await first.close()
  openJournalSync(options).close()
})

test('[PE-01] another seal key, or checkpoints inside the journal folder, refuse the start', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  writeJournal(options, 20)
  const other = sealKey(generateKeyPairSync('ed25519').privateKey)
  await assert.rejects(openJournal({ ...options, key: other }), hasCode('seal_key_mismatch'))
  assert.throws(
    () => openJournalSync({ ...options, checkpointFolder: join(options.folder, 'in') }),
    hasCode('checkpoint_folder_inside_journal'),
  )
  openJournalSync(options).close()
})

test('[F-D01] a full medium: no acknowledgement, a stop that names the loss, and the prefix goes on once there is space', async (t) => {
  const root = temporaryFolder(t)
  const tight = optionsIn(root, { segmentPagesMax: 12 })
  const journal = await openJournal(tight)
  const failures: JournalFailure[] = []
  const full = new Promise<void>((resolve) => journal.onFailure((failure) => resolve(void failures.push(failure))))
  let acknowledged = 0
  journal.onDurable((upto) => (acknowledged = upto))
  for (let seq = 1; seq <= 2_000; seq += 1) {
    journal.append(record(seq))
    if (seq % 50 === 0) await Promise.race([journal.flush().catch(() => {}), full])
  }
  await full
  assert.deepEqual(failures[0], { code: 'journal_full', detail: 'no space left for the journal', isFatal: false })
  assert.ok(acknowledged > 0 && acknowledged < 2_000)
  await assert.rejects(journal.close(), hasCode('journal_full'))
  assert.deepEqual(readRecords(tight.folder), expectedRecords(1, acknowledged), 'the prefix, nothing half done')

  const { segmentPagesMax: _, ...roomy } = tight
  const again = openJournalSync(roomy)
  assert.equal(again.opened.lastSeq, acknowledged)
  again.append(record(acknowledged + 1))
  again.close()
  assert.deepEqual(readRecords(tight.folder), expectedRecords(1, acknowledged + 1))
})

test('[F-D02] a medium that fails is fatal: told once, nothing waits for ever, nothing is taken any more, the folder is released', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  const journal = await openJournal(options)
  journal.append(record(1))
  await journal.flush()
  const failures: JournalFailure[] = []
  journal.onFailure((failure) => failures.push(failure))
  const database = openSqlite(segmentPath(options.folder, 1), 'write')
  database.exec("CREATE TRIGGER fail BEFORE INSERT ON batches BEGIN SELECT RAISE(FAIL, 'the medium fails'); END")
  database.close()
  journal.append(record(2))
  await assert.rejects(journal.flush(), hasCode('journal_failed'))
  assert.throws(() => journal.append(record(3)), hasCode('journal_failed'))
  await assert.rejects(journal.checkpoint('snapshot'), hasCode('journal_failed'))
  assert.deepEqual(
    [journal.durableSeq, journal.pending, failures.length, failures[0]?.code, failures[0]?.isFatal],
    [1, 1, 1, 'journal_failed', true],
  )
  await journal.close()
  const again = openJournalSync(options)
  assert.equal(again.opened.lastSeq, 1)
  again.close()
})

test('[F-D04] a damaged batch refuses the start and names segment, byte and batch', async (t) => {
  const options = optionsIn(temporaryFolder(t))
  writeJournal(options, 100)
  const database = openSqlite(segmentPath(options.folder, 1), 'write')
  const row = database.prepare('SELECT at, frame FROM batches ORDER BY at LIMIT 1 OFFSET 5').get() as { at: number; frame: Uint8Array }
  row.frame[120] = (row.frame[120] ?? 0) ^ 4
  database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(row.frame, row.at)
  database.close()
  await assert.rejects(openJournal(options), (error) => {
    assert.ok(error instanceof JournalError)
    assert.equal(error.code, 'journal_damaged')
    assert.deepEqual([error.damage?.code, error.damage?.segment, error.damage?.at, error.damage?.batchNo], ['hash_mismatch', 1, row.at, 6])
    return true
  })
})

test('[F-D11] a start on a journal whose tail was cut is refused by the checkpoint', (t) => {
  const options = optionsIn(temporaryFolder(t))
  writeJournal(options, 100)
  const database = openSqlite(segmentPath(options.folder, 1), 'write')
  database.exec('DELETE FROM batches WHERE at = (SELECT max(at) FROM batches)')
  database.close()
  assert.throws(
    () => openJournalSync(options),
    (error) => error instanceof JournalError && error.damage?.code === 'tail_cut' && error.damage.batchNo === 11,
  )
})
