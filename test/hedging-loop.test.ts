/**
 * The hedge loop through the whole pipeline and a simulated venue: command, decision, risk, durable order, fill, books, statement. The venue nets
 * the hedge with the client's position; the books keep them apart, and both agree to the cent with what the venue states.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { only, T0 } from '#engine/harness.fixture.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { hedgeLoop } from '#stages/hedging/loop.ts'
import { books } from '#stages/ledger/books.ts'
import { epochMs } from '#units/time.ts'
import { answersIn, DEMO, World } from './hedging-world.fixture.ts'

test('[H-01] [C-47] buffer under target: the intent becomes a hedge trade, the hedge stands beside the position it hedges', () => {
  const world = new World()
  const [opened] = answersIn(world.command('open_position', { side: 'long', size: '1', leverage: 5 }))
  assert.equal(opened?.['status'], 'ok')
  world.market('88600') // buffer about 550 of 1,000
  const events = world.command('loop_tick', {})
  const trades = only(events, 'hedge_trades')
  assert.deepEqual(
    trades.map(({ purpose, book, side, lowersExposure }) => [purpose, book, side, lowersExposure]),
    [['hedge', 'hedge', 'sell', true]],
  )
  const [answer] = answersIn(events)
  assert.deepEqual([answer?.['status'], answer?.['action'], answer?.['reason']], ['ok', 'increase', 'buffer_below_target'])
  const hedge = `-${String(trades[0]?.quantity)}`
  assert.deepEqual(world.held(), { client: '1', hedge })
  assert.equal(world.atVenue(), 10n ** 18n - (trades[0]?.quantity.units ?? 0n), 'the venue knows one position')
  world.assertReconciled()

  // further down: the buffer the hedge leaves is better than the bare one, and more is hedged
  world.market('88200')
  const [second] = only(world.command('loop_tick', {}), 'hedge_trades')
  assert.ok(second !== undefined && second.side === 'sell')
  world.assertReconciled()

  // back up beyond the band: all of it is released, and both books have their own results
  world.market('96000')
  const [released] = answersIn(world.command('loop_tick', {}))
  assert.deepEqual([released?.['action'], released?.['reason']], ['decrease', 'buffer_above_band'])
  assert.deepEqual(world.held(), { client: '1', hedge: '0' })
  world.assertReconciled()
})

test('[H-01] a client closes with the hedge on: the whole position is closed although the venue holds less, and the hedge goes with it', () => {
  const world = new World()
  world.command('open_position', { side: 'long', size: '1', leverage: 5 })
  world.market('88600')
  world.command('loop_tick', {})
  assert.notEqual(world.held()['hedge'], undefined)
  const events = world.command('close_position', {})
  const [closed] = answersIn(events)
  assert.deepEqual([closed?.['status'], closed?.['filledAmount']], ['ok', '1'])
  assert.deepEqual(world.held(), { client: '0', hedge: '0' })
  assert.equal(world.atVenue(), 0n)
  world.assertReconciled()
})

test('[F-I8] a halt does not stop the hedge that lowers the account’s net position, and stops its release', () => {
  const world = new World()
  world.command('open_position', { side: 'long', size: '1', leverage: 5 })
  world.market('88600')
  world.command('halt', { reason: 'test' })
  assert.equal(only(world.command('loop_tick', {}), 'hedge_trades').length, 1)
  world.market('96000')
  const [answer] = answersIn(world.command('loop_tick', {}))
  assert.deepEqual([answer?.['status'], answer?.['reason']], ['blocked', 'halted'])
  world.command('clear_halt', {})
  assert.deepEqual(answersIn(world.command('loop_tick', {}))[0]?.['action'], 'decrease')
})

test('[P-15] the timer runs the loop: one round per instant, missed ones told, none while an order is under way', () => {
  const world = new World({ loopIntervalMs: 60_000 })
  world.command('open_position', { side: 'long', size: '1', leverage: 5 })
  world.market('88600')
  const due = only(world.seen, 'timer_requests').filter(({ name }) => name === 'hedging/loop')
  assert.deepEqual(
    due.map(({ at }) => at - T0),
    [60_000],
  )
  world.at = 57_000
  world.market('88600')
  world.at = 60_000
  const events = world.feed('clock_tick', { name: 'hedging/loop', dueAt: epochMs(T0 + 60_000) })
  assert.equal(only(events, 'hedge_trades').length, 1)
  assert.deepEqual(
    only(world.feed('clock_tick', { name: 'hedging/loop', dueAt: epochMs(T0 + 60_000) }), 'hedge_rounds'),
    [],
    'once per instant',
  )
  world.at = 318_000 // the next was due at 120 s: 180 s and 240 s and 300 s passed as well
  world.market('88600')
  const late = world.feed('clock_tick', { name: 'hedging/loop', dueAt: epochMs(T0 + 120_000) })
  const [missed] = only(late, 'hedge_decisions')
  assert.deepEqual([missed?.skipped, missed?.explanation.seen], ['timer_missed', 3])
  assert.deepEqual(
    only(late, 'timer_requests').flatMap(({ name, at }) => (name === 'hedging/loop' ? [at - T0] : [])),
    [360_000],
  )
})

type Move =
  | { readonly kind: 'open'; readonly side: 'long' | 'short'; readonly size: string }
  | { readonly kind: 'close'; readonly part: number }
  | { readonly kind: 'price'; readonly to: number }
  | { readonly kind: 'tick'; readonly target: number; readonly hysteresis: number }
  | { readonly kind: 'net'; readonly size: number }
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    side: fc.constantFrom('long' as const, 'short' as const),
    size: fc.constantFrom('0.1', '0.35', '0.5'),
  }),
  fc.record({ kind: fc.constant('close' as const), part: fc.integer({ min: 1, max: 4 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('price' as const), to: fc.integer({ min: 84_000, max: 96_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      target: fc.integer({ min: 100, max: 6_000 }),
      hysteresis: fc.integer({ min: 0, max: 500 }),
    }),
  },
  fc.record({ kind: fc.constant('net' as const), size: fc.integer({ min: -5, max: 5 }) }),
)

function play(world: World, one: Move): void {
  const held = world.held()['client'] ?? '0'
  if (one.kind === 'price') world.market(String(one.to))
  else if (one.kind === 'open') world.command('open_position', { side: one.side, size: one.size, leverage: 5 })
  else if (one.kind === 'tick') world.command('loop_tick', { target: one.target, hysteresis: one.hysteresis })
  else if (one.kind === 'net') {
    const exposure = { asset: 'BTC', side: one.size < 0 ? 'short' : 'long', size: Math.abs(one.size) / 10 }
    world.command('loop_tick', { exposures: one.size === 0 ? [] : [exposure] })
  } else if (Number(held) !== 0) {
    world.command('close_position', { size: (Math.floor((Math.abs(Number(held)) * 10_000 * one.part) / 4) / 10_000).toFixed(4) })
  }
}

test('[H-01] [F-I4] any history of a client who trades beside his hedge: books and venue agree to the cent after each step', () => {
  let hedged = 0
  fc.assert(
    fc.property(fc.array(move, { minLength: 3, maxLength: 14 }), (history) => {
      const world = new World()
      for (const one of history) {
        play(world, one)
        world.assertReconciled()
        const books = Object.values(world.held()).reduce((sum, size) => sum + BigInt(Math.round(Number(size) * 10_000)), 0n)
        assert.equal(world.atVenue(), books * 10n ** 14n)
      }
      if (Number(world.held()['hedge'] ?? 0) !== 0) hedged++
    }),
    { numRuns: 60 },
  )
  assert.ok(hedged > 5, 'hedges must be seen')
})

test('[F-P01] the loop and the netted books come back from a snapshot as they were', () => {
  const world = new World()
  world.command('open_position', { side: 'long', size: '1', leverage: 5 })
  world.market('88600')
  world.command('loop_tick', {})
  const { engine } = world.on
  for (const state of [engine.stateOf(hedgeLoop), engine.stateOf(books)]) assert.deepEqual(decodeState(encodeState(state)), state)
  assert.equal(engine.stateOf(books).accounts.get(DEMO)?.netted?.size, 1)
})

test('[P-15] a webhook that cannot be reached is an alert, and stops no order', () => {
  const world = new World()
  world.command('open_position', { side: 'long', size: '1', leverage: 5 })
  const told = (state: 'impaired' | 'ok') => ({
    subject: 'alert webhook',
    state,
    code: 'not_delivered',
    detail: 'status 503',
    advisory: true,
  })
  const events = world.feed('host_conditions', told('impaired'))
  assert.deepEqual(
    only(events, 'alerts').map(({ name, severity, state }) => [name, severity, state]),
    [['host_impaired', 'medium', 'raised']],
  )
  assert.deepEqual(only(events, 'safety_triggers'), [])
  world.market('88600')
  assert.equal(only(world.command('loop_tick', {}), 'hedge_trades').length, 1)
  assert.deepEqual(
    only(world.feed('host_conditions', told('ok')), 'alerts').map(({ state }) => state),
    ['cleared'],
  )
})
