/**
 * What a power cut may leave depends on what was synced before what. The calls that reach the operating system are recorded in order, at the
 * module `node:fs` itself, so that a sync that is left out, or comes too late, is seen without cutting any power.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ensureFolder, replaceFile } from './durable-file.ts'
import { temporaryFolder } from './store.fixture.ts'

/** `open name`, `write`, `sync name`, `rename a b`, `mkdir name`, in the order of the calls. */
function recorded(t: TestContext): string[] {
  const calls: string[] = []
  const names = new Map<number, string>()
  const { openSync, writeSync, fsyncSync, renameSync, mkdirSync } = fs
  t.after(() => {
    Object.assign(fs, { openSync, writeSync, fsyncSync, renameSync, mkdirSync })
    syncBuiltinESMExports()
  })
  Object.assign(fs, {
    openSync: (...args: Parameters<typeof openSync>): number => {
      const handle = openSync(...args)
      names.set(handle, basename(String(args[0])))
      calls.push(`open ${basename(String(args[0]))}`)
      return handle
    },
    writeSync: (...args: Parameters<typeof writeSync>): number => {
      calls.push(`write ${names.get(args[0]) ?? '?'}`)
      return writeSync(...args)
    },
    fsyncSync: (handle: number): void => {
      calls.push(`sync ${names.get(handle) ?? '?'}`)
      fsyncSync(handle)
    },
    renameSync: (from: string, to: string): void => {
      calls.push(`rename ${basename(from)} ${basename(to)}`)
      renameSync(from, to)
    },
    mkdirSync: (...args: Parameters<typeof mkdirSync>) => {
      calls.push(`mkdir ${basename(String(args[0]))}`)
      return mkdirSync(...args)
    },
  })
  syncBuiltinESMExports()
  return calls
}

test('[F-D09] a replacement is synced before it is renamed, and the folder after: never a name without its bytes', (t) => {
  const folder = temporaryFolder(t)
  const calls = recorded(t)
  replaceFile(join(folder, 'state.json'), ['one', Buffer.from('two')])
  assert.deepEqual(calls, [
    'open state.json.tmp',
    'write state.json.tmp',
    'write state.json.tmp',
    'sync state.json.tmp',
    'rename state.json.tmp state.json',
    `open ${basename(folder)}`,
    ...(process.platform === 'win32' ? [] : [`sync ${basename(folder)}`]),
  ])
  assert.equal(fs.readFileSync(join(folder, 'state.json'), 'utf8'), 'onetwo')
})

test('[F-D09] a folder is durable once its parent is synced, as are those made above it; one that stands costs no sync', (t) => {
  const folder = temporaryFolder(t)
  const calls = recorded(t)
  ensureFolder(join(folder, 'upper', 'new'))
  ensureFolder(join(folder, 'upper', 'new'))
  const synced = [basename(folder), 'upper'].flatMap((name) => [`open ${name}`, `sync ${name}`])
  assert.deepEqual(calls, ['mkdir upper', 'mkdir new', ...(process.platform === 'win32' ? [] : synced), 'mkdir new'])
})

test('a place where nothing can be made is an error, at once', (t) => {
  const folder = temporaryFolder(t)
  fs.writeFileSync(join(folder, 'file'), '')
  assert.throws(() => ensureFolder(join(folder, 'file')), { code: 'EEXIST' })
  assert.throws(() => ensureFolder(join(folder, 'file', 'below')), { code: 'ENOTDIR' })
  if (fs.existsSync('/proc/self')) assert.throws(() => ensureFolder('/proc/nowhere/below'), { code: 'ENOENT' })
})
