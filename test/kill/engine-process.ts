/**
 * The engine as its own process: `ballast start` run by this Node, so the process spawned is the engine's and no launcher stands between. Its
 * pid is checked against the holder of the journal's lock. Every start gets the same data folder, a free port and a fast small set-up:
 * snapshots and segments as small as the configuration allows, so that kills fall into them too.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 60_000
const SETTINGS = ['journal.snapshotEveryRecords=150', 'journal.segmentBytesMax=1048576', 'demo.cash=300000', 'demo.size=10']

export interface EngineProcess {
  readonly pid: number
  /** Resolves with the address of its API; rejects with what it printed when it ends before. */
  readonly listening: Promise<URL>
  readonly exited: Promise<number | null>
  readonly startedAt: number
  kill(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): Promise<number | null>
  output(): string
}

export function startEngine(folder: string, wrapper: readonly string[] = []): EngineProcess {
  const [command, ...before] = [...wrapper, process.execPath]
  const flags = ['--port', '0', '--data', join(folder, 'data'), ...SETTINGS.flatMap((setting) => ['--set', setting])]
  const args = [...before, join(ROOT, 'bin/ballast.mjs'), 'start', ...flags]
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, 'user'), NODE_OPTIONS: '' }
  const child = spawn(command ?? process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (printed += bytes.toString()))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  assert(child.pid !== undefined, 'the engine was spawned')
  return {
    pid: child.pid,
    listening: addressOf(child, exited, () => printed),
    exited,
    startedAt: performance.now(),
    output: () => printed,
    async kill(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** Who holds the engine's journal, by the lock it wrote. */
export function lockHolder(folder: string): number {
  return (JSON.parse(readFileSync(join(folder, 'data/engine/lock-holder.json'), 'utf8')) as { readonly pid: number }).pid
}

function addressOf(child: ChildProcess, exited: Promise<number | null>, printed: () => string): Promise<URL> {
  const found = new Promise<URL>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not listening after ${READY_WITHIN_MS} ms:\n${printed()}`)), READY_WITHIN_MS)
    const look = (): void => {
      const address = /Watch it\s+(http:\S+)/.exec(printed())?.[1]
      if (address === undefined) return
      clearTimeout(late)
      resolve(new URL(address))
    }
    child.stdout?.on('data', look)
    void exited.then((code) => {
      clearTimeout(late)
      reject(new Error(`the engine ended with ${String(code)} before it listened:\n${printed()}`))
    })
  })
  found.catch(() => undefined)
  return found
}
