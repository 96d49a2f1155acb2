/** The order gate over time: ids, sessions, in-flight counts, brakes, runaways, operator commands. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { z } from 'zod'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CommandId, IntentId, OrderIntent, OrderState } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import { component } from '#engine/component.ts'
import type { AnyEvent, Component } from '#engine/component.ts'
import { sessionOf } from '#engine/facts.fixture.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { orderGate } from './order-gate.ts'
import { accountValue, closing, covering, DEMO, opening, usd } from './risk.fixture.ts'

function session(gate: Bench, at: number, epoch: string): AnyEvent[] {
  return gate.feed(at, 'session_started', sessionOf({ sessionId: epoch, epoch, startedAt: epochMs(T0 + at) }))
}
const matched = (gate: Bench, at: number): AnyEvent[] =>
  gate.feed(at, 'reconciliations', { account: DEMO, statementId: 's', state: 'matched', differences: [] })
function prices(gate: Bench, at: number): void {
  const age = { observedAt: epochMs(T0 + at), maxAgeMs: durationMs(60_000) }
  gate.feed(at, 'index_prices', { venue: 'sim', asset: 'BTC', price: usd('100000'), ...age })
  gate.feed(at, 'marks', {
    instrument: LINEAR_PERPETUAL,
    mark: usd('100000'),
    bid: undefined,
    ask: undefined,
    index: usd('100000'),
    ...age,
  })
}
/** A gate in a started, reconciled session with fresh prices. */
function ready(config: object = {}): Bench {
  const gate = bench([orderGate], { 'risk/limits': config })
  session(gate, 0, 'e1')
  matched(gate, 0)
  prices(gate, 0)
  gate.feed(0, 'account_values', accountValue({ cash: usdc('100000'), equityClose: usdc('100000') }))
  return gate
}
const intent = (n: number, change: Partial<OrderIntent> = {}): OrderIntent =>
  opening({ intentId: `i${n}` as IntentId, goodUntil: epochMs(T0 + 900_000), ...change })
/** The order's id, or the code of the refusal. */
function ask(gate: Bench, at: number, wish: OrderIntent): string {
  const events = gate.feed(at, 'protection_intents', wish)
  return only(events, 'hedge_trades')[0]?.orderId ?? only(events, 'order_refusals')[0]?.explanation.code ?? 'nothing'
}
function orderState(
  gate: Bench,
  at: number,
  n: number,
  orderId: string,
  state: OrderState,
  open: string,
  wish: OrderIntent = intent(n),
): void {
  const { intentId, account, book, instrument, side, quantity } = wish
  gate.feed(at, 'order_states', {
    orderId: orderId as never,
    intentId,
    account,
    book,
    instrument,
    side,
    state,
    quantity,
    filled: btc('0'),
    open: btc(open),
  })
}

test('[F-O06] ids carry mode and epoch, count up, and begin anew under a new epoch', () => {
  const gate = ready()
  assert.equal(ask(gate, 0, intent(1, { quantity: btc('0.1') })), 'se1-0')
  assert.equal(ask(gate, 1, intent(2, { quantity: btc('0.1') })), 'se1-1')
  session(gate, 2, 'e2')
  matched(gate, 2)
  assert.equal(ask(gate, 3, intent(3, { quantity: btc('0.1') })), 'se2-0')
})

test('[F-P10] after a start nothing that adds risk leaves before the venue has been matched again', () => {
  const gate = ready()
  session(gate, 1, 'e2')
  assert.equal(ask(gate, 2, intent(1)), 'reconciling')
  gate.feed(2, 'reconciliations', { account: DEMO, statementId: 's', state: 'differs', differences: [] })
  assert.equal(ask(gate, 3, intent(1)), 'reconciliation_differs')
  matched(gate, 3)
  assert.equal(ask(gate, 4, intent(1)), 'se2-0')
})

test('without a session no order has an id, and none leaves', () => {
  assert.equal(ask(bench([orderGate]), 0, intent(1)), 'no_session')
})

test('an approved intent is not approved again, a refused one may come again', () => {
  const gate = ready()
  assert.equal(ask(gate, 0, intent(1, { leverage: 9 })), 'invalid_leverage')
  assert.match(ask(gate, 0, intent(1)), /^se1-/)
  assert.equal(ask(gate, 0, intent(1)), 'duplicate_intent')
})

test('[S-06] [I3] an unknown order counts as filled until the venue says otherwise', () => {
  const gate = ready({ books: { client: { positionMax: '1' } } })
  const first = ask(gate, 0, intent(1, { quantity: btc('0.8') }))
  orderState(gate, 1, 1, first, 'unknown', '0.8')
  assert.equal(ask(gate, 2, intent(2, { quantity: btc('0.3') })), 'position_limit')
  orderState(gate, 3, 1, first, 'cancelled', '0')
  assert.match(ask(gate, 4, intent(2, { quantity: btc('0.3') })), /^se1-/)
})

