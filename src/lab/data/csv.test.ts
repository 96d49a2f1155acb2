/** Lines and rows: numbers, quoting, damage to the file as a whole. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readCsv, splitCells } from './csv.ts'
import { allOf, folderWith } from './fixtures/files.ts'
import { dataCollector, DataFileError } from './refusals.ts'

const LAYOUT = { required: ['a', 'b'], optional: ['c'], ignored: ['known'] }

async function cellsOf(path: string, collector = dataCollector()): Promise<readonly string[]> {
  const batches = await allOf(readCsv(path, LAYOUT, collector))
  return batches.flat().map((row) => `${row.line}:${row.text('a')}|${row.text('b')}|${row.text('c')}`)
}

test('[DV-10] rows keep their line numbers over line ends, marks, blanks and column order', async (t) => {
  const folder = await folderWith(t, {
    'lf.csv': 'a,b\n1,2\n\n3,4\n',
    'crlf.csv': '\uFEFFb,a,c\r\n2,1,9\r\n4,3,8\r\n',
    'torn.csv': 'a,b\n1,2\n3,4',
    'packed.csv.gz': 'a,b\n1,2\n',
  })
  const collector = dataCollector()
  assert.deepEqual(await cellsOf(join(folder, 'lf.csv'), collector), ['2:1|2|', '4:3|4|'])
  assert.deepEqual(await cellsOf(join(folder, 'crlf.csv'), collector), ['2:1|2|9', '3:3|4|8'])
  assert.deepEqual(await cellsOf(join(folder, 'torn.csv'), collector), ['2:1|2|', '3:3|4|'])
  assert.deepEqual(await cellsOf(join(folder, 'packed.csv.gz'), collector), ['2:1|2|'])
  const { notes } = collector.report()
  assert.deepEqual(
    notes.map(({ code, file, count }) => [code, file, count]),
    [
      ['blank_line', 'lf.csv', 1],
      ['no_final_newline', 'torn.csv', 1],
    ],
  )
})

test('[DV-10] line numbers hold over chunk borders of a large file', async (t) => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `${i + 2},${'x'.repeat(i % 7)}`)
  const folder = await folderWith(t, { 'large.csv.gz': `a,b\n${rows.join('\n')}\n` })
  let count = 0
  for await (const batch of readCsv(join(folder, 'large.csv.gz'), LAYOUT, dataCollector())) {
    for (const row of batch) {
      assert.equal(row.text('a'), String(row.line))
      count += 1
    }
  }
  assert.equal(count, 60_000)
})

test('[DV-10] quoting', () => {
  const rows: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['a,b', ['a', 'b']],
    ['', ['']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""x""",', ['say "x"', '']],
    ['"",""', ['', '']],
    ['"open,b', undefined],
    ['a"b,c', undefined],
    ['"a"b,c', undefined],
  ]
  for (const [text, cells] of rows) assert.deepEqual(splitCells(text), cells, text)
})

test('[F-M01] rows with another number of fields or broken quotes are refused by line; unknown columns are told once', async (t) => {
  const folder = await folderWith(t, { 'x.csv': 'a,b,extra,known\n1,2,3,4\n1,2,3\n1,2,3,4,5\n"1,2,3,4\n5,6,7,8\n' })
  const collector = dataCollector()
  assert.deepEqual(await cellsOf(join(folder, 'x.csv'), collector), ['2:1|2|', '6:5|6|'])
  const { refusals, counts, notes } = collector.report()
  assert.deepEqual(
    refusals.map(({ code, line, seen, limit }) => [code, line, seen, limit]),
    [
      ['column_count', 3, 3, 4],
      ['column_count', 4, 5, 4],
      ['bad_quoting', 5, '"1,2,3,4', 'quotes closed and doubled'],
    ],
  )
  assert.deepEqual(counts, { 'x.csv': { column_count: 2, bad_quoting: 1 } })
  assert.deepEqual(notes, [{ code: 'unknown_column', file: 'x.csv', seen: 'extra', count: 1 }])
})

test('[F-M01] a file that is not its layout is one typed error with file and line, and no path', async (t) => {
  const packed = gzipSync(`a,b\n${Array.from({ length: 30_000 }, (_, i) => `${i},${Math.imul(i, 2_654_435_761)}`).join('\n')}\n`)
  const damaged = Buffer.from(packed)
  damaged.fill(0xff, packed.length >> 1, (packed.length >> 1) + 64)
  const folder = await folderWith(t, {
    'empty.csv': '',
    'empty.csv.gz': Buffer.alloc(0),
    'missing.csv': 'a,c\n1,2\n',
    'doubled.csv': 'a,b,a\n1,2,3\n',
    'plain.csv.gz': Buffer.from('a,b\n1,2\n'),
    'packed.csv': packed,
    'cut.csv.gz': packed.subarray(0, packed.length - 2000),
    'damaged.csv.gz': damaged,
    'long.csv': `a,b\n1,2\n${'y'.repeat(70_000)}\n`,
  })
  const rows = [
    ['empty.csv', 'empty_file', 1],
    ['empty.csv.gz', 'truncated_gzip', 1],
    ['missing.csv', 'missing_column', 1],
    ['doubled.csv', 'duplicate_column', 1],
    ['plain.csv.gz', 'not_gzip', 1],
    ['packed.csv', 'unexpected_gzip', 0],
    ['long.csv', 'line_too_long', 3],
    ['absent.csv', 'not_found', 0],
    ['absent.csv.gz', 'not_found', 0],
    ['', 'not_readable', 1],
  ] as const
  for (const [name, code, line] of rows) {
    await assert.rejects(cellsOf(join(folder, name)), (error) => {
      assert.ok(error instanceof DataFileError, `${name}: ${String(error)}`)
      assert.deepEqual([error.code, error.line], [code, line], name)
      assert.equal(error.message.includes('/'), false, error.message)
      return true
    })
  }
  for (const [name, code] of [
    ['cut.csv.gz', 'truncated_gzip'],
    ['damaged.csv.gz', 'corrupt_gzip'],
  ] as const) {
    await assert.rejects(cellsOf(join(folder, name)), (error) => error instanceof DataFileError && error.code === code && error.line >= 1)
  }
})

test('[F-M01] the list of refusals is capped, the counts are not', () => {
  const collector = dataCollector(3)
  for (let line = 2; line < 12; line++) collector.refuse({ code: 'negative', file: 'f', line, field: 'x', seen: '-1', limit: '>= 0' })
  const { refusals, refused, counts } = collector.report()
  assert.deepEqual([refusals.length, refused, counts], [3, 10, { f: { negative: 10 } }])
})
