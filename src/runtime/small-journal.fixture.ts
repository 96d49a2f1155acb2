/** A small journal of the platform's own pipeline: a session, a market of a few ticks, refused and answered commands. */
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { Driver } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { epochOf } from '#engine/session.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { PIPELINE } from '#pipeline'
import { readBatches } from '#store/journal-reader.ts'
import { openJournalSync } from '#store/journal-sync.ts'
import { sealKey } from '#store/seal-key.ts'
import type { SealKey } from '#store/seal-key.ts'
import { price } from '#units/price.ts'
import { epochMs, later } from '#units/time.ts'
import { manualClock } from './clocks.ts'
import { codeDigest } from './code-digest.ts'
import { resolveConfig } from './config.ts'
import type { ConfigLayer } from './config.ts'
import { sessionStarted } from './session-start.ts'

const START = epochMs(1_767_225_600_000)

export interface SmallJournal {
  readonly folder: string
  readonly checkpoints: string
  readonly key: SealKey
  readonly records: readonly JournalRecord[]
}

/** Sessions one after the other, one per list of layers; a later one goes on from the state of the one before. */
export function writeSmallJournal(root: string, sessions: readonly (readonly ConfigLayer[])[] = [[]]): SmallJournal {
  const place = placeIn(root)
  const journal = openJournalSync({ folder: place.folder, checkpointFolder: place.checkpoints, key: place.key })
  let before: Engine | undefined
  for (const [number, layers] of sessions.entries()) {
    const config = resolveConfig(layers)
    const engine = new Engine({ pipeline: PIPELINE, config: config.components })
    if (before !== undefined) engine.restore(before.snapshot())
    runSession({ engine, config, number, append: (record) => journal.append(record) })
    journal.flush()
    before = engine
  }
  journal.close()
  return { ...place, records: [...readBatches(place.folder, 1)].flat() }
}

/** The same records, some changed, under a correct chain: what only replay can tell. */
export function writeForged(root: string, records: readonly JournalRecord[]): string {
  const { folder, checkpoints, key } = placeIn(root)
  const journal = openJournalSync({ folder, checkpointFolder: checkpoints, key })
  for (const record of records) journal.append(record)
  journal.close()
  return folder
}

function placeIn(root: string) {
  return { folder: join(root, 'journal'), checkpoints: join(root, 'checkpoints'), key: sealKey(generateKeyPairSync('ed25519').privateKey) }
}

export interface SessionRun {
  readonly engine: Engine
  readonly config: ReturnType<typeof resolveConfig>
  readonly number: number
  /** Whether its first record is `session_started`; default: yes. */
  readonly isOpening?: boolean
  readonly append: (record: JournalRecord) => void
}

export function runSession({ engine, config, number, isOpening = true, append }: SessionRun): void {
  const clock = manualClock(later(START, number * 3_600_000))
  const driver = new Driver({ engine, clock, journal: { append }, effects: { perform: () => {} } })
  const digests = { codeDigest: codeDigest(), configDigest: config.digest, node: process.version, architecture: process.arch }
  const started = { mode: 'sim', config, digests, epoch: epochOf(Math.floor(clock.now() / 1_000), 7, ''), startedAt: clock.now() } as const
  if (isOpening) driver.offer(sessionStarted(started))
  for (let tick = 0; tick < 5; tick++) {
    clock.set(later(clock.now(), 1_000))
    const source = { venue: 'sim', venueAt: clock.now() }
    driver.offer({ topic: 'raw_index', key: 'BTC', source: 'test', body: { ...source, asset: 'BTC', price: price(`${90_000 + tick}`) } })
    driver.offer({
      topic: 'raw_quotes',
      key: LINEAR_PERPETUAL,
      source: 'test',
      body: { ...source, instrument: LINEAR_PERPETUAL, mark: price(`${90_001 + tick}`) },
    })
    const position = { asset: 'BTC', side: 'long', size: tick === 2 ? '-1' : '1', entryPrice: '90000', leverage: '5' }
    const command = {
      commandId: `c-${number}-${tick}` as CommandId,
      account: 'demo' as AccountId,
      route: 'test',
      key: `k-${number}-${tick}`,
      bodyHash: '',
    }
    driver.offer({
      topic: 'commands',
      key: 'demo',
      source: 'test',
      body: { ...command, type: 'ingest_portfolio', params: { positions: [position], source: 'test' } },
    })
  }
}
