/** One Ctrl-C is one stop, however many processes pass it on; a second one, later, forces the end. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { onStop } from './stop-signal.ts'

test('signals within the grace count as one, the first after it forces', () => {
  const source = new EventEmitter()
  let clockMs = 0
  const seen: string[] = []
  const now = (): number => clockMs
  onStop((signal) => seen.push(`stop ${signal}`), { graceMs: 1000, now, onForce: (signal) => seen.push(`force ${signal}`), source })

  source.emit('SIGINT', 'SIGINT')
  clockMs = 1000
  source.emit('SIGINT', 'SIGINT')
  source.emit('SIGTERM', 'SIGTERM')
  assert.deepEqual(seen, ['stop SIGINT'])

  clockMs = 1001
  source.emit('SIGINT', 'SIGINT')
  assert.deepEqual(seen, ['stop SIGINT', 'force SIGINT'])
})
