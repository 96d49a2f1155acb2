/** Backtests on the recorded data for the tests: a request to vary, a run that several assertions share, and the folder they write to. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { usdc } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { SAME_PRICES_MS } from './engine-host.ts'
import type { Report } from './report.ts'
import type { BacktestRequest } from './request.ts'
import { backtestReport } from './run.ts'

export const OPTIONS = fileURLToPath(new URL('../../../../shared/data/options', import.meta.url))
export const HOURLY_BARS = fileURLToPath(
  new URL('../../../../shared/data/ohlcv/binance_spot_btcusdt_1h_20180101_20200919.csv.gz', import.meta.url),
)

/** False, with the reason said, where the recorded data is not there; in CI it must be. */
export function hasData(t: TestContext, path: string = OPTIONS): boolean {
  if (existsSync(path)) return true
  assert.ok(process.env['CI'] === undefined, '../shared/data is there in CI')
  t.skip('../shared/data missing')
  return false
}

/** A key of the tests, so that none is made in the folder of whoever runs them. */
process.env['BALLAST_SEAL_KEY'] ??= '5a'.repeat(32)

let root: string | undefined
after(() => {
  if (root !== undefined) rmSync(root, { recursive: true, force: true })
})

export function outFolder(name: string): string {
  root ??= mkdtempSync(join(tmpdir(), 'ballast-backtest-'))
  return join(root, name)
}

/** A long of 1 BTC through the crash of February 2026, with a cover of a week at 10 %. */
export function requestOf(name: string, changes: Partial<BacktestRequest> = {}): BacktestRequest {
  const { drawdownFloor = '0.10', ...rest } = changes
  const floor = changes.equityFloor === undefined ? { drawdownFloor } : {}
  return {
    data: { kind: 'chains', path: OPTIONS },
    from: '2026-01-29',
    to: '2026-02-08',
    side: 'long',
    size: '1',
    leverage: 5,
    tenorDays: 7,
    cash: '20000',
    tierName: 'Bronze',
    renewal: 'hold-limit',
    fundingRate8h: '0',
    layers: [],
    out: outFolder(name),
    ...floor,
    ...rest,
  }
}

const reports = new Map<string, Promise<Report>>()

/** Runs once per name. */
export function reportOf(name: string, changes: Partial<BacktestRequest> = {}): Promise<Report> {
  const known = reports.get(name) ?? backtestReport(requestOf(name, changes))
  reports.set(name, known)
  return known
}

/** From when on a renewal is looked for. */
const RENEWAL_MS = 12 * 3_600_000

/** What must hold of every report, whatever happened in it. */
export function assertSound({ totals, coverages, series, config }: Report): void {
  const [start, end, realized, unrealized, fees, funding] = (
    ['equityStart', 'equityEnd', 'realized', 'unrealized', 'fees', 'funding'] as const
  ).map((name) => usdc(totals[name])) as [Money<'USDC'>, Money<'USDC'>, Money<'USDC'>, Money<'USDC'>, Money<'USDC'>, Money<'USDC'>]
  assert.equal(end.minus(start).toString(), realized.plus(unrealized).minus(fees).minus(funding).toString(), 'the figures add up, exactly')
  assert.ok(usdc(totals.residual).abs().isBelow(usdc('0.01')), 'the second computation agrees to the cent')
  for (const [i, cover] of coverages.entries()) {
    const previous = coverages[i - 1]
    if (previous !== undefined && previous.endedAtIso !== null && cover.boughtAtIso > previous.endedAtIso) {
      const [due, bought] = [Date.parse(previous.endedAtIso) - RENEWAL_MS, Date.parse(cover.boughtAtIso) - SAME_PRICES_MS]
      const chances = series.filter(({ atIso }) => Date.parse(atIso) >= due && Date.parse(atIso) < bought)
      assert.deepEqual(chances, [], `${cover.instrument} could have been bought before the cover before it ended`)
    }
    assert.ok(!usdc(cover.floorEquity).isBelow(usdc(cover.drawdownLimit)), 'no cover lies under the limit it was bought for')
    if (config.request['side'] === 'long' && cover.floorPrice !== '0')
      assert.ok(!usdc(cover.strike).isBelow(usdc(cover.floorPrice)), 'a put at or over the floor price')
  }
  for (const { atIso } of series) assert.match(atIso, /^2\d{3}-.*Z$/)
}

/** Equity less the floor at the end of the last cover, with what leaving costs given back. */
export function atSettlement(report: Report): { readonly kept: Money<'USDC'>; readonly promised: Money<'USDC'> } {
  const { totals, coverages } = report
  const last = coverages.at(-1)
  assert.ok(last !== undefined && last.endedAtIso !== null, 'the last cover ended')
  return { kept: usdc(totals.equityEnd).plus(usdc(totals.exitFees)).plus(usdc(totals.funding)), promised: usdc(last.drawdownLimit) }
}
