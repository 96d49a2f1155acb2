/**
 * The backtest holds no second engine: with any component of the pipeline put to sleep the run stops or its report is another one. Two days
 * of covers of a day, so that a purchase, a renewal and a settlement are among them.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT } from '#engine/component.ts'
import type { Component } from '#engine/component.ts'
import { PIPELINE } from '#pipeline'
import { hasData, requestOf } from './backtest.fixture.ts'
import type { Report } from './report.ts'
import { backtestReport } from './run.ts'

/**
 * Not asked in a backtest: epochs of further sessions, positions that a client states from elsewhere, the hedge loop without its timer, and the
 * profit and loss of protection, which speaks only when it is asked. A recording has one venue, a host that is in order,
 * and no rate of funding.
 */
const NOT_ASKED: ReadonlySet<string> = new Set([
  'engine/session',
  'ledger/portfolio',
  'ledger/protection-pnl',
  'hedging/loop',
  'monitoring/host-watch',
  'monitoring/budget-watch',
  'monitoring/acknowledgement',
  'monitoring/floor-watch',
  'protection/auto-renew',
  'protection/client-orders',
  'monitoring/venue-watch',
  'risk/host-guard',
  'analysis/funding',
  'monitoring/funding-watch',
])
/** They watch and record: what they say is in the journal, and changes no figure. */
const WATCHING: ReadonlySet<string> = new Set([
  'analysis/surface',
  'analysis/volatility',
  'ledger/certificate',
  'ledger/mtm',
  'ledger/payout-check',
  'monitoring/audit',
  'monitoring/health',
])
/** Without these nothing can be opened, bought or valued: the run stops with a reason. */
const NEEDED = [
  'engine/command-gate',
  'admission/market',
  'analysis/marks',
  'ledger/books',
  'ledger/twin',
  'ledger/reconciliation',
  'protection/position',
  'risk/limits',
  'execution/orders',
]

/** The age that holds for a live feed, so that health has something to say of a recording. */
const LIVE_AGE = { source: 'test', values: { components: { 'monitoring/health': { feedMaxAgeMs: 30_000 } } } }

function asleep(name: string): readonly Component[] {
  return PIPELINE.map((component) =>
    component.name === name ? { ...component, step: (state: unknown) => ({ state, emit: SILENT }) } : component,
  )
}

async function outcome(name: string): Promise<{ readonly stopped?: string; readonly report?: Report }> {
  const request = requestOf('asleep', { to: '2026-01-30T12:00:00Z', tenorDays: 1, fundingRate8h: '0.0001', layers: [LIVE_AGE] })
  try {
    return { report: await backtestReport(request, { pipeline: asleep(name) }) }
  } catch (error) {
    return { stopped: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

test('[B-01] without any one stage the report changes or the run stops', async (t) => {
  if (!hasData(t)) return
  const whole = (await outcome('none of them')).report
  assert.ok(whole !== undefined)
  assert.deepEqual([whole.coverages.length, whole.coverages[0]?.state], [2, 'expired'], 'bought, renewed, settled')
  for (const { name } of PIPELINE) {
    const { stopped, report } = await outcome(name)
    if (NEEDED.includes(name)) assert.match(stopped ?? `${name} ran`, /^(BacktestRefusal|AssertionFailure): ./, name)
    else if (NOT_ASKED.has(name)) assert.deepEqual(report, whole, `${name} has nothing to do here`)
    else if (stopped === undefined) {
      assert.notEqual(report?.journalHash, whole.journalHash, `${name} leaves its mark in the journal`)
      const figures = { ...report?.totals }
      if (WATCHING.has(name)) assert.deepEqual(figures, whole.totals, `${name} changes no figure`)
      else assert.notDeepEqual(report?.decisions, whole.decisions, `${name} decides`)
    } else assert.match(stopped, /^(BacktestRefusal|AssertionFailure|ResidualError): ./, name)
  }
})
