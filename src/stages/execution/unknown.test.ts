/** Silence of the venue: unknown, questions, proof of absence, retries, statements. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { btc } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { OrderId } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import { only, T0 } from '#engine/harness.fixture.ts'
import { DEMO, FIRST, Life } from './execution.fixture.ts'

const asked = (events: readonly AnyEvent[]): string[] =>
  only(events, 'venue_queries').map(({ kind, orderId }) => `${kind}${orderId === undefined ? '' : ` ${orderId}`}`)

function statement(life: Life, at: number, openOrders: readonly string[]): AnyEvent[] {
  return life.feed(at, 'account_raw', {
    venue: 'sim',
    account: DEMO,
    statementId: `s${at}`,
    balances: [],
    positions: [],
    venueAt: epochMs(T0 + at),
    openOrders: openOrders.map((orderId) => ({
      orderId: orderId as OrderId,
      instrument: LINEAR_PERPETUAL,
      filled: btc('0'),
      quantity: btc('1'),
    })),
  })
}

test('[F-V01] the reply is lost: unknown after the bound, found by its id, one order', () => {
  const life = new Life()
  life.send(0)
  assert.deepEqual(life.passTo(1_999), [])
  assert.deepEqual(asked(life.passTo(2_000)), [`order ${FIRST}`])
  assert.deepEqual([life.last()?.state, life.last()?.reason, life.last()?.open.toString()], ['unknown', 'no_reply', '1'])
  life.update(2_100, 'accepted')
  life.fill(2_200, 't1', '1')
  assert.deepEqual(life.states(), ['sent', 'unknown', 'accepted', 'filled'])
  assert.deepEqual(life.sends(), ['place 1'])
})

test('[F-V02] "not found" is no proof before the visibility delay', () => {
  const life = new Life()
  life.send(0)
  life.passTo(2_000)
  life.update(9_999, 'not_found')
  assert.equal(life.last()?.state, 'unknown')
  life.update(10_000, 'not_found')
  assert.deepEqual([life.last()?.state, life.last()?.reason], ['cancelled', 'never_arrived'])
  assert.equal(life.confirmations().length, 1)
})

test('[F-V02] an order whose prices still hold is sent again under its own id, a bounded number of times', () => {
  const life = new Life()
  life.send(0, {
    type: 'stop',
    timeInForce: 'GTC',
    reduceOnly: true,
    goodUntil: T0 + 3_600_000,
    trigger: { source: 'mark', price: '90000' },
  })
  for (const at of [12_000, 24_000, 36_000]) {
    life.passTo(at - 1)
    life.update(at, 'not_found')
  }
  assert.deepEqual(life.sends(), ['place 1', 'place 2', 'place 3'])
  assert.deepEqual(new Set(only(life.log, 'order_sends').map(({ orderId }) => orderId)), new Set([FIRST]))
  assert.equal(life.last()?.reason, 'never_arrived')
})

test('[F-V02] after a retry the delay begins anew, and "duplicate" says that the first one lives', () => {
  const life = new Life()
  life.send(0, { reduceOnly: true, goodUntil: T0 + 3_600_000 })
  life.passTo(11_000)
  life.update(11_000, 'not_found')
  assert.deepEqual(life.sends(), ['place 1', 'place 2'])
  life.update(11_001, 'not_found')
  assert.equal(life.last()?.state, 'sent', 'an old answer ends nothing')
  assert.deepEqual(asked(life.update(11_050, 'rejected', '0', { reason: 'duplicate_order_id' })), [`order ${FIRST}`])
  assert.deepEqual(life.confirmations(), [])
  life.update(11_100, 'accepted')
  assert.equal(life.last()?.state, 'accepted')
})

test('[F-V02] should it turn up after all it is cancelled, and a fill of it booked', () => {
  const life = new Life()
  life.send(0)
  life.passTo(2_000)
  life.update(10_000, 'not_found')
  const late = life.update(10_500, 'accepted')
  assert.deepEqual(
    only(late, 'order_sends').map(({ action }) => action),
    ['cancel'],
  )
  life.fill(10_600, 't1', '0.5')
  assert.deepEqual([life.last()?.reason, life.last()?.filled.toString()], ['late_fill', '0.5'])
  assert.equal(life.confirmations().length, 1)
})

test('[F-V15] a statement that lists an order we gave up has it cancelled', () => {
  const life = new Life()
  life.send(0)
  life.passTo(2_000)
  life.update(10_000, 'not_found')
  assert.deepEqual(
    only(statement(life, 10_500, [FIRST]), 'order_sends').map(({ action }) => action),
    ['cancel'],
  )
})

test('questions come with growing pauses, end with a report, and the order stays unknown', () => {
  const life = new Life()
  life.send(0)
  life.passTo(59_999)
  const at = life.log.flatMap((event) => (event.topic === 'venue_queries' && event.body.kind === 'order' ? [event.at - T0] : []))
  assert.deepEqual(at, [2_000, 3_000, 5_000, 9_000, 10_000, 26_000, 58_000])
  life.passTo(3_600_000)
  assert.equal(life.log.filter((event) => event.topic === 'venue_queries' && event.body.kind === 'order').length, 8)
  assert.equal(only(life.log, 'order_states').filter(({ reason }) => reason === 'unresolved').length, 1)
  assert.deepEqual([life.last()?.state, life.confirmations().length], ['unknown', 0])
})

test('[I14] while the link is down nothing is asked, when it is up everything open is', () => {
  const life = new Life()
  life.send(0)
  life.feed(100, 'venue_links', { venue: 'sim', state: 'down' })
  assert.deepEqual(asked(life.passTo(200_000)), [])
  assert.equal(life.last()?.state, 'unknown')
  assert.deepEqual(asked(life.feed(200_000, 'venue_links', { venue: 'sim', state: 'up' })), ['statement', `order ${FIRST}`])
  assert.deepEqual(asked(life.feed(200_001, 'venue_links', { venue: 'sim', state: 'up', clockOffsetMs: 3 })), [], 'only on the change')
})

test('[F-V03] an immediate order that was accepted and then silent is asked for', () => {
  const life = new Life()
  life.send(0)
  life.update(100, 'accepted')
  assert.deepEqual(asked(life.passTo(2_100)), [`order ${FIRST}`])
})

test('[F-V14] a resting order the statement no longer lists is asked for; gone for good it ends', () => {
  const life = new Life()
  life.send(0, { type: 'limit', timeInForce: 'GTC' })
  life.update(100, 'accepted')
  assert.deepEqual(asked(statement(life, 20_000, [FIRST])), [])
  assert.deepEqual(asked(statement(life, 30_000, [])), [`order ${FIRST}`])
  life.update(30_100, 'not_found')
  assert.deepEqual([life.last()?.state, life.last()?.reason], ['cancelled', 'gone_from_venue'])
})

test('statements are asked for at the stated pace, once per account, after a restart as well', () => {
  const life = new Life()
  statement(life, 1, [])
  assert.deepEqual(asked(life.passTo(180_000)), ['statement', 'statement', 'statement'])
  assert.deepEqual(asked(life.start(200_000, 'e2')), ['statement'])
  assert.deepEqual(asked(life.passTo(320_000)), ['statement', 'statement'], 'the timer of the old session no longer counts')
})
