/** The quick readers against the schemas: the same body where both read it, and nothing read that the schema refuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quickBody } from './quick-market.ts'
import { TOPICS } from './registry.ts'

const decimal = fc.oneof(
  fc.constantFrom('90000.5', '0', '-1', '', '1e5', '01', ' 1', '0.0000000000000000001', '9999999999999999', '1000000000000000'),
  fc.nat().map(String),
)
const wild = fc.oneof(
  decimal,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
  fc.constant([]),
  fc.string({ maxLength: 130 }),
)
const sane: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  venue: fc.constant('deribit'),
  venueAt: fc.constant(1_770_000_000_000),
  maxAgeMs: fc.constantFrom(5_000, 0.5),
  instrument: fc.constant('BTC_USDC-PERPETUAL'),
  asset: fc.constant('BTC'),
  sizeBasis: fc.constantFrom('quoted', 'volume-share'),
  fundingRate8h: fc.constantFrom(0, -0.0001),
  fundingIntervalMs: fc.constantFrom(28_800_000, 0.5),
  markIv: fc.constant(0.6),
  delta: fc.constant(-0.3),
}
const NAMES = [...Object.keys(sane), 'price', 'bid', 'ask', 'bidSize', 'askSize', 'mark', 'underlyingPrice', 'unknown']
const body = fc.record(
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      fc.oneof({ weight: 30, arbitrary: sane[name] ?? fc.nat().map((n) => `${n + 1}.5`) }, { weight: 1, arbitrary: wild }),
    ]),
  ),
  { requiredKeys: ['venue', 'instrument', 'asset', 'price', 'sizeBasis'] },
)

for (const topic of ['raw_index', 'raw_quotes', 'raw_option_quotes'] as const) {
  test(`[PE-01] ${topic}: read by hand as by its schema, in any order of fields`, () => {
    let read = 0
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: body }, { weight: 1, arbitrary: wild }), (drawn) => {
        const sent: unknown = JSON.parse(JSON.stringify(drawn))
        const quick = quickBody(topic, sent)
        const parsed = TOPICS[topic].schema.safeParse(sent)
        if (quick === undefined) return assert.ok(!parsed.success, 'whatever is sound is read quickly')
        read++
        assert.ok(parsed.success)
        assert.deepEqual(quick, parsed.data)
        assert.deepEqual(Object.keys(quick), Object.keys(parsed.data))
      }),
      { numRuns: 600 },
    )
    assert.ok(read > 100, 'most were read')
  })
}

test('[F-M01] a negative zero is left to the schema, which refuses it', () => {
  const sent = { venue: 'deribit', instrument: 'BTC_USDC-PERPETUAL', fundingRate8h: JSON.parse('-0') as number }
  assert.equal(quickBody('raw_quotes', sent), undefined)
  assert.equal(TOPICS.raw_quotes.schema.safeParse(sent).success, false)
})
