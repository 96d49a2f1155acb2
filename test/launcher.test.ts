/**
 * `bin/ballast.mjs` under a Node that is too old: it goes on in the Node that came with `npm ci`, or says what to do. Runs the real launcher
 * in a folder of its own with a small `main`, by an older Node found on the PATH; without one there is nothing to launch from.
 */
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { ROOT } from './source-tree.ts'

const MAIN = `
import { onStop } from './stop-signal.ts'
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.write(JSON.stringify([Number(process.versions.node.split('.')[0]) >= 26, ...argv]) + '\\n')
  if (argv[0] === 'die') process.kill(process.pid, 'SIGKILL')
  if (argv[0] !== 'wait') return 7
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 1000)
    onStop((signal) => {
      process.stdout.write('stop ' + signal + '\\n')
      setTimeout(() => resolve(clearInterval(alive)), 200)
    })
    process.stdout.write('ready\\n')
  })
  return 0
}
`
const old = olderNode()
const skip = old === undefined ? 'no Node below 26 on the PATH' : process.platform === 'win32' ? 'signals differ on Windows' : false
const folder = mkdtempSync(join(tmpdir(), 'ballast-launcher-'))
after(() => rmSync(folder, { recursive: true }))

function olderNode(): string | undefined {
  const nodes = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'node'))
  return nodes.find((node) => existsSync(node) && Number(execFileSync(node, ['-v'], { encoding: 'utf8' }).slice(1).split('.')[0]) < 26)
}

function project(name: string, hasRuntime: boolean): string {
  const home = join(folder, name)
  mkdirSync(join(home, 'src/cli'), { recursive: true })
  for (const file of ['package.json', 'bin/ballast.mjs', 'src/cli/stop-signal.ts']) cpSync(join(ROOT, file), join(home, file))
  writeFileSync(join(home, 'src/cli/main.ts'), MAIN)
  if (hasRuntime) symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  return join(realpathSync(home), 'bin/ballast.mjs')
}

test('arguments arrive as they are, the exit code and the signal come back', { skip }, () => {
  const launcher = project('whole', true)
  const done = spawnSync(old ?? '', [launcher, 'a b', '$HOME', '*'], { encoding: 'utf8' })
  assert.deepEqual([done.status, done.stdout], [7, '[true,"a b","$HOME","*"]\n'])
  assert.equal(spawnSync(old ?? '', [launcher, 'die']).signal, 'SIGKILL')
})

for (const to of ['group', 'launcher'] as const) {
  test(`a signal to the ${to} stops once and cleanly`, { skip }, async () => {
    const child = spawn(old ?? '', [project(to, true), 'wait'], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      if (output.endsWith('ready\n')) process.kill(to === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGINT')
    }
    if (child.exitCode === null) await once(child, 'exit')
    assert.deepEqual([child.exitCode, output], [0, '[true,"wait"]\nready\nstop SIGINT\n'])
  })
}

test('without the runtime it says how to get it', { skip }, () => {
  const launcher = project('bare', false)
  const done = spawnSync(old ?? '', [launcher], { encoding: 'utf8' })
  assert.equal(done.status, 1)
  assert.match(done.stderr, /needs Node 26 or newer/)
  assert.ok(done.stderr.includes(`Run "npm ci" in ${dirname(dirname(launcher))}`), done.stderr)
})
