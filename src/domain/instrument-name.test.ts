/** Instrument names: what each symbol resolves to, and one row per refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { instrumentIdOf, parseInstrumentName, resolveInstrument } from './instrument-name.ts'

const AT = epochMs(Date.UTC(2025, 5, 1))
const JUNE_EXPIRY = epochMs(Date.UTC(2025, 5, 27, 8))

test('[DV-02] the symbols of all documents resolve to one internal id each', () => {
  const rows = [
    ['BTC', 'BTC-USD', 'index'],
    ['BTC-USD', 'BTC-USD', 'index'],
    ['BTC/USDT', 'BTC-USDT', 'spot'],
    ['BTC-PERPETUAL', 'BTC-PERPETUAL', 'perpetual'],
    ['BTC_USDC-PERPETUAL', 'BTC_USDC-PERPETUAL', 'perpetual'],
    ['BTC-27JUN25', 'BTC-27JUN25', 'future'],
    ['BTC-27JUN25-60000-P', 'BTC-27JUN25-60000-P', 'option'],
  ] as const
  for (const [symbol, id, kind] of rows) {
    const resolved = resolveInstrument(symbol, AT)
    assert.ok(resolved.ok, symbol)
    assert.deepEqual([resolved.value.id, resolved.value.kind, resolved.value.underlying], [id, kind, 'BTC'])
    const again = resolveInstrument(resolved.value.id, AT)
    assert.ok(again.ok && again.value.id === id, 'an id resolves to itself')
  }
})

test('[DV-02] an option name tells type, strike, expiry at 08:00 UTC and settlement', () => {
  const put = parseInstrumentName('BTC-27JUN25-60000-P')
  assert.deepEqual(put.ok && put.value, {
    id: 'BTC-27JUN25-60000-P',
    underlying: 'BTC',
    kind: 'option',
    settlement: 'coin',
    optionType: 'put',
    strike: '60000',
    expiry: JUNE_EXPIRY,
  })
  const call = parseInstrumentName('BTC_USDC-2JAN26-105000-C')
  assert.deepEqual(call.ok && call.value, {
    id: 'BTC_USDC-2JAN26-105000-C',
    underlying: 'BTC',
    kind: 'option',
    settlement: 'usdc',
    optionType: 'call',
    strike: '105000',
    expiry: Date.UTC(2026, 0, 2, 8),
  })
})

test('[DV-02] unknown or malformed is a typed refusal, never a guess', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [undefined, 'malformed_instrument'],
    [60_000, 'malformed_instrument'],
    ['', 'unknown_instrument'],
    ['btc', 'unknown_instrument'],
    [' BTC', 'unknown_instrument'],
    ['BTCUSDT', 'unknown_instrument'],
    ['BTC/USD', 'unknown_instrument'],
    ['BTC_USDT-PERPETUAL', 'unknown_instrument'],
    ['ETH-27JUN25-4000-P', 'unsupported_underlying'],
    ['ETH-PERPETUAL', 'unsupported_underlying'],
    ['BTC-PERP', 'malformed_instrument'],
    ['BTC-PERPETUAL-1', 'malformed_instrument'],
    ['BTC-CS-19MAY26-70000_75000', 'malformed_instrument'],
    ['BTC-31FEB25-60000-P', 'malformed_instrument'],
    ['BTC-29FEB25', 'malformed_instrument'],
    ['BTC-027JUN25-60000-P', 'malformed_instrument'],
    ['BTC-07JUN25-60000-P', 'malformed_instrument'],
    ['BTC-27jun25-60000-P', 'malformed_instrument'],
    ['BTC-27JUN2025-60000-P', 'malformed_instrument'],
    ['BTC-27JUN25-060000-P', 'malformed_instrument'],
    ['BTC-27JUN25-0-P', 'malformed_instrument'],
    ['BTC-27JUN25-60000.5-P', 'malformed_instrument'],
    ['BTC-27JUN25-6e4-P', 'malformed_instrument'],
    ['BTC-27JUN25-60000', 'malformed_instrument'],
    ['BTC-27JUN25-60000-X', 'malformed_instrument'],
    ['BTC-27JUN25-60000-P-USDT', 'malformed_instrument'],
    ['BTC-27JUN25-60000-P\n', 'unknown_instrument'],
    ['BTC-２7JUN25-60000-P', 'malformed_instrument'],
  ]
  for (const [symbol, code] of rows) {
    const parsed = parseInstrumentName(symbol)
    assert.equal(parsed.ok ? `accepted ${parsed.value.id}` : parsed.refusal.code, code, String(symbol))
  }
  const leap = parseInstrumentName('BTC-29FEB28-60000-P')
  assert.equal(leap.ok, true, 'the leap day of 2028 exists')
})

test('[DV-02] [F-C05] expired at its expiry instant, alive one millisecond before', () => {
  assert.equal(resolveInstrument('BTC-27JUN25-60000-P', (JUNE_EXPIRY - 1) as EpochMs).ok, true)
  const dead = resolveInstrument('BTC-27JUN25-60000-P', JUNE_EXPIRY)
  assert.deepEqual(!dead.ok && dead.refusal, {
    code: 'expired_instrument',
    field: 'instrument',
    seen: 'BTC-27JUN25-60000-P',
    limit: 'expiry after 2025-06-27T08:00:00.000Z, was 2025-06-27T08:00:00.000Z',
  })
})

test('[DV-02] parts that no contract can have get no id', () => {
  const offGrid = instrumentIdOf({ kind: 'future', settlement: 'coin', expiry: (JUNE_EXPIRY + 1) as EpochMs })
  assert.equal(offGrid.ok ? offGrid.value : offGrid.refusal.field, 'expiry')
  const strike = instrumentIdOf({ kind: 'option', settlement: 'coin', optionType: 'put', strike: '6e4', expiry: JUNE_EXPIRY })
  assert.equal(strike.ok ? strike.value : strike.refusal.code, 'malformed_instrument')
  const century = instrumentIdOf({ kind: 'future', settlement: 'coin', expiry: epochMs(Date.UTC(2125, 5, 27, 8)) })
  assert.equal(century.ok ? century.value : century.refusal.field, 'expiry')
})
