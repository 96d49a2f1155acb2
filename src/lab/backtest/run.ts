/**
 * A backtest of the protection: open the position at the first recorded index, buy its cover, and let the platform carry it through the
 * recording. The engine, its stages and its configuration are the platform's own; this file only tells the account's two wishes, moves
 * time and writes down what came of it. A floor that cannot be bought is asked for again at every snapshot while the position stands.
 */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { present } from '#base/assert.ts'
import { isoDayOf, isoFromEpochMs } from '#base/civil-date.ts'
import type { CommandId } from '#domain/order.ts'
import type { Component } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import { readSealKey, userConfigFolder } from '#env'
import type { ResolvedConfig } from '#runtime/config.ts'
import { platformViews } from '#runtime/views.ts'
import type { PlatformViews } from '#runtime/views.ts'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import { openJournalSync } from '#store/journal-sync.ts'
import { loadSealKey } from '#store/seal-key.ts'
import type { Json } from '#topics/schema.ts'
import type { Ratio } from '#units/ratio.ts'
import { digestFiles } from '../data/digest.ts'
import { DataFileError, dataCollector } from '../data/refusals.ts'
import { admitRequest, admitTier } from './admit-request.ts'
import { backtestConfig } from './backtest-config.ts'
import { BacktestHost } from './engine-host.ts'
import { RunLedger } from './ledger-of-run.ts'
import { admitFolder, prepareFolder } from './out-folder.ts'
import { openRecording } from './recording.ts'
import type { Observation } from './recording.ts'
import { reportOf } from './report.ts'
import type { Report } from './report.ts'
import { reportHtml } from './report-html.ts'
import { ACCOUNT, BacktestRefusal } from './request.ts'
import type { BacktestOutcome, BacktestRequest } from './request.ts'
import type { LastPrices } from './second-books.ts'

export interface RunOptions {
  readonly progress?: (line: string) => void
  /** The platform's table, unless a test asks what the report would say without a stage. */
  readonly pipeline?: readonly Component[]
}

export async function runBacktest(request: BacktestRequest, options: RunOptions = {}): Promise<BacktestOutcome> {
  const report = await backtestReport(request, options)
  const json = join(request.out, 'report.json')
  const html = join(request.out, 'report.html')
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(html, reportHtml(report))
  const neverCovered = request.data.kind === 'chains' && report.coverages.length === 0
  return { exitCode: neverCovered ? 3 : 0, reportHtml: html, reportJson: json, summary: report.sentences }
}

/** Throws `BacktestRefusal` where the request or its data cannot be run. */
export async function backtestReport(request: BacktestRequest, options: RunOptions = {}): Promise<Report> {
  try {
    return await runThrough(request, options)
  } catch (error) {
    if (!(error instanceof DataFileError)) throw error
    const { code, file, line, field, seen, limit } = error
    if (code === 'nothing_in_window') throw new BacktestRefusal('from', `${request.from} to ${request.to}`, limit, code)
    throw new BacktestRefusal(line > 0 ? `${file}:${line} ${field}` : `${file} ${field}`, seen, limit, code)
  }
}

async function runThrough(request: BacktestRequest, { progress, pipeline }: RunOptions): Promise<Report> {
  const window = admitRequest(request)
  const config = backtestConfig(request)
  admitTier(request, config)
  admitFolder(request.out)
  const collector = dataCollector()
  const recording = await openRecording(request.data, window, collector)
  const digests = new Map((await digestFiles(recording.files)).map(({ file, sha256 }) => [basename(file), sha256]))
  const ledger = new RunLedger()
  const run = new Run(request, ledger, (startAt) => openHost(request, config, ledger, startAt, pipeline))
  try {
    for await (const observation of recording.observations()) {
      run.observe(observation, digests.get(observation.source.file) ?? '')
      progress?.(`${isoDayOf(observation.at)}  index ${observation.index.toFixed(0)}  ${run.lastLine()}`)
    }
    return reportOf({ request, config, ledger, run: run.result(), digests, data: collector.report() })
  } finally {
    run.close()
  }
}

function openHost(
  request: BacktestRequest,
  config: ResolvedConfig,
  ledger: RunLedger,
  startAt: Observation['at'],
  pipeline: readonly Component[] | undefined,
): Hosted {
  const { folder, checkpointFolder } = prepareFolder(request.out)
  const key = loadSealKey({ given: readSealKey(), defaultFile: join(userConfigFolder(), 'seal-key.pem') })
  const journal = openJournalSync({ folder, checkpointFolder, key, isDurable: false })
  const listeners = new Set<(report: StepReport) => void>()
  const host = new BacktestHost({
    config,
    startAt,
    account: { account: ACCOUNT, cash: request.cash, leverage: request.leverage },
    fundingRate8h: Number(request.fundingRate8h),
    journal,
    onStep: (report) => {
      ledger.observe(report)
      for (const listener of listeners) listener(report)
    },
    ...(pipeline === undefined ? {} : { pipeline }),
  })
  const { stubBidShare } = config.components['ledger/books'] as { readonly stubBidShare: Ratio }
  return { host, views: platformViews({ engine: host.engine, now: () => host.now, listeners }), stubBidShare: stubBidShare.toString() }
}

interface Hosted {
  readonly host: BacktestHost
  readonly views: PlatformViews
  /** As the ledger is configured. */
  readonly stubBidShare: string
}
export interface RunResult extends Hosted {
  readonly equityStart: string
  readonly prices: LastPrices
  /** Of the twin, and of the account itself. */
  readonly liquidatedAtIso: string | null
  readonly accountLiquidatedAtIso: string | null
}

