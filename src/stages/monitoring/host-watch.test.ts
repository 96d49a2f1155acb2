/** The alarm about the host: one while it is impaired, cleared when it is in order or begun anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { BodyOf } from '#topics/registry.ts'
import { hostWatch } from './host-watch.ts'

const about = { subject: 'journal', code: 'journal_full', detail: 'no space' } as const
const lines = (events: readonly AnyEvent[]): string[] =>
  only(events, 'alerts').map(({ name, severity, state, explanation }) => `${name} ${severity} ${state} ${String(explanation.seen)}`)

test('[F-D01] a full journal is a critical alarm until there is space, or a new session', () => {
  const on = bench([hostWatch])
  const session = { epoch: 'e', mode: 'sim' } as unknown as BodyOf<'session_started'>
  assert.deepEqual(lines(on.feed(0, 'host_conditions', { ...about, state: 'impaired' })), [
    'host_impaired critical raised journal_full: no space',
  ])
  assert.deepEqual(lines(on.feed(1, 'host_conditions', { ...about, state: 'impaired' })), [])
  assert.deepEqual(lines(on.feed(2, 'host_conditions', { ...about, state: 'ok' })), [
    'host_impaired critical cleared journal_full: no space',
  ])
  on.feed(3, 'host_conditions', { ...about, state: 'impaired' })
  assert.deepEqual(lines(on.feed(4, 'session_started', session)), ['host_impaired critical cleared a session has begun'])
  assert.deepEqual(lines(on.feed(5, 'session_started', session)), [])
})

test('[F-D01] what the platform does not stand on is told as medium, and cleared as what it was raised', () => {
  const on = bench([hostWatch])
  const webhook = { subject: 'webhook', code: 'webhook_failed', detail: 'no answer', advisory: true } as const
  const session = { epoch: 'e', mode: 'sim' } as unknown as BodyOf<'session_started'>
  assert.deepEqual(lines(on.feed(0, 'host_conditions', { ...webhook, state: 'impaired' })), [
    'host_impaired medium raised webhook_failed: no answer',
  ])
  assert.deepEqual(lines(on.feed(1, 'session_started', session)), ['host_impaired medium cleared a session has begun'])
})
