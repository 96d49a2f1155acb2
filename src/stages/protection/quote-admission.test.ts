/** What is not quoted although it could be priced: covers that could not be activated, and prices of another market. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import { command, february, finalAnswers, holds, protectedAccount, protectionBench, QUOTE_PARAMS } from './protection.fixture.ts'
import { quotes } from './quotes.ts'

function market(held: string): Bench {
  const on = protectionBench()
  february(on)
  holds(on, held)
  return on
}
let asked = 0
/** Code, field and flip of the refusal, or the status; nothing is reserved or kept for what is not quoted. */
function told(on: Bench, change: Record<string, Json>, offsetMs = 0): unknown {
  const events = on.feed(offsetMs, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...change }, `q${++asked}`))
  const [answer] = finalAnswers(events)
  const { code, field, flip } = (answer?.['explanation'] ?? {}) as Record<string, Json>
  if (answer?.['status'] === 'ok') return [answer['quoteId'] !== undefined]
  assert.equal(answer?.['quoteId'], undefined)
  assert.ok(only(events, 'put_quotes').every(({ quoteId, acceptUntil }) => quoteId === undefined && acceptUntil === undefined))
  return [code, field, (flip as Record<string, Json> | undefined)?.['to']]
}

test('[P-11] what could not be activated is not quoted: another position, side or size, or nothing left to cover', () => {
  const on = market('1.5')
  assert.deepEqual(told(on, { positionId: 'nosuch' }), ['unknown_position', 'positionId', undefined])
  assert.deepEqual(told(on, { positionSize: '5' }), ['size_above_position', 'positionSize', '1.5'])
  assert.deepEqual(told(on, { side: 'short', tierName: 'Platinum' }), ['no_position', 'side', 'long'])
  assert.deepEqual(told(on, { positionSize: '1.5', positionId: 'BTC_USDC-PERPETUAL' }), [true])
  assert.deepEqual(told(market('0'), {}), ['no_position', 'side', undefined])
  const covered = protectionBench()
  protectedAccount(covered)
  assert.deepEqual(told(covered, {}, 300), ['already_covered', 'positionSize', undefined])
})

test('[P-09] [P-11] a preview may be of any position: nobody can buy it', () => {
  const on = market('0')
  const [answer] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, preview: true }, 'preview')))
  assert.deepEqual([answer?.['status'], answer?.['quoteId']], ['ok', null])
})

test('[P-01] a spot price that is not the index is another market: refused with the index, at the tolerance not yet', () => {
  const on = market('1')
  assert.deepEqual(told(on, { spotPrice: 10 }), ['price_moved', 'spotPrice', '88000'])
  for (const spotPrice of ['87120', '88880', 88_000]) assert.deepEqual(told(on, { spotPrice }), [true], String(spotPrice))
  for (const spotPrice of ['87119.99', '88880.01']) assert.deepEqual(told(on, { spotPrice }), ['price_moved', 'spotPrice', '88000'])
  assert.equal(on.engine.stateOf(quotes).latest.get('demo' as never)?.length, 3, 'a refused request is no quote')
})
