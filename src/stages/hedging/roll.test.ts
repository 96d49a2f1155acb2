/** Rolls: new cover first, then the release of what it took over; refusals; what happens when a leg does not fill. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { Json } from '#topics/schema.ts'
import {
  answers,
  CALL,
  command,
  covers,
  decisions,
  fills,
  holds,
  ownsOption,
  intents,
  LATER_PUT,
  longAccount,
  PUT,
  quoted,
  tick,
  rowsOf,
  whyOf,
} from './hedging.fixture.ts'

const USDC_PUT = 'BTC_USDC-13FEB26-80000-P'
function withPut(size = '0.5'): Bench {
  const on = longAccount('18800')
  quoted(on, PUT, { bid: '0.01', ask: '0.011' })
  quoted(on, LATER_PUT, { bid: '0.02', ask: '0.021' })
  if (size !== '0') ownsOption(on, PUT, size)
  return on
}
function roll(on: Bench, params: Record<string, Json>): AnyEvent[] {
  return on.feed(0, 'accepted_commands', command('hedge_roll', params))
}
const legsOf = (answer: Record<string, Json> | undefined): (Json | undefined)[][] =>
  rowsOf(answer, 'legs').map(({ instrument, side, size, filledAmount }) => [instrument, side, size, filledAmount])

test('[H-01] roll of a put to the next expiry: bought first, released after, both legs in one answer', () => {
  const on = withPut()
  const [cover] = intents(roll(on, { fromInstrument: PUT }))
  assert.ok(cover !== undefined)
  assert.deepEqual([cover.instrument, cover.side, cover.quantity.toString(), cover.reduceOnly], [LATER_PUT, 'buy', '0.5', false])
  holds(on, 'hedge', '0.5', LATER_PUT)
  const after = fills(on, cover, '0.5')
  assert.deepEqual(answers(after), [], 'not before the old one is gone')
  const [release] = intents(after)
  assert.ok(release !== undefined)
  assert.deepEqual([release.instrument, release.side, release.quantity.toString(), release.reduceOnly], [PUT, 'sell', '0.5', true])
  const [answer] = answers(fills(on, release, '0.5'))
  assert.deepEqual([answer?.['status'], answer?.['action']], ['ok', 'roll'])
  assert.deepEqual(legsOf(answer), [
    [LATER_PUT, 'buy', '0.5', '0.5'],
    [PUT, 'sell', '0.5', '0.5'],
  ])
})

test('[H-01] a new hedge filled in part releases no more than it took over', () => {
  const on = withPut()
  const [cover] = intents(roll(on, { fromInstrument: PUT, toInstrument: LATER_PUT }))
  assert.ok(cover !== undefined)
  holds(on, 'hedge', '0.2', LATER_PUT)
  const [release] = intents(fills(on, cover, '0.2'))
  assert.deepEqual([release?.side, release?.quantity.toString()], ['sell', '0.2'])
})

test('[H-01] nothing filled: nothing released, said once', () => {
  const on = withPut()
  const [cover] = intents(roll(on, { fromInstrument: PUT }))
  assert.ok(cover !== undefined)
  const events = fills(on, cover, '0')
  assert.deepEqual(intents(events), [])
  assert.deepEqual(
    answers(events).map((answer) => [answer['status'], answer['reason']]),
    [['blocked', 'not_filled']],
  )
})

test('[H-01] the release refused: both hedges stand, and the answer shows the leg that was done', () => {
  const on = withPut()
  const [cover] = intents(roll(on, { fromInstrument: PUT }))
  assert.ok(cover !== undefined)
  const [release] = intents(fills(on, cover, '0.5'))
  assert.ok(release !== undefined)
  const { intentId, account, book, purpose, instrument } = release
  const explanation = explain('risk', 9, { code: 'not_reducing', field: 'quantity', seen: '0.5', limit: '0' })
  const [answer] = answers(on.feed(0, 'order_refusals', { intentId, account, book, purpose, instrument, explanation }))
  assert.deepEqual([answer?.['action'], whyOf(answer)['code']], ['roll', 'not_reducing'])
  assert.deepEqual(legsOf(answer), [[LATER_PUT, 'buy', '0.5', '0.5']])
})

test('[H-01] from the perpetual to a put and back: the side follows what is protected, the size whole lots and never less', () => {
  const on = longAccount('18800', {}, '-0.42')
  quoted(on, PUT, { bid: '0.01', ask: '0.011' })
  const [cover] = intents(roll(on, { fromInstrument: LINEAR_PERPETUAL, toInstrument: PUT }))
  assert.ok(cover !== undefined)
  assert.deepEqual([cover.instrument, cover.side, cover.quantity.toString()], [PUT, 'buy', '0.5'])
  const [release] = intents(fills(on, cover, '0.5'))
  assert.deepEqual([release?.instrument, release?.side, release?.quantity.toString()], [LINEAR_PERPETUAL, 'buy', '0.42'])
  const [back] = intents(roll(withPut('0.3'), { fromInstrument: PUT, toInstrument: LINEAR_PERPETUAL }))
  assert.deepEqual([back?.instrument, back?.side, back?.quantity.toString()], [LINEAR_PERPETUAL, 'sell', '0.3'])
})

const REFUSED: readonly [string, () => Bench, Record<string, Json>, string][] = [
  ['nothing held of it', () => withPut('0'), { fromInstrument: PUT }, 'nothing_to_roll'],
  ['a perpetual has no next', () => longAccount('18800', {}, '-0.4'), { fromInstrument: LINEAR_PERPETUAL }, 'no_roll_target'],
  ['into itself', () => withPut(), { fromInstrument: PUT, toInstrument: PUT }, 'no_roll_target'],
  ['a call protects the other side', () => withPut(), { fromInstrument: PUT, toInstrument: CALL }, 'unsupported_instrument'],
  ['a put settled in USDC is no hedge of ours', () => withPut(), { fromInstrument: PUT, toInstrument: USDC_PUT }, 'unsupported_instrument'],
  ['the leg of a cover', () => covered('0.5'), { fromInstrument: PUT }, 'coverage_leg'],
]
function covered(size: string): Bench {
  const on = withPut(size)
  covers(on, size, '18000')
  return on
}
for (const [name, prepare, params, code] of REFUSED) {
  test(`[H-01] no roll: ${name}`, () => {
    const events = roll(prepare(), params)
    assert.deepEqual(intents(events), [])
    assert.equal(decisions(events)[0]?.skipped, code)
    assert.deepEqual(
      answers(events).map((answer) => [answer['status'], answer['reason']]),
      [['no_quote', code]],
    )
  })
}

test('[C-33] of a put that is cover in part, only the rest rolls', () => {
  const on = withPut('0.8')
  covers(on, '0.5', '18000')
  assert.equal(intents(roll(on, { fromInstrument: PUT }))[0]?.quantity.toString(), '0.3')
})

test('[H-01] the loop waits for the end of a roll', () => {
  const on = withPut()
  assert.equal(intents(roll(on, { fromInstrument: PUT })).length, 1)
  assert.equal(decisions(tick(on, { target: '5000' }))[0]?.skipped, 'action_in_flight')
})
