/** A session over real files: what the next start finds after a snapshot. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { Driver } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import { PIPELINE } from '#pipeline'
import { loadSealKey } from '#store/seal-key.ts'
import { listSnapshots, loadSnapshot } from '#store/snapshots.ts'
import { TOPICS } from '#topics/registry.ts'
import { epochMs } from '#units/time.ts'
import { resolveConfig } from './config.ts'
import { openEngineSession } from './engine-session.ts'
import type { EngineSession, EngineSessionOptions } from './engine-session.ts'
import type { SnapshotBody } from './recover-engine.ts'

const T0 = epochMs(1_769_644_800_000)
const DIGESTS = { codeDigest: 'a', configDigest: 'b', node: 'c', architecture: 'd' }

interface Place {
  readonly options: EngineSessionOptions
  readonly folder: string
}
function placeOf(t: TestContext): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-session-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const journal = {
    folder: join(folder, 'engine'),
    checkpointFolder: join(folder, 'checkpoints'),
    key: loadSealKey({ given: undefined, defaultFile: join(folder, 'key.pem') }),
  }
  return { folder: journal.folder, options: { journal, components: resolveConfig([]).components, digests: DIGESTS } }
}

function tick({ engine, journal }: EngineSession): (price: string) => void {
  const driver = new Driver({ engine, clock: { now: () => T0 }, journal, effects: { perform: () => undefined } })
  return (price) => {
    const body = TOPICS.raw_index.schema.parse({ venue: 'sim', venueAt: T0, asset: 'BTC', price })
    driver.offer({ topic: 'raw_index', key: 'BTC', source: 'test', body })
  }
}

test('[PE-05] the snapshot of a clean stop is the one the next start uses, also when the last step derived more than it wrote', async (t) => {
  const { options } = placeOf(t)
  const first = await openEngineSession(options)
  tick(first)('80000')
  assert.ok(first.engine.seq > first.journal.appendedSeq, 'the admitted price is derived and has no record')
  await first.snapshot()
  await first.journal.close()
  const second = await openEngineSession(options)
  t.after(() => second.journal.close())
  assert.deepEqual(second.findings, [])
  assert.equal(second.inputsReplayed, 0)
  assert.equal(second.engine.stateText(), first.engine.stateText())
})

test('[PE-05] [P17] a snapshot is of the instant it was asked for, whatever the engine takes while it is written', async (t) => {
  const { options, folder } = placeOf(t)
  const first = await openEngineSession(options)
  const on = tick(first)
  for (let i = 0; i < 10; i++) on(String(80_000 + i))
  const [asOf, seq] = [first.engine.stateText(), first.journal.appendedSeq]
  const one = first.snapshot()
  for (let i = 0; i < 5; i++) on(String(81_000 + i))
  const [asOfNext, nextSeq] = [first.engine.stateText(), first.journal.appendedSeq]
  const two = first.snapshot()
  on('82000')
  await Promise.all([one, two])
  await first.journal.close()
  assert.deepEqual(listSnapshots(folder), [seq, nextSeq])
  assert.deepEqual(
    [seq, nextSeq].map((of) => restored(folder, of, options)),
    [asOf, asOfNext],
  )
  const second = await openEngineSession(options)
  t.after(() => second.journal.close())
  assert.deepEqual(second.findings, [])
  assert.equal(second.inputsReplayed, 1, 'what came after the newest snapshot')
  assert.equal(second.engine.stateText(), first.engine.stateText())
})

/** The state text of the engine that a snapshot holds. */
function restored(folder: string, seq: number, { components }: EngineSessionOptions): string {
  const { snapshot } = loadSnapshot(folder, seq)
  assert.equal(snapshot?.seq, seq)
  const engine = new Engine({ pipeline: PIPELINE, config: components })
  engine.restore((JSON.parse(snapshot.body) as SnapshotBody).engine)
  return engine.stateText()
}

test('[PE-05] a snapshot that cannot be written says so, and the next one can', async (t) => {
  const { options, folder } = placeOf(t)
  const session = await openEngineSession(options)
  t.after(() => session.journal.close())
  tick(session)('80000')
  const aside = join(folder, `snapshot-${session.journal.appendedSeq}.json.tmp`)
  mkdirSync(aside)
  await assert.rejects(session.snapshot(), /EISDIR/)
  rmdirSync(aside)
  await session.snapshot()
  assert.deepEqual(listSnapshots(folder), [session.journal.appendedSeq])
})
