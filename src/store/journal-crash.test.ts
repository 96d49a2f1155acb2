/** A process that writes under load is killed again and again; the oracle is what it was heard to acknowledge. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openJournalSync } from './journal-sync.ts'
import { loadSealKey } from './seal-key.ts'
import { expectedRecords, optionsIn, readRecords, temporaryFolder } from './store.fixture.ts'
import { verifyJournal } from './verify.ts'
import { checkpointPath } from './checkpoint-file.ts'

const SEED = '07'.repeat(32)
const PROGRAM = fileURLToPath(new URL('./journal-crash.fixture.ts', import.meta.url))

/** Runs the writer until it has acknowledged a while, kills it without warning, and returns the last acknowledgement that got out. */
async function writeAndKill(
  folder: string,
  checkpointFolder: string,
  segmentBytesMax: number,
  afterAcknowledgements: number,
): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, folder, checkpointFolder, SEED, String(segmentBytesMax)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let heard = ''
  let count = 0
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
    count += chunk.split('\n').length - 1
    if (count >= afterAcknowledgements) child.kill('SIGKILL')
  })
  const signal = await new Promise<string | null>((resolve) => child.once('close', (_, by) => resolve(by)))
  assert.equal(signal, 'SIGKILL')
  return Number(heard.split('\n').at(-2))
}

test('[F-P03] kill -9 under load, again and again: everything acknowledged is there, in order, and nothing is invented', async (t) => {
  const options = optionsIn(temporaryFolder(t), { key: loadSealKey({ given: SEED, defaultFile: '' }), segmentBytesMax: 100_000 })
  let previous = 0
  for (const acknowledgements of [1, 7, 60, 23]) {
    const acknowledged = await writeAndKill(options.folder, options.checkpointFolder, 100_000, acknowledgements)
    assert.ok(acknowledged > previous)
    const journal = openJournalSync(options)
    const { lastSeq, journalId } = journal.opened
    journal.close()
    assert.ok(lastSeq >= acknowledged, `seq ${acknowledged} was acknowledged, the journal ends at ${lastSeq}`)
    assert.deepEqual(readRecords(options.folder), expectedRecords(1, lastSeq))
    const checkpointFile = checkpointPath(options.checkpointFolder, journalId)
    assert.ok(existsSync(checkpointFile))
    assert.deepEqual(verifyJournal({ folder: options.folder, checkpointFile }).findings, [])
    previous = lastSeq
  }
})
