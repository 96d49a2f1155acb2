/** What is kept of the quotes given: whole while open, a summary for an hour, and never more than a bound however many are asked for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuoteId } from '#domain/order.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { epochMs, HOUR_MS } from '#units/time.ts'
import { coverage } from './coverage.ts'
import { keepQuote, knownQuote, lapseQuotes } from './open-quotes.ts'
import type { OpenQuotes } from './open-quotes.ts'
import { command, february, finalAnswers, protectionBench, QUOTE_PARAMS, T0 } from './protection.fixture.ts'

function quoted() {
  const on = protectionBench()
  february(on)
  const quote = on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)).find(({ topic }) => topic === 'put_quotes')
  assert.ok(quote?.topic === 'put_quotes' && quote.body.quoteId !== undefined)
  return { on, quote: quote.body, quoteId: quote.body.quoteId }
}

test('[P-11] [PE-05] a hundred quotes a second for an hour: the open ones whole, a bounded number of summaries', () => {
  const { quote } = quoted()
  const { account } = quote.terms
  const state: OpenQuotes = { quotes: new Map(), lapsed: new Map(), lookedAt: 0 }
  const count = 36_000
  for (let i = 0; i < count; i++) {
    const at = epochMs(T0 + i * 10)
    keepQuote(state, { ...quote, quoteId: `quote-${i}` as QuoteId, acceptUntil: epochMs(at + 3_000) }, at)
    assert.ok(state.quotes.size <= 801, `${state.quotes.size} open: three seconds of them, and five until the next look`)
    assert.ok(state.lapsed.size <= 11_250, `${state.lapsed.size} summaries`)
  }
  assert.deepEqual(knownQuote(state, `quote-${count - 1}` as QuoteId), { account, until: T0 + (count - 1) * 10 + 3_000, consumed: false })
  assert.deepEqual(knownQuote(state, `quote-${count - 5_000}` as QuoteId), {
    account,
    until: T0 + (count - 5_000) * 10 + 3_000,
    consumed: false,
  })
  assert.equal(knownQuote(state, 'quote-1' as QuoteId), undefined, 'the oldest are forgotten')
  lapseQuotes(state, epochMs(T0 + count * 10 + HOUR_MS))
  assert.equal(state.quotes.size, 0)
  assert.equal(encodeState(decodeState(encodeState(state))), encodeState(state))
})

test('[P-11] a quote lapses after its deadline and says so for an hour, then nobody knows it', () => {
  const { on, quote, quoteId } = quoted()
  const state = () => on.engine.stateOf(coverage)
  const until = (quote.acceptUntil ?? quote.goodUntil ?? 0) - T0
  const minute = (offsetMs: number) => on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
  const reason = (offsetMs: number, id: string) =>
    finalAnswers(on.feed(offsetMs, 'accepted_commands', command('activate', { quoteId }, id)))[0]?.['reason']
  minute(until)
  assert.deepEqual([state().quotes.size, state().lapsed.size], [1, 0])
  minute(until + 1)
  assert.deepEqual([state().quotes.size, state().lapsed.size], [0, 1])
  minute(until + HOUR_MS)
  assert.equal(reason(until + HOUR_MS, 'a1'), 'quote_expired')
  minute(until + HOUR_MS + 1)
  assert.equal(reason(until + HOUR_MS + 1, 'a2'), 'unknown_quote')
})
