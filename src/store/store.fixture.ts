/** Set-up shared by the store's tests: folders that go away with the test, options with a fresh key, and records whose text can be recomputed. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { JournalRecord } from '#engine/journal/record.ts'
import type { JournalOptions } from './journal-host.ts'
import { readBatches } from './journal-reader.ts'
import { openJournalSync } from './journal-sync.ts'
import { sealKey } from './seal-key.ts'

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function optionsIn(root: string, more: Partial<JournalOptions> = {}): JournalOptions {
  const key = sealKey(generateKeyPairSync('ed25519').privateKey)
  return { folder: join(root, 'journal'), checkpointFolder: join(root, 'checkpoints'), key, segmentBytesMax: 8_000_000, ...more }
}

export function record(seq: number): JournalRecord {
  return {
    seq,
    kind: seq % 5 === 0 ? 'decision' : 'input',
    text: JSON.stringify({ seq, mark: `${60_000 + (seq % 997)}.25`, pad: 'x'.repeat(seq % 41) }),
  }
}

export function expectedRecords(from: number, to: number): JournalRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => record(from + index))
}

/** Writes 1 to `to`, a batch per `batch` records. Returns the path of the checkpoint file. */
export function writeJournal(options: JournalOptions, to: number, batch = 10): string {
  const journal = openJournalSync(options)
  for (let seq = journal.durableSeq + 1; seq <= to; seq += 1) {
    journal.append(record(seq))
    if (seq % batch === 0) journal.flush()
  }
  journal.close()
  return join(options.checkpointFolder, `${journal.opened.journalId}.jsonl`)
}

export function readRecords(folder: string, from = 1): JournalRecord[] {
  return [...readBatches(folder, from)].flat()
}
