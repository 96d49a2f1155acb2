/**
 * The program that journal-crash.test.ts kills: writes records as fast as it can and says on standard output, one number per line, up to which seq it was told
 * that they are durable. Arguments: folder, checkpoint folder, seed of the key in hex, segment size.
 */
import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { openJournal } from './journal.ts'
import { loadSealKey } from './seal-key.ts'
import { record } from './store.fixture.ts'

const [folder = '', checkpointFolder = '', given = '', segmentBytesMax = ''] = process.argv.slice(2)
const key = loadSealKey({ given, defaultFile: '' })
const journal = await openJournal({ folder, checkpointFolder, key, segmentBytesMax: Number(segmentBytesMax), batchRecordsMax: 64 })
journal.onDurable((upto) => void writeSync(1, `${upto}\n`))
for (let seq = journal.opened.lastSeq + 1; ; seq += 1) {
  journal.append(record(seq))
  if (seq % 8 === 0) await setImmediate()
  while (journal.pending > 640) await setImmediate()
}
