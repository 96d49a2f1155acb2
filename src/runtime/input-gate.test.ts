/** What waits while the journal cannot follow: the newest of each instrument and nothing else; facts, commands and time go on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Offer } from '#engine/driver.ts'
import { InputGate } from './input-gate.ts'

function gate(behindMax?: number) {
  const taken: string[] = []
  const medium = { pending: 0 }
  const offer = ({ topic, key, body }: Offer): void =>
    void taken.push(`${topic} ${key} ${String((body as { readonly n?: number }).n ?? '')}`)
  const input = new InputGate({ offer, pending: () => medium.pending, ...(behindMax === undefined ? {} : { behindMax }) })
  return { taken, medium, input }
}
const datum = (topic: string, key: string, n: number, source = 'venue:a'): Offer =>
  ({ topic, key, source, body: { n } }) as unknown as Offer
const FULL = { code: 'journal_full', detail: 'no space' } as const

test('[F-D01] a full journal: the engine is told, market data waits, the newest of each venue and instrument, all else goes on', () => {
  const { taken, input } = gate()
  input.offer(datum('raw_quotes', 'P', 0))
  input.full(FULL)
  input.full(FULL)
  for (let n = 1; n <= 10_000; n++) {
    input.offer(datum('raw_quotes', 'P', n))
    input.offer(datum('raw_option_quotes', `O${n % 7}`, n))
    input.offer(datum('raw_index', 'BTC', n))
  }
  input.offer(datum('raw_index', 'BTC', 1, 'venue:b'))
  input.offer(datum('raw_quotes', 'P', 10_001))
  for (const topic of ['venue_fills', 'commands', 'clock_tick', 'order_updates', 'account_raw']) input.offer(datum(topic, 'x', 1))
  input.offer(datum('venue_fills', 'x', 2))
  assert.deepEqual([input.isFull, input.waiting], [true, 10])
  assert.deepEqual(taken, [
    'raw_quotes P 0',
    'host_conditions journal ',
    'venue_fills x 1',
    'commands x 1',
    'clock_tick x 1',
    'order_updates x 1',
    'account_raw x 1',
    'venue_fills x 2',
  ])
  input.settled()
  assert.equal(input.waiting, 10, 'what is full stays so until the journal says otherwise')
  taken.length = 0
  input.resumed()
  input.resumed()
  assert.deepEqual([input.isFull, input.waiting], [false, 0])
  assert.deepEqual(taken.slice(-3), ['raw_index BTC 1', 'raw_quotes P 10001', 'host_conditions journal '])
  assert.deepEqual(taken.filter((line) => line.startsWith('raw_option')).length, 7)
  assert.equal(taken.length, 11)
})

test('[F-D08] a journal that is behind holds market data back at the limit and lets it go at half of it', () => {
  const { taken, medium, input } = gate(100)
  medium.pending = 100
  input.offer(datum('raw_quotes', 'P', 1))
  medium.pending = 101
  input.offer(datum('raw_quotes', 'P', 2))
  input.offer(datum('raw_quotes', 'P', 3))
  medium.pending = 51
  input.settled()
  input.offer(datum('raw_quotes', 'P', 4))
  assert.deepEqual([taken, input.waiting], [['raw_quotes P 1'], 1])
  medium.pending = 50
  input.settled()
  input.offer(datum('raw_quotes', 'P', 5))
  assert.deepEqual([taken, input.waiting], [['raw_quotes P 1', 'raw_quotes P 4', 'raw_quotes P 5'], 0])
})
