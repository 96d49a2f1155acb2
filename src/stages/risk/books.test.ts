/**
 * Limits belong to a book (C-69): twice the equity in all and a fifth of it per position, as a strategy of our own would be held to, would stop every
 * protected account at 4.4 times its equity. What stops the whole account stops every book of it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrderIntent } from '#domain/order.ts'
import { btc } from '#units/quantity.ts'
import { accountValue, closing, config, covering, opening, units, view } from './risk.fixture.ts'
import { admitOrder } from './limits.ts'
import type { RiskView } from './risk-view.ts'
import { usdc } from '#units/money.ts'

/** 20,000 USDC: twice that in all, and a fifth of it, at 100,000 a coin. */
const STRATEGY = { books: { strategy: { positionMax: '0.04', notionalMax: '40000' } } }
const BOOKS = ['client', 'hedge', 'strategy'] as const

function codeOf(intent: OrderIntent, state: Partial<RiskView> = {}, change: object = STRATEGY): string {
  const result = admitOrder(intent, view(state), config(change))
  return result.ok ? 'ok' : result.refusal.code
}
/** 0.88 coin at 100,000 against 20,000: 4.4 times, at the tier's five. */
const protectedAt44 = (change: Partial<OrderIntent> = {}): OrderIntent => opening({ quantity: btc('0.88'), leverage: 5, ...change })

test('[C-69] an account at 4.4 times its equity is a client’s, and its cover the hedge book’s: limits of the strategy book stop neither', () => {
  assert.equal(codeOf(protectedAt44()), 'ok')
  const held = { position: 0n, others: { btc: units('0.88'), notional: units('88000') } }
  assert.equal(codeOf(covering(), { ...held, value: accountValue({ initialMargin: usdc('17600') }) }), 'ok')
  assert.equal(codeOf(protectedAt44({ book: 'strategy' })), 'position_limit', 'the same order of our own')
  assert.equal(codeOf(protectedAt44({ book: 'strategy', quantity: btc('0.04') })), 'ok', 'a fifth of the equity')
  assert.equal(codeOf(protectedAt44({ book: 'strategy', quantity: btc('0.0401') })), 'position_limit')
})

test('[C-69] each book has its own limit: the least of one does not bind another', () => {
  for (const own of BOOKS)
    for (const book of BOOKS) {
      const books = { client: {}, hedge: {}, strategy: {}, [own]: { positionMax: '0.1' } }
      const expected = book === own ? 'position_limit' : 'ok'
      assert.equal(codeOf(opening({ book, quantity: btc('0.11') }), {}, { books }), expected, `${own} limited, ordered in ${book}`)
    }
})

test('[C-69] halt and margin are the account’s: they stop new risk in every book, and no book’s way out', () => {
  for (const book of BOOKS) {
    const order = opening({ book, quantity: btc('0.01') })
    assert.equal(codeOf(order), 'ok', book)
    assert.equal(codeOf(order, { brake: { source: 'daily-loss', action: 'halt' } }), 'halted', book)
    assert.equal(codeOf(order, { committed: units('19999') }), 'insufficient_margin', book)
    const held = { position: units('0.5'), reach: { long: units('0.5'), short: 0n }, brake: { source: 'guard', action: 'halt' } as const }
    assert.equal(codeOf(closing({ book, quantity: btc('0.5') }), held), 'ok', `${book} closes`)
  }
})
