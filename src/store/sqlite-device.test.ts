/** The protocol on SQLite when the disk is full and then is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drive } from '#engine/journal/drive.ts'
import { recordsOf } from '#engine/journal/frame.ts'
import { bundleOf, type JournalRecord } from '#engine/journal/record.ts'
import { recover } from '#engine/journal/recover.ts'
import { journalWriter, type WriterEvent } from '#engine/journal/writer.ts'
import { nodeText, sha256, verifyingCrypto } from './node-crypto.ts'
import { SqliteDevice } from './sqlite-device.ts'
import { record, temporaryFolder } from './store.fixture.ts'

test('[F-D01] SQLite reports a full disk, the batch leaves no trace, and the same records are written when space returns', (t) => {
  const device = new SqliteDevice(temporaryFolder(t), { pagesMax: 12, stretchesLog: false, isDurable: true })
  t.after(() => device.close())
  const limits = { segmentBytesMax: 1e9, batchRecordsMax: 100, batchTextMax: 1e6 }
  const writer = journalWriter({ position: undefined, journalId: new Uint8Array(16), openingText: '{}', limits, codec: nodeText, sha256 })
  const events: WriterEvent[] = []
  let seq = 0
  while (writer.state === 'ready') {
    writer.append(bundleOf([record((seq += 1)), record((seq += 1))]))
    drive(writer, device, (event) => events.push(event))
  }
  const acknowledged = seq - 2
  assert.deepEqual(events.at(-1), { kind: 'full' })
  assert.equal(writer.position.lastSeq, acknowledged)
  assert.equal(last(device), acknowledged)
  device.setPagesMax(1_000)
  writer.retry()
  drive(writer, device, (event) => events.push(event))
  const resumed = events.at(-1)
  assert.ok(resumed?.kind === 'durable' && resumed.isResumed && resumed.seq === seq)
  assert.equal(last(device), seq)
})

function last(device: SqliteDevice): number {
  const records: JournalRecord[] = []
  const recovery = recover({
    device,
    crypto: verifyingCrypto(),
    onFrame: ({ frame }) => void (frame.type === 'records' && records.push(...recordsOf(frame, nodeText))),
  })
  assert.ok(recovery.ok)
  assert.deepEqual(
    records,
    records.map(({ seq }) => record(seq)),
  )
  return records.length
}
