/**
 * The real thing for the tests in this folder: `bin/ballast.mjs start` on a free port with a data folder of its own, and Debian's Chromium.
 * Without Chromium the tests are skipped and say so; where CI is set they fail instead.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { ROOT } from '../source-tree.ts'

export const CHROMIUM = '/usr/bin/chromium'
const START_MAX_MS = 30_000
const CRASH: Market = { scenario: 'crash', speed: 60 }

export const withoutChromium: string | false =
  existsSync(CHROMIUM) || process.env['CI'] !== undefined ? false : `${CHROMIUM} is missing (apt-get install chromium)`

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM })
}

export interface Running {
  readonly url: string
  readonly port: number
  /** Ctrl-C, as a terminal sends it; gives the exit code and how long it took. */
  interrupt(): Promise<{ readonly code: number | null; readonly ms: number }>
  kill(): void
}

export interface Market {
  readonly scenario: 'calm' | 'crash' | 'grind' | 'squeeze'
  readonly speed: number
}

export async function startBallast(dataFolder: string, port: number, { scenario, speed }: Market = CRASH): Promise<Running> {
  const market = ['--scenario', scenario, '--seed', '1', '--speed', String(speed)]
  const args = [join(ROOT, 'bin/ballast.mjs'), 'start', '--port', String(port), '--data', dataFolder, ...market]
  const env = { ...process.env, XDG_CONFIG_HOME: join(dataFolder, 'config') }
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const url = await announced(child)
  return {
    url,
    port: Number(new URL(url).port),
    async interrupt() {
      const from = performance.now()
      const exited = once(child, 'exit') as Promise<[number | null]>
      child.kill('SIGINT')
      const [code] = await exited
      return { code, ms: performance.now() - from }
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** The address on the welcome screen. */
async function announced(child: ChildProcess): Promise<string> {
  let output = ''
  const found = Promise.withResolvers<string>()
  const take = (chunk: Buffer): void => {
    output += chunk.toString()
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? []
    if (url !== undefined) found.resolve(url)
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  child.once('exit', (code) => found.reject(new Error(`ballast start ended with ${String(code)} before it listened:\n${output}`)))
  const timer = setTimeout(() => found.reject(new Error(`no address within ${START_MAX_MS} ms:\n${output}`)), START_MAX_MS)
  try {
    return await found.promise
  } finally {
    clearTimeout(timer)
  }
}
