/**
 * Two books in one contract against three plain accounts: one that traded everything in one book (the venue's view: cash, equity, margin
 * must agree after every fill) and one for each book alone (what is the hedge's stays the hedge's).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { approve, started, valueNow } from './books.fixture.ts'
import { balanceOf, CASH } from './chart.ts'
import { booksStateOf, DEMO, feedMark, fill, only, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

type Book = 'client' | 'hedge'
interface Trade {
  readonly book: Book
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
}
const trade: fc.Arbitrary<Trade> = fc.record({
  book: fc.constantFrom<Book>('client', 'hedge'),
  side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
  quantity: fc.integer({ min: 1, max: 20_000 }).map((n) => (n / 10_000).toFixed(4)),
  price: fc.integer({ min: 60_000, max: 140_000 }).map((n) => (n / 2).toFixed(1)),
})

function ready(): Harness {
  const at = started({ USDC: '1000000' })
  approve(at, 'client', 'client', PERP, 5)
  approve(at, 'hedge', 'hedge', PERP, 5)
  return at
}

function cashOf(at: Harness): bigint {
  const account = booksStateOf(at).accounts.get(DEMO)
  assert.ok(account)
  return balanceOf(account.balances, CASH, 'USDC')
}

function realisedOf(at: Harness, book: Book): string | undefined {
  return only(at.emitted, 'position_states')
    .filter((state) => state.book === book)
    .at(-1)
    ?.realised.toString()
}

test('[H-01] [F-I4] two books in one contract: cash and margin as the venue has them, results each its own', () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 30 }), (trades) => {
      const [split, whole, client, hedge] = [ready(), ready(), ready(), ready()]
      for (const [n, { book, ...terms }] of trades.entries()) {
        const told = { ...terms, tradeId: `t${n}`, fee: '1' }
        fill(split, { ...told, orderId: book })
        fill(whole, { ...told, orderId: 'client' })
        fill(book === 'client' ? client : hedge, { ...told, orderId: book })
        for (const at of [split, whole]) feedMark(at, PERP, terms.price)
        assert.equal(cashOf(split), cashOf(whole), 'cash is the venue’s')
        const [one, other] = [valueNow(split), valueNow(whole)]
        assert.equal(one.equityMark.toString(), other.equityMark.toString())
        assert.equal(one.maintenanceMargin.toString(), other.maintenanceMargin.toString())
        assert.equal(one.initialMargin.toString(), other.initialMargin.toString())
        assert.equal(one.cash.plus(one.positionPnl).plus(one.hedgeMark).toString(), one.equityMark.toString(), 'P-12: the three add up')
      }
      assert.equal(realisedOf(split, 'client'), realisedOf(client, 'client'))
      assert.equal(realisedOf(split, 'hedge'), realisedOf(hedge, 'hedge'))
    }),
    { numRuns: 120 },
  )
})

test('[H-01] a hedge against the long it hedges: the venue pays the long’s gain early, the account is worth the same', () => {
  const at = ready()
  fill(at, { side: 'buy', quantity: '1', price: '50000', orderId: 'client', tradeId: 'a' })
  fill(at, { side: 'sell', quantity: '0.4', price: '60000', orderId: 'hedge', tradeId: 'b' })
  feedMark(at, PERP, '60000')
  const account = booksStateOf(at).accounts.get(DEMO)
  assert.equal(account?.balances.get('USDC')?.get(`netting:${PERP}`), -4_000n * 10n ** 18n)
  assert.equal(cashOf(at), 1_004_000n * 10n ** 18n) // 0.4 x 10,000 paid by the venue
  const { cash, positionPnl, hedgeMark, equityMark, maintenanceMargin } = valueNow(at)
  assert.deepEqual(
    [cash, positionPnl, hedgeMark, equityMark, maintenanceMargin].map(String),
    ['1000000', '10000', '0', '1010000', '360'], // 1 % of 0.6 coins at 60,000
  )
  fill(at, { side: 'buy', quantity: '0.4', price: '55000', orderId: 'hedge', tradeId: 'c' })
  fill(at, { side: 'sell', quantity: '1', price: '55000', orderId: 'client', tradeId: 'd' })
  assert.equal(account?.netted, undefined, 'flat: nothing is owed between the books')
  assert.equal(account?.balances.get('USDC')?.get(`netting:${PERP}`), 0n)
  assert.deepEqual([realisedOf(at, 'client'), realisedOf(at, 'hedge'), String(valueNow(at).equityMark)], ['5000', '2000', '1007000'])
})

test('[F-V03] a fill told late takes its place in the venue’s position as well', () => {
  const inOrder = ready()
  const late = ready()
  const tell = (at: Harness, n: number, venueAt: number): void => {
    const [side, quantity, price, orderId] = [
      ['buy', '1', '50000', 'client'],
      ['sell', '0.5', '52000', 'hedge'],
      ['buy', '1', '54000', 'client'],
      ['sell', '1.5', '56000', 'client'],
    ][n] as ['buy' | 'sell', string, string, string]
    const told = { side, quantity, price, orderId, tradeId: `t${n}`, venueAt }
    fill(at, told)
  }
  const first = inOrder.at
  for (const n of [0, 1, 2, 3]) tell(inOrder, n, first + n)
  for (const n of [0, 1, 3, 2]) tell(late, n, first + n)
  assert.equal(cashOf(late), cashOf(inOrder))
})
