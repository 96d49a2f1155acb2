/** The order life cycle from approval to confirmation: durability, the last check, fills and ends in every order. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { BodyOf } from '#topics/registry.ts'
import { only, T0 } from '#engine/harness.fixture.ts'
import { FIRST, Life } from './execution.fixture.ts'

function trigger(source: string, action: 'halt' | 'reduce_only' | 'clear'): BodyOf<'safety_triggers'> {
  return { source, action, explanation: { gate: 'g', code: 'c', field: 'f', seen: 1, limit: 1, cause: 1 } }
}
const vetoes = (events: readonly AnyEvent[]): string[] => only(events, 'order_vetoes').map(({ explanation }) => explanation.code)

test('[L-10] [I2] nothing is sent before the approval is durable, and then once', () => {
  const life = new Life()
  life.approve(0)
  const seq = life.bench.engine.seq
  assert.deepEqual(life.feed(1, 'journal_synced', { uptoSeq: seq - 1 }), [])
  const [send] = only(life.feed(2, 'journal_synced', { uptoSeq: seq }), 'order_sends')
  assert.deepEqual([send?.action, send?.attempt, send?.order?.limitPrice.toString()], ['place', 1, '100000'])
  assert.deepEqual(life.states(), ['sent'])
  assert.deepEqual(life.feed(3, 'journal_synced', { uptoSeq: seq + 10 }), [])
})

test('[C-39] a venue that only prices is asked for nothing when its link comes up; one that executes is', () => {
  const life = new Life()
  const asked = (body: BodyOf<'venue_links'>): number => only(life.feed(1, 'venue_links', body), 'venue_queries').length
  assert.equal(asked({ venue: 'prices', state: 'up', pricesOnly: true }), 0)
  assert.equal(asked({ venue: 'executes', state: 'up' }), 1)
})

test('[L-10] accepted, filled in parts, confirmed once with exact sums', () => {
  const life = new Life()
  life.send(0)
  life.update(100, 'accepted')
  life.fill(110, 't1', '0.3')
  assert.equal(life.last()?.open.toString(), '0.7')
  life.fill(120, 't2', '0.7', { price: price('99980'), fee: new Money(-1n), feeCurrency: 'BTC' })
  assert.deepEqual(life.states(), ['sent', 'accepted', 'partially_filled', 'filled'])
  const [done, ...more] = life.confirmations()
  assert.deepEqual(more, [])
  assert.deepEqual([done?.state, done?.filled.toString(), done?.notional.toString()], ['filled', '1', '99983'])
  assert.deepEqual(
    done?.fees.map(({ currency, amount }) => `${amount.toString()} ${currency}`),
    ['5 USDC', '-0.000000000000000001 BTC'],
  )
})

type Veto = readonly [name: string, code: string | undefined, prepare: (life: Life) => void, at: number, reduceOnly: boolean]
const VETOES: readonly Veto[] = [
  ['price age at its end', undefined, () => {}, 5_000, false],
  ['price age just over', 'price_too_old', () => {}, 5_001, false],
  ['halted meanwhile', 'halted', (life) => life.feed(1, 'safety_triggers', trigger('a', 'halt')), 2, false],
  ['reduce-only meanwhile', 'halted', (life) => life.feed(1, 'safety_triggers', trigger('a', 'reduce_only')), 2, false],
  ['[I8] halted, but it reduces', undefined, (life) => life.feed(1, 'safety_triggers', trigger('a', 'halt')), 2, true],
  [
    'halt cleared again',
    undefined,
    (life) => [trigger('a', 'halt'), trigger('a', 'clear')].forEach((body) => life.feed(1, 'safety_triggers', body)),
    2,
    false,
  ],
  ['link down', 'venue_link_down', (life) => life.feed(1, 'venue_links', { venue: 'sim', state: 'down' }), 2, false],
  ['link down, but it reduces', undefined, (life) => life.feed(1, 'venue_links', { venue: 'sim', state: 'down' }), 2, true],
]
for (const [name, code, prepare, at, reduceOnly] of VETOES) {
  test(`[F-D08] the last check before the wire, ${name}: ${code ?? 'sent'}`, () => {
    const life = new Life()
    life.approve(0, { reduceOnly })
    prepare(life)
    const events = life.synced(at)
    assert.deepEqual(vetoes(events), code === undefined ? [] : [code])
    assert.deepEqual(life.sends(), code === undefined ? ['place 1'] : [])
    assert.equal(life.last()?.state, code === undefined ? 'sent' : 'vetoed')
    assert.deepEqual(life.confirmations(), [], 'a veto speaks for itself')
    assert.deepEqual(only(life.synced(at + 1), 'order_sends'), [], 'a veto is final')
  })
}

test('[I18] the fence: an order of another epoch is never sent', () => {
  const life = new Life('e2')
  life.approve(0)
  assert.deepEqual(vetoes(life.synced(1)), ['stale_epoch'])
})

test('[F-V18] fills before the acknowledgement count once, and a late acknowledgement changes nothing', () => {
  const life = new Life()
  life.send(0)
  life.fill(10, 't1', '0.4')
  life.update(20, 'accepted')
  life.fill(30, 't2', '0.6')
  life.update(40, 'accepted')
  life.update(50, 'filled', '1')
  assert.deepEqual(life.states(), ['sent', 'partially_filled', 'filled'])
  assert.equal(life.confirmations().length, 1)
})

test('[F-V19] a repeated trade is booked once', () => {
  const life = new Life()
  life.send(0)
  for (let i = 0; i < 3; i++) life.fill(10 + i, 't1', '0.4')
  assert.equal(life.last()?.filled.toString(), '0.4')
})

test('[F-V03] "filled" without its fills stays open until they come; the statement is asked for', () => {
  const life = new Life()
  life.send(0)
  assert.deepEqual(
    only(life.update(10, 'filled', '1'), 'venue_queries').map(({ kind }) => kind),
    ['statement'],
  )
  assert.deepEqual(life.confirmations(), [])
  life.fill(20, 't1', '0.5')
  assert.deepEqual(life.confirmations(), [])
  life.fill(30, 't2', '0.5')
  assert.equal(life.confirmations()[0]?.notional.toString(), '99990')
})

test('[F-O01] partial fill, then cancel: what is left comes from the fills', () => {
  for (const order of ['fills first', 'cancel first'] as const) {
    const life = new Life()
    life.send(0, { type: 'limit', timeInForce: 'GTC' })
    if (order === 'fills first') life.fill(10, 't1', '0.4')
    life.update(20, 'cancelled', '0.4')
    if (order === 'cancel first') life.fill(30, 't1', '0.4')
    assert.deepEqual(
      life.confirmations().map(({ state, filled }) => [state, filled.toString()]),
      [['cancelled', '0.4']],
      order,
    )
    assert.equal(life.last()?.open.toString(), '0')
  }
})

test('[F-O02] the cancel loses against a fill: the whole fill is booked, the state corrected, nothing confirmed twice', () => {
  const life = new Life()
  life.send(0, { type: 'limit', timeInForce: 'GTC' })
  life.update(10, 'cancelled')
  life.fill(20, 't1', '1')
  assert.deepEqual([life.last()?.state, life.last()?.reason, life.last()?.filled.toString()], ['filled', 'late_fill', '1'])
  assert.equal(life.confirmations().length, 1)
})

test('more than the order is not its fill', () => {
  const life = new Life()
  life.send(0)
  life.fill(10, 't1', '0.8')
  life.fill(20, 't2', '0.3')
  assert.deepEqual([life.last()?.reason, life.last()?.filled.toString()], ['overfill', '0.8'])
})

test('rejected and expired end the order; a rejection after a fill is a cancel', () => {
  for (const status of ['rejected', 'expired'] as const) {
    const life = new Life()
    life.send(0)
    life.update(10, status, '0', { reason: 'margin' })
    assert.deepEqual([life.confirmations()[0]?.state, life.last()?.reason], [status, 'margin'])
  }
  const life = new Life()
  life.send(0)
  life.fill(10, 't1', '0.4')
  life.update(20, 'rejected')
  assert.equal(life.confirmations()[0]?.state, 'cancelled')
})

test('[L-11] a stop is sent with its trigger, rests at the venue, triggers and fills', () => {
  const life = new Life()
  life.send(0, { type: 'stop', timeInForce: 'GTC', reduceOnly: true, trigger: { source: 'index', price: '90000' } })
  assert.deepEqual(only(life.log, 'order_sends')[0]?.order?.trigger?.source, 'index')
  life.update(10, 'accepted')
  assert.deepEqual(only(life.passTo(50_000), 'venue_queries'), [], 'a resting order may stay quiet')
  life.update(60_000, 'triggered')
  assert.equal(life.last()?.reason, 'triggered')
  life.fill(60_001, 't1', '1')
  assert.equal(life.confirmations().length, 1)
})

test('updates and fills of orders that are not ours are left to the ledger', () => {
  const life = new Life()
  assert.deepEqual(life.update(1, 'filled', '1'), [])
  assert.deepEqual(life.fill(2, 't1', '1'), [])
  assert.deepEqual(life.fill(3, 't2', '1', { orderId: undefined }), [])
})

test('a halt takes back what is out and adds risk, and leaves what reduces', () => {
  const life = new Life()
  life.send(0, { type: 'limit', timeInForce: 'GTC' })
  life.update(5, 'accepted')
  life.send(6, { orderId: 'se1-1', type: 'limit', timeInForce: 'GTC', reduceOnly: true, goodUntil: T0 + 9_000 })
  const events = life.feed(7, 'safety_triggers', trigger('a', 'halt'))
  assert.deepEqual(
    only(events, 'order_sends').map(({ action, orderId }) => [action, orderId]),
    [['cancel', FIRST]],
  )
  assert.deepEqual(
    only(life.passTo(3_000), 'order_sends').map(({ action, attempt }) => `${action} ${attempt}`),
    ['cancel 2'],
    '[F-O03] its reply was lost: again',
  )
  life.update(3_100, 'cancelled')
  assert.deepEqual(
    life.confirmations().map(({ orderId }) => orderId),
    [FIRST],
  )
})

test('ended orders are forgotten oldest first, open ones never', () => {
  const life = new Life()
  life.send(0, { type: 'limit', timeInForce: 'GTC' })
  for (let i = 1; i <= 600; i++) {
    const orderId = `se1-${i.toString(36)}`
    life.send(i, { orderId, goodUntil: epochMs(T0 + 10_000) })
    life.update(i, 'rejected', '0', { orderId: orderId as typeof FIRST })
  }
  const state = life.bench.engine.stateOf<{ orders: Map<string, unknown> }>({ name: 'execution/orders' })
  assert.equal(state.orders.size, 501)
  assert.ok(state.orders.has(FIRST))
})
