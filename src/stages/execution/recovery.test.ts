/** Starts with orders in every state, and cancels by command. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { only, T0 } from '#engine/harness.fixture.ts'
import type { CommandId } from '#domain/order.ts'
import type { AccountId } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import { epochMs } from '#units/time.ts'
import { DEMO, FIRST, Life } from './execution.fixture.ts'
import { orders } from './orders.ts'

/** Where an order can stand when the process dies, and how it got there. */
const STANDS: readonly (readonly [name: string, prepare: (life: Life) => void])[] = [
  ['approved', (life) => life.approve(0)],
  ['sent', (life) => life.send(0)],
  ['unknown', (life) => [life.send(0), life.passTo(2_000)]],
  ['accepted', (life) => [life.send(0), life.update(10, 'accepted')]],
  ['partially filled', (life) => [life.send(0), life.fill(10, 't1', '0.4')]],
]
for (const [name, prepare] of STANDS) {
  test(`[F-P01] [F-P08] died while ${name}: unknown, asked for, never sent again by itself`, () => {
    const life = new Life()
    prepare(life)
    const sent = life.sends().length
    const events = life.start(3_000, 'e2')
    assert.equal(life.last()?.state, 'unknown')
    const asked = only(events, 'venue_queries').map(({ kind, orderId }) => `${kind} ${orderId ?? 'all'}`)
    assert.deepEqual(new Set(asked), new Set([`order ${FIRST}`, 'statement all']))
    assert.equal(asked.length, 2)
    life.synced(3_001)
    life.passTo(3_500)
    assert.equal(life.sends().length, sent)
  })
}

test('[F-P03] [F-P10] bytes of an approved order may have left before its send was recorded: a fill is booked', () => {
  const life = new Life()
  life.approve(0)
  life.start(3_000, 'e2')
  life.update(3_100, 'accepted')
  life.fill(3_200, 't1', '1')
  assert.deepEqual([life.confirmations()[0]?.state, life.sends()], ['filled', []])
})

test('[F-P01] an approved order the venue never saw ends as a veto of the old epoch', () => {
  const life = new Life()
  life.approve(0)
  life.start(3_000, 'e2')
  life.update(12_999, 'not_found')
  assert.equal(life.last()?.state, 'unknown', 'before the visibility delay it may still show up')
  life.update(13_000, 'not_found')
  assert.deepEqual(
    only(life.log, 'order_vetoes').map(({ explanation }) => explanation.code),
    ['stale_epoch'],
  )
  assert.equal(life.last()?.state, 'vetoed')
})

test('[F-P10] a sent order the venue never saw is not sent again under the new epoch', () => {
  const life = new Life()
  life.send(0, { reduceOnly: true, goodUntil: T0 + 3_600_000 })
  life.start(3_000, 'e2')
  life.update(13_000, 'not_found')
  assert.deepEqual([life.last()?.reason, life.sends()], ['never_arrived', ['place 1']])
})

test('[L-11] a resting stop survives the restart', () => {
  const life = new Life()
  life.send(0, { type: 'stop', timeInForce: 'GTC', reduceOnly: true, trigger: { source: 'mark', price: '90000' } })
  life.update(10, 'accepted')
  life.start(3_000, 'e2')
  life.update(3_100, 'accepted')
  assert.equal(life.last()?.state, 'accepted')
  life.fill(9_000, 't1', '1')
  assert.equal(life.confirmations().length, 1)
})

test('[F-P10] orders that ended are left alone by a start', () => {
  const life = new Life()
  life.send(0)
  life.fill(1, 't1', '1')
  const events = life.start(3_000, 'e2')
  assert.deepEqual(only(events, 'order_states'), [])
  assert.equal(life.confirmations().length, 1)
})

function cancelCommand(life: Life, at: number, params: { readonly orderId: string } | null, account = DEMO): AnyEvent[] {
  const body = { commandId: `c${at}` as CommandId, account, route: '/x', key: String(at), bodyHash: '', type: 'cancel_order', params }
  return life.feed(at, 'accepted_commands', body)
}
const answers = (events: readonly AnyEvent[]): unknown[] =>
  only(events, 'command_results').map(({ final, answer }) => [
    final,
    (answer as { reason?: string }).reason ?? (answer as { status: string }).status,
  ])

