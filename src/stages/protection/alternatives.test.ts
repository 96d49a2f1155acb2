/** Pairs beside a quote: only where asked for, only where they cost less or nothing else can be bought, never executable. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import { command, february, finalAnswers, holds, optionQuote, protectionBench, PUT_80, QUOTE_PARAMS } from './protection.fixture.ts'

type Answer = Record<string, Json>
function ask(on: Bench, change: Answer = {}, id = 'q1'): Answer {
  const answer = finalAnswers(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...change }, id)))[0]
  assert.ok(answer !== undefined)
  return answer
}

test('[P-02] floor 79,200: 0.6 of the 80,000 and 0.4 of the 78,000 hold it in the mean for less', () => {
  const on = protectionBench()
  february(on)
  assert.equal(ask(on)['alternatives'], undefined, 'not asked for')
  const answer = ask(on, { alternatives: true }, 'q2')
  assert.equal(answer['instrument'], PUT_80, 'what is bought is one option')
  // 0.6 x 0.0065 + 0.4 x 0.0045 = 0.0057 coin: 501.6, fees 26.4; the floor 20,000 - 8,800 - 528 - 12 - 40
  assert.deepEqual(answer['alternatives'], [
    {
      kind: 'two_strikes',
      indicative: true,
      legs: [
        { instrument: 'BTC-6FEB26-78000-P', venue: 'deribit', size: '0.4', premiumUsdc: '158.4', feeUsdc: '10.56' },
        { instrument: PUT_80, venue: 'deribit', size: '0.6', premiumUsdc: '343.2', feeUsdc: '15.84' },
      ],
      costUsdc: '528',
      savesUsdc: '70.4',
      floorEquity: '10620',
      holdsUntilIso: '2026-02-06T08:00:00.000Z',
    },
  ])
})

test('[P-02] [P-03] too little on offer in one book: refused, and the pair that would do it is shown', () => {
  const on = protectionBench()
  february(on)
  holds(on, '1')
  on.feed(0, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', size: '0.5' }))
  on.feed(0, 'option_quotes', optionQuote('BTC-6FEB26-82000-P', { bid: '0.0090', ask: '0.0095', mark: '0.0092', size: '0.5' }))
  const answer = ask(on, { alternatives: true })
  assert.equal(answer['reason'], 'insufficient_size')
  const [pair] = answer['alternatives'] as Answer[]
  assert.deepEqual([pair?.['kind'], pair?.['savesUsdc']], ['two_strikes', null])
  assert.equal(ask(on, { alternatives: 'yes' }, 'q2')['reason'], 'invalid_payload')
})

test('[P-02] two expiries: the earlier one is how long it holds', () => {
  const on = protectionBench()
  february(on)
  on.feed(0, 'option_quotes', optionQuote('BTC-13FEB26-80000-P', { bid: '0.0055', ask: '0.0060', mark: '0.0058', size: '0.3' }))
  on.feed(0, 'option_quotes', optionQuote('BTC-6FEB26-78000-P', {}))
  const pairs = ask(on, { alternatives: true })['alternatives'] as Answer[]
  const two = pairs.find(({ kind }) => kind === 'two_expiries')
  assert.deepEqual([two?.['costUsdc'], two?.['holdsUntilIso']], ['585.2', '2026-02-06T08:00:00.000Z']) // 0.7 x 572 + 0.3 x 528 + 26.4
})
