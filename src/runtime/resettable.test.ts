/** A reset of the running platform: sealed, archived, begun anew under the same front; the new journal names the seal and the old one still verifies. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyJournal } from '#store/verify.ts'
import { checkpointPath } from '#store/checkpoint-file.ts'
import { layerOf } from './config.ts'
import { startResettable } from './resettable.ts'
import { resolveSimConfig } from './sim-preset.ts'
import { startSim } from './start-sim.ts'

test('[C-34] a reset seals the journal, begins another that names the seal, and the front speaks of the new one', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'ballast-resettable-'))
  const dataFolder = join(home, 'var')
  const config = resolveSimConfig([layerOf('test', [{ path: 'dataFolder', value: dataFolder }])])
  const fatal: string[] = []
  const options = {
    config,
    sealKey: undefined,
    userConfigFolder: home,
    log: () => undefined,
    onFatal: (reason: string) => void fatal.push(reason),
  }
  const front = await startResettable((reset) => startSim({ ...options, reset }), false)
  t.after(async () => {
    await front.stop()
    rmSync(home, { recursive: true, force: true })
  })
  const { platform } = front
  const first = platform.info.journalId
  let steps = 0
  const unsubscribe = platform.onStep(() => (steps += 1))
  while (platform.engine.seq < 5) await new Promise((resolve) => setTimeout(resolve, 20))

  const [one, two] = await Promise.all([platform.reset?.(), platform.reset?.()])
  assert.equal(one, two, 'two calls at once are one reset')
  assert.ok(one !== undefined)
  assert.deepEqual([one.sealedJournal.journalId, one.sealedJournal.archive, front.isBetween()], [first, join('archive', '1'), false])
  assert.equal(platform.info.journalId, one.newJournal.journalId)
  assert.notEqual(one.newJournal.journalId, first)

  await platform.driver.whenDurable(1)
  const opening = JSON.parse(platform.recordAt(1)?.text ?? '{}') as { body: { follows: unknown } }
  assert.deepEqual(opening.body.follows, one.sealedJournal)
  const report = verifyJournal({
    folder: join(dataFolder, 'archive', '1', 'engine'),
    checkpointFile: checkpointPath(join(dataFolder, 'checkpoints'), first),
  })
  assert.deepEqual([report.ok, report.journalId, report.vouched.seq], [true, first, one.sealedJournal.seq])

  const before = steps
  while (steps === before) await new Promise((resolve) => setTimeout(resolve, 20))
  unsubscribe()
  assert.equal((await platform.venueDesk?.positions('demo'))?.jsonrpc, '2.0')
  assert.equal(existsSync(join(dataFolder, 'archive', '2')), false)
  assert.deepEqual(fatal, [])
})
