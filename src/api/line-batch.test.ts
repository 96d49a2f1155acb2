/** Lines leave together, in order and whole; a warning takes along what waits. */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { lineBatch } from './line-batch.ts'

function batch() {
  const writes: string[] = []
  const to = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk)
      done()
    },
  })
  return { writes, ...lineBatch(to) }
}
const info = (text: string): string => `{"level":30,"msg":"${text}"}\n`
const warning = '{"level":40,"msg":"late"}\n'

test('[P-09] lines that say what was served are one write, of which nothing is left behind', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { writes, write, flush } = batch()
  write(info('a'))
  write(info('b'))
  t.mock.timers.tick(49)
  assert.deepEqual(writes, [])
  t.mock.timers.tick(1)
  write(info('c'))
  flush()
  flush()
  t.mock.timers.tick(100)
  assert.deepEqual(writes, [info('a') + info('b'), info('c')])
})

test('[P-09] what warns leaves at once, after what came before it; so does what has grown large', () => {
  const { writes, write } = batch()
  write(info('a'))
  write(warning)
  const large = info('x'.repeat(70_000))
  write(large)
  assert.deepEqual(writes, [info('a') + warning, large])
})
