/**
 * Recorded Deribit chains (`shared/data/options`) as quotes by expiry, BTC only, one group per snapshot, and the figures the study shows. Reads
 * the columns it needs and believes the file: what a reader must refuse is tested in `lab/data`. Expiries within an hour are left out, as the
 * platform leaves them out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { ExpiryQuotes, SmileSlice } from './smile-slice.ts'
import type { OptionTouch } from './smile-quotes.ts'
import type { Surface } from './surface.ts'
import { volAt } from './smile-arbitrage.ts'
import { ivAtMoneyness } from './surface-reading.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
const COLUMN = { at: 0, currency: 1, right: 3, strike: 4, expiry: 5, bid: 6, ask: 7, markIv: 9, underlying: 16 } as const

/** `markIv` is the venue's own vol of the option, of which nothing is fitted: a judge from outside. */
export interface RecordedTouch extends OptionTouch {
  readonly markIv: number
}
export interface RecordedSnapshot {
  readonly at: number
  readonly expiries: readonly ExpiryQuotes[]
}

/** Every `every`-th snapshot of the recording; undefined after skipping the test, a failure with CI set. */
export function recordedSnapshots(t: TestContext, every: number): readonly RecordedSnapshot[] | undefined {
  const folder = fileURLToPath(new URL('../../../../shared/data/options/', import.meta.url))
  if (!existsSync(folder)) {
    if (process.env['CI'] !== undefined) throw new Error('recorded data missing: shared/data/options')
    t.skip('shared/data missing')
    return undefined
  }
  const files = readdirSync(folder).filter((name) => name.startsWith('deribit_options_chain_'))
  return files.toSorted().flatMap((name) => snapshotsOf(gunzipSync(readFileSync(`${folder}${name}`)).toString('utf8'), every))
}

function snapshotsOf(text: string, every: number): readonly RecordedSnapshot[] {
  const groups = new Map<number, Map<number, OptionTouch[]>>()
  let [last, seen] = [0, -1]
  for (let from = text.indexOf('\n') + 1, to = text.indexOf('\n', from); to > 0; from = to + 1, to = text.indexOf('\n', from)) {
    const at = Number(text.slice(from, text.indexOf(',', from)))
    if (at !== last) seen += 1
    last = at
    if (seen % every !== 0) continue
    const row = text.slice(from, to).split(',')
    const expiry = Number(row[COLUMN.expiry])
    if (row[COLUMN.currency] !== 'BTC' || expiry - at < HOUR_MS) continue
    const chain = groups.get(at) ?? new Map<number, OptionTouch[]>()
    groups.set(at, chain)
    chain.set(expiry, [...(chain.get(expiry) ?? []), touchOf(row)])
  }
  return Array.from(groups, ([at, chain]) => ({
    at,
    expiries: Array.from(chain, ([expiry, touches]) => ({ expiry, years: (expiry - at) / YEAR_MS, touches })),
  }))
}

function touchOf(row: readonly string[]): RecordedTouch {
  const number = (column: number) => (Number(row[column]) > 0 ? Number(row[column]) : undefined)
  const [bid, ask, underlying] = [number(COLUMN.bid), number(COLUMN.ask), number(COLUMN.underlying)]
  return {
    isCall: row[COLUMN.right] === 'call',
    strike: Number(row[COLUMN.strike]),
    bid,
    ask,
    underlying,
    markIv: Number(row[COLUMN.markIv]),
  }
}

export interface Fitted {
  readonly at: number
  readonly surface: Surface
  readonly expiries: readonly ExpiryQuotes[]
}
export interface Line {
  readonly group: string
  readonly expiries: number
  readonly fitted: number
  /** In vol points. */
  readonly rmseMedian: number
  readonly rmse95: number
  /** Share of strikes whose model vol lies between bid and ask. */
  readonly inside: number
  readonly reasons: string
}

/** One line per group that `groupOf` names; undefined leaves an expiry out. */
export function figures(all: readonly Fitted[], groupOf: (days: number, fitted: Fitted) => string | undefined): readonly Line[] {
  const groups = new Map<string, { slices: SmileSlice[]; expiries: number; reasons: string[] }>()
  for (const fitted of all) {
    for (const { expiry, years } of fitted.expiries) {
      const name = groupOf(years * 365, fitted)
      if (name === undefined) continue
      const group = groups.get(name) ?? { slices: [], expiries: 0, reasons: [] }
      groups.set(name, group)
      group.expiries += 1
      const slice = fitted.surface.slices.find((one) => one.expiry === expiry)
      if (slice !== undefined) group.slices.push(slice)
      else group.reasons.push(fitted.surface.faults.find((fault) => fault.expiry === expiry)?.refusal.code ?? 'none')
    }
  }
  return Array.from(groups, ([group, { slices, expiries, reasons }]) => ({
    group,
    expiries,
    ...spreadOf(slices),
    reasons: counted(reasons),
  }))
}

function spreadOf(slices: readonly SmileSlice[]) {
  const rmse = slices.map((slice) => slice.rmse * 100).sort((a, b) => a - b)
  const at = (share: number) => rmse[Math.min(rmse.length - 1, Math.floor(rmse.length * share))] ?? Number.NaN
  const strikes = slices.reduce((sum, slice) => sum + slice.strikes, 0)
  const inside = slices.reduce((sum, slice) => sum + slice.strikes * slice.insideShare, 0)
  return { fitted: slices.length, rmseMedian: at(0.5), rmse95: at(0.95), inside: inside / strikes }
}

function counted(reasons: readonly string[]): string {
  return [...new Set(reasons)].map((reason) => `${reason} ${reasons.filter((one) => one === reason).length}`).join(', ')
}

/** |model - the venue's mark vol| in vol points, of every option within a standard deviation of the money; ascending. */
export function markGaps(all: readonly Fitted[]): readonly number[] {
  const gaps = all.flatMap(({ expiries, surface }) =>
    expiries.flatMap(({ expiry, touches }) => {
      const slice = surface.slices.find((one) => one.expiry === expiry)
      if (slice === undefined) return []
      return touches.flatMap((touch) => {
        const k = Math.log(touch.strike / (touch.underlying ?? slice.forward))
        const isNear = Math.abs(k) < slice.atmVol * Math.sqrt(slice.years)
        return isNear ? [Math.abs(volAt(slice, k) - (touch as RecordedTouch).markIv) * 100] : []
      })
    }),
  )
  return gaps.sort((a, b) => a - b)
}

/** At the money, 30 days ahead: what names the regime of a snapshot. */
export function monthVol({ surface }: Fitted): number | undefined {
  const reading = ivAtMoneyness(surface.slices, { years: 30 / 365, logMoneyness: 0 })
  return reading.ok ? reading.value.vol : undefined
}

export function show(title: string, lines: readonly Line[]): string {
  const rows = lines.map(
    ({ group, expiries, fitted, rmseMedian, rmse95, inside, reasons }) =>
      `| ${group} | ${expiries} | ${fitted} | ${rmseMedian.toFixed(2)} | ${rmse95.toFixed(2)} | ${(inside * 100).toFixed(0)} % | ${reasons} |`,
  )
  return [
    `| ${title} | expiries | fitted | rmse median | rmse 95 % | inside bid/ask | left out |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** By the thresholds of the risk controls' defaults, 0.40 and 0.80. */
export function ivRegimeName(vol: number | undefined): string {
  if (vol === undefined) return 'unknown'
  return vol < 0.4 ? 'low (under 40 %)' : vol > 0.8 ? 'high (over 80 %)' : 'normal'
}
