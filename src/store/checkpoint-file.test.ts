/** The file of checkpoints: torn last lines, the newest that counts, thinning out. */
import assert from 'node:assert/strict'
import fs, { appendFileSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Checkpoint } from '#engine/journal/checkpoint.ts'
import { lastCheckpoint, openCheckpointFile, thinOut } from './checkpoint-file.ts'
import { signingCrypto, verifyingCrypto } from './node-crypto.ts'
import { optionsIn, temporaryFolder } from './store.fixture.ts'

test('[PE-01] a torn last line is closed, passed over and followed by whole ones', (t) => {
  const folder = temporaryFolder(t)
  const { key } = optionsIn(folder)
  const path = join(folder, 'x.jsonl')
  const owner = { journalId: 'x', publicKey: key.publicKey }
  const make = (batchNo: number, reason: Checkpoint['reason'] = 'periodic'): Checkpoint => {
    return { ...owner, firstSegment: 1, segment: 1, seq: batchNo * 10, batchNo, head: 'ab', time: 1_700_000_000_000, reason }
  }
  const write = (...checkpoints: Checkpoint[]): void => {
    const file = openCheckpointFile(path, folder, signingCrypto(key.privateKey))
    for (const checkpoint of checkpoints) file.append(checkpoint)
    file.close()
  }
  assert.equal(lastCheckpoint(path, owner, verifyingCrypto()), undefined)
  write(make(1, 'opened'), make(2))
  appendFileSync(path, readFileSync(path, 'utf8').slice(0, 100))
  assert.deepEqual(lastCheckpoint(path, owner, verifyingCrypto()), make(2))
  write(make(3))
  assert.deepEqual(lastCheckpoint(path, owner, verifyingCrypto()), make(3))
  assert.equal(lastCheckpoint(path, { ...owner, publicKey: 'ff' }, verifyingCrypto()), undefined)

  write(...Array.from({ length: 1_200 }, (_, index) => make(index + 4)))
  thinOut(path)
  const batches = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (line.endsWith('}') ? (JSON.parse(line) as Checkpoint).batchNo : 0))
  assert.deepEqual([batches[0], batches.at(-1)], [1, 1_203], 'the opening and the newest stay')
  assert.ok(batches.length <= 1_002)
})

test('[F-D01] a line that finds no space leaves nothing of itself, and the next one is whole', (t) => {
  const folder = temporaryFolder(t)
  const { key } = optionsIn(folder)
  const path = join(folder, 'x.jsonl')
  const owner = { journalId: 'x', publicKey: key.publicKey }
  const make = (batchNo: number): Checkpoint => {
    return { ...owner, firstSegment: 1, segment: 1, seq: batchNo, batchNo, head: 'ab', time: 1_700_000_000_000, reason: 'periodic' }
  }
  const file = openCheckpointFile(path, folder, signingCrypto(key.privateKey))
  t.after(() => file.close())
  file.append(make(1))
  const before = readFileSync(path, 'utf8')
  const { writeSync } = fs
  const restore = (): void => {
    fs.writeSync = writeSync
    syncBuiltinESMExports()
  }
  t.after(restore)
  let calls = 0
  fs.writeSync = ((handle: number, bytes: Uint8Array, from: number) => {
    if (calls++ > 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    return writeSync(handle, bytes, from, 40)
  }) as typeof writeSync
  syncBuiltinESMExports()
  assert.throws(() => file.append(make(2)), { code: 'ENOSPC' })
  restore()
  assert.equal(readFileSync(path, 'utf8'), before)
  file.append(make(3))
  assert.deepEqual(lastCheckpoint(path, owner, verifyingCrypto()), make(3))
  assert.equal(readFileSync(path, 'utf8').trim().split('\n').length, 2)
})
