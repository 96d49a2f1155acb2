/** The log keeps its bound and loses no line of the newest file. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { rotatingLog } from './rotating-log.ts'

test('[OP-02] a log begins anew at its bound and keeps the file before', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-log-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'deep', 'api.log')
  const log = rotatingLog(path, 10)
  for (const line of ['1234\n', '5678\n', 'abcd\n']) log.write(line)
  assert.deepEqual([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')], ['1234\n5678\n', 'abcd\n'])
  rotatingLog(path, 10).write('efgh\n')
  assert.equal(readFileSync(path, 'utf8'), 'abcd\nefgh\n', 'a restart goes on where the file ends')
})
