/** Context of volatility: the held regime, realised volatility on the hour, and what the API tells at a tenor. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IvRegime } from '#domain/iv-regime.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { timers } from '#engine/timers.ts'
import type { BodyOf } from '#topics/registry.ts'
import type { VolatilityContext } from '#topics/analysis.ts'
import { epochMs, HOUR_MS, later, MINUTE_MS } from '#units/time.ts'
import { readIv } from './iv-reading.ts'
import { heldRegime } from './regime.ts'
import { surface } from './surface.ts'
import { volatility } from './volatility.ts'
import { chainQuotes, indexPrice } from './volatility.fixture.ts'

const THRESHOLDS = { low: 0.4, high: 0.8 }
const WAY: readonly (readonly [iv: number | undefined, regime: IvRegime])[] = [
  [0.8, 'normal'],
  [0.800001, 'high'],
  [0.79, 'high'],
  [0.780001, 'high'],
  [0.78, 'normal'],
  [0.79, 'normal'],
  [0.4, 'normal'],
  [0.399999, 'low'],
  [0.419999, 'low'],
  [0.420001, 'normal'],
  [undefined, 'unknown'],
  [0.79, 'normal'],
  [0.9, 'high'],
  [0.3, 'low'],
  [0.85, 'high'],
]
test('[AN-08] a regime is entered at its threshold and left 2 vol points beyond it', () => {
  let regime: IvRegime = 'unknown'
  for (const [iv, expected] of WAY) {
    regime = heldRegime(regime, iv, THRESHOLDS, 0.02)
    assert.equal(regime, expected, `at ${iv}`)
  }
})

const PIPELINE = [timers, surface, volatility]
function minute(host: Bench, offsetMs: number): readonly VolatilityContext[] {
  return only(host.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: epochMs(T0 + offsetMs) }), 'volatility_context')
}
function quoted(host: Bench, offsetMs: number, alpha: number): readonly VolatilityContext[] {
  for (const body of chainQuotes({ offsetMs, alpha })) host.feed(offsetMs, 'option_quotes', body, body.instrument)
  const due = host.engine.stateOf(surface).dueAt ?? 0
  return only(host.feed(due - T0, 'clock_tick', { name: 'analysis/surface', dueAt: epochMs(due) }), 'volatility_context')
}

test('[AN-08] the regime follows the surface, is told when it changes, and is unknown when the surface is old', () => {
  const host = bench(PIPELINE)
  assert.deepEqual(
    quoted(host, 0, 0.55).map(({ ivRegime }) => ivRegime),
    ['normal'],
  )
  assert.deepEqual(quoted(host, 60_000, 0.56), [])
  const [high] = quoted(host, 130_000, 0.9)
  assert.equal(high?.ivRegime, 'high')
  assert.ok(Math.abs((high?.iv ?? 0) - 0.92) < 0.03)
  assert.deepEqual(minute(host, 240_000), [])
  const [unknown] = minute(host, 300_000)
  assert.deepEqual([unknown?.ivRegime, unknown?.iv], ['unknown', undefined])
})

test('[AN-08] realised volatility is summed hourly from one sample a minute, and is 24 hours only after 24 hours', () => {
  const host = bench(PIPELINE)
  const told: VolatilityContext[] = []
  for (let i = 0; i <= 25 * 60; i++) {
    const offset = i * MINUTE_MS
    host.feed(offset, 'index_prices', indexPrice('12345', offset))
    host.feed(offset, 'index_prices', indexPrice(i % 2 === 0 ? '90000' : '90090', offset))
    told.push(...minute(host, offset))
  }
  assert.deepEqual(
    told.map(({ spanMs }) => spanMs / HOUR_MS),
    [...Array.from({ length: 25 }, (_, i) => i), 24],
  )
  const daily = Math.log(90_090 / 90_000) * Math.sqrt(1440)
  for (const [hour, { realised24h, realisedAnnual }] of told.entries()) {
    assert.equal(realised24h !== undefined, hour >= 24)
    if (hour > 0) assert.ok(Math.abs((realisedAnnual ?? 0) - daily * Math.sqrt(365)) < 1e-9)
  }
  assert.ok(Math.abs((told.at(-1)?.realised24h ?? 0) - daily) < 1e-12, 'the tick within a minute does not count')
})

test('[AN-08] a stale index is no sample: the gap is one return', () => {
  const host = bench(PIPELINE)
  for (let i = 0; i <= 120; i++) {
    const offset = i * MINUTE_MS
    if (i <= 30 || i > 60) host.feed(offset, 'index_prices', indexPrice(i <= 30 ? '90000' : '91000', offset))
    minute(host, offset)
  }
  const { window, last } = host.engine.stateOf(volatility)
  assert.equal(window.count, 121 - 29, 'one minute more than the last quote is within its age')
  assert.ok(Math.abs((last?.realisedAnnual ?? 0) - Math.log(91 / 90) * Math.sqrt(365 * 12)) < 1e-9)
})

test('[DV-07] iv at the money and ivHedge at the ask of the protective put, interpolated to the tenor', () => {
  const host = bench(PIPELINE)
  quoted(host, 0, 0.55)
  const { surfaces } = host.engine.stateOf(volatility)
  for (const tenorDays of [1, 7, 14, 30, 57]) {
    const reading = readIv(surfaces, { tenorDays, at: later(T0, 5_000) })
    assert.ok(reading.ok, JSON.stringify(reading))
    const { iv, ivHedge, ageMs } = reading.value
    assert.ok(Math.abs(iv - 0.56) < 0.02 && ivHedge > iv + 0.01 && ivHedge < 1, `${tenorDays} days: ${iv}, ${ivHedge}`)
    assert.equal(ageMs, 5_000)
  }
  const nearer = readIv(surfaces, { tenorDays: 30, at: later(T0, 5_000), protectiveFloor: 0.05 })
  const further = readIv(surfaces, { tenorDays: 30, at: later(T0, 5_000), protectiveFloor: 0.2 })
  assert.ok(nearer.ok && further.ok && nearer.value.ivHedge < further.value.ivHedge)
})

test('[DV-07] where calls are dear and puts are cheap, ivHedge is not under iv', () => {
  const host = bench(PIPELINE)
  for (const quote of chainQuotes({ rho: 0.6, halfSpreadVol: 0.0005 })) host.feed(0, 'option_quotes', quote)
  host.feed(1_000, 'clock_tick', { name: 'analysis/surface', dueAt: later(T0, 1_000) })
  const reading = readIv(host.engine.stateOf(volatility).surfaces, { tenorDays: 30, at: later(T0, 1_000), protectiveFloor: 0.05 })
  assert.ok(reading.ok, JSON.stringify(reading))
  assert.equal(reading.value.ivHedge, reading.value.iv)
})

test('[DV-07] no surface, an old one and a tenor beyond the last expiry are refused; the flip passes', () => {
  const host = bench(PIPELINE)
  const read = (tenorDays: number, offsetMs: number) =>
    readIv(host.engine.stateOf(volatility).surfaces, { tenorDays, at: later(T0, offsetMs) })
  const none = read(7, 0)
  assert.equal(none.ok ? '' : none.refusal.code, 'no_surface')
  quoted(host, 0, 0.55)
  assert.ok(read(7, 120_000).ok)
  const old = read(7, 120_001)
  assert.deepEqual(old.ok ? '' : [old.refusal.code, old.refusal.seen, old.refusal.limit], ['stale_surface', 120_001, 120_000])
  const far = read(90, 5_000)
  assert.ok(!far.ok && far.refusal.code === 'beyond_last_expiry' && far.refusal.flip?.field === 'tenorDays')
  assert.ok(read(Number(far.refusal.flip.to), 5_000).ok)
})

test('[DV-07] a venue that only prices is not what the API quotes', () => {
  const host = bench(PIPELINE)
  for (const body of chainQuotes({ venue: 'bybit', alpha: 0.9 })) host.feed(0, 'pricing_quotes', body, body.instrument)
  quoted(host, 0, 0.55)
  const reading = readIv(host.engine.stateOf(volatility).surfaces, { tenorDays: 7, at: later(T0, 2_000) })
  assert.ok(reading.ok && reading.value.venue === 'deribit' && reading.value.iv < 0.6)
})

test('[AN-08] with thresholds of its own, and the last expiry where none lies so far', () => {
  const host = bench(PIPELINE, { 'analysis/volatility': { ivRegimeThresholds: { low: 0.2, high: 0.3 }, regimeTenorDays: 200 } })
  const [context] = quoted(host, 0, 0.55)
  assert.deepEqual([context?.ivRegime, context?.tenorDays], ['high', 200])
  assert.throws(() => bench(PIPELINE, { 'analysis/volatility': { ivRegimeThresholds: { low: 0.5, high: 0.5 } } }), /low under high/)
})

test('[Y-10] a reload of the thresholds holds at once; a refused one does not; a new session begins from its configuration', () => {
  const host = bench(PIPELINE)
  quoted(host, 0, 0.55)
  const reload = (low: number, high: number, problems?: BodyOf<'config_changed'>['problems']) => {
    const config = { 'analysis/volatility': { ivRegimeThresholds: { low, high } } }
    const told = host.feed(10_000, 'config_changed', { configDigest: 'd', config, ...(problems === undefined ? {} : { problems }) })
    return only(told, 'volatility_context').map(({ ivRegime }) => ivRegime)
  }
  assert.deepEqual(reload(0.2, 0.3), ['high'])
  assert.deepEqual(reload(0.6, 0.9, [{ field: 'low', seen: '0.6', limit: 'x', source: 'y' }]), [])
  assert.deepEqual(reload(0.9, 0.8), [], 'not in order: not taken')
  assert.deepEqual(reload(0.6, 0.9), ['low'])
  host.feed(11_000, 'session_started', {
    sessionId: 's',
    epoch: '1-1',
    mode: 'sim',
    codeDigest: 'c',
    configDigest: 'd',
    config: {},
    node: 'v26',
    architecture: 'x64',
    startedAt: epochMs(T0),
  })
  assert.deepEqual(
    minute(host, 60_000).map(({ ivRegime }) => ivRegime),
    ['normal'],
  )
})
