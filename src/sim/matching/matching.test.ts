/** The book's rules one by one: priority, limits, queue position, crossing quotes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUnits } from '#units/exact.ts'
import { addResting, bestLevel, emptyBook, refreshBook, removeResting } from './book.ts'
import type { Book, Execution, Level, RestingOrder } from './book.ts'
import { applyPrint, fillCrossed, match } from './match.ts'
import type { Sink } from './match.ts'
import { preview, wouldCross } from './preview.ts'

const u = (text: string): bigint => parseUnits(text) ?? 0n
const ladder = (...levels: readonly (readonly [string, string])[]): readonly Level[] =>
  levels.map(([price, size]) => ({ price: u(price), size: u(size) }))

function book(bids: readonly Level[], asks: readonly Level[]): Book {
  const made = emptyBook()
  refreshBook(made, bids, asks, 1, 0)
  return made
}
function rest(made: Book, orderId: string, side: 'buy' | 'sell', price: string, open: string, account = orderId): RestingOrder {
  return addResting(made, { orderId, account, side, price: u(price), reduceOnly: false, open: u(open) })
}
/** Trades as `order@price x quantity`, the background as `-`. */
function recorder(): { readonly sink: Sink; readonly lines: string[] } {
  const lines: string[] = []
  const line = ({ maker, price, quantity }: Execution): string =>
    `${maker?.orderId ?? '-'}@${Number(price) / 1e18}x${Number(quantity) / 1e18}`
  return {
    lines,
    sink: {
      capacityOf: ({ open }) => open,
      traded: (execution) => lines.push(line(execution)),
      withdrawn: ({ orderId }, reason) => lines.push(`${orderId} ${reason}`),
    },
  }
}
function buy(made: Book, quantity: string, limit: string, account = 'taker'): string {
  const { sink, lines } = recorder()
  const left = match(made, { account, side: 'buy', quantity: u(quantity), limit: u(limit) }, sink)
  return [...lines, `left ${Number(left) / 1e18}`].join(' ')
}

test('price before time, time before size: the background that was there first, then orders by arrival, then newer background', () => {
  const made = book([], ladder(['101', '2'], ['102', '5']))
  rest(made, 'late', 'sell', '101.5', '1')
  rest(made, 'a', 'sell', '101', '1')
  rest(made, 'b', 'sell', '101', '1')
  refreshBook(made, [], ladder(['101', '3'], ['102', '5']), 2, 0)
  assert.equal(buy(made, '7', '102'), '-@101x2 a@101x1 b@101x1 -@101x1 late@101.5x1 -@102x1 left 0')
})

test('the limit is not passed and the rest is returned', () => {
  assert.equal(buy(book([], ladder(['101', '2'], ['102', '5'])), '7', '101'), '-@101x2 left 5')
  assert.equal(buy(emptyBook(), '7', '101'), 'left 7')
})

test('an order against itself is withdrawn, not traded', () => {
  const made = book([], ladder(['102', '5']))
  rest(made, 'own', 'sell', '101', '1', 'me')
  assert.equal(buy(made, '1', '102', 'me'), 'own self_trade -@102x1 left 0')
})

test('preview says what match does, and does nothing', () => {
  const made = book([], ladder(['101', '2'], ['102', '5']))
  rest(made, 'a', 'sell', '100.5', '1')
  const seen = preview(made, { account: 'x', side: 'buy', quantity: u('4'), limit: u('102') })
  assert.equal(seen.quantity, u('4'))
  assert.equal(seen.notional, u('404.5') * 10n ** 18n)
  assert.equal(buy(made, '4', '102'), 'a@100.5x1 -@101x2 -@102x1 left 0')
  assert.equal(wouldCross(made, 'buy', u('101.5')), false)
  assert.equal(wouldCross(made, 'buy', u('102')), true)
})

test('queue position: filled after what stood ahead has traded, at once when the price trades through', () => {
  const made = book(ladder(['100', '5'], ['99', '5']), ladder(['101', '5']))
  const order = rest(made, 'a', 'buy', '100', '1')
  assert.equal(order.queueAhead, u('5'))
  const { sink, lines } = recorder()
  const print = (price: string, quantity: string): string => {
    applyPrint(made, { aggressor: 'sell', price: u(price), quantity: u(quantity) }, sink)
    return lines.splice(0).join(' ')
  }
  assert.equal(print('100', '4'), '')
  assert.equal(order.queueAhead, u('1'))
  assert.equal(print('100', '1.25'), 'a@100x0.25')
  assert.equal(print('99.5', '0.25'), 'a@100x0.25')
  assert.equal(print('101', '9'), '')
  assert.equal(print('98', '9'), 'a@100x0.5')
  assert.equal(made.bids.resting.length, 0)
})

test('no more can stand ahead than is displayed', () => {
  const made = book(ladder(['100', '5']), ladder(['101', '5']))
  const order = rest(made, 'a', 'buy', '100', '1')
  refreshBook(made, ladder(['100', '2']), ladder(['101', '5']), 2, 0)
  assert.equal(order.queueAhead, u('2'))
  refreshBook(made, ladder(['100', '9']), ladder(['101', '5']), 3, 0)
  assert.equal(order.queueAhead, u('2'))
  refreshBook(made, ladder(['99', '9']), ladder(['101', '5']), 4, 0)
  assert.equal(order.queueAhead, 0n)
})

test('a quote that crosses a resting order fills it at its own price, up to the size that crosses', () => {
  const made = book(ladder(['100', '5']), ladder(['101', '5']))
  rest(made, 'a', 'buy', '100', '3')
  const { sink, lines } = recorder()
  refreshBook(made, ladder(['98', '5']), ladder(['99', '0.5'], ['99.5', '1'], ['101', '9']), 2, 0)
  fillCrossed(made, sink)
  assert.deepEqual(lines, ['a@100x0.5', 'a@100x1'])
  assert.equal(bestLevel(made.asks)?.price, u('101'))
  assert.equal(made.bids.resting[0]?.open, u('1.5'))
})

test('a cancelled order is gone, another of the same price stays', () => {
  const made = book([], [])
  rest(made, 'a', 'sell', '101', '1')
  rest(made, 'b', 'sell', '101', '1')
  assert.equal(removeResting(made, 'a')?.orderId, 'a')
  assert.equal(removeResting(made, 'a'), undefined)
  assert.equal(buy(made, '2', '101'), 'b@101x1 left 1')
})

test('what was taken comes back linearly over the refill time, at once without one, and not before its time', () => {
  const left = (at: number, refillMs: number): string => {
    const made = book([], ladder(['101', '2']))
    assert.equal(buy(made, '2', '101'), '-@101x2 left 0')
    refreshBook(made, [], ladder(['101', '2']), at, refillMs)
    return String(Number(bestLevel(made.asks)?.size ?? 0n) / 1e18)
  }
  assert.deepEqual(
    [left(1, 1_000), left(0, 1_000), left(501, 1_000), left(1_001, 1_000), left(1, 0), left(0, 0)],
    ['0', '0', '1', '2', '2', '2'],
  )
})
