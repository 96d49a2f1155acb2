/** Funding rates and file digests. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { digestFiles } from './digest.ts'
import { allOf, folderWith, recordedData, windowOf } from './fixtures/files.ts'
import { readFunding } from './funding.ts'
import type { FundingPoint } from './funding.ts'
import { dataCollector, DataFileError } from './refusals.ts'
import type { DataReport } from './refusals.ts'

const HEADER = 'timestamp,exchange,symbol,interval_hours,funding_rate'
const AT = Date.UTC(2020, 2, 13, 8)
const HOURS_8 = 8 * 3_600_000
const ALL = windowOf('2020-01-01', '2022-12-31')

async function readLinesAsFunding(
  t: TestContext,
  lines: readonly string[],
): Promise<{ points: readonly FundingPoint[]; report: DataReport }> {
  const folder = await folderWith(t, { 'funding.csv': `${HEADER}\n${lines.join('\n')}\n` })
  const collector = dataCollector()
  const points = await allOf(
    readFunding({ file: join(folder, 'funding.csv'), exchange: 'binance', symbol: 'BTC-USDT', window: ALL, collector }),
  )
  return { points, report: collector.report() }
}

test('[DV-10] one series of many, exact, scientific notation written out', async (t) => {
  const { points, report } = await readLinesAsFunding(t, [
    `${AT},binance,BTC-USDT,8,-0.00375000`,
    `${AT},binance,ETH-USDT,8,0.0001`,
    `${AT},gate,BTC-USDT,8,NaN`,
    `${AT + HOURS_8},binance,BTC-USDT,8,2.6e-05`,
  ])
  assert.deepEqual(points, [
    { at: AT, exchange: 'binance', symbol: 'BTC-USDT', intervalHours: 8, fundingRate: '-0.00375000', file: 'funding.csv', line: 2 },
    { at: AT + HOURS_8, exchange: 'binance', symbol: 'BTC-USDT', intervalHours: 8, fundingRate: '0.000026', file: 'funding.csv', line: 5 },
  ])
  assert.equal(report.refused, 0, 'another series is not looked at')
})

test('[F-M01] one bad rate per rule', async (t) => {
  const rows = [
    ['not_a_decimal', 'funding_rate', `${AT + HOURS_8},binance,BTC-USDT,8,null`],
    ['missing_value', 'funding_rate', `${AT + HOURS_8},binance,BTC-USDT,8,`],
    ['negative_zero', 'funding_rate', `${AT + HOURS_8},binance,BTC-USDT,8,-0.0`],
    ['out_of_range', 'funding_rate', `${AT + HOURS_8},binance,BTC-USDT,8,0.11`],
    ['out_of_range', 'funding_rate', `${AT + HOURS_8},binance,BTC-USDT,8,-0.11`],
    ['unknown_value', 'interval_hours', `${AT + HOURS_8},binance,BTC-USDT,0,0.0001`],
    ['duplicate_time', 'timestamp', `${AT},binance,BTC-USDT,8,0.0001`],
    ['disorder', 'timestamp', `${AT - 2 * HOURS_8},binance,BTC-USDT,8,0.0001`],
    ['disorder', 'timestamp', `${AT + 99 * HOURS_8},binance,BTC-USDT,8,0.0001`],
    ['not_epoch_ms', 'timestamp', `${AT * 1000},binance,BTC-USDT,8,0.0001`],
  ] as const
  for (const [code, field, line] of rows) {
    const good = [AT - HOURS_8, AT, AT + 2 * HOURS_8].map((at) => `${at},binance,BTC-USDT,8,0.1`)
    const { points, report } = await readLinesAsFunding(t, [...good.slice(0, 2), line, ...good.slice(2)])
    const [refusal] = report.refusals
    assert.deepEqual([report.refused, refusal?.code, refusal?.field, refusal?.line], [1, code, field, 4], line)
    assert.deepEqual(
      points.map((point) => point.at),
      [AT - HOURS_8, AT, AT + 2 * HOURS_8],
      line,
    )
  }
})

test('[DV-10] a series the file does not have, and a window it does not cover, are told apart', async (t) => {
  const folder = await folderWith(t, { 'funding.csv': `${HEADER}\n${AT},binance,BTC-USDT,8,0.0001\n` })
  const read = (exchange: string, day: string): Promise<readonly FundingPoint[]> =>
    allOf(
      readFunding({
        file: join(folder, 'funding.csv'),
        exchange,
        symbol: 'BTC-USDT',
        window: windowOf(day, day),
        collector: dataCollector(),
      }),
    )
  await assert.rejects(read('binanec', '2020-03-13'), (error) => error instanceof DataFileError && error.code === 'unknown_series')
  await assert.rejects(read('binance', '2020-03-14'), (error) => error instanceof DataFileError && error.code === 'nothing_in_window')
})

test('[DV-10] recorded funding: every series has the rows its description states', async (t) => {
  const file = recordedData(t, 'funding/funding_btc_eth_7venues_2020_2022.csv.gz')
  if (file === undefined) return
  const rows = { binance: 3288, gate: 3195, bybit: 2190, htx: 2189, kucoin: 2190, mexc: 2190, dydx: 8760 }
  const rates: Record<string, readonly number[]> = {}
  for (const [exchange, count] of Object.entries(rows)) {
    const collector = dataCollector()
    const points: readonly FundingPoint[] = await allOf(readFunding({ file, exchange, symbol: 'BTC-USDT', window: ALL, collector }))
    assert.deepEqual([points.length, collector.report().refused], [count, 0], exchange)
    rates[exchange] = points.map((point) => Number(point.fundingRate))
  }
  assert.deepEqual([Math.min(...(rates['binance'] ?? [])), Math.max(...(rates['binance'] ?? []))], [-0.003, 0.003])
})

test('[DV-10] recorded files verify by hash: SHA-256 of the bytes as stored', async (t) => {
  const folder = await folderWith(t, { 'abc.csv': 'abc', 'empty.csv': '', 'x.csv.gz': 'abc' })
  const [abc, empty, packed] = await digestFiles(['abc.csv', 'empty.csv', 'x.csv.gz'].map((name) => join(folder, name)))
  // The two published vectors of FIPS 180-4.
  assert.deepEqual(abc, { file: 'abc.csv', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3 })
  assert.deepEqual(empty, { file: 'empty.csv', sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', bytes: 0 })
  assert.notEqual(packed?.sha256, createHash('sha256').update('abc').digest('hex'))
  await assert.rejects(digestFiles([join(folder, 'absent.csv')]), (error) => error instanceof DataFileError && error.code === 'not_found')
})
