/** Snapshots: newest valid one, damage at every byte, a stop before every step of the replacement. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Snapshot } from './snapshot-form.ts'
import { listSnapshots, loadSnapshot, pruneSnapshots, writeSnapshot } from './snapshots.ts'
import { temporaryFolder } from './store.fixture.ts'

function snapshot(seq: number): Snapshot {
  return { seq, head: 'ab'.repeat(32), componentVersions: { 'risk/limits': 3 }, body: JSON.stringify({ seq, note: 'été' }) }
}

test('[PE-05] the newest snapshot is loaded and two are kept', (t) => {
  const folder = temporaryFolder(t)
  assert.deepEqual(loadSnapshot(folder, 0), { snapshot: undefined, findings: [] })
  for (const seq of [100, 20, 300]) writeSnapshot(folder, snapshot(seq))
  assert.deepEqual(loadSnapshot(folder, 300), { snapshot: snapshot(300), findings: [] })
  pruneSnapshots(folder)
  assert.deepEqual(listSnapshots(folder), [100, 300])
})

test('[F-D05] a bit flipped anywhere in a snapshot: the older one is loaded and the damage reported', (t) => {
  const folder = temporaryFolder(t)
  for (const seq of [100, 300]) writeSnapshot(folder, snapshot(seq))
  const file = join(folder, 'snapshot-300.json')
  const whole = readFileSync(file)
  for (let at = 0; at < whole.length; at += 1) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
    writeFileSync(file, damaged)
    const loaded = loadSnapshot(folder, 300)
    assert.deepEqual(loaded.snapshot, snapshot(100), `byte ${at}`)
    assert.equal(loaded.findings.length, 1)
    assert.equal(loaded.findings[0]?.file, file)
  }
  pruneSnapshots(folder)
  assert.deepEqual(listSnapshots(folder), [100, 300], 'a valid one is never pruned in favour of a damaged one')
})

test('[F-D06] a snapshot beyond the end of the journal is evidence of a lost tail', (t) => {
  const folder = temporaryFolder(t)
  for (const seq of [100, 300]) writeSnapshot(folder, snapshot(seq))
  const { snapshot: loaded, findings } = loadSnapshot(folder, 299)
  assert.deepEqual(loaded, snapshot(100))
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['ahead'],
  )
})

test('[F-P02] a stop before each step of replacing a snapshot leaves the old state or the new, never half', (t) => {
  const folder = temporaryFolder(t)
  writeSnapshot(folder, snapshot(100))
  const stops: string[] = []
  let standing = 100
  for (let stop = 0; stop <= 6; stop += 1) {
    const seq = 200 + stop
    let left = stop
    let stopped = 'nowhere'
    try {
      writeSnapshot(folder, snapshot(seq), (step) => {
        if (left === 0) throw new Error((stopped = step))
        left -= 1
      })
    } catch {
      stops.push(stopped)
    }
    if (stopped === 'sync-folder' || stopped === 'nowhere') standing = seq
    assert.deepEqual(loadSnapshot(folder, 1_000), { snapshot: snapshot(standing), findings: [] }, stopped)
    pruneSnapshots(folder)
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    )
  }
  assert.deepEqual(stops, ['open', 'write', 'write', 'sync', 'rename', 'sync-folder'])
})

test('[PE-05] a snapshot of a newer format is named as such', (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'snapshot-5.json'), '{"formatVersion":9,"seq":5}\n{}')
  const [finding] = loadSnapshot(folder, 5).findings
  assert.deepEqual([finding?.code, finding?.detail], ['newer_format', 'format version 9, this program reads up to 1'])
})