test('[F-O02] a cancel by command is pending until the end, whoever wins', () => {
  for (const winner of ['cancel', 'fill'] as const) {
    const life = new Life()
    life.send(0, { type: 'limit', timeInForce: 'GTC' })
    life.update(5, 'accepted')
    const events = cancelCommand(life, 10, { orderId: FIRST })
    assert.deepEqual(answers(events), [[false, 'pending']])
    assert.deepEqual(life.sends().at(-1), 'cancel 1')
    assert.deepEqual(answers(cancelCommand(life, 11, { orderId: FIRST })), [[true, 'cancel_pending']])
    const end = winner === 'cancel' ? life.update(20, 'cancelled') : life.fill(20, 't1', '1')
    assert.deepEqual(
      only(end, 'command_results').map(({ answer }) => answer),
      [{ status: 'ok', orderId: FIRST, state: winner === 'cancel' ? 'cancelled' : 'filled', filled: winner === 'cancel' ? '0' : '1' }],
    )
    assert.deepEqual(answers(cancelCommand(life, 30, { orderId: FIRST })), [[true, 'order_ended']])
  }
})

test('[I16] an order of another account is as unknown as none; malformed parameters are refused', () => {
  const life = new Life()
  life.send(0)
  assert.deepEqual(answers(cancelCommand(life, 1, { orderId: FIRST }, 'other' as AccountId)), [[true, 'unknown_order']])
  assert.deepEqual(answers(cancelCommand(life, 2, { orderId: 'se1-99' })), [[true, 'unknown_order']])
  assert.deepEqual(answers(cancelCommand(life, 3, null)), [[true, 'invalid_payload']])
  assert.deepEqual(life.sends(), ['place 1'])
  life.approve(4, { orderId: 'se1-1' })
  assert.deepEqual(answers(cancelCommand(life, 5, { orderId: 'se1-1' })), [[true, 'order_not_sent']])
})

test('[F-V03] an account whose first statement was lost is asked for again: the venue is asked for all it has while its link is up', () => {
  const life = new Life()
  life.send(0) // makes one account known
  const asked = only(life.passTo(60_000), 'venue_queries').filter(({ kind }) => kind === 'statement')
  assert.deepEqual([asked.length, asked[0]?.venue, asked[0]?.account], [1, 'sim', undefined])
})

const RECORDED: readonly (readonly ['order_sends' | 'order_vetoes', string])[] = [
  ['order_vetoes', 'vetoed'],
  ['order_sends', 'sent'],
]
for (const [topic, state] of RECORDED) {
  test(`[PE-05] under other code the recorded ${topic} is the fact: the order is ${state}, whatever would be decided now`, () => {
    const life = new Life()
    // too old by now: this code would veto; with a price that holds it would send
    life.approve(0, { goodUntil: topic === 'order_sends' ? T0 + 1 : T0 + 5_000 })
    const { engine } = life.bench
    const explanation = { gate: 'send', code: 'halted', field: 'brake', seen: 'x', limit: 'none', cause: 1 }
    const head = { at: epochMs(T0 + 10), key: DEMO, source: 'execution/orders', cause: engine.seq + 1 }
    const synced = { seq: engine.seq + 1, ...head, topic: 'journal_synced', body: { uptoSeq: engine.seq } } as unknown as AnyEvent
    const body =
      topic === 'order_vetoes'
        ? { orderId: FIRST, intentId: `i-${FIRST}`, account: DEMO, explanation }
        : { action: 'place', orderId: FIRST, venue: 'sim', attempt: 1 }
    engine.fold(synced, [{ seq: engine.seq + 2, ...head, topic, body } as unknown as AnyEvent], engine.seq + 2)
    assert.equal(engine.stateOf(orders).orders.get(FIRST)?.state, state)
  })
}
