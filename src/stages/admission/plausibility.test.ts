/** The jump rule: what one feed alone may not do and all feeds together may. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { market } from './market.ts'

const door = (): Bench => bench([market])

/** 'in' or the refusal's code for one index tick. */
function tick(gate: Bench, at: number, text: string, venue = 'deribit'): string {
  const events = gate.feed(at, 'raw_index', { venue, asset: 'BTC', price: price<'BTC', 'USDC'>(text), venueAt: epochMs(T0 + at) })
  return only(events, 'market_refusals')[0]?.explanation.code ?? (only(events, 'index_prices').length === 1 ? 'in' : 'nothing')
}
function perpTick(gate: Bench, at: number, bid: string, ask: string): string {
  const body = {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    bid: price<'BTC', 'USDC'>(bid),
    ask: price<'BTC', 'USDC'>(ask),
    venueAt: epochMs(T0 + at),
  }
  return only(gate.feed(at, 'raw_quotes', body), 'market_refusals')[0]?.explanation.code ?? 'in'
}

test('[F-M03] one feed prints x10 for one tick: it has no effect and the next tick passes', () => {
  const gate = door()
  assert.equal(tick(gate, 0, '88000'), 'in')
  assert.equal(tick(gate, 100, '880000'), 'implausible_jump')
  assert.equal(tick(gate, 200, '8800'), 'implausible_jump')
  assert.equal(tick(gate, 300, '88010'), 'in')
})

test('a move at the limit passes, just over is held back', () => {
  const up = door()
  tick(up, 0, '80000')
  assert.equal(tick(up, 100, '88000'), 'in')
  const over = door()
  tick(over, 0, '80000')
  assert.equal(tick(over, 100, '88000.01'), 'implausible_jump')
  const under = door()
  tick(under, 0, '80000')
  assert.equal(tick(under, 100, '71999.99'), 'implausible_jump')
})

test('[F-M03] all feeds together pass: the second one confirms the first', () => {
  const gate = door()
  tick(gate, 0, '88000')
  perpTick(gate, 10, '87990', '88010')
  assert.equal(tick(gate, 100, '74000'), 'implausible_jump', 'nobody else has seen it yet')
  assert.equal(perpTick(gate, 110, '73900', '73950'), 'in')
  assert.equal(tick(gate, 200, '73950'), 'in')
})

test('[F-M03] another venue confirms, one that disagrees does not', () => {
  const gate = door()
  tick(gate, 0, '88000')
  tick(gate, 0, '88000', 'bybit')
  assert.equal(tick(gate, 100, '74000'), 'implausible_jump')
  assert.equal(tick(gate, 110, '104000', 'bybit'), 'implausible_jump')
  assert.equal(tick(gate, 120, '74100', 'bybit'), 'in')
})

test('a lone feed confirms itself by three agreeing ticks over a second', () => {
  const gate = door()
  tick(gate, 0, '88000')
  assert.equal(tick(gate, 100, '70000'), 'implausible_jump')
  assert.equal(tick(gate, 600, '70100'), 'implausible_jump')
  assert.equal(tick(gate, 1_099, '69900'), 'implausible_jump', 'three ticks, but not yet a second')
  assert.equal(tick(gate, 1_100, '69950'), 'in')
})

test('wild ticks that do not agree never confirm each other', () => {
  const gate = door()
  tick(gate, 0, '88000')
  for (let i = 1; i <= 20; i++) assert.equal(tick(gate, i * 400, i % 2 === 0 ? '70000' : '120000'), 'implausible_jump')
})

test('recorded snapshots hours apart have nothing to jump from', () => {
  const gate = door()
  assert.equal(tick(gate, 0, '88000'), 'in')
  assert.equal(tick(gate, 60_001, '70000'), 'in')
})

test('a feed without a price of its own is held against the others', () => {
  const gate = door()
  tick(gate, 0, '88000')
  assert.equal(perpTick(gate, 100, '879000', '881000'), 'implausible_jump')
  assert.equal(perpTick(gate, 200, '87900', '88100'), 'in')
})
