/** The verifier against each class of damage and forgery, and what its report claims. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { checkpointLine, type Checkpoint } from '#engine/journal/checkpoint.ts'
import { decodeFrame, frameEncoder, isFault, recordsOf } from '#engine/journal/frame.ts'
import { bundleOf } from '#engine/journal/record.ts'
import type { JournalOptions } from './journal-host.ts'
import { nodeText, sha256, signingCrypto, verifyingCrypto } from './node-crypto.ts'
import { sealKey } from './seal-key.ts'
import { segmentPath } from './segment-reader.ts'
import { openSqlite, type SqliteDatabase } from './sqlite.ts'
import { optionsIn, temporaryFolder, writeJournal } from './store.fixture.ts'
import { renderVerifyReport } from './verify-report.ts'
import { verifyJournal } from './verify.ts'

interface Subject {
  readonly options: JournalOptions
  readonly folder: string
  readonly checkpointFile: string
}

/** 100 records: batch 1 is the opening, batch n holds seq 10(n - 2) + 1 to 10(n - 1), batch 11 is the last and signed at the stop. */
function subject(t: TestContext): Subject {
  const options = optionsIn(temporaryFolder(t))
  const checkpointFile = writeJournal(options, 60)
  writeJournal(options, 100) // the second session's start signs batch 7
  return { options, folder: options.folder, checkpointFile }
}

function edit(folder: string, change: (database: SqliteDatabase, row: (index: number) => { at: number; frame: Uint8Array }) => void): void {
  const database = openSqlite(segmentPath(folder, 1), 'write')
  change(
    database,
    (index) =>
      database.prepare('SELECT at, frame FROM batches ORDER BY at LIMIT 1 OFFSET ?').get(index) as { at: number; frame: Uint8Array },
  )
  database.close()
}

/** Rewrites batches `from` to the end with other content and a chain that is right in itself. */
function forge(folder: string, from: number): void {
  edit(folder, (database) => {
    const rows = database.prepare('SELECT at, frame FROM batches ORDER BY at').all() as { at: number; frame: Uint8Array }[]
    const encode = frameEncoder(nodeText, sha256)
    let previousHead: Uint8Array = new Uint8Array(32)
    for (const [index, row] of rows.entries()) {
      const frame = decodeFrame(row.frame, 0, verifyingCrypto())
      assert.ok(!isFault(frame))
      if (index + 1 >= from) {
        const records = recordsOf(frame, nodeText).map((each) => ({ ...each, text: each.text.replace('mark', 'mork') }))
        const { type, journalId, segment, batchNo, lastSeq } = frame
        const forged = encode({ type, journalId, segment, batchNo, previousHead, lastSeq, bundles: [bundleOf(records)] })
        database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(forged.bytes, row.at)
        previousHead = forged.head
      } else previousHead = frame.head
    }
  })
}

test('[PE-01] a whole journal verifies, and the report says what that proves and what it does not', (t) => {
  const { folder, checkpointFile, options } = subject(t)
  const report = verifyJournal({ folder, checkpointFile, trustedPublicKey: options.key.publicKey })
  assert.equal(report.ok, true)
  assert.deepEqual(report.vouched, { batchNo: 11, seq: 100, records: 100 })
  assert.deepEqual(report.signed, report.vouched)
  assert.deepEqual(report.unsigned, { batches: 0, records: 0 })
  assert.equal(report.trustEnds, undefined)
  const text = renderVerifyReport(report)
  assert.match(text, /: verified\n/)
  assert.match(text, /not against the holder of that key/)
  assert.match(renderVerifyReport(verifyJournal({ folder })), /proves: accidental damage only/)
})

