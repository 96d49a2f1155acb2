/** Record text is JSON.stringify's, byte for byte, whatever an event holds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { Json } from '#topics/schema.ts'
import type { AnyEvent } from './component.ts'
import { decisionText, inputText } from './record-text.ts'

const units = fc.bigInt(-(10n ** 24n), 10n ** 24n)
const exact = fc.oneof(
  units.map((n) => new Money(n)),
  units.map((n) => new Price(n)),
  units.map((n) => new Quantity(n)),
  units.map((n) => new Ratio(n)),
)
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  exact,
)
const body = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('any'), { maxKeys: 5 }),
  ),
})).any
const eventOf = (held: unknown, key: string): AnyEvent =>
  ({ seq: 7, at: 1_770_000_000_000, topic: 'audit_events', key, source: 'a "source"\n', cause: 3, body: { held } }) as unknown as AnyEvent

test('[PE-01] a record is the JSON of its event', () => {
  fc.assert(
    fc.property(body, fc.string({ unit: 'binary' }), (held, key) => {
      const event = eventOf(held, key)
      assert.equal(inputText(event), JSON.stringify(event))
      const { body: parsed } = JSON.parse(inputText(event, '{"seq":1}')) as { body: unknown; input: unknown }
      assert.deepEqual(parsed, JSON.parse(JSON.stringify(event.body)))
      assert.equal(
        decisionText(event, [{ seq: 5, topic: 'commands' } as AnyEvent, event]),
        `${JSON.stringify(event).slice(0, -1)},"via":[[5,"commands"]]}`,
      )
    }),
    { numRuns: 500 },
  )
})

test('[PE-01] a field that a stranger calls __proto__ is written like any other', () => {
  const held: unknown = Object.assign(JSON.parse('{"__proto__":{"a":1}}') as object, { size: new Price(10n ** 18n) })
  const event = eventOf(held, 'demo')
  assert.equal(inputText(event), JSON.stringify(event))
  assert.match(inputText(event), /"__proto__":\{"a":1\},"size":"1"/)
})

test('[PE-01] the record of a send leaves out the order, which its approval holds', () => {
  const order = { orderId: 'o1', limitPrice: new Price(10n ** 18n) }
  const body = { action: 'place', orderId: 'o1', venue: 'sim', attempt: 1, order }
  const send = {
    seq: 7,
    at: 1_770_000_000_000,
    topic: 'order_sends',
    key: 'demo',
    source: 'execution/orders',
    cause: 3,
    body,
  } as unknown as AnyEvent
  const { body: written } = JSON.parse(decisionText(send, [send])) as { body: unknown }
  assert.deepEqual(written, { action: 'place', orderId: 'o1', venue: 'sim', attempt: 1 })
})

test('[PE-01] the record of an answer is its event as JSON, the answer where it stands and as it is', () => {
  const answers: readonly Json[] = [
    { status: 'ok', said: '\u0000answer', text: 'a "quoted" word', list: [1, { b: null }] },
    'text',
    null,
    [],
    {},
  ]
  for (const answer of answers) {
    const body = { commandId: 'c1', answer, final: true, httpStatus: 200 }
    const event = { ...eventOf(null, 'demo'), topic: 'command_results', body } as unknown as AnyEvent
    const wanted = `${JSON.stringify(event).slice(0, -1)},"via":[]}`
    assert.equal(decisionText(event, [event]), wanted)
    assert.equal(decisionText(event, [event]), wanted, 'and again')
  }
})
