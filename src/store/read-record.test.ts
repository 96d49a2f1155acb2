/** One record by its seq, over several segments, with seqs that no record has. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openJournalSync } from './journal-sync.ts'
import { readRecord } from './read-record.ts'
import { optionsIn, temporaryFolder } from './store.fixture.ts'

test('[API-06] every record is found by its seq, in whatever segment; what was never written is not', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000, batchRecordsMax: 7 })
  const journal = openJournalSync(options)
  const written = Array.from({ length: 600 }, (_, n) => ({
    seq: 3 * n + 5,
    kind: 'input' as const,
    text: `{"n":${n},"pad":"${'x'.repeat(n % 90)}"}`,
  }))
  for (const record of written) {
    journal.append(record)
    if (record.seq % 5 === 0) journal.flush()
  }
  journal.flush()
  for (const record of written) assert.deepEqual(readRecord(options.folder, record.seq), record)
  for (const seq of [0, 1, 4, 6, 7, 1_000, 1_803, 9_999]) assert.equal(readRecord(options.folder, seq), undefined, `seq ${seq}`)
  journal.close()
})
