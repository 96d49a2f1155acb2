/** Two venues in one quote: what is shown, what is bought, what is refused, and that speed never beats age. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { PutQuote } from '#topics/protection.ts'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import {
  command,
  EXPIRY_6FEB,
  february,
  indexPrice,
  optionQuote,
  protectedAccount,
  protectionBench,
  PUT_80,
  PUT_82,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import type { QuoteText } from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const AGE = 10_000

/** What the venue that only prices says of an option. */
function heard(on: Bench, instrument: string, text: QuoteText): void {
  on.feed(text.offsetMs ?? 0, 'pricing_quotes', { ...optionQuote(instrument, { maxAgeMs: AGE, ...text }), venue: 'bybit' })
}
function gap(on: Bench, share: number, at = 0): void {
  const { venue: _, ...index } = indexPrice('88000', at, AGE)
  on.feed(at, 'venue_gaps', { ...index, venue: 'bybit', reference: 88_000, gap: share, gapMax: 0.01 })
}
function quoteAt(on: Bench, at: number, more: object = {}): PutQuote {
  const [quote] = only(on.feed(at, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...more }, `q${at}`)), 'put_quotes')
  assert.ok(quote !== undefined)
  return quote
}
const shown = ({ venues = [] }: PutQuote): unknown[] =>
  venues.map(({ venue, premium, indicative, lostBecause }) => [venue, premium.toString(), indicative ?? false, lostBecause ?? 'executes'])

test('[P-10] [C-39] the better price of a venue that only prices is shown first and not bought', () => {
  const on = protectionBench()
  february(on)
  heard(on, PUT_80, { bid: '0.0058', ask: '0.0062', mark: '0.0060' })
  const quote = quoteAt(on, 100)
  assert.deepEqual([quote.status, quote.venue, quote.selected?.premium.toString()], ['ok', 'deribit', '572'])
  assert.deepEqual(shown(quote), [
    ['bybit', '545.6', true, 'indicative: it prices and does not execute'],
    ['deribit', '572', false, 'executes'],
  ])
  assert.deepEqual(quote.disagreements, [])
})

test('[P-10] a dearer, a too small and an absent price each say why they lost', () => {
  const prices: readonly (readonly [QuoteText, unknown[][]])[] = [
    [{ bid: '0.0060', ask: '0.0070' }, [['bybit', '616', true, 'dearer by 44 USDC']]],
    [{ bid: '0.0058', ask: '0.0062', size: '0.5' }, [['bybit', '545.6', true, 'offers 0.5 of 1']]],
    [{ bid: '0.0058' }, []],
  ]
  for (const [text, rows] of prices) {
    const on = protectionBench()
    february(on)
    heard(on, PUT_80, text)
    assert.deepEqual(
      shown(quoteAt(on, 100)).filter((row) => (row as unknown[])[0] === 'bybit'),
      rows,
    )
  }
})

test('[F-V21] a book at its age limit counts, one over it is last however cheap and is no witness', () => {
  const on = protectionBench()
  february(on)
  heard(on, PUT_80, { bid: '0.0010', ask: '0.0011', mark: '0.0010' })
  assert.equal(quoteAt(on, AGE).selected?.instrument, PUT_82, 'at its limit it disagrees about the first choice')
  const quote = quoteAt(on, AGE + 1)
  assert.deepEqual([quote.venue, quote.selected?.instrument], ['deribit', PUT_80])
  assert.deepEqual(shown(quote), [
    ['deribit', '572', false, 'executes'],
    ['bybit', '96.8', true, 'its book is 10001 ms old, over its limit of 10000 ms'],
  ])
})

test('[C-39] the fast venue alone gives an indicative price inside a refusal', () => {
  const on = protectionBench({ 'protection/quotes': { quoteMaxAgeMs: 5_000 } })
  february(on)
  heard(on, PUT_80, { bid: '0.0058', ask: '0.0062', mark: '0.0060', offsetMs: 6_000 })
  const quote = quoteAt(on, 6_000)
  assert.deepEqual([quote.status, quote.explanation?.code, quote.quoteId], ['no_quote', 'stale_price', undefined])
  assert.deepEqual(shown(quote), [['bybit', '545.6', true, 'indicative: no executing venue confirms it (stale_price)']])
})

