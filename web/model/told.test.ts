/** One line per record: the figures a reader looks for, and nothing made up where the record has none. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { told } from './told.ts'

test('[API-06] ticks, commands, orders and covers say what they were about', () => {
  const rows = [
    ['raw_index', { asset: 'BTC', price: '88000.123456' }, 'BTC index 88,000.12'],
    ['raw_option_quotes', { instrument: 'BTC-6FEB26-80000-P', bid: '0.006', ask: '0.0065' }, 'BTC-6FEB26-80000-P bid 0.006 ask 0.0065'],
    ['raw_quotes', { instrument: 'BTC_USDC-PERPETUAL', mark: '1' }, 'BTC_USDC-PERPETUAL'],
    ['commands', { type: 'open_position', route: 'POST /deribit/order' }, 'command open position by POST /deribit/order'],
    [
      'hedge_trades',
      { side: 'buy', quantity: '1', instrument: 'BTC-6FEB26-80000-P', limitPrice: '0.0066' },
      'buy 1 BTC-6FEB26-80000-P at most 0.0066',
    ],
    ['hedging_intents', { side: 'sell', quantity: '0.5', instrument: 'X', limitPrice: '100' }, 'sell 0.5 X at least 100'],
    ['coverages', { state: 'active', instrument: 'P', floorEquity: '11912.943473' }, 'cover active P floor 11,912.94'],
    ['journal_synced', { uptoSeq: 1_234 }, 'everything up to event 1,234 is on the medium'],
  ] as const
  deepEqual(
    rows.map(([topic, body]) => told(topic, { seq: 1, body })),
    rows.map(([, , line]) => line),
  )
})

test('[API-06] a topic without a line, and a record without a body, say nothing', () => {
  equal(told('postings', { body: { amount: '1' } }), undefined)
  equal(told('raw_index', null), undefined)
  equal(told('raw_index', { body: [] }), undefined)
})