test('[PE-01] edit, gap, reorder: each is named with the batch where trust ends', (t) => {
  const cases: readonly [string, string, number, (folder: string) => void][] = [
    [
      'edit',
      'hash_mismatch',
      5,
      (folder) =>
        edit(folder, (database, row) => {
          const { at, frame } = row(4)
          frame[200] = (frame[200] ?? 0) ^ 1
          database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(frame, at)
        }),
    ],
    [
      'edit with a hash of its own',
      'chain_broken',
      5,
      (folder) =>
        edit(folder, (database, row) => {
          const { at, frame } = row(4)
          frame[200] = (frame[200] ?? 0) ^ 1
          frame.set(sha256(frame.subarray(0, -32)), frame.length - 32)
          database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(frame, at)
        }),
    ],
    [
      'gap',
      'gap',
      5,
      (folder) => edit(folder, (database, row) => void database.prepare('DELETE FROM batches WHERE at = ?').run(row(4).at)),
    ],
    [
      'gap closed up',
      'gap',
      5,
      (folder) =>
        edit(folder, (database, row) => {
          const { at, frame } = row(4)
          database.prepare('DELETE FROM batches WHERE at = ?').run(at)
          for (let index = 4; index < 10; index += 1) {
            database.prepare('UPDATE batches SET at = ? WHERE at = ?').run(row(index).at - frame.length, row(index).at)
          }
        }),
    ],
    [
      'reorder',
      'reordered',
      5,
      (folder) =>
        edit(folder, (database, row) => {
          const [left, right] = [row(4), row(5)]
          const put = database.prepare('UPDATE batches SET at = ? WHERE at = ?')
          put.run(-1, left.at)
          put.run(left.at, right.at)
          put.run(left.at + right.frame.length, -1)
        }),
    ],
  ]
  for (const [name, code, batchNo, damage] of cases) {
    const { folder, checkpointFile } = subject(t)
    damage(folder)
    const report = verifyJournal({ folder, checkpointFile })
    assert.equal(report.ok, false, name)
    assert.deepEqual([report.findings[0]?.code, report.trustEnds?.batchNo, report.trustEnds?.seq], [code, batchNo, 31], name)
    assert.deepEqual(report.vouched, { batchNo: 4, seq: 30, records: 30 }, name)
    assert.match(renderVerifyReport(report), /NOT verified[\s\S]*trust ends at segment 1, byte \d+: batch 5, seq 31/)
  }
})

test('[F-D11] the last k batches cut off are seen against the checkpoint, for every k', (t) => {
  const whole = subject(t)
  const { checkpointFile } = whole
  for (let cut = 1; cut <= 10; cut += 1) {
    const folder = `${whole.folder}-${cut}`
    cpSync(whole.folder, folder, { recursive: true })
    edit(folder, (database, row) => void database.prepare('DELETE FROM batches WHERE at >= ?').run(row(11 - cut).at))
    assert.equal(verifyJournal({ folder }).findings.length, 0, 'the chain alone cannot know')
    const report = verifyJournal({ folder, checkpointFile })
    assert.deepEqual(
      report.findings.map(({ code, where }) => [code, where]),
      [['tail_cut', `batch ${12 - cut}, seq ${Math.max(0, 10 * (10 - cut)) + 1}`]],
    )
    assert.deepEqual([report.trustEnds?.batchNo, report.trustEnds?.seq], [12 - cut, Math.max(0, 10 * (10 - cut)) + 1])
  }
})

test('[PE-01] a tail rewritten with a right chain is seen: trust ends at the last checkpoint that agrees', (t) => {
  const { folder, checkpointFile } = subject(t)
  forge(folder, 9)
  assert.equal(verifyJournal({ folder }).ok, true, 'the forged chain is right in itself')
  const report = verifyJournal({ folder, checkpointFile })
  assert.deepEqual(
    report.findings.map(({ code }) => code),
    ['rewritten'],
  )
  assert.deepEqual(report.trustEnds?.batchNo, 8, 'batch 7 was signed when the second session began')
  assert.deepEqual(report.vouched, { batchNo: 7, seq: 60, records: 60 })
})

