/**
 * A study of the protection: one pass over the recorded chains. At every snapshot an engine of its own answers every question (and again for every
 * variant of the market and the account), the oracle holds what was quoted to its expiry, and the platform itself holds a sample of it.
 * Nothing of a snapshot stays but its rows, so memory grows with the number of quotes and not with the chains.
 */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { isoDayOf } from '#base/civil-date.ts'
import { present } from '#base/assert.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import { BacktestRefusal } from '../backtest/request.ts'
import { openRecording } from '../backtest/recording.ts'
import type { Observation } from '../backtest/recording.ts'
import { digestFiles } from '../data/digest.ts'
import { DataFileError, dataCollector } from '../data/refusals.ts'
import { admitAccount, admitWindow } from './admit-request.ts'
import { cellsOf } from './cells.ts'
import type { Cell } from './cells.ts'
import { HeldSample } from './held-sample.ts'
import { Holdings } from './holdings.ts'
import { listedOptions, nearestOption } from './nearest-option.ts'
import { prepareFolder, writeInto } from './out-folder.ts'
import { askedIn, cashOf, quoteSnapshot } from './quoting.ts'
import { atTheMoneyIv, regimeOf } from './regime.ts'
import { reportOf } from './report.ts'
import type { StudyReport } from './report.ts'
import { reportHtml } from './report-html.ts'
import { StudyRefusal } from './request.ts'
import type { StudyOutcome, StudyRequest } from './request.ts'
import { csvOf, rowOf } from './rows.ts'
import type { QuoteRow, Snapshot } from './rows.ts'
import { holdingConfig, studyConfig } from './study-config.ts'
import { optionQuotesOf, PAIRS, RECORDED, variantsOf } from './variants.ts'
import type { Variant } from './variants.ts'

export interface StudyOptions {
  readonly progress?: (line: string) => void
}
export type RowsByVariant = ReadonlyMap<Variant['name'], QuoteRow[]>
export interface StudyResult {
  readonly report: StudyReport
  readonly csv: string
  /** Where pairs were allowed: those answers, in the same columns. */
  readonly pairsCsv: string | undefined
}

export async function runStudy(request: StudyRequest, options: StudyOptions = {}): Promise<StudyOutcome> {
  if (request.out !== undefined) prepareFolder(request.out)
  const { report, csv, pairsCsv } = await studyOf(request, options)
  const { out } = request
  const files = [
    ['report.html', reportHtml(report)],
    ['report.json', `${JSON.stringify(report, null, 2)}\n`],
    ['quotes.csv', csv],
    ...(pairsCsv === undefined ? [] : [['pairs.csv', pairsCsv] as const]),
  ] as const
  const written = out === undefined ? [] : files.map(([name, text]) => writeInto(out, name, text))
  return { exitCode: report.totals.quotable === 0 ? 3 : 0, written, summary: report.sentences }
}

/** Throws `StudyRefusal` where the request or its data cannot be studied. */
export async function studyOf(request: StudyRequest, { progress }: StudyOptions = {}): Promise<StudyResult> {
  try {
    const window = admitWindow(request)
    const config = studyConfig(request)
    admitAccount(request, config)
    const collector = dataCollector()
    const recording = await openRecording({ kind: 'chains', path: request.chains }, window, collector)
    const digests = new Map((await digestFiles(recording.files)).map(({ file, sha256 }) => [basename(file), sha256]))
    const study = new Study(request, config)
    for await (const observation of recording.observations()) {
      study.observe(observation, digests.get(observation.source.file) ?? '')
      progress?.(study.lastLine())
    }
    const csv = csvText(study.rows.get(RECORDED.name) ?? [])
    const pairs = study.rows.get(PAIRS.name)
    const csvSha256 = createHash('sha256').update(csv).digest('hex')
    const report = reportOf({ request, config, study, digests, data: collector.report(), csvSha256 })
    return { csv, pairsCsv: pairs === undefined ? undefined : csvText(pairs), report }
  } catch (error) {
    if (error instanceof BacktestRefusal) throw new StudyRefusal(error.field, error.seen, error.limit, error.code)
    if (!(error instanceof DataFileError)) throw error
    const { code, file, line, field, seen, limit } = error
    if (code === 'nothing_in_window') throw new StudyRefusal('from', `${request.from ?? 'first'} to ${request.to ?? 'last'}`, limit, code)
    throw new StudyRefusal(line > 0 ? `${file}:${line} ${field}` : `${file} ${field}`, seen, limit, code)
  }
}

