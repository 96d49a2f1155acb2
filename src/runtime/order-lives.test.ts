/** What is remembered of orders: bounded on every side, each trade once, the same after a snapshot. Events are fed as the driver reports them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import { Engine } from '#engine/engine.ts'
import { PIPELINE } from '#pipeline'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import { resolveConfig } from './config.ts'
import { executionViews } from './execution-views.ts'
import { OrderLives } from './order-lives.ts'

const START = 1_769_644_800_000
const engine = new Engine({ pipeline: PIPELINE, config: resolveConfig([]).components })
const TICK = { topic: 'clock_tick', seq: 1, at: START, key: '', source: 'test', body: { name: 'minute', dueAt: START } }
let seq = 10

function event(topic: AnyEvent['topic'], body: object): AnyEvent {
  seq += 1
  return { topic, seq, at: epochMs(START + seq), key: 'demo', source: 'test', cause: 1, body } as unknown as AnyEvent
}
function wish(id: string): object {
  return {
    intentId: id,
    account: 'demo',
    book: 'client',
    purpose: 'open_position',
    venue: 'deribit',
    instrument: 'BTC_USDC-PERPETUAL',
    side: 'buy',
    quantity: quantity('1'),
    type: 'limit',
    timeInForce: 'IOC',
    limitPrice: price('90000'),
    reduceOnly: false,
    postOnly: false,
    goodUntil: epochMs(START),
  }
}
function fill(orderId: string, tradeId: string): AnyEvent {
  const fee = { fee: usdc('1'), feeCurrency: 'USDC', liquidity: 'taker', index: price('88000'), venueAt: epochMs(START) }
  return event('venue_fills', { account: 'demo', tradeId, orderId, price: price('88000'), quantity: quantity('0.1'), ...fee })
}
function decided(lives: OrderLives, ...decisions: readonly AnyEvent[]): void {
  lives.observe({ input: TICK as unknown as AnyEvent, decisions })
}
function ordered(lives: OrderLives, id: string): void {
  decided(lives, event('protection_intents', wish(id)), event('hedge_trades', { ...wish(id), orderId: `o-${id}` }))
}

test('[L-10] the newest 200 wishes are remembered; a word about an order forgotten adds nothing', () => {
  const lives = new OrderLives(engine)
  for (let i = 0; i < 205; i++) ordered(lives, `i${i}`)
  const known = lives.of('demo')
  assert.deepEqual([known.length, known[0]?.wish.intentId, known.at(-1)?.wish.intentId], [200, 'i204', 'i5'])
  lives.observe({ input: fill('o-i0', 't'), decisions: [] })
  assert.ok(lives.of('demo').every(({ fills }) => fills.length === 0))
  assert.deepEqual(lives.of('other'), [])
})

test('[L-10] of many steps the first six and the newest stay, and what is left out is counted', () => {
  const lives = new OrderLives(engine)
  ordered(lives, 'i')
  for (let i = 0; i < 60; i++) decided(lives, event('venue_queries', { queryId: `q${i}`, venue: 'deribit', kind: 'order', orderId: 'o-i' }))
  const [life] = lives.of('demo')
  assert.deepEqual([life?.steps.length, life?.stepsLeftOut], [40, 22])
  assert.deepEqual(
    life?.steps.slice(0, 3).map(({ kind }) => kind),
    ['intent', 'approved', 'asked'],
  )
  assert.equal(life?.steps.at(-1)?.seq, seq)
})

test('[L-10] a trade told twice is one fill, and its sum and average count it once', () => {
  const lives = new OrderLives(engine)
  ordered(lives, 'i')
  for (const trade of ['a', 'b', 'a']) lives.observe({ input: fill('o-i', trade), decisions: [] })
  const [view] = executionViews(engine, lives).orders('demo')
  assert.deepEqual(
    view?.life.fills.map(({ tradeId }) => tradeId),
    ['a', 'b'],
  )
  assert.deepEqual([view?.filled, view?.average], [2n * 10n ** 17n, 88_000n * 10n ** 18n])
  assert.equal(view?.slippage, undefined, 'no price was known as it was approved: nothing to compare with')
})

test('[L-10] what a snapshot holds goes on as if there had been none', () => {
  const lives = new OrderLives(engine)
  ordered(lives, 'i')
  const restored = new OrderLives(engine, JSON.parse(JSON.stringify(lives.save())))
  const end = event('order_vetoes', {
    orderId: 'o-i',
    intentId: 'i',
    account: 'demo',
    explanation: { gate: 'send', code: 'price_too_old', field: 'at', seen: 2, limit: 1, cause: 3 },
  })
  for (const each of [lives, restored]) decided(each, end)
  assert.deepEqual(JSON.parse(JSON.stringify(restored.save())), JSON.parse(JSON.stringify(lives.save())))
  assert.deepEqual([restored.of('demo')[0]?.state, restored.of('demo')[0]?.steps.at(-1)?.detail], ['vetoed', 'price too old'])
})
