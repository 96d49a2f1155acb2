/** What a minute forgets: options past their expiry at every venue, quotes past their end, covers ended long ago; and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstrumentId } from '#domain/instrument.ts'
import { DAY_MS, epochMs, HOUR_MS } from '#units/time.ts'
import { coverage } from './coverage.ts'
import { noExpiries, noteExpiry, takeExpired } from './option-expiries.ts'
import {
  command,
  confirmation,
  EXPIRY_6FEB,
  february,
  intents,
  optionQuote,
  protectionBench,
  PUT_80,
  PUT_82,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const LATER = 'BTC-13FEB26-80000-P'

test('[P-02] an option is forgotten at its expiry, at every venue, also one told after it; what is no option is not kept', () => {
  const on = protectionBench()
  february(on)
  for (const venue of ['deribit', 'other'])
    for (const name of [PUT_80, LATER, 'BTC_USDC-PERPETUAL', 'nonsense'])
      on.feed(1, 'option_quotes', { ...optionQuote(name, { bid: '0.006', ask: '0.0065' }), venue })
  const kept = (): string[][] => [
    ...[...on.engine.stateOf(quotes).chains.values()].map((chain) => [...chain.keys()].sort()),
    [...on.engine.stateOf(coverage).chain.keys()].sort(),
  ]
  const all = ['BTC-13FEB26-80000-P', 'BTC-6FEB26-78000-P', PUT_80, PUT_82]
  const tick = (offsetMs: number) => on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
  tick(EXPIRY_6FEB - 1)
  assert.deepEqual(kept(), [all, [LATER, PUT_80], all])
  tick(EXPIRY_6FEB)
  assert.deepEqual(kept(), [[LATER], [LATER], [LATER]])
  on.feed(EXPIRY_6FEB + 1, 'option_quotes', optionQuote(PUT_80, { ask: '0.01' }))
  tick(EXPIRY_6FEB + 60_000)
  assert.deepEqual(kept(), [[LATER], [LATER], [LATER]])
})

test('[P-11] quotes are whole while they are open and known for an hour more, covers and what hangs on them after the days they are kept for', () => {
  const on = protectionBench({ 'protection/coverage': { retainMs: DAY_MS } })
  february(on)
  on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS, 'q1'))
  on.feed(HOUR_MS, 'accepted_commands', command('quote', QUOTE_PARAMS, 'q2'))
  const placed = on.feed(HOUR_MS, 'accepted_commands', command('protect', QUOTE_PARAMS))
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  on.feed(HOUR_MS, 'trade_confirmations', confirmation(intent, '0'))
  const state = () => on.engine.stateOf(coverage)
  const tick = (offsetMs: number) => on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
  tick(HOUR_MS + 30_001)
  assert.equal(state().quotes.size, 0, 'a quote lasts 30 s')
  assert.equal(state().lapsed.size, 1, 'and is known for an hour more')
  tick(HOUR_MS + DAY_MS)
  assert.deepEqual([state().lapsed.size, state().coverages.size, state().bought.size], [0, 1, 1])
  tick(HOUR_MS + DAY_MS + 1)
  assert.deepEqual([state().coverages.size, state().bought.size, state().endedAt.size, state().said.size], [0, 0, 0, 0])
})

test('[P-02] expiries are told once, and only those that are due', () => {
  const expiries = noExpiries()
  for (const name of [PUT_80, PUT_80, LATER, PUT_82]) assert.ok(noteExpiry(expiries, name as InstrumentId))
  assert.ok(!noteExpiry(expiries, 'BTC-PERPETUAL' as InstrumentId))
  assert.deepEqual(takeExpired(expiries, epochMs(T0 + EXPIRY_6FEB)), [PUT_80, PUT_82])
  assert.deepEqual(takeExpired(expiries, epochMs(T0 + EXPIRY_6FEB)), [])
  assert.deepEqual(
    [...expiries.names.values()].map((names) => [...names]),
    [[LATER]],
  )
})
