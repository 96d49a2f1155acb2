/** Quotes through the engine: answers, refusals with their flips, the nearest that can be bought. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import { DAY_MS } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Json } from '#topics/schema.ts'
import {
  accountValue,
  command,
  DEMO,
  february,
  finalAnswers,
  holds,
  indexPrice,
  optionQuote,
  protectionBench,
  PUT_80,
  PUT_82,
  QUOTE_PARAMS,
} from './protection.fixture.ts'
import { latestQuotes, quotes } from './quotes.ts'
import type { QuotesState } from './quotes.ts'

test('[P-02] a quote: the strike above the floor price that costs least, runner-up, lines, one final answer', () => {
  const on = protectionBench()
  february(on)
  const events = on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS))
  const [answer] = finalAnswers(events)
  assert.equal(only(events, 'command_results').length, 1)
  assert.ok(answer !== undefined)
  assert.equal(answer['status'], 'ok')
  assert.equal(answer['instrument'], PUT_80)
  assert.equal(answer['floorPrice'], '79200')
  assert.equal(answer['floorEquity'], '11349.6')
  assert.equal(answer['expiryIso'], '2026-02-06T08:00:00.000Z')
  assert.equal(answer['expiresAt'], '2026-01-29T00:00:30.000Z')
  assert.equal((answer['runnerUp'] as Record<string, Json>)['instrument'], PUT_82)
  const [body] = only(events, 'put_quotes')
  assert.deepEqual([body?.status, body?.considered, body?.quoteId], ['ok', 2, answer['quoteId']])
  assert.deepEqual(
    latestQuotes(on.engine.stateOf(quotes), DEMO).map(({ quoteId }) => quoteId),
    [body?.quoteId],
  )
})

test('[P-02] the answer has what the contract names: venues with ages, lines, costs of leaving, why this one', () => {
  const on = protectionBench()
  february(on)
  const [answer] = finalAnswers(on.feed(4000, 'accepted_commands', command('quote', QUOTE_PARAMS)))
  assert.deepEqual(answer?.['venues'], [{ venue: 'deribit', premiumUsdc: '572', ageMs: 4000 }])
  const { optionType, size, premiumUsdc, feeUsdc, subsidyUsdc, selectedVenue, cached, exitCostMaxUsdc, floorHoldsUpTo } = answer
  assert.deepEqual(
    [optionType, size, premiumUsdc, feeUsdc, subsidyUsdc, selectedVenue, cached, exitCostMaxUsdc, floorHoldsUpTo],
    ['put', '1', '572', '598.4', '0', 'deribit', false, '52', null],
  )
  const runnerUp = answer['runnerUp'] as Record<string, Json>
  assert.deepEqual(Object.keys(runnerUp), ['instrument', 'premiumUsdc', 'lostBecause'])
  const { gate, code, field, seen, limit } = answer['explanation'] as Record<string, Json>
  assert.deepEqual([gate, code, field], ['protection/quote', 'best_score', 'score'])
  assert.ok(Number(seen) > Number(limit), 'its score against the runner-up')
})

test('[P-02] two venues: each shows its best, and the dearer one why it lost', () => {
  const on = protectionBench()
  february(on)
  on.feed(0, 'option_quotes', { ...optionQuote(PUT_80, { bid: '0.0065', ask: '0.0070', mark: '0.0067', offsetMs: -500 }), venue: 'other' })
  const [answer] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))
  const [first, second] = (answer?.['venues'] ?? []) as Record<string, string | number>[]
  assert.deepEqual(first, { venue: 'deribit', premiumUsdc: '572', ageMs: 0 })
  assert.deepEqual([second?.['venue'], second?.['premiumUsdc'], second?.['ageMs']], ['other', '616', 500])
  assert.match(String(second?.['lostBecause']), /^costs more a day/)
})

test('[P-01] [C-37] malformed is 400 and an error, refused by business is 200 and no_quote', () => {
  const on = protectionBench()
  february(on)
  const malformed = only(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, extra: 1 })), 'command_results')
  assert.deepEqual(
    malformed.map(({ httpStatus, answer }) => [
      httpStatus,
      (answer as Record<string, Json>)['status'],
      (answer as Record<string, Json>)['reason'],
    ]),
    [[400, 'error', 'invalid_payload']],
  )
  const business = only(on.feed(1, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, leverage: 6 }, 'q2')), 'command_results')
  const [refusal] = business
  assert.ok(refusal !== undefined)
  assert.deepEqual([refusal.httpStatus, (refusal.answer as Record<string, Json>)['reason']], [200, 'invalid_leverage'])
  assert.deepEqual(((refusal.answer as Record<string, Json>)['explanation'] as Record<string, Json>)['flip'], { field: 'leverage', to: 5 })
})

function refusalOf(
  prepare: (on: ReturnType<typeof protectionBench>) => void,
  params: Record<string, Json> = {},
  config = {},
): [string, Json | undefined] {
  const on = protectionBench(config)
  prepare(on)
  holds(on, '100', 100)
  const [answer] = finalAnswers(on.feed(100, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...params })))
  const explanation = answer?.['explanation'] as Record<string, Json> | undefined
  return [(answer?.['reason'] ?? answer?.['status']) as string, explanation?.['flip']]
}

test('[P-03] one row per refusal of the market', () => {
  const noIndex = refusalOf((on) => void on.feed(0, 'account_values', accountValue()))
  assert.deepEqual(noIndex, ['no_index', undefined])
  assert.deepEqual(
    refusalOf((on) => void on.feed(0, 'index_prices', indexPrice('88000'))),
    ['no_account', undefined],
  )
  const missing = { ...accountValue(), missingPositions: [PUT_80 as InstrumentId] }
  assert.equal(
    refusalOf((on) => {
      february(on)
      on.feed(1, 'account_values', missing)
    })[0],
    'equity_unknown',
  )
  assert.equal(
    refusalOf((on) => {
      february(on)
      on.feed(1, 'index_prices', indexPrice('88000', 0, 99))
    })[0],
    'stale_price',
  )
  assert.equal(
    refusalOf((on) => {
      on.feed(0, 'index_prices', indexPrice('88000'))
      on.feed(0, 'account_values', accountValue())
    })[0],
    'no_listed_option',
  )
  assert.deepEqual(refusalOf(february, { tenorDays: 9 }), ['no_expiry', { field: 'tenorDays', to: 8 }])
  assert.deepEqual(refusalOf(february, { tenorDays: 2 }), ['no_expiry', { field: 'tenorDays', to: 3 }])
  // the highest strike is 82,000: 1 - 82/88 = 0.0681819 rounded up
  assert.deepEqual(refusalOf(february, { drawdownFloorPct: '0.05' }), ['no_strike', { field: 'drawdownFloorPct', to: '0.068182' }])
  assert.deepEqual(refusalOf(february, { fixedPriceUsdc: 598.39 }), ['premium_above_limit', { field: 'fixedPriceUsdc', to: '598.4' }])
  assert.deepEqual(refusalOf(february, { fixedPriceUsdc: 598.4 })[0], 'ok')
  assert.deepEqual(refusalOf(february, { positionSize: 10.1 }), ['insufficient_size', { field: 'positionSize', to: '10' }])
})

test('[P-02] an equity floor solves for the strike that meets it, or names the nearest (costs included)', () => {
  // 80,000 leaves 11,349.6 of 20,000 (56.748 %); 82,000 leaves 20,000 - 6,000 - 836 - 26.4 - 12.3 - 41 = 13,084.3 (65.4215 %)
  const on = protectionBench()
  february(on)
  const ask = (share: string): Record<string, Json> | undefined => {
    const { drawdownFloorPct: _, ...params } = QUOTE_PARAMS
    return finalAnswers(on.feed(0, 'accepted_commands', command('quote', { ...params, equityFloorPct: share }, share)))[0]
  }
  assert.equal(ask('0.654215')?.['instrument'], PUT_82)
  const refused = ask('0.654216')
  assert.ok(refused !== undefined)
  assert.equal(refused['reason'], 'equity_floor_not_met')
  assert.deepEqual((refused['explanation'] as Record<string, Json>)['flip'], { field: 'equityFloorPct', to: '0.654215' })
})

test('[P-02] a short takes a call at or under its floor price, never the nearest beyond', () => {
  const on = protectionBench()
  february(on)
  holds(on, '-1')
  for (const [strike, ask] of [
    ['96000', '0.0045'],
    ['97000', '0.0030'],
  ] as const) {
    on.feed(0, 'option_quotes', optionQuote(`BTC-6FEB26-${strike}-C`, { bid: ask, ask, mark: ask }))
  }
  const [answer] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, side: 'short' })))
  assert.deepEqual([answer?.['instrument'], answer?.['optionType'], answer?.['floorPrice']], ['BTC-6FEB26-96000-C', 'call', '96800'])
  // 20,000 - 8,000 - 396 - 26.4, and to leave at twice the strike 28.8 and 96
  assert.deepEqual([answer?.['floorEquity'], answer?.['exitCostMaxUsdc'], answer?.['floorHoldsUpTo']], ['11452.8', '124.8', '192000'])
})

test('[P-02] options past their expiry leave the chain', () => {
  const on = protectionBench()
  february(on)
  on.feed(9 * DAY_MS, 'clock_tick', { name: 'minute', dueAt: 0 as never })
  assert.equal([...(on.engine.stateOf<QuotesState>(quotes).chains.get('deribit') ?? [])].length, 0)
})
