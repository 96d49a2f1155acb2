/** Round trip and refusal of the state codec: whatever a component may keep comes back equal, whatever it may not is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Observed } from '#domain/observed.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { decodeState, encodeState } from './state-codec.ts'

const leaf = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
  fc.constant(-0),
  fc.bigInt(),
  fc.constant(money('12.345')),
  fc.constant(price('0.0005')),
  fc.constant(quantity('-3')),
  fc.constant(ratio('0.05')),
  fc.float64Array().map((array) => array.slice()),
)
const state = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('node')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(fc.string(), { maxLength: 4 }).map((entries) => new Set(entries)),
    fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), tie('node')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).node

test('[PE-05] state survives the round trip, bits and order included', () => {
  fc.assert(
    fc.property(state, (value) => {
      const text = encodeState(value)
      const back = decodeState(text)
      assert.equal(encodeState(back), text)
      assert.deepEqual(back, value)
    }),
  )
})

test('[DV-08] an observed value keeps its instant and its age limit', () => {
  const back = decodeState(encodeState({ held: new Observed(price('9'), epochMs(1_767_225_600_000), durationMs(30_000)) })) as {
    held: Observed<unknown>
  }
  assert.equal(back.held.observedAt, 1_767_225_600_000)
  assert.equal(back.held.maxAgeMs, 30_000)
  assert.deepEqual(back.held.lastKnown().value, price('9'))
})

test('[PE-05] a class the codec does not know, and a reserved key, are bugs that show', () => {
  class Foreign {}
  assert.throws(() => encodeState({ held: new Foreign() }), /not a Foreign/)
  assert.throws(() => encodeState({ $b: '1' }), /begin with \$/)
})

test('[PE-05] keys keep their order, undefined ones too: what is written from a restored state has the same bytes', () => {
  const state = { b: 1, a: undefined as string | undefined, c: [undefined, { z: 1, y: 2 }] }
  const back = decodeState(encodeState(state)) as typeof state
  assert.deepEqual(Object.keys(back), ['b', 'a', 'c'])
  state.a = back.a = 'late'
  assert.equal(JSON.stringify(back), JSON.stringify(state))
})
