/** The log of decisions: what enters, in which words, how far back it vouches. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import type { RecentDecision } from '#stages/protection/coverage-state.ts'
import { DecisionLog } from './decision-log.ts'

function refusal(seq: number, account = 'demo'): AnyEvent {
  const explanation = {
    gate: 'limits',
    code: 'position_limit',
    field: 'position',
    seen: '6',
    limit: '5',
    flip: { field: 'quantity', to: '1' },
    cause: seq - 1,
  }
  return {
    seq,
    at: 1_000,
    topic: 'order_refusals',
    key: account,
    source: 'risk',
    cause: seq - 1,
    body: { account, explanation },
  } as unknown as AnyEvent
}
const observed = (log: DecisionLog, ...events: AnyEvent[]): void => log.observe({ input: events[0] as AnyEvent, decisions: events })

test('[API-06] a decision is told with gate, value, limit and what would flip it, newest first', () => {
  const log = new DecisionLog([], 0)
  observed(log, refusal(5), { ...refusal(6), topic: 'postings' } as AnyEvent, refusal(7), refusal(8, 'other'))
  assert.deepEqual(
    log.newest('demo', 10).map(({ seq, kind }) => [seq, kind]),
    [
      [7, 'order_refused'],
      [5, 'order_refused'],
    ],
  )
  assert.equal(log.newest('demo', 1)[0]?.text, 'order refused: limits saw position 6, limit 5; it would pass with quantity at 1')
})

test('[API-06] what protection remembers fills the log after a restart; only what came since is vouched for', () => {
  const explanation = { gate: 'protection/coverage', code: 'renewal_due', field: 'expiresInMs', seen: 1, limit: 2, cause: 3 }
  const recent = [
    { seq: 4, at: 500, decision: { account: 'demo', kind: 'renewal_due', explanation, detail: {} } },
  ] as unknown as RecentDecision[]
  const log = new DecisionLog(recent, 10)
  observed(log, refusal(12))
  assert.deepEqual(
    log.newest('demo', 10).map(({ seq }) => seq),
    [12, 4],
  )
  assert.deepEqual([log.after('demo', 10).complete, log.after('demo', 9).complete], [true, false])
  assert.deepEqual(
    log.after('demo', 4).decisions.map(({ seq }) => seq),
    [12],
  )
})

test('[API-06] the log is bounded and says when it let decisions go', () => {
  const log = new DecisionLog([], 0)
  for (let seq = 1; seq <= 1_001; seq++) observed(log, refusal(seq))
  assert.equal(log.newest('demo', 5_000).length, 1_000)
  assert.deepEqual([log.after('demo', 0).complete, log.after('demo', 1).complete], [false, true])
})
