/**
 * The readiness scripts of document 1 (B-07) as an operator runs them: each passes on a server of its own, the user's configuration is untouched, and a
 * script that is killed leaves neither its server nor its folder behind. Without curl the tests are skipped; where CI is set they fail instead.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from '../source-tree.ts'

const SCRIPTS = ['run_phase1_4_tests.sh', 'run_intermittent_tests.sh', 'run_phase3_readiness.sh', 'run_phase3_tests.sh']
const CONTROLS = join(ROOT, 'config/risk-controls.json')
const WAIT_MAX_MS = 30_000
const hasCurl = spawnSync('curl', ['--version']).status === 0
const withoutCurl = hasCurl || process.env['CI'] !== undefined ? false : 'curl is missing'
/** Settings of the user that the server of a test must not have: with the first it would not start, the second is nobody's to be told. */
const OF_THE_USER = { TRUST_GATEWAY: 'true', ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/hook' }

/** Of the scripts; Node keeps compiled code beside them. */
function left(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== 'node-compile-cache')
}

function run(script: string, folder: string) {
  assert.ok(hasCurl, 'curl is missing, and with it these tests say nothing')
  const env = { ...process.env, ...OF_THE_USER, TMPDIR: folder }
  return spawn(join(ROOT, 'ops/readiness', script), { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

for (const script of SCRIPTS) {
  test(`[B-07] ${script} passes and leaves nothing behind`, { skip: withoutCurl }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-readiness-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const before = readFileSync(CONTROLS, 'utf8')
    const child = run(script, folder)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)))
    const [code] = (await once(child, 'exit')) as [number | null]
    assert.equal(code, 0, said)
    assert.match(said, /passed/)
    assert.deepEqual([left(folder), readFileSync(CONTROLS, 'utf8') === before], [[], true])
  })
}

test('[B-07] a script that is killed takes its server and its folder with it', { skip: withoutCurl }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-readiness-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const before = readFileSync(CONTROLS, 'utf8')
  const child = run('run_phase1_4_tests.sh', folder)
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + WAIT_MAX_MS; !holds(); await pause(100)) assert.ok(Date.now() < end, what)
  }
  await until('the server has its journal', () => left(folder).some((name) => existsSync(join(folder, name, 'var/engine'))))
  child.kill('SIGKILL')
  await until('the server has cleared up', () => left(folder).length === 0)
  assert.equal(readFileSync(CONTROLS, 'utf8'), before)
})
