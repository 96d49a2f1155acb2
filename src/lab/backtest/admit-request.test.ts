/** What a run refuses before it begins, or at its first order: each with code, field, value and limit. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hasData, HOURLY_BARS, OPTIONS, outFolder, requestOf } from './backtest.fixture.ts'
import { BacktestRefusal } from './request.ts'
import type { BacktestRequest } from './request.ts'
import { backtestReport } from './run.ts'

type Row = readonly [string, Partial<BacktestRequest> | Readonly<Record<string, unknown>>, string, string, string]
const ROWS: readonly Row[] = [
  ['a day that is none', { from: 'yesterday' }, 'invalid_window', 'from', 'yesterday'],
  ['an end before the start', { from: '2026-02-08', to: '2026-02-01' }, 'invalid_window', 'to', '2026-02-01'],
  ['an empty window', { from: '2020-01-01', to: '2020-01-02' }, 'nothing_in_window', 'from', '2020-01-01 to 2020-01-02'],
  ['a missing folder', { data: { kind: 'chains', path: join(OPTIONS, 'nowhere') } }, 'not_found', 'nowhere folder', 'ENOENT'],
  ['a folder without chains', { data: { kind: 'chains', path: join(HOURLY_BARS, '..') } }, 'no_files', 'ohlcv folder', '28'],
  [
    'several series of bars',
    { data: { kind: 'bars', path: join(HOURLY_BARS, '..') } },
    'mixed_series',
    'ohlcv series',
    'binance_spot_btcusdt_1h and binance_spot_btcusdt_1m',
  ],
  ['a side that is none', { side: 'up' }, 'invalid_request', 'side', 'up'],
  ['a size of nothing', { size: '0' }, 'invalid_request', 'size', '0'],
  ['a size off the lot', { size: '1.00005' }, 'invalid_size', 'size', '1.00005'],
  ['a size over the position limit', { size: '1000', cash: '100000000' }, 'position_limit', 'quantity', '1000'],
  ['leverage under 1', { leverage: 0.5 }, 'invalid_request', 'leverage', '0.5'],
  ['leverage that is no number', { leverage: Number.NaN }, 'invalid_request', 'leverage', 'NaN'],
  ['leverage over the tier', { leverage: 6 }, 'invalid_leverage', 'leverage', '6'],
  ['an unknown tier', { tierName: 'Tin' }, 'unknown_tier', 'tierName', 'Tin'],
  ['no cash', { cash: '0' }, 'invalid_request', 'cash', '0'],
  ['cash under the initial margin', { cash: '10000' }, 'insufficient_margin', 'cash', '10000'],
  ['a floor of everything', { drawdownFloor: '1' }, 'invalid_request', 'drawdownFloor', '1'],
  ['a floor of nothing', { drawdownFloor: '0' }, 'invalid_request', 'drawdownFloor', '0'],
  [
    'two floors',
    { drawdownFloor: '0.1', equityFloor: '0.8', both: true },
    'invalid_request',
    'drawdownFloor',
    '0.1 and an equity floor of 0.8',
  ],
  ['half a day', { tenorDays: 0.5 }, 'invalid_request', 'tenorDays', '0.5'],
  ['a tenor over a year', { tenorDays: 366 }, 'invalid_request', 'tenorDays', '366'],
  ['an unknown policy', { renewal: 'maybe' }, 'invalid_request', 'renewal', 'maybe'],
  ['a premium limit of less than nothing', { premiumMax: '-1' }, 'invalid_request', 'premiumMax', '-1'],
  ['a funding rate that is none', { fundingRate8h: 'x' }, 'invalid_request', 'fundingRate8h', 'x'],
  ['a funding rate of 10 % in 8 h', { fundingRate8h: '0.1' }, 'invalid_request', 'fundingRate8h', '0.1'],
]

test('[B-01] a request that cannot be run is refused with code, field, value and limit', async (t) => {
  if (!hasData(t)) return
  for (const [name, changes, code, field, seen] of ROWS) {
    const base = requestOf('refused', { to: '2026-01-29', ...(changes as Partial<BacktestRequest>) })
    const request = 'both' in changes ? { ...base, drawdownFloor: '0.1' } : base
    await assert.rejects(backtestReport(request), (error: unknown) => {
      assert.ok(error instanceof BacktestRefusal, `${name}: ${String(error)}`)
      assert.deepEqual([error.code, error.field, String(error.seen)], [code, field, seen], name)
      assert.ok(String(error.limit).length > 0, name)
      assert.equal(error.message, `${field}: ${seen} — ${String(error.limit)}`)
      return true
    })
  }
  assert.equal(existsSync(join(outFolder('refused'), 'report.json')), false)
})

test('[B-01] cash at the initial margin and fees is enough, a cent less is not', async (t) => {
  if (!hasData(t)) return
  const short = await backtestReport(requestOf('margin', { to: '2026-01-29', cash: '10000' })).catch((error: unknown) => error)
  assert.ok(short instanceof BacktestRefusal)
  const needed = /^>= (\d+(?:\.\d+)?) /.exec(String(short.limit))?.[1] ?? ''
  const run = (cash: string) => backtestReport(requestOf('margin', { to: '2026-01-29', cash }))
  await assert.rejects(run(String(Math.floor(Number(needed) * 100 - 1) / 100)), BacktestRefusal)
  const enough = await run(String(Math.ceil(Number(needed) * 100) / 100))
  assert.ok(enough.series.length > 0)
})

test('[F-O06] a folder that holds another journal is left alone', async (t) => {
  if (!hasData(t)) return
  const out = outFolder('somebody')
  mkdirSync(join(out, 'journal'), { recursive: true })
  writeFileSync(join(out, 'journal', 'segment-1.sqlite'), 'an account')
  await assert.rejects(
    backtestReport({ ...requestOf('somebody'), out }),
    (error: unknown) => error instanceof BacktestRefusal && error.code === 'folder_in_use',
  )
  assert.ok(existsSync(join(out, 'journal', 'segment-1.sqlite')))
})

test('[B-01] a folder that cannot be written to is refused at once, before any data is looked for', async (t) => {
  const file = outFolder('in-the-way')
  writeFileSync(file, 'no folder')
  const places = [file, join(file, 'below'), ...(existsSync('/proc/self') ? ['/proc/nowhere', '/proc/nowhere/below'] : [])]
  for (const out of places) {
    const request = { ...requestOf('unwritable'), data: { kind: 'chains', path: join(file, 'no', 'data') }, out } as const
    await assert.rejects(
      backtestReport(request),
      (error: unknown) => error instanceof BacktestRefusal && error.code === 'folder_not_writable',
      out,
    )
  }
  t.diagnostic(`${places.length} places`)
})
