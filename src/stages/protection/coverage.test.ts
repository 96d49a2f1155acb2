/** A cover's life through the engine: activation, partial fills, refusals, expiry and payout, to the last digit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { OrderId } from '#domain/order.ts'
import { explain } from '#domain/explanation.ts'
import type { Json } from '#topics/schema.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { DAY_MS, MINUTE_MS } from '#units/time.ts'
import { activeCoverages, coverage } from './coverage.ts'
import {
  command,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  holds,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

function quoted(on: Bench): string {
  february(on)
  return finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0]?.['quoteId'] as string
}
function activate(on: Bench, quoteId: string, offsetMs = 1000, id = 'a1') {
  return on.feed(offsetMs, 'accepted_commands', command('activate', { quoteId }, id))
}

test('[P-11] activation: pending with its order, active only when the whole hedge is confirmed', () => {
  const on = protectionBench()
  const placed = activate(on, quoted(on))
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  const { purpose, book, side, timeInForce, limitPrice, quantity, goodUntil, reduceOnly } = intent
  assert.deepEqual(
    [purpose, book, side, timeInForce, String(limitPrice), String(quantity), goodUntil, reduceOnly],
    ['cover', 'hedge', 'buy', 'IOC', '0.0065', '1', T0 + 31_000, false],
  )
  assert.deepEqual(
    coversOf(placed).map(({ state }) => state),
    ['pending'],
  )
  assert.deepEqual(
    only(placed, 'command_results').map(({ final, httpStatus, answer }) => [final, httpStatus, answer]),
    [[false, 202, { status: 'pending', commandId: 'a1' }]],
  )
  assert.deepEqual(activeCoverages(on.engine.stateOf(coverage), DEMO, T0), [])

  // filled with the index at 88,100: costs are those of the fills, the floor follows them: 12,000 - 572.65 - 26.43 - 12 - 40
  const done = on.feed(2000, 'trade_confirmations', confirmation(intent, '1', '88100'))
  const [cover] = coversOf(done)
  assert.equal(cover?.state, 'active')
  assert.deepEqual([cover?.premium, cover?.fee, cover?.floorEquity, cover?.drawdownLimit].map(String), [
    '572.65',
    '26.43',
    '11348.92',
    '11348.92',
  ])
  assert.equal(cover?.activatedAt, T0 + 2000)
  const [answer] = finalAnswers(done)
  assert.equal(answer?.['status'], 'ok')
  assert.deepEqual(answer['coverageLegs'], [{ instrument: PUT_80, size: '1', optionType: 'put', strike: '80000', venue: 'deribit' }])
  assert.deepEqual(
    only(done, 'timer_requests').map(({ at }) => at - T0),
    [EXPIRY_6FEB - 12 * 3_600_000, EXPIRY_6FEB - 600_000, EXPIRY_6FEB],
  )
  assert.equal(activeCoverages(on.engine.stateOf(coverage), DEMO, T0).length, 1)
})

test('[P-11] a quote is consumed once, expires, and belongs to its account', () => {
  const on = protectionBench()
  const quoteId = quoted(on)
  assert.equal(finalAnswers(activate(on, 'quote-999'))[0]?.['reason'], 'unknown_quote')
  const foreign = on.feed(1000, 'accepted_commands', { ...command('activate', { quoteId }, 'f'), account: 'other' as never })
  assert.equal(finalAnswers(foreign)[0]?.['reason'], 'unknown_quote')
  assert.equal(intents(activate(on, quoteId, 30_000)).length, 1) // at its very end
  assert.equal(finalAnswers(activate(on, quoteId, 30_000, 'a2'))[0]?.['reason'], 'quote_consumed')
  const late = protectionBench()
  const refused = activate(late, quoted(late), 30_001)
  assert.equal(finalAnswers(refused)[0]?.['reason'], 'quote_expired')
  assert.deepEqual(decisionKinds(refused), ['activation_refused'])
  assert.equal(
    finalAnswers(late.feed(30_001, 'accepted_commands', command('activate', { quoteId: 5 }, 'm')))[0]?.['reason'],
    'invalid_payload',
  )
})

test('[P-11] [C-35] the price is made again at activation: 2 % worse passes, more is price_moved, better is taken', () => {
  // the total quoted is 598.4; at most 610.368. An ask of 0.0065 at index 89,760 costs 583.44 + 26.928 = 610.368
  const move = (index: string, ask = '0.0065'): [string, number] => {
    const on = protectionBench()
    const quoteId = quoted(on)
    on.feed(500, 'index_prices', indexPrice(index, 500))
    on.feed(500, 'option_quotes', optionQuote(PUT_80, { bid: ask, ask, mark: ask, offsetMs: 500 }))
    const events = activate(on, quoteId)
    return [(finalAnswers(events)[0]?.['reason'] ?? 'placed') as string, intents(events).length]
  }
  // the floor price moves with the index: 80,000 still holds up to 88,888
  assert.deepEqual(move('88888', '0.0065'), ['placed', 1])
  assert.deepEqual(move('88889', '0.0065'), ['no_strike', 0])
  assert.deepEqual(move('88000', '0.0066'), ['placed', 1]) // 607.2
  assert.deepEqual(move('88000', '0.0067'), ['price_moved', 0]) // 616
  // 0.007 coin cost 610.368 at an index of 87,195.428571…: up to there and not a unit of 1e-15 more
  assert.deepEqual(move('87195.428571428571428', '0.0067'), ['placed', 1])
  assert.deepEqual(move('87195.428571428571429', '0.0067'), ['price_moved', 0])
  assert.deepEqual(move('88000', '0.0050'), ['placed', 1])
})

test('[P-11] [F-O01] filled in part: tries again for the rest, active with what both cost', () => {
  const on = protectionBench()
  february(on)
  const [first] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(first !== undefined)
  const again = on.feed(1000, 'trade_confirmations', confirmation(first, '0.4'))
  const [second] = intents(again)
  assert.ok(second !== undefined)
  assert.deepEqual([String(second.quantity), second.intentId !== first.intentId], ['0.6', true])
  assert.deepEqual(
    coversOf(again).map(({ state, filled }) => [state, String(filled)]),
    [['pending', '0.4']],
  )
  assert.deepEqual(on.feed(1500, 'trade_confirmations', confirmation(first, '0.4')), [], 'the end of an order counts once')
  const [cover] = coversOf(on.feed(2000, 'trade_confirmations', confirmation(second, '0.6')))
  assert.deepEqual([cover?.state, String(cover?.premium), String(cover?.fee)], ['active', '572', '26.4'])
})

test('[P-11] [F-O14] what cannot be completed is sold again; the cover has failed and is never active', () => {
  const on = protectionBench()
  february(on)
  let [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  let events: ReturnType<Bench['feed']> = []
  for (let i = 1; i <= 3 && intent !== undefined; i++) {
    events = on.feed(i * 1000, 'trade_confirmations', confirmation(intent, '0.2'))
    intent = intents(events)[0]
  }
  assert.deepEqual(
    coversOf(events).map(({ state, alarm, filled }) => [state, alarm, String(filled)]),
    [['failed', 'unwind_incomplete', '0.6']],
  )
  assert.deepEqual(decisionKinds(events), ['activation_failed', 'unwind_placed'])
  assert.equal(finalAnswers(events)[0]?.['reason'], 'partially_filled')
  assert.ok(intent !== undefined)
  assert.deepEqual(
    [intent.purpose, intent.side, String(intent.quantity), String(intent.limitPrice), intent.reduceOnly],
    ['unwind_cover', 'sell', '0.6', '0.006', true],
  )
  // sold in part, tried again on the next minute, then done: the alarm goes
  on.feed(4000, 'trade_confirmations', confirmation(intent, '0.5'))
  const [rest] = intents(on.feed(MINUTE_MS, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.ok(rest !== undefined)
  assert.equal(String(rest.quantity), '0.1')
  const done = on.feed(MINUTE_MS + 1, 'trade_confirmations', confirmation(rest, '0.1'))
  assert.deepEqual(
    coversOf(done).map(({ state, alarm }) => [state, alarm]),
    [['failed', undefined]],
  )
  assert.deepEqual(decisionKinds(done), ['unwind_completed'])
  assert.deepEqual(intents(on.feed(2 * MINUTE_MS, 'clock_tick', { name: 'minute', dueAt: T0 })), [])
})

test('[P-11] past the age of its price a partial fill is not completed but undone', () => {
  const on = protectionBench()
  february(on)
  const [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(intent !== undefined)
  assert.deepEqual(
    intents(on.feed(30_001, 'trade_confirmations', confirmation(intent, '0.4'))).map(({ purpose }) => purpose),
    ['unwind_cover'],
  )
})

test('[P-11] nothing filled, refused by risk, vetoed before the send: failed, explained, nothing to sell', () => {
  const why = explain('risk', 1, { code: 'position_limit', field: 'size', seen: '2', limit: '1' })
  const outcomes = (['fill', 'risk', 'veto'] as const).map((kind) => {
    const on = protectionBench()
    february(on)
    const [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
    assert.ok(intent !== undefined)
    const { intentId, account, book, purpose, instrument } = intent
    const events =
      kind === 'fill'
        ? on.feed(10, 'trade_confirmations', confirmation(intent, '0'))
        : kind === 'risk'
          ? on.feed(10, 'order_refusals', { intentId, account, book, purpose, instrument, explanation: why })
          : on.feed(10, 'order_vetoes', { orderId: 'o' as OrderId, intentId, account, explanation: why })
    assert.deepEqual(intents(events), [])
    return [coversOf(events)[0]?.state, finalAnswers(events).map((answer) => answer['reason']), decisionKinds(events)]
  })
  assert.deepEqual(outcomes, [
    ['failed', ['not_filled'], ['activation_failed']],
    ['failed', ['position_limit'], ['activation_failed']],
    ['failed', ['position_limit'], ['activation_failed']],
  ])
})

test('[P-11] [F-O02] a fill told after the end of a failed cover is sold again', () => {
  const on = protectionBench()
  february(on)
  const [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(intent !== undefined)
  on.feed(10, 'trade_confirmations', confirmation(intent, '0'))
  const { intentId, account, book, instrument, side, quantity } = intent
  const state = {
    orderId: 'o' as OrderId,
    intentId,
    account,
    book,
    instrument,
    side,
    state: 'filled',
    quantity,
    filled: quantity,
    open: btc('0'),
  } as const
  assert.deepEqual(on.feed(15, 'order_states', { ...state, reason: 'overfill' }), [], 'only late fills')
  const late = on.feed(20, 'order_states', { ...state, reason: 'late_fill' })
  assert.deepEqual(
    coversOf(late).map((cover) => [cover.state, cover.filled.toString(), cover.alarm]),
    [['failed', '1', 'unwind_incomplete']],
  )
  assert.deepEqual(on.feed(25, 'order_states', { ...state, reason: 'late_fill' }), [], 'told twice, counted once')
  const [sale] = intents(on.feed(MINUTE_MS, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.deepEqual([sale?.side, sale?.quantity.toString(), sale?.reduceOnly], ['sell', '1', true])
})

test('[P-14] settling at expiry, then the payout of the venue against the contract', () => {
  const on = protectionBench()
  const cover = protectedAccount(on, { renewal: 'none' })
  const before = on.feed(EXPIRY_6FEB - 1, 'clock_tick', { name: 'x', dueAt: T0 })
  assert.deepEqual(before, [])
  const end = on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'expiry', dueAt: T0 })
  assert.deepEqual(
    coversOf(end).map(({ state }) => state),
    ['settling'],
  )
  assert.deepEqual(decisionKinds(end), ['cover_settling', 'unprotected'])
  const settled = on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement('0.25', '64000'))
  const [expired] = coversOf(settled)
  assert.deepEqual(
    [expired?.state, String(expired?.payout), String(expired?.settlementIndex), expired?.alarm],
    ['expired', '16000', '64000', undefined],
  )
  const detail = only(settled, 'protection_decisions')[0]?.detail as Record<string, Json>
  assert.deepEqual([detail['payoutUsdc'], detail['recomputedUsdc']], ['16000', '16000'])
  assert.equal(expired?.coverageId, cover.coverageId)
})

test('[P-14] a payout more than a cent off is an alarm, a cent is not; several covers share one settlement by size', () => {
  const alarmAt = (payout: string): string | undefined => {
    const on = protectionBench()
    protectedAccount(on, { renewal: 'none' })
    return coversOf(on.feed(EXPIRY_6FEB, 'venue_settlements', settlement(payout, '64000'))).find(({ state }) => state === 'expired')?.alarm
  }
  assert.equal(alarmAt('0.24999984375'), undefined) // 15,999.99
  assert.equal(alarmAt('0.2499998'), 'payout_differs') // 15,999.9872
  const on = protectionBench()
  protectedAccount(on, { renewal: 'none' })
  holds(on, '4', 150)
  const [intent] = intents(
    on.feed(
      200,
      'accepted_commands',
      command('protect', { ...QUOTE_PARAMS, positionSize: 3, renewal: 'none', drawdownFloorPct: '0.1' }, 'p2'),
    ),
  )
  assert.equal(intent, undefined, 'three coins under a floor of 20,000 cannot be bought')
  const [half] = intents(
    on.feed(200, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, positionSize: '0.5', renewal: 'none' }, 'p3')),
  )
  assert.ok(half !== undefined)
  on.feed(300, 'trade_confirmations', confirmation(half, '0.5'))
  const shares = coversOf(on.feed(EXPIRY_6FEB, 'venue_settlements', { ...settlement('0.375', '64000'), quantity: btc('1.5') })).filter(
    ({ state }) => state === 'expired',
  )
  assert.deepEqual(
    shares.map(({ size, payout }) => [String(size), String(payout)]),
    [
      ['1', '16000'],
      ['0.5', '8000'],
    ],
  )
})

function settlement(payout: string, index: string) {
  return {
    venue: 'deribit',
    account: DEMO,
    settlementId: 's1',
    instrument: PUT_80 as never,
    quantity: btc('1'),
    settlementIndex: price<'BTC', 'USDC'>(index),
    payout: money(payout),
    fee: money('0.0001'),
    currency: 'BTC' as const,
    basis: 'venue' as const,
    venueAt: (T0 + EXPIRY_6FEB) as never,
  }
}

test('[P-11] the state survives a snapshot in the middle of a purchase', () => {
  const on = protectionBench()
  february(on)
  const [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(intent !== undefined)
  const text = on.engine.stateText()
  on.engine.restore(on.engine.snapshot())
  assert.equal(on.engine.stateText(), text)
  assert.equal(coversOf(on.feed(10, 'trade_confirmations', confirmation(intent, '1')))[0]?.state, 'active')
  on.feed(60 * DAY_MS, 'clock_tick', { name: 'minute', dueAt: T0 })
})