test('[S-06] an unknown order on the other side does not make room', () => {
  const gate = ready({ books: { client: { positionMax: '1' } } })
  ask(gate, 0, intent(1, { quantity: btc('0.8') }))
  ask(gate, 1, intent(2, { side: 'sell', quantity: btc('0.8') }))
  assert.equal(ask(gate, 2, intent(3, { quantity: btc('0.3') })), 'position_limit')
  assert.equal(ask(gate, 2, intent(4, { side: 'sell', quantity: btc('0.3') })), 'position_limit')
})

test('[S-06] position and what is still open of a partly filled order count together, once', () => {
  const gate = ready({ books: { client: { positionMax: '1' } } })
  const first = ask(gate, 0, intent(1, { quantity: btc('0.8') }))
  gate.feed(1, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: LINEAR_PERPETUAL,
    quantity: btc('0.5'),
    averageEntry: '100000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  orderState(gate, 1, 1, first, 'partially_filled', '0.3')
  assert.equal(ask(gate, 2, intent(2, { quantity: btc('0.2001') })), 'position_limit')
  assert.match(ask(gate, 2, intent(3, { quantity: btc('0.2') })), /^se1-/)
})

test('[F-A10] money promised to an order in flight is not promised twice', () => {
  const gate = ready()
  gate.feed(0, 'account_values', accountValue({ cash: usdc('15000'), equityClose: usdc('15000') }))
  const first = ask(gate, 0, intent(1))
  assert.equal(ask(gate, 1, intent(2)), 'insufficient_margin')
  orderState(gate, 2, 1, first, 'rejected', '0')
  assert.match(ask(gate, 3, intent(2)), /^se1-/)
})

test('[F-O07] closes in flight share the position', () => {
  const gate = ready()
  gate.feed(0, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: LINEAR_PERPETUAL,
    quantity: btc('0.5'),
    averageEntry: '100000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  const close = (n: number, quantity: string, change: Partial<OrderIntent> = {}): OrderIntent =>
    closing({ intentId: `c${n}` as IntentId, quantity: btc(quantity), ...change })
  assert.match(
    ask(gate, 1, close(0, '0.5', { type: 'stop', trigger: { source: 'mark', price: usd('90000') } })),
    /^se1-/,
    'a resting stop leaves room: the venue bounds it',
  )
  assert.match(ask(gate, 1, close(1, '0.3')), /^se1-/)
  assert.equal(ask(gate, 2, close(2, '0.3')), 'not_reducing')
  assert.match(ask(gate, 2, close(3, '0.2')), /^se1-/)
})

test('[F-O12] a runaway is refused by rate and then halted; reducing goes on', () => {
  const gate = ready({ ordersPerSecond: 3, rateBreachesToHalt: 4 })
  gate.feed(0, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: LINEAR_PERPETUAL,
    quantity: btc('1'),
    averageEntry: '100000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  const answers = Array.from({ length: 9 }, (_, n) => ask(gate, n, intent(n, { quantity: btc('0.01') })))
  assert.deepEqual(answers, ['se1-0', 'se1-1', 'se1-2', 'order_rate', 'order_rate', 'order_rate', 'order_rate', 'halted', 'halted'])
  assert.equal(ask(gate, 5_000, intent(20)), 'halted', 'it stays halted until an operator clears it')
  assert.match(ask(gate, 5_000, closing({ intentId: 'c' as IntentId })), /^se1-/)
})

function command(gate: Bench, at: number, type: string, params: Json): AnyEvent[] {
  const body = { commandId: `c${at}` as CommandId, account: 'ops' as AccountId, route: '/x', key: String(at), bodyHash: '', type, params }
  return gate.feed(at, 'accepted_commands', body)
}

test('[P-13] a hundred covers that come due in the same second: fifty renew, fifty wait, nobody is halted, the next second takes them', () => {
  const gate = ready()
  const renewal = (n: number, round: number): OrderIntent =>
    covering({ intentId: `r${n}-${round}` as IntentId, account: `a${n}` as AccountId, renewsCover: true })
  const codes = (at: number, numbers: readonly number[]): readonly (readonly [number, string])[] =>
    numbers.map((n) => {
      gate.feed(at, 'account_values', accountValue({ account: `a${n}` as AccountId }))
      return [n, ask(gate, at, renewal(n, at))]
    })
  const first = codes(10, [...Array(100).keys()])
  assert.equal(first.filter(([, code]) => code.startsWith('se1-')).length, 50)
  const waiting = first.flatMap(([n, code]) => (code === 'renewal_rate' ? [n] : []))
  assert.equal(waiting.length, 50)
  assert.match(ask(gate, 10, intent(1)), /^se1-/, 'new risk has its own rate, and no brake stands')
  assert.ok(codes(1_010, waiting).every(([, code]) => code.startsWith('se1-')))
})

test('[P-13] a hundred positions that close with their covers: those over the rate wait, and new risk is not halted for it', () => {
  const gate = ready()
  const codes = [...Array(100).keys()].map((n) => {
    const account = `a${n}` as AccountId
    const position = { account, book: 'client', instrument: LINEAR_PERPETUAL, averageEntry: '100000', realised: usdc('0') } as const
    gate.feed(10, 'position_states', { ...position, quantity: btc('0.5'), currency: 'USDC' })
    return ask(gate, 10, closing({ intentId: `c${n}` as IntentId, account }))
  })
  assert.deepEqual([codes.filter((code) => code.startsWith('se1-')).length, codes.filter((code) => code === 'order_rate').length], [50, 50])
  assert.match(ask(gate, 10, intent(1)), /^se1-/)
})

test('[F-P06] after a poisoned input only risk-reducing orders leave, until an operator clears it', () => {
  const gate = ready()
  const [trigger] = only(gate.feed(1, 'poisoned_inputs', { inputSeq: 7, inputTopic: 'venue_fills', error: 'x' }), 'safety_triggers')
  assert.deepEqual([trigger?.source, trigger?.action, trigger?.explanation.seen], ['poisoned-input', 'reduce_only', 7])
  assert.equal(ask(gate, 2, intent(1)), 'reduce_only')
  assert.match(ask(gate, 2, covering({ intentId: 'r' as IntentId, renewsCover: true })), /^se1-/, 'the renewal of a standing cover goes on')
  assert.equal(ask(gate, 2, covering({ intentId: 'f' as IntentId })), 'reduce_only', 'a first cover does not')
  command(gate, 3, 'clear_halt', null)
  assert.equal(ask(gate, 3, intent(1)), 'reduce_only', 'clear_halt lifts another brake')
  assert.deepEqual(only(command(gate, 4, 'clear_poison', null), 'command_results')[0]?.answer, {
    status: 'ok',
    cleared: ['poisoned-input'],
  })
  assert.match(ask(gate, 5, intent(1)), /^se1-/)
})

test('an operator halts and clears; each command has one answer, a malformed one changes nothing', () => {
  const gate = ready()
  assert.deepEqual(
    only(command(gate, 1, 'halt', { reason: 'storm' }), 'command_results').map(({ httpStatus, final }) => [httpStatus, final]),
    [[200, true]],
  )
  assert.equal(ask(gate, 2, intent(1)), 'halted')
  const [bad] = only(command(gate, 3, 'clear_halt', { reason: 7 }), 'command_results')
  assert.equal(bad?.httpStatus, 400)
  assert.equal(ask(gate, 4, intent(1)), 'halted')
  command(gate, 5, 'clear_halt', {})
  assert.match(ask(gate, 6, intent(1)), /^se1-/)
  assert.deepEqual(command(gate, 7, 'quote', {}), [], 'commands of other stages are left to them')
})

/** A deciding stage that wishes twice within one step. */
function twoIntents(make: (n: number) => OrderIntent): Component {
  return component({
    name: 'protection/twins',
    version: 1,
    consumes: ['clock_tick'],
    produces: ['protection_intents'],
    config: z.strictObject({}).prefault({}),
    initial: () => null,
    step: (state) => ({ state, emit: [1, 2].map((n) => ({ topic: 'protection_intents', key: DEMO, body: make(n) }) as const) }),
  })
}

test('[F-A10] intents of one input see each other: together they keep the cap', () => {
  const twins = (n: number): OrderIntent => intent(n, { quantity: btc('0.6') })
  const gate = bench([twoIntents(twins), orderGate], { 'risk/limits': { books: { client: { positionMax: '1' } } }, 'protection/twins': {} })
  session(gate, 0, 'e1')
  matched(gate, 0)
  prices(gate, 0)
  gate.feed(0, 'account_values', accountValue({ cash: usdc('100000'), equityClose: usdc('100000') }))
  const events = gate.feed(1, 'clock_tick', { name: 'minute', dueAt: T0 })
  assert.deepEqual(
    only(events, 'hedge_trades').map(({ intentId }) => intentId),
    ['i1'],
  )
  assert.deepEqual(
    only(events, 'order_refusals').map(({ explanation }) => explanation.code),
    ['position_limit'],
  )
})

test('the link of a venue and its clock are gates', () => {
  const gate = ready()
  gate.feed(1, 'venue_links', { venue: 'sim', state: 'up', clockOffsetMs: 9_000 })
  assert.equal(ask(gate, 2, intent(1)), 'clock_offset')
  gate.feed(3, 'venue_links', { venue: 'sim', state: 'down', clockOffsetMs: 1 })
  assert.equal(ask(gate, 4, intent(1)), 'venue_link_down')
  gate.feed(5, 'venue_links', { venue: 'sim', state: 'up' })
  assert.match(ask(gate, 6, intent(1)), /^se1-/)
})