class Run {
  readonly #request: BacktestRequest
  readonly #ledger: RunLedger
  readonly #open: (startAt: Observation['at']) => Hosted
  readonly #quotes = new Map<string, VenueQuote>()
  #hosted: Hosted | undefined
  #last: Observation | undefined
  #commands = 0
  #isCovered = false
  #equityStart = ''

  constructor(request: BacktestRequest, ledger: RunLedger, open: (startAt: Observation['at']) => Hosted) {
    this.#request = request
    this.#ledger = ledger
    this.#open = open
  }

  observe(observation: Observation, digest: string): void {
    const isFirst = this.#hosted === undefined
    const hosted = (this.#hosted ??= this.#open(observation.at))
    hosted.host.observe(observation, digest)
    this.#last = observation
    for (const quote of observation.quotes) this.#quotes.set(quote.instrument, quote)
    if (isFirst) this.#openPosition(hosted)
    if (!this.#isCovered && this.#request.data.kind === 'chains' && hosted.views.venuePositions(ACCOUNT).length > 0) this.#protect(hosted)
    this.#point(observation, hosted)
  }

  lastLine(): string {
    const point = this.#ledger.series.at(-1)
    return point === undefined
      ? ''
      : `equity ${point.equityProtected.split('.')[0] ?? ''}  unprotected ${point.equityUnprotected.split('.')[0] ?? ''}`
  }

  close(): void {
    this.#hosted?.host.close()
  }

  result(): RunResult {
    const hosted = present(this.#hosted, 'a run has observations')
    const { index } = present(this.#last, 'a run has observations')
    const liquidatedAt = hosted.views.value(ACCOUNT)?.twin?.liquidatedAt
    const own = hosted.host.said.find((output) => output.topic === 'venue_fills' && output.body.orderId === undefined)
    return {
      ...hosted,
      equityStart: this.#equityStart,
      prices: { index, quotes: this.#quotes, stubBidShare: hosted.stubBidShare },
      liquidatedAtIso: liquidatedAt === undefined ? null : isoFromEpochMs(liquidatedAt),
      // The venue trades without an order in a liquidation alone.
      accountLiquidatedAtIso: own?.topic === 'venue_fills' ? isoFromEpochMs(own.body.venueAt) : null,
    }
  }

  #openPosition(hosted: Hosted): void {
    const { side, size, leverage, cash } = this.#request
    this.#equityStart = hosted.views.value(ACCOUNT)?.value.equityClose.toString() ?? cash
    const answer = this.#command(hosted, 'open_position', { side, size, leverage })
    if (answer.status === 'ok') return
    const { field, seen, limit, code } = answer.explanation ?? {}
    // The order gate names the order's margin and the account's money; here the account's money is what was asked for.
    if (code === 'insufficient_margin') throw new BacktestRefusal('cash', limit, `>= ${String(seen)} (initial margin and fees)`, code)
    throw new BacktestRefusal(field ?? 'position', seen ?? answer.status, limit ?? 'a position that can be opened', code ?? answer.reason)
  }

  #protect(hosted: Hosted): void {
    const { side, size, leverage, tierName, drawdownFloor, equityFloor, tenorDays, renewal, premiumMax, combinations } = this.#request
    const floor = drawdownFloor === undefined ? { equityFloorPct: equityFloor ?? '' } : { drawdownFloorPct: drawdownFloor }
    const limit = {
      ...(premiumMax === undefined ? {} : { premiumMaxUsdc: premiumMax }),
      ...(combinations === undefined ? {} : { combinations }),
    }
    const answer = this.#command(hosted, 'protect', { side, size, leverage, tierName, tenorDays, renewal, ...floor, ...limit })
    if (answer.status === 'error') {
      const { field, seen, limit: wanted, code } = answer.explanation ?? {}
      throw new BacktestRefusal(field ?? 'protect', seen, wanted ?? 'terms that can be quoted', code ?? answer.reason)
    }
    this.#isCovered = answer.status === 'ok'
  }

  #command({ host }: Hosted, type: string, params: Json): Answer {
    const commandId = `${type}-${++this.#commands}` as CommandId
    host.offer({
      topic: 'commands',
      key: ACCOUNT,
      source: 'backtest',
      body: { commandId, account: ACCOUNT, route: 'backtest', key: commandId, bodyHash: '', type, params },
    })
    return (this.#ledger.answers.get(commandId)?.answer ?? { status: 'pending' }) as Answer
  }

  #point({ at, index }: Observation, { views }: Hosted): void {
    const point = views.historyPoint(ACCOUNT)
    if (point === undefined) return
    this.#ledger.series.push({
      atIso: isoFromEpochMs(at),
      index: index.toString(),
      equityProtected: point.equityClose,
      equityAtMark: point.equityMark,
      equityUnprotected: point.equityUnprotected,
      floorEquity: point.floorEquity,
      stale: views.value(ACCOUNT)?.value.staleMarks ?? [],
    })
  }
}

/** The part of a command's answer that is read here. */
interface Answer {
  readonly status: string
  readonly reason?: string
  readonly explanation?: {
    readonly code: string
    readonly field: string
    readonly seen: string | number | boolean | null
    readonly limit: string | number | boolean | null
  }
}
