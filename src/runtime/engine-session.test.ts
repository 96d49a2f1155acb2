/** A session over real files: what the next start finds after a snapshot. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Driver } from '#engine/driver.ts'
import { loadSealKey } from '#store/seal-key.ts'
import { TOPICS } from '#topics/registry.ts'
import { epochMs } from '#units/time.ts'
import { resolveConfig } from './config.ts'
import { openEngineSession } from './engine-session.ts'

const T0 = epochMs(1_769_644_800_000)
const DIGESTS = { codeDigest: 'a', configDigest: 'b', node: 'c', architecture: 'd' }

test('[PE-05] the snapshot of a clean stop is the one the next start uses, also when the last step derived more than it wrote', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-session-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const options = {
    journal: {
      folder: join(folder, 'engine'),
      checkpointFolder: join(folder, 'checkpoints'),
      key: loadSealKey({ given: undefined, defaultFile: join(folder, 'key.pem') }),
    },
    components: resolveConfig([]).components,
    digests: DIGESTS,
  }
  const first = await openEngineSession(options)
  const driver = new Driver({
    engine: first.engine,
    clock: { now: () => T0 },
    journal: first.journal,
    effects: { perform: () => undefined },
  })
  const body = TOPICS.raw_index.schema.parse({ venue: 'sim', venueAt: T0, asset: 'BTC', price: '80000' })
  driver.offer({ topic: 'raw_index', key: 'BTC', source: 'test', body })
  assert.ok(first.engine.seq > first.journal.appendedSeq, 'the admitted price is derived and has no record')
  await first.snapshot()
  await first.journal.close()
  const second = await openEngineSession(options)
  t.after(() => second.journal.close())
  assert.deepEqual(second.findings, [])
  assert.equal(second.inputsReplayed, 0)
  assert.equal(second.engine.stateText(), first.engine.stateText())
})
