/** The recorded Deribit chains, against the counts their description states and a second reading of the same bytes. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { allOf, recordedData, windowOf } from './fixtures/files.ts'
import { readOptionChains } from './option-chains.ts'
import type { ChainSnapshot } from './option-chains.ts'
import { dataCollector } from './refusals.ts'
import type { DataReport } from './refusals.ts'

async function read(folder: string, from: string, to: string): Promise<{ snapshots: readonly ChainSnapshot[]; report: DataReport }> {
  const collector = dataCollector()
  const snapshots = await allOf(readOptionChains({ folder, window: windowOf(from, to), currency: 'BTC', collector }))
  return { snapshots, report: collector.report() }
}

const describe = (s: ChainSnapshot | undefined): readonly unknown[] => [
  s && isoFromEpochMs(s.at),
  s?.indexPrice,
  s?.rows.length,
  s?.maxAgeMs,
]

test('[DV-10] the crash of February 2026: 43 snapshots, 33,736 BTC rows, none refused', async (t) => {
  const folder = recordedData(t, 'options')
  if (folder === undefined) return
  const { snapshots, report } = await read(folder, '2026-01-29', '2026-02-08')
  assert.deepEqual([snapshots.length, snapshots.reduce((n, s) => n + s.rows.length, 0), report.refused, report.notes], [43, 33_736, 0, []])
  assert.deepEqual(report.rows, { 'deribit_options_chain_202601.csv.gz': 17_918, 'deribit_options_chain_202602.csv.gz': 51_602 })
  assert.deepEqual(describe(snapshots[0]), ['2026-01-29T04:22:27.228Z', '87784.72', 662, 18_744_863])
  assert.deepEqual(describe(snapshots.at(-1)), ['2026-02-08T21:27:30.388Z', '70954.13', 802, 153_919_890])
  const lowest = snapshots.toSorted((a, b) => Number(a.indexPrice) - Number(b.indexPrice))[0]
  assert.deepEqual(
    [describe(lowest), lowest?.indexLow, lowest?.indexHigh],
    [['2026-02-05T21:29:37.885Z', '63858.345', 902, 25_234_668], '63709.25', '63993.56'],
  )
  assert.equal(lowest?.rows.filter((row) => row.askCoin === undefined).length, 224, 'asks vanish at the low')
})

test('[DV-10] every snapshot of the recording: 145, against a reading of whole files that shares no code', async (t) => {
  const folder = recordedData(t, 'options')
  if (folder === undefined) return
  const { snapshots, report } = await read(folder, '2025-12-01', '2026-06-30')
  assert.deepEqual([snapshots.length, report.refused], [145, 0])
  assert.deepEqual(Object.values(report.rows), [1304, 39_370, 81_130, 60_818, 27_932, 28_284])
  for (const month of ['202512', '202605']) {
    const text = gunzipSync(await readFile(join(folder, `deribit_options_chain_${month}.csv.gz`))).toString('utf8')
    const cells = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .filter((row) => row[1] === 'BTC')
    const mine = snapshots
      .filter((s) => s.source.file.includes(month))
      .flatMap((s) =>
        s.rows.map((row) => [
          String(s.at),
          'BTC',
          row.instrument,
          row.optionType,
          row.strike,
          String(row.expiry),
          row.bidCoin ?? '',
          row.askCoin ?? '',
          row.markCoin,
          String(row.markIv),
          String(row.delta),
          String(row.vega),
          row.openInterest,
          row.volume24h,
          row.underlyingName,
          row.underlyingPrice ?? '',
          row.indexPrice,
        ]),
      )
    assert.deepEqual(
      mine,
      cells.map((row) => row.filter((_, i) => i !== 14)),
    )
  }
})
