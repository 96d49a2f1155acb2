/**
 * P16: records made durable and chained through the journal's worker against bare SQLite; a record alone against a row alone; verification against
 * SHA-256 of the same batches in memory. Files live under `var/` of the project, so that the disk is the one the platform would use.
 */
import { generateKeyPairSync, hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { openJournal, type Journal } from '#store/journal.ts'
import { sealKey } from '#store/seal-key.ts'
import { verifyJournal } from '#store/verify.ts'
import { alternate, median, row, type Bench, type Row } from './bench.ts'
import { sqliteFloor, type SqliteFloor } from './floors/sqlite-floor.ts'

const BATCH = 1_024
const RECORDS_PER_ROUND = 128 * BATCH
const LONE_PER_ROUND = 200
const IN_FLIGHT_MAX = 32 * BATCH
const TEXT = JSON.stringify({ topic: 'market_trades', pad: 'x'.repeat(163) }) // 200 bytes

export const journalBench: Bench = {
  name: 'journal',
  async run() {
    const parent = fileURLToPath(new URL('../var/', import.meta.url))
    mkdirSync(parent, { recursive: true })
    const root = mkdtempSync(join(parent, 'bench-'))
    const key = sealKey(generateKeyPairSync('ed25519').privateKey)
    const options = { folder: join(root, 'journal'), checkpointFolder: join(root, 'checkpoints'), key, batchRecordsMax: BATCH }
    const floor = sqliteFloor(join(root, 'floor.sqlite'), TEXT)
    try {
      const journal = await openJournal(options)
      const throughput = await writing(journal, floor)
      const lastSeq = journal.durableSeq
      await journal.checkpoint('snapshot')
      // Before the lone records: the floor hashes full batches, so full batches are what is verified.
      const verified = await verification(options.folder, join(options.checkpointFolder, `${journal.opened.journalId}.jsonl`))
      const lone = await writingOne(journal, floor, lastSeq)
      await journal.close()
      floor.close()
      return [throughput, lone, verified]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}

async function writing(journal: Journal, floor: SqliteFloor): Promise<Row> {
  let seq = 0
  let onRoom = (): void => {}
  journal.onDurable(() => {
    if (journal.pending <= IN_FLIGHT_MAX / 2) onRoom()
  })
  const room = (): Promise<void> => new Promise((resolve) => (onRoom = resolve))
  const throughput = await alternate({
    floor: () => floor.insert(RECORDS_PER_ROUND, BATCH),
    async ours() {
      const start = performance.now()
      for (let done = 0; done < RECORDS_PER_ROUND; done += BATCH) {
        for (let index = 0; index < BATCH; index += 1) journal.append({ seq: (seq += 1), kind: 'input', text: TEXT })
        if (journal.pending > IN_FLIGHT_MAX) await room()
      }
      await journal.flush()
      return (RECORDS_PER_ROUND * 1_000) / (performance.now() - start)
    },
  })
  return row('P16 durable chained records', 'records/s', 'floor: one SQLite row each, 1,024 per transaction; goal >= 0.6x', throughput)
}

async function writingOne(journal: Journal, floor: SqliteFloor, lastSeq: number): Promise<Row> {
  let seq = lastSeq
  const lone = await alternate(
    {
      floor: () => median(Array.from({ length: LONE_PER_ROUND }, () => floor.insertOne() * 1_000)),
      async ours() {
        const taken: number[] = []
        for (let index = 0; index < LONE_PER_ROUND; index += 1) {
          const start = performance.now()
          journal.append({ seq: (seq += 1), kind: 'input', text: TEXT })
          await journal.flush()
          taken.push((performance.now() - start) * 1_000)
        }
        return median(taken)
      },
    },
    15,
  )
  return row('P16 lone record p50', 'us', 'floor: one-row SQLite commit; goal <= 1.5x', lone)
}

async function verification(folder: string, checkpointFile: string): Promise<Row> {
  const frame = Buffer.alloc(BATCH * (TEXT.length + 9) + 128, TEXT)
  const figures = await alternate({
    floor() {
      const start = performance.now()
      for (let index = 0; index < 256; index += 1) hash('sha256', frame, 'buffer')
      return (256 * frame.length) / 1_000 / (performance.now() - start)
    },
    ours() {
      const start = performance.now()
      const { ok, vouched } = verifyJournal({ folder, checkpointFile })
      if (!ok) throw new Error('the journal just written does not verify')
      return (vouched.records * (TEXT.length + 9)) / 1_000 / (performance.now() - start)
    },
  })
  return row('P16 verify', 'MB/s', 'floor: SHA-256 of such batches in memory; goal >= 0.5x', figures)
}
