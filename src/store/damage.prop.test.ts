/** Random damage to the bytes of the segment files and their logs, against the verifier and against a start. */
import assert from 'node:assert/strict'
import { cpSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkpointPath } from './checkpoint-file.ts'
import { JournalError } from './journal-error.ts'
import type { JournalOptions } from './journal-host.ts'
import { readBatches } from './journal-reader.ts'
import { openJournalSync } from './journal-sync.ts'
import { expectedRecords, optionsIn, readRecords, record, temporaryFolder } from './store.fixture.ts'
import { verifyJournal } from './verify.ts'

test('[F-D04] bytes damaged anywhere in the segment files or their logs: found, or the loss lies within the stated bound', (t) => {
  const root = temporaryFolder(t)
  const options = optionsIn(root, { segmentBytesMax: 9_000 })
  const journal = openJournalSync(options)
  for (let seq = 1; seq <= 300; seq += 1) {
    journal.append(record(seq))
    if (seq % 6 === 0) journal.flush()
    if (seq === 250) journal.checkpoint('snapshot')
  }
  const signed = 250
  const copy = join(root, 'copy')
  // Copied while open, so that the last segment still has its write-ahead log, as after a kill.
  const files = readdirSync(options.folder).filter((name) => /^segment.*(sqlite|wal)$/.test(name))
  assert.ok(files.length >= 4 && files.some((name) => name.endsWith('-wal')))
  const checkpointFile = checkpointPath(options.checkpointFolder, journal.opened.journalId)
  const outcomes = { found: 0, lost: 0, harmless: 0 }
  const place = {
    file: fc.nat(files.length - 1),
    share: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    length: fc.constantFrom(1, 16, 600),
    mask: fc.integer({ min: 1, max: 255 }),
  }
  fc.assert(
    fc.property(fc.record(place), ({ file, share, length, mask }) => {
      rmSync(copy, { recursive: true, force: true })
      cpSync(options.folder, copy, { recursive: true, filter: (path) => !path.endsWith('-shm') && !path.includes('lock') })
      const path = join(copy, files[file] ?? '')
      const bytes = readFileSync(path)
      const at = Math.floor(share * bytes.length)
      for (let index = at; index < Math.min(at + length, bytes.length); index += 1) bytes[index] = (bytes[index] ?? 0) ^ mask
      writeFileSync(path, bytes)
      const report = verifyJournal({ folder: copy, checkpointFile })
      const vouched = report.vouched.seq
      if (report.ok) assert.ok(vouched >= signed, 'what a checkpoint signed cannot go unseen')
      assert.deepEqual(readVouched(copy, vouched), expectedRecords(1, vouched), 'what is vouched for is as it was written')
      assert.ok(
        startsAt({ ...options, folder: copy, checkpointFolder: join(root, 'copied') }, checkpointFile) >= signed,
        'a start refuses or keeps what was signed',
      )
      outcomes[report.ok ? (vouched < 300 ? 'lost' : 'harmless') : 'found'] += 1
    }),
    { numRuns: 150, seed: 20_260_731 },
  )
  t.diagnostic(JSON.stringify(outcomes))
  assert.ok(outcomes.found > 50, JSON.stringify(outcomes))
  assert.ok(statSync(checkpointFile).size > 0)
  journal.close()
  assert.deepEqual(readRecords(options.folder), expectedRecords(1, 300))
})

/** Where a start would continue; a start that is refused loses nothing. */
function startsAt(options: JournalOptions, checkpointFile: string): number {
  cpSync(checkpointFile, join(options.checkpointFolder, basename(checkpointFile)))
  try {
    const journal = openJournalSync(options)
    journal.close()
    return journal.opened.lastSeq
  } catch (error) {
    assert.ok(error instanceof JournalError, String(error))
    return Number.POSITIVE_INFINITY
  }
}

/** Reads up to `upto`; damage beyond it ends the reading. */
function readVouched(folder: string, upto: number): ReturnType<typeof readRecords> {
  const records: ReturnType<typeof readRecords> = []
  if (upto === 0) return records
  for (const batch of readBatches(folder, 1)) {
    records.push(...batch)
    if ((records.at(-1)?.seq ?? 0) >= upto) break
  }
  return records
}