test('[F-V20] an option the venues price apart is left out, the next one is taken; at the limit they agree', () => {
  const limits = { 'protection/quotes': { venueGapMax: 0.2, venueGapTicks: 0 } }
  const on = protectionBench(limits)
  february(on)
  heard(on, PUT_80, { bid: '0.0040', ask: '0.0060' }) // middle 0.0050 against 0.00625: exactly a fifth
  assert.equal(quoteAt(on, 100).selected?.instrument, PUT_80)
  heard(on, PUT_80, { bid: '0.0040', ask: '0.0059', offsetMs: 200 })
  const quote = quoteAt(on, 200)
  assert.deepEqual([quote.status, quote.selected?.instrument], ['ok', PUT_82])
  assert.deepEqual(
    quote.disagreements?.map(({ venue, subject }) => [venue, subject]),
    [['bybit', PUT_80]],
  )
})

test('[F-V20] where they agree on none, no_quote; the flip is the limit', () => {
  const on = protectionBench()
  february(on)
  heard(on, PUT_80, { bid: '0.0120', ask: '0.0130' })
  heard(on, PUT_82, { bid: '0.0180', ask: '0.0190' })
  const { status, explanation } = quoteAt(on, 100)
  assert.deepEqual(
    [status, explanation?.code, explanation?.seen, explanation?.flip],
    ['no_quote', 'venues_disagree', 1, { field: 'venueGap', to: 0.35 }],
  )
})

test('[F-V20] a move of the underlying between two books is no disagreement', () => {
  const on = protectionBench({ 'protection/quotes': { venueGapMax: 0.05, venueGapTicks: 0 } })
  february(on)
  const theirs = { ...optionQuote(PUT_80, { bid: '0.0075', ask: '0.0085', maxAgeMs: AGE }), venue: 'bybit', delta: -0.2 }
  on.feed(0, 'pricing_quotes', { ...theirs, underlyingPrice: price<'BTC', 'USDC'>('88000') })
  assert.equal(quoteAt(on, 50).selected?.instrument, PUT_82, 'at the same underlying the books are 28 % apart')
  on.feed(60, 'pricing_quotes', { ...theirs, underlyingPrice: price<'BTC', 'USDC'>('87250') })
  assert.equal(quoteAt(on, 70).selected?.instrument, PUT_80, '0.008 x 87250 - 0.2 x 750 = 548 against 550')
})

test('[F-V20] indexes apart: no_quote, and a gap older than its age holds nobody up', () => {
  const on = protectionBench()
  february(on)
  gap(on, 0.01)
  assert.equal(quoteAt(on, 10).status, 'ok', 'at the limit')
  gap(on, 0.0101, 20)
  assert.deepEqual([quoteAt(on, 30).status, quoteAt(on, 31).explanation?.code], ['no_quote', 'venues_disagree'])
  assert.equal(quoteAt(on, 20 + AGE + 1).status, 'ok')
})

test('[F-V20] a renewal is not held up by a disagreement; it is recorded', () => {
  const on = protectionBench()
  const cover = protectedAccount(on)
  gap(on, 0.5, 200)
  const request = { requestId: 'r1', cause: 'renewal', renews: cover.coverageId, drawdownLimit: cover.drawdownLimit } as const
  const terms = { ...cover.terms, tenorDays: 7 }
  const [renewal] = only(on.feed(300, 'quote_requests', { ...request, terms }), 'put_quotes')
  assert.notEqual(renewal?.explanation?.code, 'venues_disagree')
  assert.deepEqual(
    renewal?.disagreements?.map(({ subject }) => subject),
    ['index'],
  )
  const [fresh] = only(on.feed(301, 'quote_requests', { requestId: 'r2', cause: 'command', terms, preview: true }), 'put_quotes')
  assert.equal(fresh?.explanation?.code, 'venues_disagree', 'new risk is')
})

test('[P-10] expired options leave the pricing chain too', () => {
  const on = protectionBench()
  february(on)
  heard(on, PUT_80, { bid: '0.0058', ask: '0.0062' })
  const kept = (): number => on.engine.stateOf(quotes).pricing.chains.get('bybit')?.size ?? 0
  assert.equal(kept(), 1)
  on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'minute', dueAt: epochMs(T0 + EXPIRY_6FEB) })
  assert.equal(kept(), 0)
})
