/** What mode sim sets for its speed: never stricter than its jitter, never over what the user states. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, layerOf } from './config.ts'
import { resolveSimConfig } from './sim-preset.ts'
import { pricingBookConfig, quoteEveryMs, simVenueConfig } from './sim-venue-config.ts'

interface Section {
  readonly [field: string]: unknown
}
function section(speed: number, name: string, more: Readonly<Record<string, unknown>> = {}): Section {
  const entries = Object.entries({ 'sim.speed': speed, ...more }).map(([path, value]) => ({ path, value }))
  return resolveSimConfig([layerOf('test', entries)]).components[name] as Section
}

/** speed, index age, option age, time to acknowledge; all in ms of market time. */
const SPEEDS: readonly (readonly [number, number, number, number])[] = [
  [1, 5_000, 180_000, 2_000],
  [2.5, 5_000, 180_000, 2_000],
  [60, 120_000, 2_700_000, 30_000],
  [600, 1_200_000, 2_700_000, 300_000],
  [3_600, 7_200_000, 10_800_000, 1_800_000],
]
for (const [speed, index, option, acknowledged] of SPEEDS) {
  test(`[C-72] at ${speed}x a price outlives 2 s of the wall and three turns of its feed`, () => {
    const admission = section(speed, 'admission/market')
    assert.deepEqual([admission['indexMaxAgeMs'], admission['quoteMaxAgeMs'], admission['optionMaxAgeMs']], [index, index, option])
    assert.equal(section(speed, 'protection/quotes')['quoteMaxAgeMs'], option)
    assert.equal(section(speed, 'execution/orders')['ackTimeoutMs'], acknowledged)
    assert.equal(section(speed, 'protection/position')['venue'], 'deribit-sim')
  })
}

test('[C-72] what the user states wins, and option ages follow the cadence stated', () => {
  const stated = { 'admission/market.indexMaxAgeMs': 7, 'sim.optionQuotesEveryMs': 3_600_000 }
  const admission = section(60, 'admission/market', stated)
  assert.deepEqual([admission['indexMaxAgeMs'], admission['optionMaxAgeMs']], [7, 10_800_000])
  const { leaves } = resolveSimConfig([layerOf('test', [{ path: 'sim.speed', value: 60 }])])
  assert.equal(leaves.find(({ path }) => path === 'components.admission/market.indexMaxAgeMs')?.source, 'mode sim at 60x')
})

test('[C-72] a speed beyond what the market can be advanced at is refused with field, value and limit', () => {
  for (const speed of [3_601, 0, -1, Number.NaN]) {
    assert.throws(
      () => resolveSimConfig([layerOf('test', [{ path: 'sim.speed', value: speed }])]),
      (error) => error instanceof ConfigError && error.problems[0]?.field === 'sim.speed',
    )
  }
})

test('the venue speaks on the grid of the market: a whole number of seconds, at least one', () => {
  for (const speed of [0.5, 1, 2.5, 60, 3_600]) {
    const { host } = resolveSimConfig([layerOf('test', [{ path: 'sim.speed', value: speed }])])
    const { optionQuoteMs = 0, heldQuoteMs = 0 } = simVenueConfig(host).market ?? {}
    for (const every of [quoteEveryMs(host), optionQuoteMs, heldQuoteMs])
      assert.ok(every >= 1_000 && every % 1_000 === 0, `${speed}x: ${every}`)
  }
})

test('[C-39] only the simulated Deribit executes: a configuration that lets another venue is refused, naming the field', () => {
  const preset = resolveSimConfig([]).components
  assert.deepEqual((preset['protection/quotes'] as Section)['venues'], ['deribit-sim'])
  assert.deepEqual((preset['admission/market'] as Section)['pricingOnly'], ['bybit-sim'])
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['components.protection/quotes.venues', ['bybit-sim']],
    ['components.protection/quotes.venues', ['deribit-sim', 'bybit-sim']],
    ['components.protection/quotes.venues', []],
    ['components.admission/market.pricingOnly', []],
    ['components.admission/market.pricingOnly', ['bybit-sim', 'deribit-sim']],
  ]
  for (const [path, value] of rows) {
    assert.throws(
      () => resolveSimConfig([layerOf('test', [{ path, value }])]),
      (error) => error instanceof ConfigError && error.problems.length === 1 && error.problems[0]?.field === path,
    )
  }
})

test('[OP-05] readiness waits for each simulated venue that is configured', () => {
  const venues = (enabled: boolean): unknown =>
    (resolveSimConfig([layerOf('test', [{ path: 'sim.pricing.enabled', value: enabled }])]).components['monitoring/health'] as Section)[
      'venues'
    ]
  assert.deepEqual([venues(true), venues(false)], [['deribit-sim', 'bybit-sim'], ['deribit-sim']])
})

test('[P-10] the second venue can be left out, and states an age it can keep at every speed', () => {
  assert.equal(pricingBookConfig(resolveSimConfig([layerOf('test', [{ path: 'sim.pricing.enabled', value: false }])]).host), undefined)
  for (const speed of [0.5, 1, 60, 3_600]) {
    const config = pricingBookConfig(resolveSimConfig([layerOf('test', [{ path: 'sim.speed', value: speed }])]).host)
    assert.ok(config !== undefined && config.chainMaxAgeMs >= 2 * config.chainEveryMs + 2_000 * speed)
    assert.ok(config.indexMaxAgeMs > config.indexEveryMs && config.indexEveryMs % 1_000 === 0)
  }
})
