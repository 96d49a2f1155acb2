/** A market record read from its text against JSON.parse and the schema: the same event, or both refuse, whatever the bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scanMarketRecord } from '#topics/quick-market-text.ts'
import type { AnyEvent } from './component.ts'
import { inputText, parseAny, parseEvent } from './record-text.ts'

const decimal = fc.oneof(
  { weight: 60, arbitrary: fc.nat().map((n) => `${n + 1}.5`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0', '-0', '-1.25', '', '1e5', '01', ' 1', '0.0000000000000000001', '9999999999999999', '5\u0000'),
  },
)
const name = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('bench', 'deribit', 'BTC_USDC-PERPETUAL', 'BTC-27MAR26-90000-P') },
  fc.string({ unit: 'binary' }),
)
const instant = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 1_770_000_000_000, max: 1_780_000_000_000 }) },
  fc.double(),
  fc.constantFrom(-0, 5),
)
const number = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(5e-324, 0.6, 1e21, 5_000) }, fc.double(), fc.constantFrom(0, -0, -1))
const sides = { bid: decimal, ask: decimal, bidSize: decimal, askSize: decimal, mark: decimal }
const source = { venueAt: instant, maxAgeMs: number }
const option = {
  ...sides,
  markIv: number,
  delta: number,
  underlyingPrice: decimal,
  sizeBasis: fc.constantFrom('quoted', 'volume-share', 'quoted', 'quoted', 'none'),
}
/** In the order of the schema, as the writer writes them. */
const BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  raw_index: fc.record(
    { venue: name, ...source, asset: fc.constantFrom('BTC', 'BTC', 'BTC', 'BTC', 'ETH'), price: decimal },
    { requiredKeys: ['venue', 'asset', 'price'] },
  ),
  raw_quotes: fc.record(
    { venue: name, ...source, instrument: name, ...sides, fundingRate8h: number, fundingIntervalMs: number },
    { requiredKeys: ['venue', 'instrument'] },
  ),
  raw_option_quotes: fc.record(
    { venue: name, ...source, instrument: name, ...option },
    { requiredKeys: ['venue', 'instrument', 'sizeBasis'] },
  ),
}
const seq = fc.oneof({ weight: 60, arbitrary: fc.maxSafeNat() }, fc.integer(), fc.double())
const head = fc.record({ seq, at: instant, key: name, source: name, cause: fc.oneof(fc.constant(0), seq) })
const written = fc
  .constantFrom('raw_index', 'raw_quotes', 'raw_option_quotes')
  .chain((topic) => fc.tuple(fc.constant(topic), head, BODIES[topic] ?? fc.constant({})))
  .map(([topic, { key, ...rest }, body]) => inputText({ ...rest, topic, key, body } as unknown as AnyEvent))

type Change = (text: string, place: number, bit: string) => string
const CHANGES: readonly Change[] = [
  (text) => text,
  (text, place, bit) => text.slice(0, place) + bit + text.slice(place),
  (text, place, bit) => text.slice(0, place) + bit + text.slice(place + 1),
  (text, place) => text.slice(0, place) + text.slice(place + 1),
  (text, place) => text.slice(0, place),
  (text, place) => text.slice(0, place) + text.slice(place).replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (text, place) => text.slice(0, place) + text.slice(place).replace(/("\w+":[^,{}]+),("\w+":[^,{}]+)/, '$2,$1'),
  (text) => text.replace(/("ask":[^,{}]+),("bidSize":[^,{}]+)/, '$2,$1'),
  (text, place) => text.slice(0, place) + text.slice(place).replace(/("\w+":[^,{}]+)/, '$1,$1'),
  (text, place) => text.slice(0, place) + text.slice(place).replace('"', '"__proto__":1,"'),
]
const bit = fc.oneof(
  fc.constantFrom('"', '\\', '{', '}', ',', ':', ' ', '\n', '-', '.', '0', 'e', '[', 'null'),
  fc.string({ unit: 'binary', maxLength: 1 }),
)
const changed = fc
  .tuple(written, fc.nat(), bit, fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(CHANGES.length - 1)))
  .map(([text, place, what, change]) => (CHANGES[change] as Change)(text, place % (text.length + 1), what))

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return 'refused'
  }
}

test('[PE-01] [P17] a market record means the same whether it is scanned or parsed', () => {
  let scanned = 0
  let refused = 0
  fc.assert(
    fc.property(changed, (text) => {
      const direct = outcome(() => parseEvent(text))
      const parsed = outcome(() => parseAny(text))
      assert.deepEqual(direct, parsed)
      if (parsed === 'refused') return void refused++
      const { event } = parsed as { event: AnyEvent }
      assert.equal(inputText((direct as { event: AnyEvent }).event), inputText(event), 'and in the same order of keys')
      if (scanMarketRecord(text) !== undefined) scanned++
    }),
    { numRuns: 4_000 },
  )
  assert.ok(scanned > 200, `${scanned} were scanned`)
  assert.ok(refused > 200, `${refused} were refused`)
})

test('[P17] an option quote is scanned with its sides in either order, and read in the order of the schema', () => {
  const head = { seq: 7, at: 1_770_000_000_001, topic: 'raw_option_quotes', key: 'k', source: 's', cause: 0 }
  const [start, end] = [
    { venue: 'v', instrument: 'BTC-27MAR26-90000-P' },
    { mark: '0.015', markIv: 0.6, sizeBasis: 'quoted' },
  ]
  const paired = { ...start, bid: '0.01', bidSize: '1', ask: '0.02', askSize: '2', ...end }
  const listed = { ...start, bid: '0.01', ask: '0.02', bidSize: '1', askSize: '2', ...end }
  for (const body of [paired, listed]) {
    const read = scanMarketRecord(inputText({ ...head, body } as unknown as AnyEvent))
    assert.equal(inputText(read as unknown as AnyEvent), inputText({ ...head, body: listed } as unknown as AnyEvent))
  }
})

test('[P17] what the writer writes is scanned, not parsed', () => {
  const body = {
    venue: 'bench',
    venueAt: 1_770_000_000_000,
    instrument: 'BTC_USDC-PERPETUAL',
    bid: '90000.5',
    mark: '90001',
    fundingRate8h: -1e-7,
  }
  const event = { seq: 7, at: 1_770_000_000_001, topic: 'raw_quotes', key: 'k', source: 's', cause: 0, body } as unknown as AnyEvent
  const text = inputText(event)
  const read = scanMarketRecord(text)
  assert.equal(read?.seq, 7)
  assert.equal(inputText(read as unknown as AnyEvent), text)
  assert.equal(scanMarketRecord(text.replace('"bid"', '"Bid"')), undefined)
})
