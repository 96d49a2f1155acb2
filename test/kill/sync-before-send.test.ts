/**
 * The order of sync and send, from the system calls of the real process: what a command's answer rests on was written to the journal's log, the
 * log was synced, and only then the answer left. `kill -9` cannot show this (the page cache survives it). Needs strace; skipped without.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from './client.ts'
import { lockHolder, startEngine } from './engine-process.ts'

const COMMANDS = 12
const CALLS = 'trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg'

test('[PE-05] an answer leaves after the sync of the journal that holds its command', { skip: tracerMissing() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-trace-'))
  t.after(() => {
    endHolder(folder)
    rmSync(folder, { recursive: true, force: true })
  })
  const trace = join(folder, 'trace')
  const engine = startEngine(folder, ['strace', '-f', '--seccomp-bpf', '-y', '-s', '9000', '-e', CALLS, '-o', trace])
  const client = new Client(await engine.listening)
  const ids: { readonly key: string; readonly commandId: string }[] = []
  for (let n = 0; n < COMMANDS; n++) {
    const key = `traced-command-${n}-of-${COMMANDS}`
    const position = { asset: 'BTC', side: 'long', entryPrice: 60_000 + n, size: 0.5, leverage: 2 }
    const answer = await client.postWhenReady({
      key,
      path: '/portfolio/ingest',
      body: JSON.stringify({ accountId: 'demo', positions: [position] }),
    })
    assert(answer?.status === 200 && answer.commandId !== undefined, `${key}: ${answer?.text ?? 'no answer'}`)
    ids.push({ key, commandId: answer.commandId })
  }
  client.close()
  process.kill(lockHolder(folder), 'SIGTERM')
  await engine.exited
  const calls = callsIn(readFileSync(trace, 'latin1'))
  const shown = ids.filter(({ key, commandId }) => syncedBetween(calls, key, commandId))
  t.diagnostic(`${shown.length} of ${COMMANDS} commands were seen whole in the trace`)
  assert.ok(shown.length >= COMMANDS / 2, 'most commands are in one page of the log and can be found there')
})

interface Call {
  readonly name: string
  readonly text: string
}

/** True when the trace shows the order, false when the key cannot be found in it (cut by the end of a page); a wrong order fails. */
function syncedBetween(calls: readonly Call[], key: string, commandId: string): boolean {
  const written = calls.findIndex(({ name, text }) => name === 'pwrite64' && text.includes('/data/engine/segment') && text.includes(key))
  const sent = calls.findIndex(({ text }) => text.includes('HTTP/1.1 200') && text.includes(commandId))
  if (written < 0 || sent < 0) return false
  const synced = calls.findIndex(
    ({ name, text }, index) => index > written && name === 'fdatasync' && text.includes('/data/engine/segment'),
  )
  assert.ok(written < synced && synced < sent, `${key}: written at call ${written}, synced at ${synced}, answered at ${sent}`)
  return true
}

/** In the order of their ends for syncs, of their beginnings for writes: a write in progress counts as early, a sync in progress as late. */
function callsIn(trace: string): Call[] {
  const calls: Call[] = []
  const unfinished = new Map<string, string>()
  for (const line of trace.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>/.exec(text)?.[1]
    const name = resumed ?? /^(\w+)\(/.exec(text)?.[1]
    if (name === undefined) continue
    const isSync = name === 'fdatasync' || name === 'fsync'
    if (text.includes('<unfinished ...>')) {
      unfinished.set(thread, text)
      if (!isSync) calls.push({ name, text })
    } else if (resumed === undefined) calls.push({ name: isSync ? 'fdatasync' : name, text })
    else if (isSync) calls.push({ name: 'fdatasync', text: unfinished.get(thread) ?? '' })
  }
  return calls
}

/** The tracer passes no signals on: the engine is ended by its own pid. */
function endHolder(folder: string): void {
  try {
    process.kill(lockHolder(folder), 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function tracerMissing(): string | false {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
    return false
  } catch {
    return 'strace is not installed: the order of sync and send is not traced here'
  }
}
