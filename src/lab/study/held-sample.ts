/**
 * The platform itself holds some of the quotes: one engine per chosen snapshot, one account per quote, each opens its position, buys the cover
 * (`protect`, without renewal), closes the position at the instant of expiry and is paid. What its ledger says it is worth then must be what the
 * oracle says, to the cent: two computations that share neither code nor amounts. Of one snapshot only quotes with different options are
 * held, so that no account takes the size another was quoted. A pair is held like one option, in a sample of pairs alone.
 * Edges: the order to close is decided 5 ms before expiry, the time until it is durable, so that it leaves at the settlement instant; the
 * venue gives closing orders a fifth of the taker fee back, which the floor does not count on and the comparison does.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { AccountId } from '#domain/order.ts'
import type { StepReport } from '#engine/engine.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import { platformViews } from '#runtime/views.ts'
import type { PlatformViews } from '#runtime/views.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import { BacktestHost, DURABLE_LATENCY_MS } from '../backtest/engine-host.ts'
import type { Observation } from '../backtest/recording.ts'
import { NO_JOURNAL, openPosition, quoteParams, tell } from './quoting.ts'
import type { StudyRequest } from './request.ts'
import type { Bought, QuoteRow } from './rows.ts'
import { D, REDUCE_ONLY_DISCOUNT, settledAt } from './settlement-oracle.ts'

export interface HeldResult {
  readonly atIso: string
  readonly account: string
  readonly instrument: string
  readonly equity: string
  readonly oracle: string
  readonly floorEquity: string
}
export interface HeldStart {
  readonly observation: Observation
  readonly digest: string
  readonly rows: readonly QuoteRow[]
  readonly turn: number
  readonly request: StudyRequest
  readonly config: ResolvedConfig
}
interface Account {
  readonly id: AccountId
  readonly row: QuoteRow
  readonly bought: Bought
}
const DIFFERENCE_MAX = new D('0.01')
/** Each opens, buys and closes: under the platform's own limit of orders in a while. */
const ACCOUNTS_MAX = 12
/** A pair takes two orders to buy. */
const PAIRS_MAX = 8

/** Ledger and oracle differ, or the platform did not buy what it quoted: nothing may be reported. */
export class HeldDifference extends Error {
  override readonly name = 'HeldDifference'
}

export class HeldSample {
  readonly results: HeldResult[] = []
  /** Of those due: closed by the venue before. */
  liquidated = 0
  /** Covers bought in all. */
  readonly bought: number
  #last: EpochMs
  #open: Account[]
  readonly #host: BacktestHost
  readonly #views: PlatformViews
  readonly #covers = new Map<string, Coverage>()

  constructor({ observation, digest, rows, turn, request, config }: HeldStart) {
    this.#open = accountsOf(rows, turn)
    this.bought = this.#open.length
    this.#last = observation.at
    const results = new Map<string, unknown>()
    const listeners = new Set<(report: StepReport) => void>()
    const [account, ...others] = this.#open.map(({ id, bought }) => ({ account: id, cash: bought.terms.cash, leverage: request.leverage }))
    this.#host = new BacktestHost({
      config,
      startAt: observation.at,
      account: account ?? { account: 'nobody', cash: '0', leverage: request.leverage },
      others,
      fundingRate8h: 0,
      journal: NO_JOURNAL,
      onStep: (report) => {
        for (const { topic, body } of report.decisions) {
          if (topic === 'coverages') this.#covers.set(body.terms.account, body)
          if (topic === 'command_results') results.set(body.commandId, body.answer)
        }
        for (const listener of listeners) listener(report)
      },
    })
    this.#views = platformViews({ engine: this.#host.engine, now: () => this.#host.now, listeners })
    this.#host.observe(observation, digest)
    for (const { id, row, bought } of this.#open) this.#buy(id, row, bought, request, results)
  }

  get isDone(): boolean {
    return this.#open.length === 0
  }

  observe(observation: Observation, digest: string): void {
    const due = this.#open.filter(({ bought: { expiry } }) => expiry > this.#last && expiry <= observation.at)
    for (const { id, row, bought } of due.toSorted((a, b) => a.bought.expiry - b.bought.expiry)) {
      this.#host.passTo(later(bought.expiry, -DURABLE_LATENCY_MS))
      tell(this.#host, id, `close-${id}`, 'close_position', { side: row.cell.side })
    }
    this.#host.observe(observation, digest)
    for (const account of due) this.#settled(account)
    this.#open = this.#open.filter((account) => !due.includes(account))
    this.#last = observation.at
  }

  #buy(id: AccountId, row: QuoteRow, bought: Bought, request: StudyRequest, results: ReadonlyMap<string, unknown>): void {
    openPosition(this.#host, id, row.cell.side, request, results)
    tell(this.#host, id, `protect-${id}`, 'protect', quoteParams(row.cell, request))
    const cover = this.#covers.get(id)
    const [seen, wanted] = [
      `${cover?.state} ${cover?.instrument} ${cover?.floorEquity.toString()}`,
      `active ${bought.instrument} ${bought.floorEquity}`,
    ]
    if (seen !== wanted) throw new HeldDifference(`${id}: a quote is bought as it was quoted (${wanted}), not as ${seen}`)
  }

  #settled({ id, row, bought }: Account): void {
    const value = this.#views.value(id)?.value
    const outcome = row.outcome
    if (value === undefined || outcome === undefined) throw new HeldDifference(`${id}: a settled account has a value and an outcome`)
    const isLiquidated = this.#host.said.some(
      (output) => output.topic === 'venue_fills' && output.key === id && output.body.orderId === undefined,
    )
    if (isLiquidated !== outcome.isLiquidated)
      throw new HeldDifference(
        `${id} ${bought.instrument}: liquidated is ${isLiquidated} at the venue and ${outcome.isLiquidated} by the oracle`,
      )
    this.liquidated += isLiquidated ? 1 : 0
    if (isLiquidated) return
    const oracle = settledAt(bought.terms, outcome.settlementIndex, REDUCE_ONLY_DISCOUNT).equity
    const equity = value.equityClose.toString()
    if (!oracle.minus(equity).abs().lessThan(DIFFERENCE_MAX)) {
      throw new HeldDifference(`${id} ${bought.instrument}: ledger ${equity} and oracle ${oracle.toFixed()} agree to the cent`)
    }
    const { at } = row.snapshot
    this.results.push({
      atIso: isoFromEpochMs(at),
      account: id,
      instrument: bought.instrument,
      equity,
      oracle: oracle.toFixed(),
      floorEquity: bought.floorEquity,
    })
  }
}

/** One per option; `turn` says where to begin, so that over the study every cell has its turn. */
function accountsOf(rows: readonly QuoteRow[], turn: number): Account[] {
  const seen = new Set<string>()
  const most = rows.some(({ bought }) => bought?.terms.legs !== undefined) ? PAIRS_MAX : ACCOUNTS_MAX
  const from = rows.length === 0 ? 0 : (turn * most) % rows.length
  const inTurn = [...rows.slice(from), ...rows.slice(0, from)]
  const accounts = inTurn.flatMap((row): Account[] => {
    const { bought, cell } = row
    const options = bought?.terms.legs?.map(({ instrument }) => instrument) ?? [bought?.instrument ?? '']
    if (bought === undefined || options.some((name) => seen.has(name))) return []
    for (const name of options) seen.add(name)
    return [{ id: `held-${cell.side}-${cell.tenorDays}-${cell.floor}` as AccountId, row, bought }]
  })
  return accounts.slice(0, most)
}