function csvText(rows: readonly QuoteRow[]): string {
  return `${[...csvOf(rows)].join('\n')}\n`
}

export class Study {
  readonly cells: readonly Cell[]
  readonly snapshots: Snapshot[] = []
  readonly rows: RowsByVariant
  readonly finished: HeldSample[] = []
  readonly #request: StudyRequest
  readonly #config: ResolvedConfig
  readonly #holdingConfig: ResolvedConfig
  readonly #holdings = new Holdings()
  readonly #hash = createHash('sha256')
  #held: HeldSample[] = []
  #recorded = 0
  #turn = 0

  constructor(request: StudyRequest, config: ResolvedConfig) {
    this.#request = request
    this.#config = config
    this.#holdingConfig = holdingConfig(request)
    this.cells = cellsOf(request)
    this.rows = new Map(variantsOf(request).flatMap((market) => market.map(({ name }) => [name, []])))
  }

  /** Snapshots of the recording, quoted or not. */
  get recorded(): number {
    return this.#recorded
  }

  /** Over the records of all engines that quoted: what they were told and what they decided. */
  journalHash(): string {
    return this.#hash.copy().digest('hex')
  }

  get samples(): readonly HeldSample[] {
    return [...this.finished, ...this.#held]
  }

  observe(observation: Observation, digest: string): void {
    this.#recorded += 1
    this.#holdings.observe(observation)
    for (const held of this.#held) held.observe(observation, digest)
    this.finished.push(...this.#held.filter(({ isDone }) => isDone))
    this.#held = this.#held.filter(({ isDone }) => !isDone)
    const last = this.snapshots.at(-1)
    if (last === undefined || observation.at - last.at >= this.#request.everyMs) this.#quote(observation, digest)
  }

  lastLine(): string {
    const { at, index } = present(this.snapshots.at(-1), 'a study has seen a snapshot')
    const quoted = this.rows.get(RECORDED.name) ?? []
    return `${isoDayOf(at)}  index ${Number(index).toFixed(0)}  ${quoted.length} quotes, ${this.#holdings.openCount} held over all variants`
  }

  #quote(observation: Observation, digest: string): void {
    const snapshot = snapshotOf(observation)
    const listed = listedOptions(observation)
    for (const variants of variantsOf(this.#request)) {
      const { quoted, seen, hash } = quoteSnapshot(observation, digest, variants, {
        request: this.#request,
        config: this.#config,
        cells: this.cells,
      })
      this.#hash.update(hash)
      for (const answer of quoted) {
        const asked = askedIn(this.#request, answer.variant)
        const nearest = answer.variant === RECORDED ? nearestOption(observation, listed, answer.cell, asked.size) : undefined
        const row = rowOf(answer, { snapshot, observation: seen, cash: cashOf(asked, observation.index).toString(), nearest })
        this.rows.get(answer.variant.name)?.push(row)
        this.#holdings.add(row)
      }
    }
    this.#hold(observation, digest, snapshot)
    this.snapshots.push(snapshot)
  }

  #hold(observation: Observation, digest: string, snapshot: Snapshot): void {
    const { heldEvery } = this.#request
    if (heldEvery === 0 || this.snapshots.length % heldEvery !== 0) return
    const turn = this.#turn++
    for (const variant of [RECORDED, PAIRS]) {
      const of = (this.rows.get(variant.name) ?? []).filter((row) => row.snapshot === snapshot)
      const rows = variant === PAIRS ? of.filter(({ bought }) => bought?.terms.legs !== undefined) : of
      const request = askedIn(this.#request, variant)
      const start = { observation, digest, rows, turn, request, config: this.#holdingConfig }
      if (variant === RECORDED || rows.length > 0) this.#held.push(new HeldSample(start))
    }
  }
}

function snapshotOf(observation: Observation): Snapshot {
  const ivAnnual = atTheMoneyIv(observation.at, observation.index, optionQuotesOf(observation))
  return { at: observation.at, index: observation.index.toString(), ivAnnual, regime: regimeOf(ivAnnual) }
}
