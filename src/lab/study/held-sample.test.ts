/** What the platform holds itself: a study ends where its purchase is not the quote, its ledger not the oracle, its liquidation not the venue's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openRecording } from '../backtest/recording.ts'
import type { Observation } from '../backtest/recording.ts'
import { allOf, recordedData, windowOf } from '../data/fixtures/files.ts'
import { dataCollector } from '../data/refusals.ts'
import { cellsOf } from './cells.ts'
import { HeldDifference, HeldSample } from './held-sample.ts'
import { Holdings } from './holdings.ts'
import { cashOf, quoteSnapshot } from './quoting.ts'
import { rowOf } from './rows.ts'
import type { QuoteRow } from './rows.ts'
import { studyOf } from './run.ts'
import { handChains, requestOf } from './study.fixture.ts'
import { holdingConfig, studyConfig } from './study-config.ts'
import { RECORDED } from './variants.ts'

interface Prepared {
  readonly rows: readonly QuoteRow[]
  readonly start: (rows: readonly QuoteRow[]) => HeldSample
  readonly later: Observation
}

async function prepared(t: TestContext): Promise<Prepared> {
  const request = requestOf(await handChains(t))
  const recording = await openRecording({ kind: 'chains', path: request.chains }, windowOf('2026-02-01', '2026-02-28'), dataCollector())
  const [observation, later] = await allOf(recording.observations())
  assert.ok(observation !== undefined && later !== undefined)
  const { quoted } = quoteSnapshot(observation, '', [RECORDED], { request, config: studyConfig(request), cells: cellsOf(request) })
  const snapshot = { at: observation.at, index: observation.index.toString(), ivAnnual: undefined, regime: 'unknown' } as const
  const cash = cashOf(request, observation.index).toString()
  const rows = quoted.map((answer) => rowOf(answer, { snapshot, observation, cash, nearest: undefined }))
  const holdings = new Holdings()
  holdings.observe(observation)
  for (const row of rows) holdings.add(row)
  holdings.observe(later)
  const start = (held: readonly QuoteRow[]): HeldSample =>
    new HeldSample({ observation, digest: '', rows: held, turn: 0, request, config: holdingConfig(request) })
  return { rows, start, later }
}

test('[B-01][P-14] bought as quoted, closed at expiry, paid: the ledger says what the oracle says', async (t) => {
  const { rows, start, later } = await prepared(t)
  const sample = start(rows)
  assert.deepEqual([sample.bought, sample.isDone], [1, false])
  sample.observe(later, '')
  assert.deepEqual([sample.results.length, sample.isDone, sample.liquidated], [1, true, 0])
})

test('[B-01] a purchase that is not the quote ends the study', async (t) => {
  const { rows, start } = await prepared(t)
  const other = rows.map((row) => ({ ...row, bought: row.bought === undefined ? undefined : { ...row.bought, floorEquity: '30700.776' } }))
  assert.throws(() => start(other), /bought as it was quoted \(active BTC-13FEB26-66500-P 30700\.776\), not as active .* 30700\.775/)
})

test('[B-01] a ledger that is a cent from the oracle ends the study, and so does a liquidation that only one of them saw', async (t) => {
  const { rows, start, later } = await prepared(t)
  const changed = (change: Partial<NonNullable<QuoteRow['outcome']>>): readonly QuoteRow[] =>
    rows.map((row) => ({ ...row, outcome: row.outcome === undefined ? undefined : { ...row.outcome, ...change } }))
  // under the strike the hedged pair loses delivery and closing fee alone, 0.00055 of the index: 20 USDC of it are over a cent
  assert.throws(() => start(changed({ settlementIndex: '64620' })).observe(later, ''), HeldDifference)
  assert.doesNotThrow(() => start(changed({ settlementIndex: '64610' })).observe(later, ''))
  assert.throws(() => start(changed({ isLiquidated: true })).observe(later, ''), /liquidated is false at the venue and true by the oracle/)
})

test('[B-01][R-05] thin accounts in the fall of February 2026: bids of the smallest tick close nobody, at the venue or by the oracle', async (t) => {
  const chains = recordedData(t, 'options')
  if (chains === undefined) return
  const thin = { leverage: 10, tierName: 'Silver', cashShare: '0.115', tenors: [3], floors: ['0.02'], sides: ['long'] } as const
  const days = { from: '2026-02-03T15:00:00Z', to: '2026-02-08T10:00:00Z', everyMs: 17 * 3_600_000 }
  const { report } = await studyOf(requestOf(chains, { ...thin, ...days }))
  const { beforeSettlement } = report.totals
  assert.ok(report.held.settled > 0, 'some were held to their end')
  const { liquidatedAtBid, liquidatedAtMark } = beforeSettlement
  assert.deepEqual([report.held.liquidated, liquidatedAtBid, liquidatedAtMark], [0, 0, 0], 'a stub is no bid (docs/decisions/0014)')
  assert.doesNotMatch(report.sentences.join(' '), /WOULD NOT HAVE LIVED TO SEE IT/)
})
