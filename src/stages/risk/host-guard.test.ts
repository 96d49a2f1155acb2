/** A host that is impaired halts the platform, explained; in order again, or begun anew, it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { BodyOf } from '#topics/registry.ts'
import { hostGuard } from './host-guard.ts'

const FULL = { subject: 'journal', state: 'impaired', code: 'journal_full', detail: 'no space left for the journal' } as const
const OK = { subject: 'journal', state: 'ok', code: 'journal_resumed', detail: 'everything is on the medium again' } as const
const lines = (events: readonly AnyEvent[]): string[] =>
  only(events, 'safety_triggers').map(({ source, action, explanation }) => `${source} ${action} ${explanation.code}`)

test('[F-D01] a full journal halts once, with the reason and what would lift it; space lifts it', () => {
  const on = bench([hostGuard])
  const first = on.feed(0, 'host_conditions', FULL)
  assert.deepEqual(lines(first), ['host journal halt journal_full'])
  const { explanation } = only(first, 'safety_triggers')[0] as BodyOf<'safety_triggers'>
  assert.deepEqual([explanation.seen, explanation.flip], ['no space left for the journal', { field: 'journal', to: 'in order' }])
  assert.deepEqual(lines(on.feed(1, 'host_conditions', FULL)), [])
  assert.deepEqual(lines(on.feed(2, 'host_conditions', OK)), ['host journal clear journal_resumed'])
  assert.deepEqual(lines(on.feed(3, 'host_conditions', OK)), [])
})

test('[F-D01] a halt that stood when the process ended is lifted by the session that begins', () => {
  const on = bench([hostGuard])
  on.feed(0, 'host_conditions', FULL)
  const session = { epoch: 'e', mode: 'sim' } as unknown as BodyOf<'session_started'>
  assert.deepEqual(lines(on.feed(1, 'session_started', session)), ['host journal clear session_started'])
  assert.deepEqual(lines(on.feed(2, 'session_started', session)), [])
})
