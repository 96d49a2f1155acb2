/** Option chains from hand-written files: snapshots, ages, and one row per refusal. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { chainCsv, CHAIN_COLUMNS, putAt, T1, T2, T3 } from './fixtures/chain-csv.ts'
import type { ChainFields } from './fixtures/chain-csv.ts'
import { allOf, folderWith, windowOf } from './fixtures/files.ts'
import { optionChainFiles, readOptionChains } from './option-chains.ts'
import type { ChainSnapshot } from './option-chains.ts'
import { dataCollector, DataFileError } from './refusals.ts'
import type { DataReport } from './refusals.ts'

const FEBRUARY = 'deribit_options_chain_202602.csv'
const FEB_5 = windowOf('2026-02-05', '2026-02-05')

async function readRows(
  t: TestContext,
  rows: readonly ChainFields[],
  window = FEB_5,
): Promise<{ snapshots: readonly ChainSnapshot[]; report: DataReport }> {
  const folder = await folderWith(t, { [FEBRUARY]: chainCsv(rows) })
  const collector = dataCollector()
  const snapshots = await allOf(readOptionChains({ folder, window, currency: 'BTC', collector }))
  return { snapshots, report: collector.report() }
}

test('[DV-10] snapshots in order, with the median index, the age and the lines they came from', async (t) => {
  const eth = putAt(T1, 4000, { currency: 'ETH', instrument_name: 'ETH-13FEB26-4000-P', index_price: '3000' })
  const rows = [
    putAt(T1, 60_000, { index_price: '70000.5' }),
    putAt(T1, 62_000, { index_price: '69999.25', bid_price: '', ask_price: '0' }),
    eth,
    putAt(T2, 60_000, { index_price: '71000' }),
    putAt(T2, 62_000, { index_price: '71010' }),
    putAt(T2, 64_000, { index_price: '72000' }),
    putAt(T3, 60_000),
  ]
  const { snapshots, report } = await readRows(t, rows)
  assert.deepEqual(
    snapshots.map(({ at, indexPrice, indexLow, indexHigh, nextAt, maxAgeMs, source }) => ({
      at,
      indexPrice,
      indexLow,
      indexHigh,
      nextAt,
      maxAgeMs,
      source,
    })),
    [
      {
        at: T1,
        indexPrice: '69999.875',
        indexLow: '69999.25',
        indexHigh: '70000.5',
        nextAt: T2,
        maxAgeMs: T2 - T1,
        source: { file: FEBRUARY, firstLine: 2, lastLine: 4 },
      },
      {
        at: T2,
        indexPrice: '71010',
        indexLow: '71000',
        indexHigh: '72000',
        nextAt: T3,
        maxAgeMs: T3 - T2,
        source: { file: FEBRUARY, firstLine: 5, lastLine: 7 },
      },
      {
        at: T3,
        indexPrice: '70000',
        indexLow: '70000',
        indexHigh: '70000',
        nextAt: undefined,
        maxAgeMs: T3 - T2,
        source: { file: FEBRUARY, firstLine: 8, lastLine: 8 },
      },
    ],
  )
  assert.deepEqual(snapshots[0]?.rows[0], {
    instrument: 'BTC-13FEB26-60000-P',
    optionType: 'put',
    strike: '60000',
    expiry: Date.UTC(2026, 1, 13, 8),
    bidCoin: '0.0205',
    askCoin: '0.0225',
    markCoin: '0.0214',
    markIv: 0.7135,
    delta: -0.31,
    vega: 39.4,
    openInterest: '120.5',
    volume24h: '7',
    underlyingName: 'BTC-13FEB26',
    underlyingPrice: '70010.5',
    indexPrice: '70000.5',
    line: 2,
  })
  const unquoted = snapshots[0]?.rows[1]
  assert.ok(unquoted !== undefined && !('bidCoin' in unquoted) && !('askCoin' in unquoted), 'empty and zero are no quote')
  assert.deepEqual([report.refused, report.rows], [0, { [FEBRUARY]: 7 }])
})

test('[DV-08] the age looks past the window and the month; alone in the recording it is 0', async (t) => {
  const march = Date.UTC(2026, 2, 1, 5)
  const folder = await folderWith(t, {
    [`${FEBRUARY}.gz`]: chainCsv([putAt(T1, 60_000), putAt(T2, 60_000), putAt(T3, 60_000)]),
    'deribit_options_chain_202604.csv': chainCsv([]),
    'deribit_options_chain_202603.csv': chainCsv([
      putAt(march, 60_000, { instrument_name: 'BTC-27MAR26-60000-P', expiry: '1774598400000' }),
    ]),
    'deribit_perp_1m_candle_at_snapshots.csv': 'other\n',
  })
  const read = (from: string, to: string): Promise<readonly ChainSnapshot[]> =>
    allOf(readOptionChains({ folder, window: windowOf(from, to), currency: 'BTC', collector: dataCollector() }))
  const early = await read('2026-02-05', '2026-02-05T10:00:00Z')
  assert.deepEqual(
    early.map((s) => [s.at, s.nextAt]),
    [
      [T1, T2],
      [T2, T3],
    ],
  )
  const late = await read('2026-02-05T17:00:00Z', '2026-02-28')
  assert.deepEqual(
    late.map((s) => [s.at, s.nextAt, s.maxAgeMs]),
    [[T3, march, march - T3]],
  )
  const alone = await read('2026-03-01', '2026-03-31')
  assert.deepEqual(
    alone.map((s) => [s.at, s.nextAt, s.maxAgeMs]),
    [[march, undefined, 0]],
  )
  const files = await optionChainFiles(folder, windowOf('2026-02-01', '2026-02-28'))
  assert.deepEqual(
    files.map((file) => file.slice(folder.length + 1)),
    [`${FEBRUARY}.gz`, 'deribit_options_chain_202603.csv'],
  )
})

const BAD_FIELDS: readonly (readonly [string, string, Partial<ChainFields>])[] = [
  ['missing_value', 'index_price', { index_price: '' }],
  ['missing_value', 'underlying_price', { underlying_price: '' }],
  ['not_a_decimal', 'index_price', { index_price: 'NaN' }],
  ['not_a_decimal', 'mark_price', { mark_price: 'null' }],
  ['not_a_decimal', 'open_interest', { open_interest: ' 1' }],
  ['not_a_decimal', 'volume_24h', { volume_24h: '１２' }],
  ['negative_zero', 'bid_price', { bid_price: '-0' }],
  ['negative', 'bid_price', { bid_price: '-0.01' }],
  ['negative', 'ask_price', { ask_price: '-0.01' }],
  ['negative', 'open_interest', { open_interest: '-1' }],
  ['not_positive', 'index_price', { index_price: '0' }],
  ['not_positive', 'underlying_price', { underlying_price: '0.0' }],
  ['out_of_range', 'ask_price', { ask_price: '1e309' }],
  ['out_of_range', 'mark_iv', { mark_iv: '71.35' }],
  ['out_of_range', 'mark_iv', { mark_iv: '0' }],
  ['out_of_range', 'delta', { delta: '0.31' }],
  ['out_of_range', 'vega', { vega: '-1' }],
  ['too_precise', 'index_price', { index_price: '70000.0000000000000000001' }],
  ['not_epoch_ms', 'timestamp', { timestamp: String(T1 / 1000) }],
  ['not_epoch_ms', 'timestamp', { timestamp: `${T1}000` }],
  ['not_epoch_ms', 'timestamp', { timestamp: '1.77e12' }],
  ['missing_value', 'timestamp', { timestamp: '' }],
  ['outside_month', 'timestamp', { timestamp: String(Date.UTC(2026, 2, 1)) }],
  ['disorder', 'timestamp', { timestamp: String(T1 - 1) }],
  ['disorder', 'timestamp', { timestamp: String(T3 + 1) }],
  ['unknown_value', 'currency', { currency: 'btc' }],
  ['unknown_value', 'underlying_name', { underlying_name: 'BTC 13FEB26' }],
  ['bad_instrument', 'instrument_name', { instrument_name: 'BTC-31FEB26-62000-P' }],
  ['bad_instrument', 'instrument_name', { instrument_name: 'BTC_USDC-13FEB26-62000-P' }],
  ['bad_instrument', 'instrument_name', { instrument_name: 'ETH-13FEB26-62000-P' }],
  ['expired_instrument', 'instrument_name', { instrument_name: 'BTC-4FEB26-62000-P', expiry: String(Date.UTC(2026, 1, 4, 8)) }],
  ['duplicate_instrument', 'instrument_name', { instrument_name: 'BTC-13FEB26-60000-P', strike: '60000' }],
  ['name_mismatch', 'option_type', { option_type: 'call' }],
  ['name_mismatch', 'strike', { strike: '62500' }],
  ['name_mismatch', 'expiry', { expiry: String(Date.UTC(2026, 1, 13, 9)) }],
  ['crossed_quote', 'bid_price', { bid_price: '0.03', ask_price: '0.0225' }],
  ['ask_below_intrinsic', 'ask_price', { underlying_price: '55000' }],
  ['bid_above_bound', 'bid_price', { bid_price: '1.1', ask_price: '1.2' }],
]

test('[F-M01] [F-M02] [F-C08] one bad row per rule: refused with file, line, field and value; its neighbours stand', async (t) => {
  for (const [code, field, change] of BAD_FIELDS) {
    const bad = putAt(T1, 62_000, change)
    const { snapshots, report } = await readRows(t, [putAt(T1, 60_000), bad, putAt(T1, 64_000), putAt(T2, 60_000)])
    const name = `${code} ${field}`
    assert.deepEqual(
      snapshots.map((s) => s.rows.map((row) => row.strike)),
      [['60000', '64000'], ['60000']],
      name,
    )
    const [refusal] = report.refusals
    assert.deepEqual([report.refused, refusal?.code, refusal?.field, refusal?.file, refusal?.line], [1, code, field, FEBRUARY, 3], name)
    assert.equal(refusal?.seen, (bad as Readonly<Record<string, string>>)[field], name)
    assert.deepEqual(report.counts, { [FEBRUARY]: { [code]: 1 } }, name)
  }
})

test('[F-M01] each field of a row, emptied or made nonsense, is refused or has no bearing', async (t) => {
  const unused = new Set(['volume_usd_24h'])
  const mayBeEmpty = new Set(['bid_price', 'ask_price'])
  for (const column of CHAIN_COLUMNS) {
    for (const nonsense of ['', 'NaN', '1e309', '-0', '{}']) {
      const { snapshots, report } = await readRows(t, [putAt(T1, 60_000), putAt(T1, 62_000, { [column]: nonsense }), putAt(T1, 64_000)])
      const accepted = unused.has(column) || (nonsense === '' && mayBeEmpty.has(column))
      // A currency that reads as another one's symbol is somebody else's row, not a fault.
      const passedOver = column === 'currency' && /^[A-Z]+$/.test(nonsense)
      assert.equal(report.refused, accepted || passedOver ? 0 : 1, `${column}=${nonsense}`)
      assert.equal(snapshots[0]?.rows.length, accepted ? 3 : 2, `${column}=${nonsense}`)
    }
  }
})

test('[F-M01] a damaged timestamp costs its own row, at every position', async (t) => {
  const sound = [T1, T2, T3].flatMap((at) => [putAt(at, 60_000), putAt(at, 62_000), putAt(at, 64_000)])
  for (let i = 0; i < sound.length; i++) {
    for (const stray of [Date.UTC(2026, 1, 1), T1 + 1, Date.UTC(2026, 1, 28)]) {
      const rows = sound.map((row, j) => (i === j ? { ...row, timestamp: String(stray) } : row))
      const { snapshots } = await readRows(t, rows, windowOf('2026-02-01', '2026-02-28'))
      const kept = new Map(snapshots.map((s) => [s.at as number, s.rows.length]))
      const own = Math.floor(i / 3)
      for (const [k, at] of [T1, T2, T3].entries()) assert.equal(kept.get(at), k === own ? 2 : 3, `row ${i} stamped ${stray}`)
    }
  }
})

test('[DV-10] a window or folder without data is a typed error', async (t) => {
  const folder = await folderWith(t, { [FEBRUARY]: chainCsv([putAt(T1, 60_000)]) })
  const twice = await folderWith(t, { [FEBRUARY]: chainCsv([]), [`${FEBRUARY}.gz`]: chainCsv([]) })
  const empty = await folderWith(t, { 'notes.txt': 'x' })
  const rows = [
    [folder, '2026-02-06', 'nothing_in_window'],
    [folder, '2026-07-01', 'nothing_in_window'],
    [twice, '2026-02-05', 'ambiguous_file'],
    [empty, '2026-02-05', 'no_files'],
    [`${folder}/nowhere`, '2026-02-05', 'not_found'],
  ] as const
  for (const [path, day, code] of rows) {
    const reading = allOf(readOptionChains({ folder: path, window: windowOf(day, day), currency: 'BTC', collector: dataCollector() }))
    await assert.rejects(reading, (error) => error instanceof DataFileError && error.code === code, code)
  }
})

test('[F-M01] a snapshot without one good row is left out and noted; its time still ends the age of the one before', async (t) => {
  const { snapshots, report } = await readRows(t, [putAt(T1, 60_000), putAt(T2, 60_000, { index_price: 'NaN' }), putAt(T3, 60_000)])
  assert.deepEqual(
    snapshots.map((s) => [s.at, s.nextAt]),
    [
      [T1, T2],
      [T3, undefined],
    ],
  )
  assert.deepEqual(report.notes, [{ code: 'empty_snapshot', file: FEBRUARY, seen: String(T2), count: 1 }])
})

test('[DV-10] memory stays bounded: a recording larger than the heap is read to its end', async (t) => {
  const block = (at: number): string =>
    chainCsv(Array.from({ length: 100 }, (_, i) => putAt(at, 60_000 + i * 100)))
      .split('\n')
      .slice(1, -1)
      .join('\n')
  const text = block(T1)
  const blocks = Array.from({ length: 2000 }, (_, i) => text.replaceAll(String(T1), String(T1 + i * 1000)))
  const csv = `${CHAIN_COLUMNS.join(',')}\n${blocks.join('\n')}\n`
  const folder = await folderWith(t, { [`${FEBRUARY}.gz`]: csv })
  const script = `
    import { readOptionChains } from ${JSON.stringify(new URL('./option-chains.ts', import.meta.url).href)}
    import { dataCollector } from ${JSON.stringify(new URL('./refusals.ts', import.meta.url).href)}
    let rows = 0
    for await (const s of readOptionChains({ folder: process.argv[1], window: { from: ${FEB_5.from}, to: ${FEB_5.to} }, currency: 'BTC', collector: dataCollector() })) rows += s.rows.length
    console.log(rows)`
  const heapMb = 24
  assert.ok(csv.length > heapMb * 1_000_000, 'the text alone must not fit')
  const run = spawnSync(process.execPath, [`--max-old-space-size=${heapMb}`, '--input-type=module', '-e', script, folder], {
    encoding: 'utf8',
  })
  assert.equal(run.stdout.trim(), '200000', run.stderr.slice(0, 2000))
})
