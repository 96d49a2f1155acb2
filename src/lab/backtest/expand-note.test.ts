/** A backtest's journal, replayed in a fresh engine from its inputs and the files it names. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { Engine } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { Replayer } from '#engine/replay.ts'
import type { Difference } from '#engine/replay.ts'
import { PIPELINE } from '#pipeline'
import { resolveConfig } from '#runtime/config.ts'
import { readBatches } from '#store/journal-reader.ts'
import { hasData, HOURLY_BARS, OPTIONS, outFolder, requestOf } from './backtest.fixture.ts'
import { noteExpander } from './expand-note.ts'
import type { NoteSource } from './expand-note.ts'
import { BacktestRefusal } from './request.ts'
import type { BacktestRequest } from './request.ts'
import { backtestReport } from './run.ts'

const CHAINS: NoteSource = { kind: 'chains', path: OPTIONS }

async function journalOf(
  name: string,
  changes: Partial<BacktestRequest>,
): Promise<{ readonly folder: string; readonly records: readonly WrittenRecord[] }> {
  await backtestReport(requestOf(name, changes))
  const folder = join(outFolder(name), 'journal')
  return { folder, records: [...readBatches(folder, 1)].flat() }
}

async function replay(
  folder: string,
  source: NoteSource,
  records: readonly WrittenRecord[],
): Promise<{ readonly difference: Difference | undefined; readonly inputs: number }> {
  const started = records.find(({ text }) => text.includes('"topic":"session_started"'))
  const { body } = JSON.parse(started?.text ?? '') as { readonly body: { readonly config: Record<string, unknown> } }
  const config = resolveConfig([{ source: 'journal', values: { components: body.config } }])
  const expand = await noteExpander(folder, source)
  let expanded: Awaited<ReturnType<typeof expand>> = []
  const replayer = new Replayer({
    engine: new Engine({ pipeline: PIPELINE, config: config.components }),
    mode: 'derive',
    expand: () => expanded,
  })
  for (const record of records) {
    if (record.kind === 'note') expanded = await expand(record)
    const difference = replayer.feed(record)
    if (difference !== undefined) return { difference, inputs: replayer.inputs }
  }
  assert.equal(replayer.unwritten().length, 0)
  return { difference: undefined, inputs: replayer.inputs }
}

const DAYS = { to: '2026-01-31', tenorDays: 1 } as const

test('[PE-02] the journal of a backtest comes out equal, and one changed byte in a decision is named', async (t) => {
  if (!hasData(t)) return
  const { folder, records } = await journalOf('replayed', DAYS)
  const equal = await replay(folder, CHAINS, records)
  assert.equal(equal.difference, undefined)
  assert.ok(equal.inputs > records.filter(({ kind }) => kind === 'input').length, 'the files gave the rest')
  const bought = records.findIndex(
    ({ kind, text }) => kind === 'decision' && text.includes('"state":"active"') && text.includes('"topic":"coverages"'),
  )
  const changed = records.map((record, i) => (i === bought ? { ...record, text: record.text.replace('"80000"', '"80001"') } : record))
  assert.notEqual(changed[bought]?.text, records[bought]?.text)
  const { difference } = await replay(folder, CHAINS, changed)
  assert.deepEqual(
    [difference?.seq, difference?.recorded, difference?.derived],
    [records[bought]?.seq, changed[bought]?.text, records[bought]?.text],
  )
})

test('[PE-02] a journal on bars comes out equal, and the last bar looks ahead no further than the run did', async (t) => {
  if (!hasData(t, HOURLY_BARS)) return
  const bars: NoteSource = { kind: 'bars', path: HOURLY_BARS }
  const { folder, records } = await journalOf('replayed-bars', { data: bars, from: '2020-03-12', to: '2020-03-12', cash: '3000' })
  assert.equal((await replay(folder, bars, records)).difference, undefined)
})

test('[PE-02] files with other bytes, or missing, are refused by name', async (t) => {
  if (!hasData(t)) return
  const { folder } = await journalOf('other-data', { to: '2026-01-29' })
  const copy = outFolder('copy')
  mkdirSync(copy, { recursive: true })
  for (const month of ['202601', '202602']) {
    const name = `deribit_options_chain_${month}.csv.gz`
    copyFileSync(join(OPTIONS, name), join(copy, name))
  }
  await noteExpander(folder, { kind: 'chains', path: copy })
  const changed = join(copy, 'deribit_options_chain_202601.csv.gz')
  const bytes = readFileSync(changed)
  bytes[9] = (bytes[9] ?? 0) ^ 1 // the operating system's byte in the gzip header: the rows are the same
  writeFileSync(changed, bytes, { mode: 0o600, flag: 'r+' })
  const refusedWith = (code: string) => (error: unknown) =>
    error instanceof BacktestRefusal && error.code === code && error.field.startsWith(basename(changed))
  await assert.rejects(noteExpander(folder, { kind: 'chains', path: copy }), refusedWith('data_differs'))
  await assert.rejects(noteExpander(folder, { kind: 'bars', path: HOURLY_BARS }), refusedWith('data_missing'))
})
