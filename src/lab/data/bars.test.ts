/** Bars and their series: from hand-written files, then every recorded file against the counts its description states. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { readBars } from './bars.ts'
import type { Bar } from './bars.ts'
import { findBarSeries } from './bar-files.ts'
import { allOf, folderWith, recordedData, windowOf } from './fixtures/files.ts'
import { dataCollector, DataFileError } from './refusals.ts'
import type { DataReport } from './refusals.ts'

const HOUR = 3_600_000
const START = Date.UTC(2020, 8, 19, 22)
const ALL = windowOf('2018-01-01', '2023-12-31')

async function readLinesAsBars(t: TestContext, lines: readonly string[]): Promise<{ bars: readonly Bar[]; report: DataReport }> {
  const folder = await folderWith(t, { 'x_btcusd_1h_2020.csv': `timestamp,open,high,low,close,volume,trades\n${lines.join('\n')}\n` })
  const collector = dataCollector()
  const bars = await allOf(readBars({ series: await findBarSeries(folder), window: ALL, collector }))
  return { bars, report: collector.report() }
}

test('[DV-10] one series over two files: close time, age over a hole, window by start', async (t) => {
  const folder = await folderWith(t, {
    'v_spot_btcusdt_1h_20200920_20231231.csv': `timestamp,open,high,low,close,volume\n${START + 2 * HOUR},3,4,2,3.5,10\n${START + 5 * HOUR},3.5,5,3,4,0\n`,
    'v_spot_btcusdt_1h_20180101_20200919.csv.gz': `timestamp,open,high,low,close,volume\n${START},1,2,0.5,1.5,7\n${START + HOUR},1.5,3,1,3,8\n`,
  })
  const series = await findBarSeries(folder)
  assert.deepEqual([series.name, series.intervalMs, series.files.length], ['v_spot_btcusdt_1h', HOUR, 2])
  const bars = await allOf(readBars({ series, window: windowOf('2020-09-19T23:00Z', '2020-09-20'), collector: dataCollector() }))
  assert.deepEqual(
    bars.map((b) => [b.at, b.closeAt, b.close, b.volume, b.maxAgeMs, b.nextAt]),
    [
      [START + HOUR, START + 2 * HOUR, '3', '8', HOUR, START + 2 * HOUR],
      [START + 2 * HOUR, START + 3 * HOUR, '3.5', '10', 3 * HOUR, START + 5 * HOUR],
      [START + 5 * HOUR, START + 6 * HOUR, '4', '0', 3 * HOUR, undefined],
    ],
  )
})

test('[F-M01] [F-M02] one bad bar per rule', async (t) => {
  const rows = [
    ['not_positive', 'low', `${START + HOUR},1,2,0,1.5,7,1`],
    ['negative', 'open', `${START + HOUR},-1,2,0.5,1.5,7,1`],
    ['not_a_decimal', 'close', `${START + HOUR},1,2,0.5,NaN,7,1`],
    ['negative', 'volume', `${START + HOUR},1,2,0.5,1.5,-7,1`],
    ['out_of_range', 'volume', `${START + HOUR},1,2,0.5,1.5,1e309,1`],
    ['not_a_decimal', 'trades', `${START + HOUR},1,2,0.5,1.5,7,1.5`],
    ['missing_value', 'trades', `${START + HOUR},1,2,0.5,1.5,7,`],
    ['ohlc_inconsistent', 'high', `${START + HOUR},1,1.4,0.5,1.5,7,1`],
    ['ohlc_inconsistent', 'high', `${START + HOUR},1.000000000000000001,1,0.5,1,7,1`],
    ['ohlc_inconsistent', 'low', `${START + HOUR},1,2,1.2,1.5,7,1`],
    ['off_grid', 'timestamp', `${START + HOUR + 1},1,2,0.5,1.5,7,1`],
    ['duplicate_time', 'timestamp', `${START},1,2,0.5,1.5,7,1`],
    ['disorder', 'timestamp', `${START - 4 * HOUR},1,2,0.5,1.5,7,1`],
    ['disorder', 'timestamp', `${START + 900 * HOUR},1,2,0.5,1.5,7,1`],
    ['not_epoch_ms', 'timestamp', `${START / 1000},1,2,0.5,1.5,7,1`],
  ] as const
  for (const [code, field, line] of rows) {
    const before = [`${START - 2 * HOUR},1,2,0.5,1.5,7,1`, `${START},1,2,0.5,1.5,7,1`]
    const { bars, report } = await readLinesAsBars(t, [...before, line, `${START + 2 * HOUR},1,2,0.5,1.5,7,1`])
    const [refusal] = report.refusals
    assert.deepEqual([report.refused, refusal?.code, refusal?.field, refusal?.line], [1, code, field, 4], line)
    assert.deepEqual(
      bars.map((bar) => bar.at),
      [START - 2 * HOUR, START, START + 2 * HOUR],
      line,
    )
  }
})

test('[F-M01] a volume with the noise of a float is cut at 18 places and noted', async (t) => {
  const { bars, report } = await readLinesAsBars(t, [`${START},1,2,0.5,1.5,0.0071911399999999995,1`])
  assert.equal(bars[0]?.volume, '0.007191139999999999')
  assert.deepEqual([report.refused, report.notes], [0, [{ code: 'places_cut', file: 'x_btcusd_1h_2020.csv', seen: 'volume', count: 1 }]])
})

test('[DV-10] what is no single series of bars is a typed error', async (t) => {
  const header = 'timestamp,open,high,low,close,volume\n'
  const folder = await folderWith(t, { 'a_btc_1h_2020.csv': header, 'a_eth_1h_2020.csv': header, 'prices.csv': header })
  const quotes = await folderWith(t, { 'a_btc_1m_quote_20221213.csv': 'timestamp,bid_open\n1,2\n' })
  const nothing = await folderWith(t, { 'readme.txt': '' })
  const rows = [
    [folder, 'unknown_interval'],
    [join(folder, 'prices.csv'), 'unknown_interval'],
    [nothing, 'no_files'],
    [join(folder, 'absent_1h_2020.csv'), 'not_found'],
    [join(folder, 'a_btc_1h_2020.csv'), 'nothing_in_window'],
    [quotes, 'missing_column'],
  ] as const
  const read = async (path: string): Promise<void> => {
    await allOf(readBars({ series: await findBarSeries(path), window: ALL, collector: dataCollector() }))
  }
  for (const [path, code] of rows) await assert.rejects(read(path), (error) => error instanceof DataFileError && error.code === code, code)
  const two = await folderWith(t, { 'a_btc_1h_2020.csv': header, 'a_eth_1h_2020.csv': header })
  await assert.rejects(read(two), (error) => error instanceof DataFileError && error.code === 'mixed_series')
})

/** Rows, lowest low, highest high as the description of the recordings states them. */
const RECORDED = [
  ['binance_spot_btcusdt_1h_20180101_20200919.csv.gz', 23_730, 3156.26, 17_176.24],
  ['binance_spot_solusdt_1h_20200811_20200919.csv.gz', 954, 2.0926, 4.9475],
  ['binance_um_perp_btcusdt_1d_to_20231231.csv.gz', 1310, 8816.4, 69_198.7],
  ['binanceus_btcusdc_1m_20230301_20230321.csv.gz', 30_240, 19_573.08, 31_000],
  ['coinbase_btcusd_1h_20180101_20191017.csv.gz', 15_706, 3130, 17_178],
  ['ftx_btc-perp_1m_20211231_20220201.csv.gz', 45_031, 32_837, 48_080],
  ['kraken_btcusdc_5m_2023q1.csv.gz', 22_893, 16_490.76, 29_153.69],
] as const

for (const [file, rows, lowest, highest] of RECORDED) {
  test(`[DV-10] recorded ${file}`, async (t) => {
    const path = recordedData(t, `ohlcv/${file}`)
    if (path === undefined) return
    const collector = dataCollector()
    let [count, low, high] = [0, Infinity, 0]
    for await (const bar of readBars({ series: await findBarSeries(path), window: ALL, collector })) {
      count += 1
      low = Math.min(low, Number(bar.low))
      high = Math.max(high, Number(bar.high))
    }
    assert.deepEqual([count, low, high, collector.report().refused], [rows, lowest, highest, 0])
  })
}
