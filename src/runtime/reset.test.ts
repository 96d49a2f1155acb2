/** `--reset` moves, deletes nothing, and never touches a folder that a process has open. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { lockFolder } from '#store/lock.ts'
import { archiveJournals } from './reset.ts'

function dataFolder(t: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'ballast-reset-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  for (const name of ['engine', 'venue', 'logs']) {
    mkdirSync(join(data, name))
    writeFileSync(join(data, name, 'kept'), name)
  }
  return data
}

test('[C-34] a reset archives what is there under the next number', (t) => {
  const data = dataFolder(t)
  archiveJournals(data, () => undefined)
  assert.equal(readFileSync(join(data, 'archive', '1', 'engine', 'kept'), 'utf8'), 'engine')
  assert.equal(existsSync(join(data, 'engine')), false)
  mkdirSync(join(data, 'engine'))
  archiveJournals(data, () => undefined)
  assert.equal(existsSync(join(data, 'archive', '2', 'engine')), true)
})

for (const held of ['engine', 'venue']) {
  test(`[F-P05] a reset of a folder whose ${held} another has open is refused before anything moves`, (t) => {
    const data = dataFolder(t)
    const lock = lockFolder(join(data, held))
    assert.throws(() => archiveJournals(data, () => undefined), /journal_locked|no other process/)
    for (const name of ['engine', 'venue', 'logs']) assert.equal(readFileSync(join(data, name, 'kept'), 'utf8'), name)
    lock.release()
    archiveJournals(data, () => undefined)
    assert.equal(existsSync(join(data, 'archive', '1', 'venue', 'kept')), true)
  })
}
