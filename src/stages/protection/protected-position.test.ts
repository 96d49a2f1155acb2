/** Covers need a position behind them: in the books or stated by the client; refusals with their flips, renewals that follow the position. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import type { CommandId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import {
  accountValue,
  command,
  confirmation,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  holds,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS

function withPosition(size: string, config = {}): Bench {
  const on = protectionBench({ 'protection/coverage': config })
  february(on)
  holds(on, size)
  return on
}
function states(on: Bench, positions: readonly Json[], status = 'ok', id = 'ingest-1'): void {
  on.feed(0, 'accepted_commands', command('ingest_portfolio', { positions }, id))
  on.feed(0, 'command_results', { commandId: id as CommandId, final: true, httpStatus: 200, answer: { status, positions } })
}
function protect(on: Bench, params: Record<string, Json> = {}): readonly [number, Json | undefined, Json | undefined] {
  const events = on.feed(1, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, ...params }))
  const [answer] = finalAnswers(events)
  return [intents(events).length, answer?.['reason'], (answer?.['explanation'] as Record<string, Json> | undefined)?.['flip']]
}

test('[P-11] a cover is bought up to the size of its position, not a lot more; the flip passes', () => {
  assert.deepEqual(protect(withPosition('1')), [1, undefined, undefined])
  assert.deepEqual(protect(withPosition('0.99')), [0, 'size_above_position', { field: 'positionSize', to: '0.9' }])
  assert.deepEqual(protect(withPosition('0.99'), { positionSize: '0.9' }), [1, undefined, undefined])
  assert.deepEqual(protect(withPosition('0.05'), { positionSize: '0.1' }), [0, 'size_above_position', undefined], 'no lot fits')
  assert.deepEqual(protect(withPosition('0')), [0, 'no_position', undefined])
  assert.deepEqual(protect(withPosition('-1')), [0, 'no_position', { field: 'side', to: 'short' }])
  assert.deepEqual(protect(withPosition('0', { requirePosition: false })), [1, undefined, undefined])
})

test('[P-11] an activation is held against the position as it is then, also where the quote found more', () => {
  const on = withPosition('1')
  const [quote] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))
  assert.equal(quote?.['status'], 'ok')
  holds(on, '0.5', 1)
  const refused = on.feed(1, 'accepted_commands', command('activate', { quoteId: quote['quoteId'] as string }, 'a1'))
  assert.deepEqual([finalAnswers(refused)[0]?.['reason'], intents(refused).length], ['size_above_position', 0])
  assert.deepEqual(decisionKinds(refused), ['activation_refused'])
  holds(on, '1', 2)
  assert.equal(intents(on.feed(2, 'accepted_commands', command('activate', { quoteId: quote['quoteId'] as string }, 'a2'))).length, 1)
})

test('[P-11] [C-70] a position the client states counts like one in the books; both are not added', () => {
  const long = (id: string, size: string): Json => ({ id, side: 'long', size })
  const stated = (positions: readonly Json[], held = '0', status = 'ok'): Bench => {
    const on = withPosition(held)
    states(on, positions, status)
    return on
  }
  assert.equal(protect(stated([long('a', '0.6'), long('b', '0.4')]))[0], 1)
  assert.equal(protect(stated([long('a', '0.6'), { id: 'b', side: 'short', size: '1' }]))[1], 'size_above_position')
  assert.equal(protect(stated([long('a', '0.6')], '0.6'))[1], 'size_above_position')
  assert.equal(protect(stated([long('a', '0.6')], '1'))[0], 1)
  assert.equal(protect(stated([long('a', '5')], '0', 'no_quote'))[1], 'no_position', 'a statement the books refused is none')
  const named = stated([long('a', '0.6'), long('b', '1')])
  assert.equal(protect(named, { positionId: 'a' })[1], 'size_above_position')
  assert.equal(protect(named, { positionId: 'b' })[0], 1)
  const replaced = stated([long('a', '1')])
  states(replaced, [], 'ok', 'ingest-2')
  assert.equal(protect(replaced)[1], 'no_position', 'a statement replaces the one before')
})

test('[P-11] what stands or is being bought is not covered twice; the flip is what is left in lots, and it passes', () => {
  const on = withPosition('1.55')
  const told = (size: string, id: string): unknown[] => {
    const events = on.feed(1, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, positionSize: size }, id))
    const why = finalAnswers(events)[0]?.['explanation'] as Record<string, Json> | undefined
    return [intents(events).length, why?.['code'], why?.['field'], why?.['seen'], why?.['limit'], why?.['flip']]
  }
  const nothing = [undefined, undefined, undefined, undefined, undefined]
  assert.deepEqual(told('1', 'p1'), [1, ...nothing])
  assert.deepEqual(told('0.6', 'p2'), [0, 'already_covered', 'positionSize', '0.6', '0.55', { field: 'positionSize', to: '0.5' }])
  assert.deepEqual(told('0.5', 'p3'), [1, ...nothing])
  assert.deepEqual(told('0.1', 'p4'), [0, 'already_covered', 'positionSize', '0.1', '0.05', undefined])
  assert.deepEqual(told('1.6', 'p5').slice(0, 2), [0, 'size_above_position'])
})

test('[P-11] a position named by its id must be one of this account and side; the ledger names its own', () => {
  const on = withPosition('1')
  const names = (positionId: string): unknown => {
    const events = on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, positionSize: '0.1', positionId }, positionId))
    const { code, field, seen, limit, flip } = (finalAnswers(events)[0]?.['explanation'] ?? {}) as Record<string, Json>
    return code === undefined ? intents(events).length : [code, field, seen, limit, flip]
  }
  assert.deepEqual(names('p9'), ['unknown_position', 'positionId', 'p9', 'BTC_USDC-PERPETUAL', undefined])
  assert.equal(names('BTC_USDC-PERPETUAL'), 1)
  states(on, [
    { id: 'a', side: 'long', size: '0.6' },
    { id: 's', side: 'short', size: '0.6' },
  ])
  assert.deepEqual(names('s'), ['no_position', 'side', 'long', 'short', { field: 'side', to: 'short' }])
  assert.equal(names('a'), 1)
  assert.deepEqual(names('b'), ['unknown_position', 'positionId', 'b', 'a, s, BTC_USDC-PERPETUAL', undefined])
})

/** The market at the renewal window, 95,000 and a put of the week after. */
function window(on: Bench): void {
  on.feed(WINDOW, 'index_prices', indexPrice('95000', WINDOW))
  on.feed(WINDOW, 'account_values', accountValue({ cash: '19401.6', equity: '26401.6' }))
  on.feed(WINDOW, 'option_quotes', optionQuote('BTC-13FEB26-86000-P', { bid: '0.0095', ask: '0.0100', mark: '0.0100', offsetMs: WINDOW }))
}

