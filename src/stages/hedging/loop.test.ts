/** The loop from command to intent to answer: each row of the rule, each reason not to act. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#topics/schema.ts'
import { explain } from '#domain/explanation.ts'
import {
  answers,
  BAND,
  command,
  covers,
  decisions,
  fills,
  holds,
  ownsOption,
  intents,
  longAccount,
  loopBench,
  markAt,
  only,
  PUT,
  quoted,
  tick,
  worth,
  T0,
  CALL,
  DEMO,
  rowsOf,
  whyOf,
} from './hedging.fixture.ts'

const seen = (events: Parameters<typeof decisions>[0]): (string | undefined)[] => {
  const [decision] = decisions(events)
  const { order } = decision ?? {}
  return [decision?.action, decision?.reason, decision?.skipped, order?.side, order?.size.toString()]
}

const ROWS: readonly [name: string, equity: string, hedge: string | undefined, expected: (string | undefined)[]][] = [
  // limit 18,000, target 1,000, hysteresis 500
  ['buffer 750: a quarter of the exposure', '18750', undefined, ['increase', 'buffer_below_target', undefined, 'sell', '0.25']],
  ['buffer 0: all of it', '18000', undefined, ['increase', 'buffer_below_target', undefined, 'sell', '1']],
  ['buffer under 0: all of it and no more', '17000', '-0.3', ['increase', 'buffer_below_target', undefined, 'sell', '0.7']],
  ['the hedge is there', '18750', '-0.25', ['none', 'hedge_at_need', undefined, undefined, undefined]],
  [
    'less is needed than is there: kept until the band is left',
    '18750',
    '-0.6',
    ['none', 'hedge_at_need', undefined, undefined, undefined],
  ],
  ['a step under 5 % of the exposure waits', '18710', '-0.25', ['none', 'hedge_at_need', undefined, undefined, undefined]],
  ['one of 5 % does not', '18700', '-0.25', ['increase', 'buffer_below_target', undefined, 'sell', '0.05']],
  ['exactly the target', '19000', undefined, ['none', 'buffer_within_band', undefined, undefined, undefined]],
  ['exactly the top of the band', '19500', '-0.5', ['none', 'buffer_within_band', undefined, undefined, undefined]],
  ['above the band: released whole', '19500.01', '-0.5', ['decrease', 'buffer_above_band', undefined, 'buy', '0.5']],
  ['above the band with nothing to release', '25000', undefined, ['none', 'buffer_above_band', undefined, undefined, undefined]],
  ['more hedge than position', '19200', '-1.2', ['decrease', 'over_hedged', undefined, 'buy', '0.2']],
  ['a hedge on the position’s own side', '19200', '0.4', ['decrease', 'over_hedged', undefined, 'sell', '0.4']],
]
for (const [name, equity, hedge, expected] of ROWS) {
  test(`[H-01] ${name}`, () => {
    assert.deepEqual(seen(tick(longAccount(equity, {}, hedge))), expected)
  })
}

test('[H-01] an increase is a marketable IOC limit of the hedge book, no reduce-only, at the client’s leverage', () => {
  const on = longAccount('18000')
  on.feed(0, 'hedge_trades', {
    ...intents(tick(longAccount('18000')))[0],
    book: 'client',
    leverage: 5,
    orderId: 'o1',
  } as never)
  const events = tick(on)
  const [intent] = intents(events)
  assert.ok(intent !== undefined)
  const { purpose, book, side, timeInForce, reduceOnly, limitPrice, leverage, commandId } = intent
  assert.deepEqual(
    [purpose, book, side, timeInForce, reduceOnly, String(limitPrice), leverage],
    ['hedge', 'hedge', 'sell', 'IOC', false, '89100', 5],
  )
  assert.deepEqual(
    only(events, 'command_results').map(({ final, httpStatus }) => [final, httpStatus]),
    [[false, 202]],
  )
  const [answer] = answers(fills(on, intent, '0.6', 5))
  assert.deepEqual(
    [answer?.['status'], answer?.['action'], answer?.['reason'], answer?.['bufferUsdc'], answer?.['targetUsdc']],
    ['ok', 'increase', 'buffer_below_target', '0', '1000'],
  )
  const [order] = rowsOf(answer, 'orders')
  assert.deepEqual([order?.['size'], order?.['filledAmount'], order?.['averagePrice']], ['1', '0.6', '89100'])
  assert.equal(commandId, only(events, 'command_results')[0]?.commandId)
})

test('[H-01] cost of acting and cost of waiting stand in the answer and in the explanation', () => {
  const on = longAccount('18000')
  const [intent] = intents(tick(on))
  assert.ok(intent !== undefined)
  const [answer] = answers(fills(on, intent, '1'))
  assert.deepEqual(answer?.['costs'], {
    acting: { feeUsdc: '44.995', spreadUsdc: '10', totalUsdc: '54.995' }, // 0.05 % of 89,990; ten under the mark
    waiting: { move: '0.01', totalUsdc: '900' },
  })
  const { seen: buffer, limit } = whyOf(answer)
  assert.deepEqual([buffer, limit], ['0', '1000: acting costs 55.00, waiting up to 900.00 at a move of 1.00 %'])
})

test('[H-01] one action at a time: no second order while the first is under way, and a look again after it', () => {
  const on = longAccount('18000')
  const [intent] = intents(tick(on))
  assert.ok(intent !== undefined)
  assert.deepEqual(seen(tick(on)), ['increase', 'buffer_below_target', 'action_in_flight', undefined, undefined])
  holds(on, 'hedge', '-0.4')
  fills(on, intent, '0.4')
  assert.deepEqual(seen(tick(on)), ['increase', 'buffer_below_target', undefined, 'sell', '0.6'])
})

const SKIPS: readonly [
  name: string,
  prepare: () => ReturnType<typeof loopBench>,
  params: Record<string, Json>,
  skip: string,
  status: string,
][] = [
  ['an account nobody valued', () => loopBench(), {}, 'no_account_value', 'no_quote'],
  ['no drawdown limit anywhere', () => longAccount('18000'), { drawdownLimitUsdc: null }, 'missing_drawdown_inputs', 'no_quote'],
  ['a mark past its age', () => longAccount('18000', { markMaxAgeMs: 99 }), {}, 'stale_price', 'ok'],
  ['a call for a long', () => longAccount('18000'), { hedge: { instrument: CALL } }, 'unsupported_instrument', 'no_quote'],
  ['the inverse perpetual', () => longAccount('18000'), { hedge: { instrument: 'BTC-PERPETUAL' } }, 'unsupported_instrument', 'no_quote'],
]
for (const [name, prepare, params, skip, status] of SKIPS) {
  test(`[H-01] skipped: ${name}`, () => {
    const given = Object.fromEntries(Object.entries({ ...BAND, ...params }).filter(([, value]) => value !== null))
    const events = prepare().feed(100, 'accepted_commands', command('loop_tick', given))
    assert.deepEqual(intents(events), [])
    assert.equal(decisions(events)[0]?.skipped, skip)
    const [answer] = answers(events)
    assert.deepEqual([answer?.['status'], status === 'ok' ? answer?.['skipped'] : answer?.['reason']], [status, skip])
  })
}

test('[H-01] [F-I6] stale prices in the value: the low end of equity decides, and nothing is released', () => {
  const on = longAccount('20000', {}, '-0.5')
  worth(on, '20000', { staleMarks: [PUT] })
  assert.deepEqual(seen(tick(on)), ['decrease', 'buffer_above_band', 'stale_value', undefined, undefined])
})

test('[H-01] [F-O13] a release that would pay the buffer back under its target waits: fees cannot make the loop trade with itself', () => {
  const dear = { target: '1000', hysteresis: '10' } // releasing 0.5 coins costs 27.51
  const row = (equity: string): (string | undefined)[] => seen(tick(longAccount(equity, {}, '-0.5'), dear))
  assert.deepEqual(row('19027.50'), ['decrease', 'buffer_above_band', 'release_too_dear', undefined, undefined])
  assert.deepEqual(row('19027.51'), ['decrease', 'buffer_above_band', undefined, 'buy', '0.5'])
})

test('[H-01] more hedge than position is released also where no drawdown limit is known', () => {
  const on = longAccount('19200', {}, '-0.8')
  const [intent] = intents(holds(on, 'client', '0.5'))
  assert.deepEqual([intent?.side, intent?.quantity.toString()], ['buy', '0.3'])
})

test('[C-33] the loop never touches required coverage: options of a cover stay, what is beyond them goes', () => {
  const on = longAccount('25000')
  covers(on, '0.6', '18000')
  holds(on, 'hedge', '0.6', PUT)
  quoted(on, PUT, { bid: '0.01', ask: '0.011' })
  assert.deepEqual(seen(tick(on)), ['none', 'buffer_above_band', undefined, undefined, undefined])
  // what protection bought beyond its cover (a fill that came late) is protection's to sell
  holds(on, 'hedge', '0.9', PUT)
  assert.deepEqual(seen(tick(on)), ['none', 'buffer_above_band', undefined, undefined, undefined])
  const own = longAccount('25000')
  covers(own, '0.6', '18000')
  ownsOption(own, PUT, '0.2')
  quoted(own, PUT, { bid: '0.01', ask: '0.011' })
  holds(own, 'hedge', '0.65', PUT)
  assert.equal(decisions(tick(own))[0]?.skipped, 'below_lot')
  holds(own, 'hedge', '0.9', PUT)
  const [intent] = intents(tick(own))
  assert.deepEqual([intent?.instrument, intent?.side, intent?.quantity.toString(), intent?.reduceOnly], [PUT, 'sell', '0.2', true])
})

test('[C-33] a buffer under target hedges only what no cover protects', () => {
  const on = longAccount('18000')
  covers(on, '0.6', '18000')
  assert.deepEqual(seen(tick(on)), ['increase', 'buffer_below_target', undefined, 'sell', '0.4'])
  const whole = longAccount('18000')
  covers(whole, '1', '18000')
  assert.deepEqual(seen(tick(whole)), ['none', 'covered', undefined, undefined, undefined])
})

test('[H-01] an option as the hedge: bought at the ask in lots of 0.1, never the leg of a cover', () => {
  const on = longAccount('18750')
  quoted(on, PUT, { bid: '0.01', ask: '0.011' })
  const [intent] = intents(tick(on, { hedge: { instrument: PUT } }))
  assert.deepEqual(
    [intent?.instrument, intent?.side, intent?.quantity.toString(), String(intent?.limitPrice)],
    [PUT, 'buy', '0.3', '0.011'],
  )
  const other = longAccount('18000')
  covers(other, '0.5', '18000')
  quoted(other, PUT, { bid: '0.01', ask: '0.011' })
  assert.equal(decisions(tick(other, { hedge: { instrument: PUT } }))[0]?.skipped, 'coverage_leg')
})

test('[H-01] the highest drawdown limit counts: a request tightens, it does not loosen', () => {
  const on = longAccount('18400', { accounts: { demo: { level: 'L1', initialBalanceUsdc: '20000', drawdownLimitUsdc: '18000' } } })
  const [loose] = decisions(tick(on, { drawdownLimitUsdc: '10000' }))
  assert.deepEqual([loose?.drawdownLimit?.toString(), loose?.limitSource], ['18000', 'accounts'])
  const [tight] = decisions(tick(on, { drawdownLimitUsdc: '18300' }))
  assert.deepEqual([tight?.drawdownLimit?.toString(), tight?.limitSource], ['18300', 'request'])
})

test('[H-01] refused by risk or vetoed: one final answer that says why, and the account is free again', () => {
  const why = explain('risk', 7, { code: 'notional_limit', field: 'quantity', seen: '2', limit: '1' })
  for (const topic of ['order_refusals', 'order_vetoes'] as const) {
    const on = longAccount('18000')
    const [intent] = intents(tick(on))
    assert.ok(intent !== undefined)
    const { intentId, account, book, purpose, instrument } = intent
    const body =
      topic === 'order_vetoes'
        ? { orderId: 'o1', intentId, account, explanation: why }
        : { intentId, account, book, purpose, instrument, explanation: why }
    assert.deepEqual(
      answers(on.feed(0, topic, body as never)).map((answer) => [answer['status'], answer['reason']]),
      [['blocked', 'notional_limit']],
    )
    assert.deepEqual(seen(tick(on)), ['increase', 'buffer_below_target', undefined, 'sell', '1'])
  }
})

test('[C-37] malformed requests name the field', () => {
  const malformed: readonly [Json, string, string][] = [
    [{ ...BAND, target: '0' }, 'invalid_payload', 'target'],
    [{ ...BAND, hysteresis: '-1' }, 'invalid_payload', 'hysteresis'],
    [{ ...BAND, colour: 'red' }, 'invalid_payload', 'colour'],
    [{ ...BAND, exposures: [{ asset: 'ETH', side: 'long', size: 1 }] }, 'unsupported_asset', 'exposures.0.asset'],
    [{ ...BAND, exposures: [{ asset: 'BTC', side: 'long', size: '1e-7' }] }, 'invalid_payload', 'exposures.0.size'],
    [[], 'invalid_payload', 'body'],
  ]
  for (const [params, reason, field] of malformed) {
    const [answer] = answers(longAccount('18000').feed(0, 'accepted_commands', command('loop_tick', params)))
    assert.deepEqual([answer?.['reason'], whyOf(answer)['field']], [reason, field])
  }
})

test('[H-01] a client who closes leaves no hedge behind: released in the same step, the timer off', () => {
  const on = longAccount('19200', {}, '-0.4')
  const [intent] = intents(holds(on, 'client', '0'))
  assert.deepEqual([intent?.side, intent?.quantity.toString()], ['buy', '0.4'])
  assert.ok(intent !== undefined)
  fills(on, intent, '0.1') // the rest of the order found nobody
  holds(on, 'hedge', '-0.3')
  const [again] = intents(on.feed(60_000, 'clock_tick', { name: 'minute', dueAt: (T0 + 60_000) as never }))
  assert.deepEqual([again?.side, again?.quantity.toString()], ['buy', '0.3'])
})

test('[H-02] exposures of several accounts: hedged to their net, each attributed its own', () => {
  const on = longAccount('25000')
  const exposures = [
    { asset: 'BTC', side: 'long', size: '1.5' },
    { accountId: 'ana', asset: 'BTC', side: 'short', size: '0.9' },
    { accountId: 'bo', asset: 'BTC', side: 'long', size: '0.4' },
    { accountId: 'ana', asset: 'BTC', side: 'long', size: '0.2' },
  ] as const
  const events = tick(on, { exposures })
  const [decision] = decisions(events)
  assert.deepEqual(seen(events), ['increase', 'net_exposure', undefined, 'sell', '1.2'])
  assert.deepEqual(
    decision?.attribution?.map(({ account, exposure, hedge }) => [account, exposure.toString(), hedge.toString()]),
    [
      [DEMO, '1.5', '-1.5'],
      ['ana', '-0.7', '0.7'],
      ['bo', '0.4', '-0.4'],
    ],
  )
  const [intent] = intents(events)
  assert.ok(intent !== undefined)
  holds(on, 'hedge', '-1.2')
  fills(on, intent, '1.2')
  assert.deepEqual(seen(tick(on)), ['none', 'net_exposure_within_tolerance', undefined, undefined, undefined], 'what was stated stands')
  assert.deepEqual(seen(tick(on, { exposures: [] })), ['decrease', 'over_hedged', undefined, 'buy', '0.2'], 'until it is taken back')
})

test('[H-02] a covered account hedges exposures only as far as its own position goes down', () => {
  const on = longAccount('25000')
  covers(on, '1', '18000')
  const net = (side: 'long' | 'short', size: string): (string | undefined)[] =>
    seen(tick(on, { exposures: [{ asset: 'BTC', side, size }] }))
  assert.deepEqual(net('long', '5'), ['increase', 'net_exposure', undefined, 'sell', '1'])
  const short = longAccount('25000')
  covers(short, '1', '18000')
  assert.deepEqual(seen(tick(short, { exposures: [{ asset: 'BTC', side: 'short', size: '5' }] })), [
    'none',
    'net_exposure_within_tolerance',
    undefined,
    undefined,
    undefined,
  ])
})

test('[H-02] a net that changes side is first hedged down to nothing', () => {
  const on = longAccount('25000', {}, '-0.5')
  const events = tick(on, { exposures: [{ asset: 'BTC', side: 'short', size: '0.3' }] })
  assert.deepEqual(seen(events), ['decrease', 'net_exposure', undefined, 'buy', '0.5'])
})

test('[H-01] marks of other instruments are not the mark', () => {
  const on = loopBench()
  worth(on, '18000')
  holds(on, 'client', '1')
  markAt(on, '90000')
  on.feed(0, 'marks', {
    instrument: 'BTC-PERPETUAL' as never,
    mark: '1' as never,
    bid: undefined,
    ask: undefined,
    index: '1' as never,
    observedAt: T0,
    maxAgeMs: 1 as never,
  })
  assert.equal(String(intents(tick(on))[0]?.limitPrice), '89100')
})