test('[PE-01] against the holder of the key only a copy published elsewhere helps', (t) => {
  const { folder, checkpointFile, options } = subject(t)
  const anchor = join(options.checkpointFolder, 'published.jsonl')
  copyFileSync(checkpointFile, anchor)
  const lines = readFileSync(checkpointFile, 'utf8').trim().split('\n')
  const stop = JSON.parse(lines.at(-1) ?? '') as Checkpoint
  forge(folder, 9)
  const head = lastHead(folder)
  const forged = checkpointLine({ ...stop, head }, signingCrypto(options.key.privateKey), nodeText)
  writeFileSync(checkpointFile, `${lines.slice(0, 3).join('\n')}\n${forged}`)
  const deceived = verifyJournal({ folder, checkpointFile })
  assert.deepEqual([deceived.ok, deceived.anchored], [true, undefined])
  const report = verifyJournal({ folder, checkpointFile, anchor })
  assert.deepEqual([report.findings[0]?.code, report.trustEnds?.batchNo], ['rewritten', 8])
  assert.equal(report.anchored?.seq, 60)
})

test('[PE-01] damaged, foreign and missing checkpoints are named and not counted', (t) => {
  const { folder, checkpointFile } = subject(t)
  const stranger = sealKey(generateKeyPairSync('ed25519').privateKey)
  const stop = JSON.parse(readFileSync(checkpointFile, 'utf8').trim().split('\n').at(-1) ?? '') as Checkpoint
  appendFileSync(checkpointFile, checkpointLine({ ...stop, publicKey: stranger.publicKey }, signingCrypto(stranger.privateKey), nodeText))
  appendFileSync(checkpointFile, checkpointLine({ ...stop, head: '00' }, signingCrypto(stranger.privateKey), nodeText)) // says our key, signed by theirs
  appendFileSync(checkpointFile, '{"torn')
  const report = verifyJournal({ folder, checkpointFile })
  assert.deepEqual(
    report.findings.map(({ code }) => code),
    ['checkpoint_foreign', 'checkpoint_damaged', 'checkpoint_damaged'],
  )
  assert.equal(report.signed?.batchNo, 11)
  rmSync(checkpointFile)
  assert.deepEqual(
    verifyJournal({ folder, checkpointFile }).findings.map(({ code }) => code),
    ['checkpoint_missing'],
  )
  assert.deepEqual(
    verifyJournal({ folder, trustedPublicKey: stranger.publicKey }).findings.map(({ code }) => code),
    ['key_foreign'],
  )
})

test('[PE-01] a missing segment is named, at the beginning too', (t) => {
  for (const missing of [1, 2]) {
    const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 4_000 })
    const checkpointFile = writeJournal(options, 200)
    rmSync(segmentPath(options.folder, missing))
    const report = verifyJournal({ folder: options.folder, checkpointFile })
    assert.deepEqual([report.findings[0]?.code, report.findings[0]?.where.split(',')[0]], ['segment_missing', `segment ${missing}`])
  }
})

function lastHead(folder: string): string {
  let head = ''
  edit(folder, (database) => {
    const row = database.prepare('SELECT frame FROM batches ORDER BY at DESC LIMIT 1').get() as { frame: Uint8Array }
    head = Buffer.from(row.frame.subarray(-32)).toString('hex')
  })
  return head
}

test('[PE-05] a segment that another reader holds for a moment is waited for, not called damaged', async (t) => {
  const { folder, checkpointFile } = subject(t)
  const holder = new Worker(HOLDS_A_SEGMENT, { eval: true, workerData: segmentPath(folder, 1) })
  const ended = new Promise((resolve) => holder.once('exit', resolve))
  await new Promise((resolve) => holder.once('message', resolve))
  const report = verifyJournal({ folder, checkpointFile })
  assert.deepEqual([report.ok, report.findings, report.vouched.seq], [true, [], 100])
  await ended
})

/** As whoever opens a segment first while it reads the write-ahead log: nobody else comes in. */
const HOLDS_A_SEGMENT = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const database = new DatabaseSync(workerData)
database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
parentPort.postMessage('held')
setTimeout(() => database.close(), 300)
`
