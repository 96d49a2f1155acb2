/** Order ids: form, parts, and that no two parts share one. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { counterOfOrder, epochOfOrder, orderIdOf } from './order-id.ts'

test('[F-O06] an order id carries mode, epoch and counter and fits a venue', () => {
  const id = orderIdOf({ mode: 'live', epoch: '1779234567987654', counter: 1_000_000 })
  assert.equal(id, 'l1779234567987654-lfls')
  assert.match(id, /^[0-9a-z-]{1,36}$/)
  assert.equal(epochOfOrder(id), '1779234567987654')
  assert.equal(counterOfOrder(id), 1_000_000)
})

test('[F-O06] ids differ by mode, by epoch and by counter', () => {
  const ids = ['sim', 'paper', 'live', 'backtest', 'replay'].flatMap((mode) =>
    ['a1', 'a2'].flatMap((epoch) => [0, 1, 35, 36].map((counter) => orderIdOf({ mode: mode as 'sim', epoch, counter }))),
  )
  assert.equal(new Set(ids).size, 5 * 2 * 4)
})

test('an id of another form is not ours, and an epoch of another form is a bug', () => {
  for (const id of ['', '12345', 'x1-1', 's-1', 's1-', 'S1-1', 's1-1-1']) assert.equal(epochOfOrder(id), undefined, id)
  assert.equal(counterOfOrder('12345'), undefined)
  assert.throws(() => orderIdOf({ mode: 'sim', epoch: 'A B', counter: 1 }), /order id/)
  assert.throws(() => orderIdOf({ mode: 'sim', epoch: '0'.repeat(40), counter: 1 }), /order id/)
})