test('[P-13] a renewal covers what is left of the position, in lots', () => {
  const on = protectionBench()
  protectedAccount(on)
  holds(on, '0.45', WINDOW - 1)
  window(on)
  const [intent] = intents(on.feed(WINDOW, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.equal(intent?.quantity.toString(), '0.4')
})

test('[P-13] without a position nothing is renewed, said once, and nothing is left to close', () => {
  const on = protectionBench()
  protectedAccount(on)
  holds(on, '0', WINDOW - 1)
  window(on)
  const events = on.feed(WINDOW, 'clock_tick', { name: 'minute', dueAt: T0 })
  assert.deepEqual([decisionKinds(events), only(events, 'put_quotes').length], [['renewal_due', 'hedge_action_skipped'], 0])
  assert.equal(only(events, 'protection_decisions')[1]?.explanation.code, 'no_position')
  assert.deepEqual(on.feed(WINDOW + MINUTE_MS, 'clock_tick', { name: 'minute', dueAt: T0 }), [])
  const end = on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'expiry', dueAt: T0 })
  assert.deepEqual([decisionKinds(end), intents(end).length], [['cover_settling'], 0])
})

test('[P-14] [C-70] a cover of a stated position ends without a follower: nobody here can close it, so the record says unprotected', () => {
  for (const held of ['0', '1']) {
    const on = withPosition(held)
    states(on, [{ id: 'a', side: 'long', size: '1' }])
    const [intent] = intents(on.feed(1, 'accepted_commands', command('protect', QUOTE_PARAMS)))
    assert.ok(intent !== undefined)
    on.feed(2, 'trade_confirmations', confirmation(intent, '1'))
    const end = on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'minute', dueAt: T0 })
    assert.deepEqual(decisionKinds(end), ['cover_settling', held === '0' ? 'unprotected' : 'position_closing'])
  }
})
