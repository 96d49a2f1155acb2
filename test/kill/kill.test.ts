/** The engine's own process killed and stopped under load; `npm run kill-test` does the same two hundred times. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Client } from './client.ts'
import { startEngine } from './engine-process.ts'
import { killRun } from './kill-run.ts'
import { Load } from './load.ts'
import { becomesReady, coversKept, sameAnswers, soundOnMedium, statementKept } from './oracle.ts'

const SEED = 20_261_120
const KILLS = 5

test('[F-P01] [F-P02] [API-02] kill -9 under load: every answer again byte for byte, nothing lost, nothing doubled', async (t) => {
  const folder = scratch()
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const report = await killRun({
    folder,
    kills: KILLS,
    seed: SEED,
    loadMsMax: 900,
    repeatsOfOld: 20,
    mediumEvery: 1,
    log: (line) => t.diagnostic(line),
  })
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.kills, KILLS)
  assert.equal(report.replay.status, 'equal')
  assert.ok(report.acknowledged > 50 && report.openAtKill > 0, 'killed while commands were on their way')
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`[F-P08] ${signal} while orders are on their way leaves what a kill leaves: nothing acknowledged is lost, a start goes on`, async (t) => {
    const folder = scratch()
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const acknowledged = new Acknowledgements(join(folder, 'acknowledged.jsonl'))
    const load = new Load(acknowledged, createUniform())
    const first = startEngine(folder)
    t.after(() => first.kill('SIGKILL'))
    const client = new Client(await first.listening)
    let isOver = false
    const day = load.run(client, () => isOver)
    await new Promise((resolve) => setTimeout(resolve, 900))
    const code = await first.kill(signal)
    isOver = true
    await day
    client.close()
    assert.equal(code, 0, first.output())
    soundOnMedium(folder)
    const second = startEngine(folder)
    t.after(() => second.kill('SIGKILL'))
    const again = new Client(await second.listening)
    await sameAnswers(again, acknowledged.all)
    await becomesReady(again)
    await statementKept(again, acknowledged)
    await coversKept(again, acknowledged)
    again.close()
    acknowledged.close()
    assert.equal(await second.kill('SIGTERM'), 0, second.output())
    soundOnMedium(folder)
  })
}

function createUniform(): () => number {
  const prng = createPrng(SEED)
  return () => prng.uniform()
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'ballast-kill-'))
}
