/** The command line as a process: exit codes, what goes to stdout and what to stderr, the shape of `--json`. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'
import { lockFolder } from '#store/lock.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { writeForged, writeSmallJournal } from '#runtime/small-journal.fixture.ts'
import { backtestRequest, type BacktestFlags } from './backtest-request.ts'
import { CliRefusal } from './failure.ts'

const BIN = fileURLToPath(new URL('../../bin/ballast.mjs', import.meta.url))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
function ballast(cwd: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: cwd, ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...words], { cwd, env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err })
    })
  })
}
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-cli-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('[DX-02] help teaches the exit codes; what is not understood is code 2', async (t) => {
  const cwd = folderOf(t)
  const [help, unknown, option] = await Promise.all([
    ballast(cwd, ['--help']),
    ballast(cwd, ['frob']),
    ballast(cwd, ['verify', '--frob', 'x']),
  ])
  assert.equal(help.code, 0)
  for (const word of ['start', 'backtest', 'replay', 'verify', 'config', 'Exit codes:']) assert.match(help.out, new RegExp(word))
  const examples = help.out
    .split('\n')
    .filter((line) => line.startsWith('  ballast '))
    .map((line) => line.slice(0, 36))
  assert.equal(new Set(examples).size, examples.length, 'each command to begin with is named once')
  assert.deepEqual([unknown.code, option.code, unknown.out], [2, 2, ''])
  assert.match(unknown.err, /unknown command 'frob'/)
})

test('[DX-02][C-71][C-72] config print: every source, one digest, and all that is wrong at once', async (t) => {
  const cwd = folderOf(t)
  writeFileSync(join(cwd, 'c.json'), '{"port": 4200}')
  writeFileSync(join(cwd, '.env'), 'BALLAST_SPEED=10\nREDIS_URL=redis://x\n')
  const [good, bad] = await Promise.all([
    ballast(cwd, ['config', 'print', '--json', '--file', 'c.json', '--set', 'sim.seed=7']),
    ballast(cwd, ['config', 'print', '--set', 'sim.seeed=7', '--set', 'port=x', '--set', 'nothing'], {
      APP_MODE: 'production',
      BALLAST_FOO: '1',
    }),
  ])
  assert.equal(good.code, 0, good.err)
  const { digest, values, withoutEffect } = JSON.parse(good.out) as {
    digest: string
    values: { path: string; value: unknown; source: string }[]
    withoutEffect: string[]
  }
  assert.match(digest, /^[0-9a-f]{64}$/)
  const of = (wanted: string): unknown[] => values.filter(({ path }) => path === wanted).map(({ value, source }) => [value, source])
  assert.deepEqual(
    [of('port'), of('sim.speed'), of('sim.seed'), of('sim.scenario')],
    [[[4200, 'c.json']], [[10, 'environment BALLAST_SPEED']], [['7', 'flag --set']], [['calm', 'default']]],
  )
  assert.deepEqual(withoutEffect, ['REDIS_URL'])
  assert.deepEqual([bad.code, bad.out], [2, ''])
  for (const field of ['APP_MODE', 'BALLAST_FOO', 'sim.seeed', 'port', '--set'])
    assert.match(bad.err, new RegExp(`ballast: ${field} ?.*: .* — `))
  assert.doesNotMatch(bad.err, /\n +at /)
})

test('[PE-01][PE-02][PE-05] verify, replay and rebuild-files on one journal, and on a forged one', async (t) => {
  const cwd = folderOf(t)
  const { records } = writeSmallJournal(cwd)
  const forgedRoot = folderOf(t)
  const victim = records.findLastIndex(({ kind }) => kind === 'decision')
  writeForged(
    forgedRoot,
    records.map((record, i): JournalRecord => (i === victim ? { ...record, text: record.text.replace('"at":', '"at": ') } : record)),
  )
  const [verified, replayed, rebuilt, forged] = await Promise.all([
    ballast(cwd, ['verify', 'journal', '--json']),
    ballast(cwd, ['replay', 'journal', '--json']),
    ballast(cwd, ['rebuild-files', 'journal', '--out', 'logs']),
    ballast(forgedRoot, ['replay', 'journal']),
  ])
  assert.deepEqual(
    [verified.code, replayed.code, rebuilt.code, forged.code],
    [0, 0, 0, 4],
    `${verified.out}${replayed.err}${rebuilt.err}${forged.err}`,
  )
  assert.equal((JSON.parse(verified.out) as { ok: boolean }).ok, true)
  const report = JSON.parse(replayed.out) as { status: string; inputs: number; stateHash: string }
  assert.deepEqual([report.status, report.inputs], ['equal', records.filter(({ kind }) => kind === 'input').length])
  assert.match(forged.out, new RegExp(`DIFFERS at record ${records[victim]?.seq} `))
  assert.equal(existsSync(join(cwd, 'logs', 'manifest.json')), true)
  assert.equal((await ballast(cwd, ['rebuild-files', 'journal', '--out', 'logs'])).code, 2)
})

test('[F-D11] verify: missing checkpoints are not passed over, and a folder without a journal is refused', async (t) => {
  const cwd = folderOf(t)
  writeSmallJournal(cwd)
  rmSync(join(cwd, 'checkpoints'), { recursive: true })
  const [missing, alone, wrong] = await Promise.all([
    ballast(cwd, ['verify', 'journal']),
    ballast(cwd, ['verify', 'journal', '--no-checkpoints']),
    ballast(cwd, ['verify', '.']),
  ])
  assert.deepEqual([missing.code, alone.code, wrong.code], [4, 0, 2])
  assert.match(missing.out, /checkpoint_missing/)
  assert.match(alone.out, /accidental damage only/)
  assert.match(wrong.err, /did you mean journal\?/)
})

test('[PE-05] start: a folder that another process holds is code 5, a bad setting code 2, and nothing is made', async (t) => {
  const cwd = folderOf(t)
  writeSmallJournal(cwd) // gives the lock a folder to lie in
  const lock = lockFolder(join(cwd, 'journal'))
  t.after(() => lock.release())
  const { renameSync, mkdirSync } = await import('node:fs')
  mkdirSync(join(cwd, 'var'))
  renameSync(join(cwd, 'journal'), join(cwd, 'var', 'venue'))
  const [held, bad] = await Promise.all([
    ballast(cwd, ['start', '--port', '0', '--data', 'var']),
    ballast(cwd, ['start', '--scenario', 'boom', '--data', 'other']),
  ])
  assert.deepEqual([held.code, bad.code], [5, 2], held.err)
  assert.match(held.err, /held by/)
  assert.match(bad.err, /sim\.scenario \(flag --scenario\): boom/)
  assert.equal(readdirSync(cwd).includes('other'), false)
})

test('[DX-02] backtest options: aliases, and all refusals at once', () => {
  const given: BacktestFlags = {
    side: 'short',
    size: '1',
    leverage: '5',
    tenorDays: '7',
    strategy: 'protection',
    renewal: 'none',
    tier: 'Gold',
    funding8h: '0',
  }
  const request = backtestRequest({
    ...given,
    chains: '.',
    start: '2026-01-29',
    end: '2026-02-08',
    capital: '20000',
    drawdownFloor: '0.10',
    out: 'o',
  })
  const { from, to, cash, drawdownFloor, data, tierName } = request
  assert.deepEqual(
    [from, to, cash, drawdownFloor, data, tierName],
    ['2026-01-29', '2026-02-08', '20000', '0.10', { kind: 'chains', path: '.' }, 'Gold'],
  )
  const bad: BacktestFlags = {
    ...given,
    side: 'up',
    size: '-1',
    leverage: '0',
    tenorDays: '1.5',
    strategy: 'hodl',
    renewal: 'maybe',
    drawdownFloor: '0.1',
    equityFloor: '0.8',
  }
  assert.throws(
    () => backtestRequest(bad),
    (error: unknown) => {
      assert.ok(error instanceof CliRefusal)
      const fields = error.problems.map(({ field }) => field).toSorted()
      const expected = [
        '--cash',
        '--chains',
        '--equity-floor',
        '--from',
        '--leverage',
        '--out',
        '--renewal',
        '--side',
        '--size',
        '--strategy',
        '--tenor-days',
        '--to',
      ]
      assert.deepEqual(fields, expected)
      return true
    },
  )
})
