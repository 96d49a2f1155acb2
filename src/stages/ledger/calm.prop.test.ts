/** Calm zones against the slow obvious twin: inside, the exact inequality never fails; just outside, nobody is liquidated early or late. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unitsFromFloat } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { books } from './books.ts'
import { survivalZone } from './calm.ts'
import { approve, fund, started, lastValue } from './books.fixture.ts'
import { booksConfigOf, booksStateOf, DEMO, feedMark, fill, harness, feedIndex, only, open, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { accountValue } from './account-value.ts'
import { twin } from './twin.ts'
import type { TwinConfig, TwinState } from './twin.ts'

const trade = fc.record({
  side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
  lots: fc.integer({ min: 1, max: 60_000 }),
  cash: fc.integer({ min: 1_000, max: 200_000 }),
  entry: fc.integer({ min: 40_000, max: 160_000 }),
})

function twinOf({ side, lots, cash, entry }: { side: 'buy' | 'sell'; lots: number; cash: number; entry: number }): Harness {
  const at = harness([books, twin])
  feedIndex(at, String(entry / 2))
  open(at, { USDC: String(cash) })
  feedMark(at, PERP, String(entry / 2))
  fill(at, { side, quantity: (lots / 10_000).toFixed(4), price: String(entry / 2), fee: '3.141592653589793238' })
  return at
}

test('[V-01] inside its zone the twin lives by the exact inequality; a hair outside, the inequality is asked', () => {
  fc.assert(
    fc.property(trade, fc.bigInt(0n, 10n ** 21n), (drawn, beyond) => {
      const at = twinOf(drawn)
      const state = at.stateOf('ledger/twin') as TwinState
      const { maintenanceMarginRate } = at.configOf('ledger/twin') as TwinConfig
      const account = state.books.accounts.get(DEMO)
      const zone = account === undefined ? undefined : survivalZone(account, maintenanceMarginRate)
      if (account === undefined || zone === undefined) return
      const edge = drawn.side === 'buy' ? zone.low : zone.high
      const isAlive = (mark: bigint): boolean => {
        if (mark <= 0n) return true
        state.books.prices.quoted.set(PERP, {
          bid: undefined,
          ask: undefined,
          mark: new Price(mark),
          observedAt: at.at,
          maxAgeMs: 1_000 as never,
        })
        const value = accountValue(account, state.books.prices, at.at, { ...booksConfigOf(at), maintenanceMarginRate })
        return value !== undefined && value.equityMark.units > value.maintenanceMargin.units
      }
      const inward = drawn.side === 'buy' ? 1n : -1n
      assert.ok(isAlive(edge), 'alive at the edge')
      assert.ok(isAlive(edge + inward * beyond), 'alive further in')
      // the edge is tight: a ten-millionth of a dollar further out it is over
      if (edge > unitsFromFloat(1, 0)) assert.ok(!isAlive(edge - inward * unitsFromFloat(1, 7)), 'the zone gives nothing away')
    }),
    { numRuns: 300 },
  )
})

test('[V-01] a tick that changes little is held back, told after its time, on a command and on a timer', () => {
  const at = started()
  approve(at, 'o1', 'client', PERP, 5)
  fill(at, { side: 'buy', quantity: '1', price: '50000', orderId: 'o1' })
  feedMark(at, PERP, '50000')
  const told = (): readonly string[] => only(at.last, 'account_values').map(({ equityMark }) => equityMark.toString())
  const after = (ms: number, mark: string): readonly string[] => {
    at.at = epochMs(T0 + ms)
    feedMark(at, PERP, mark)
    return told()
  }
  assert.deepEqual(after(10, '50010'), [], 'a cushion of 99,500: 49.75 either way is little')
  assert.deepEqual(after(20, '50049.75'), [], 'at the edge')
  assert.deepEqual(after(30, '50049.76'), ['100049.76'], 'just over it')
  assert.deepEqual(after(279, '50049'), [], 'within 250 ms of the last word')
  assert.deepEqual(after(280, '50048'), ['100048'], 'after its time')
  assert.deepEqual(after(281, '50047'), [])
  at.wire('clock_tick', { name: 'some-timer', dueAt: at.at })
  assert.deepEqual(told(), ['100047'], 'before a timer decides')
  assert.deepEqual(after(282, '50046'), [])
  const command = { commandId: 'c', account: DEMO, route: '', key: '', bodyHash: '', type: 'quote', params: {} }
  at.wire('commands', command)
  assert.deepEqual(told(), ['100046'], 'before a command is judged')
  at.wire('commands', command)
  assert.deepEqual(told(), [], 'nothing new to say')
  assert.deepEqual(after(283, '50045'), [])
  fund(at, 'f', '1', '1')
  assert.deepEqual(told(), ['100044'], 'with every fact')
  assert.deepEqual(after(284, '50044'), ['100043'], 'and the first tick after it')
})

test('[V-01] what is read is exact however much was held back, and the value told is off by less than the rule allows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: -400, max: 400 })), { maxLength: 60 }), (ticks) => {
      const at = started({ USDC: '8000' })
      fill(at, { side: 'buy', quantity: '1', price: '50000' })
      let mark = 50_000
      let now = 0
      for (const [ms, halves] of ticks) {
        now += ms
        mark += halves / 8
        at.at = epochMs(T0 + now)
        feedMark(at, PERP, mark.toFixed(3), { bid: (mark - 0.5).toFixed(3), ask: (mark + 0.5).toFixed(3) })
        const account = booksStateOf(at).accounts.get(DEMO)
        assert.ok(account)
        const exact = accountValue(account, booksStateOf(at).prices, at.at, booksConfigOf(at))
        const said = lastValue(at)
        assert.ok(exact !== undefined && said !== undefined)
        assert.equal(exact.equityMark.toString(), String(8_000 + mark - 50_000))
        const room = said.equityClose.minus(said.maintenanceMargin).toNumber()
        const off = exact.equityMark.minus(said.equityMark).abs().toNumber()
        assert.ok(off <= Math.max(0, room) * 0.001 + 1e-9, `${off} of ${room}`)
      }
    }),
    { numRuns: 100 },
  )
})
