/**
 * The read models over the components' states (`view-models.ts`). They only look: nothing here changes a state, caches in one, or decides. A
 * value is the one the ledger last told, so that every screen shows what decisions were made from.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { ok } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { Observed } from '#domain/observed.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { Engine, StepReport } from '#engine/engine.ts'
import { marks } from '#stages/analysis/marks.ts'
import { indexReference, isFreshAt } from '#stages/analysis/index-reference.ts'
import type { IndexView } from '#stages/analysis/index-reference.ts'
import { readIv } from '#stages/analysis/volatility/iv-reading.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import type { AccountBooks, Held } from '#stages/ledger/account-books.ts'
import { books } from '#stages/ledger/books.ts'
import { portfolio, portfolioOf } from '#stages/ledger/portfolio.ts'
import { viewPortfolio } from '#stages/ledger/portfolio-view.ts'
import { positionState } from '#stages/ledger/position-state.ts'
import { twin, twinValueOf } from '#stages/ledger/twin.ts'
import { floorWatch } from '#stages/monitoring/floor-watch.ts'
import { health } from '#stages/monitoring/health.ts'
import { readiness } from '#stages/monitoring/readiness.ts'
import { clientOrders } from '#stages/protection/client-orders.ts'
import { purchaseOf, quoteMeant } from '#stages/protection/client-orders-state.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { position } from '#stages/protection/position.ts'
import { quotes } from '#stages/protection/quotes.ts'
import { legsOf, shareOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { divideUnits, formatUnits, multiplyUnits, parseUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio, ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import { executionViews } from './execution-views.ts'
import { fundingView } from './funding-view.ts'
import { marketViews } from './market-views.ts'
import type { HistoryPoint } from './platform.ts'
import { proofViews } from './proof-views.ts'
import { protectionViews } from './protection-views.ts'
import { quoteViews } from './quote-views.ts'
import { RunMemory } from './run-memory.ts'
import { scenarioView } from './scenario.ts'
import { systemView } from './system-view.ts'
import { programmeLimit, thresholdsView } from './thresholds.ts'
import { coverInForce } from './views-in-force.ts'
import type {
  AlertView,
  CoverageView,
  ImpliedVolView,
  IvRefusal,
  PortfolioView,
  PriceView,
  ValueView,
  VenuePosition,
  Views,
} from './view-models.ts'

export interface ViewSources {
  readonly engine: Engine
  readonly now: () => EpochMs
  /** Called with every step; the views add themselves. */
  readonly listeners: { add(listener: (report: StepReport) => void): unknown }
  /** What a recovery remembers; a fresh one where nothing was recovered. */
  readonly memory?: RunMemory | undefined
}
export interface PlatformViews extends Views {
  /** The account now, for its chart; undefined while index, value or twin is not known. */
  historyPoint(account: string): HistoryPoint | undefined
}
const STANDING: ReadonlySet<Coverage['state']> = new Set(['pending', 'active', 'settling'])

export function platformViews({ engine, now, listeners, memory = new RunMemory(engine) }: ViewSources): PlatformViews {
  const { decisions, origins, raisedAt } = memory
  listeners.add((report) => memory.observe(report))
  return {
    proofs: proofViews(engine, now),
    quoting: quoteViews(engine, now),
    protection: protectionViews(engine, memory.quoteTimes),
    execution: executionViews(engine, memory.lives),
    market: marketViews(engine, now),
    price: () => priceOf(engine, now()),
    impliedVol: (tenorDays) => impliedVolOf(engine, tenorDays, now()),
    funding: (account) => fundingView(engine, account as AccountId, now()),
    value: (account) => valueOf(engine, account as AccountId),
    scenario: (account, asked) => scenarioView(engine, account as AccountId, asked, now()),
    thresholds: (account) => thresholdsView(engine, account as AccountId, now()),
    programmeLimit: (account) => programmeLimit(engine, account as AccountId),
    loweredFloor: (coverageId) => engine.stateOf(floorWatch).lowered.get(coverageId as CoverageId),
    portfolio: (account) => portfolioView(engine, account as AccountId, now()),
    venuePositions: (account) => venuePositions(engine, account as AccountId),
    coverages: (account) => coverageViews(engine, account as AccountId),
    decisions: (account, limit) => decisions.newest(account, limit),
    decisionsAfter: (account, seq) => decisions.after(account, seq),
    alerts: () => alertViews(engine, raisedAt),
    system: () => systemView(engine, now()),
    readiness: () => readiness(engine.stateOf(health), now(), engine.configOf(health)).checks,
    boughtByOrder: (account, name) => purchaseOf(engine.stateOf(clientOrders), account as AccountId, name) !== undefined,
    quoteToOrder: (account, { coverageId: name, instrument, amount }) =>
      quoteMeant(engine.stateOf(clientOrders), account as AccountId, { name, instrument, size: parseUnits(amount) ?? 0n }),
    originOf: (kind, id) => origins.of(kind, id),
    historyPoint: (account) => historyPoint(engine, account as AccountId, now()),
  }
}

/** The index all marks are held against; while none of its sources is fresh, the newest of them with its age. */
function priceOf(engine: Engine, at: EpochMs): PriceView | undefined {
  const { indices } = engine.stateOf(marks)
  if (indices.size === 1) for (const [venue, only] of indices) return priceOfOne(venue, only)
  const sources = [...engine.stateOf(marks).indices].map(([venue, { price, observedAt, maxAgeMs }]) => ({
    venue,
    price,
    observedAt,
    maxAgeMs,
  }))
  const newest = sources.toSorted((a, b) => b.observedAt - a.observedAt)[0]
  const view = indexReference(engine.stateOf(marks).indices, at) ?? newest
  if (view === undefined) return undefined
  const used = sources.filter((source) => source === view || isFreshAt(source, at))
  const sorted = (used.length === 0 ? sources : used).map(({ price }) => price).sort((a, b) => a.compare(b))
  const { price, observedAt, maxAgeMs } = view
  return {
    price,
    low: sorted[0] ?? price,
    high: sorted.at(-1) ?? price,
    observedAt,
    maxAgeMs,
    sources: sources.map(({ venue, price: seen, observedAt: seenAt }) => ({ venue, price: seen, observedAt: seenAt })),
  }
}

function priceOfOne(venue: string, { price, observedAt, maxAgeMs }: IndexView): PriceView {
  return { price, low: price, high: price, observedAt, maxAgeMs, sources: [{ venue, price, observedAt }] }
}

function impliedVolOf(engine: Engine, tenorDays: number, at: EpochMs): Result<ImpliedVolView, IvRefusal> {
  const { surfaces, regime } = engine.stateOf(volatility)
  const reading = readIv(surfaces, { tenorDays, at })
  return reading.ok ? ok({ ...reading.value, ivRegime: regime }) : reading
}

function valueOf(engine: Engine, account: AccountId): ValueView | undefined {
  const last = engine.stateOf(quotes).accounts.get(account)
  if (last === undefined) return undefined
  const state = engine.stateOf(books)
  const held = [...(state.accounts.get(account)?.positions.values() ?? [])].filter(({ quantity }) => quantity !== 0n)
  const observed = held.flatMap(({ instrument }) => state.prices.quoted.get(instrument.id)?.observedAt ?? [])
  return {
    value: last.value,
    pricedAt: observed.length === 0 ? last.at : (Math.min(...observed) as EpochMs),
    twin: twinValueOf(engine.stateOf(twin), account, last.at, engine.configOf(twin)),
  }
}

function portfolioView(engine: Engine, account: AccountId, at: EpochMs): PortfolioView {
  const stored = portfolioOf(engine.stateOf(portfolio), account)
  if (stored === undefined) return ledgerPortfolio(engine, account, at)
  const { mark } = engine.stateOf(position)
  const observed = mark === undefined ? undefined : new Observed(mark.mark, mark.observedAt, mark.maxAgeMs)
  return { positions: viewPortfolio(stored, observed, at), source: stored.source, updatedAt: stored.updatedAt }
}

/** Nothing was stated: what the account holds on the venue, by the books. */
function ledgerPortfolio(engine: Engine, account: AccountId, at: EpochMs): PortfolioView {
  const { prices } = engine.stateOf(books)
  const held = venuePositions(engine, account)
  const positions = held.flatMap(({ state, leverage, mark, pnl }) => {
    const { instrument, quantity, averageEntry } = state
    if (averageEntry === undefined || leverage === undefined) return []
    const size = quantity.abs()
    const cost = state.quantity.isZero() ? 0n : multiplyUnits(size.units, unitsOf(averageEntry))
    const observed = prices.quoted.get(instrument)
    return {
      id: instrument,
      asset: 'BTC',
      side: quantity.isNegative() ? ('short' as const) : ('long' as const),
      entryPrice: averageEntry,
      size: size.toString(),
      leverage: leverage.toString(),
      marginUsd: formatUnits(divideUnits(cost, leverage.units)),
      markPrice: mark?.toString() ?? null,
      pnlUsdc: pnl?.toString() ?? null,
      markAgeMs: observed === undefined ? null : Math.max(0, at - observed.observedAt),
    }
  })
  return { positions, source: positions.length === 0 ? null : 'ledger', updatedAt: positions.length === 0 ? null : isoFromEpochMs(at) }
}

function unitsOf(decimal: string): bigint {
  return ratio(decimal).units
}

function clientPositions(engine: Engine, account: AccountId): { readonly own: AccountBooks; readonly held: readonly Held[] } | undefined {
  const own = engine.stateOf(books).accounts.get(account)
  return own === undefined
    ? undefined
    : { own, held: [...own.positions.values()].filter(({ book, quantity }) => book === 'client' && quantity !== 0n) }
}

function venuePositions(engine: Engine, account: AccountId): readonly VenuePosition[] {
  const found = clientPositions(engine, account)
  if (found === undefined) return []
  const marked = engine.stateOf(position).mark
  return found.held.map((held) => ({
    state: positionState(found.own, held),
    leverage: held.leverage > 0n ? new Ratio(held.leverage) : undefined,
    mark: marked?.instrument === held.instrument.id ? marked.mark : undefined,
    pnl: held.valued === undefined || held.valued.missing ? undefined : new Money<'USDC'>(held.valued.unrealised),
  }))
}

function coverageViews(engine: Engine, account: AccountId): readonly CoverageView[] {
  const covers = [...engine.stateOf(coverage).coverages.values()].filter((cover) => cover.account === account && STANDING.has(cover.state))
  const own = engine.stateOf(books).accounts.get(account)
  const size = clientPositions(engine, account)?.held.reduce((sum, { quantity }) => sum + (quantity < 0n ? -quantity : quantity), 0n) ?? 0n
  return covers
    .toSorted((a, b) => a.expiry - b.expiry)
    .map((cover) => {
      const protectedSize = size === 0n ? cover.size.units : size
      const covered = protectedSize === 0n ? undefined : new Ratio(divideUnits(cover.filled.units, protectedSize))
      return { coverage: cover, mtm: own === undefined ? undefined : worthOf(own.positions, cover), ratio: covered }
    })
}

/** The cover's share of what the hedge book holds of its options, at the conservative close; of a combination the sum. */
function worthOf(positions: ReadonlyMap<string, Held>, cover: Coverage): Money<'USDC'> | undefined {
  let worth: Money<'USDC'> | undefined
  for (const leg of legsOf(cover)) {
    if (leg.filled.isZero() && cover.legs !== undefined) continue
    const held = positions.get(`hedge:${leg.instrument}`)
    if (held?.valued === undefined || held.valued.missing || held.quantity <= 0n) return undefined
    const own = shareOf(leg, { close: new Money<'USDC'>(held.valued.close), quantity: new Quantity(held.quantity) })
    worth = worth?.plus(own) ?? own
  }
  return worth
}

function alertViews(engine: Engine, raisedAt: ReadonlyMap<string, EpochMs>): readonly AlertView[] {
  return [...engine.stateOf(health).raised].map(([key, { name, severity, explanation }]) => ({
    name,
    severity,
    explanation,
    since: raisedAt.get(key),
    subject: key.slice(name.length + 1),
  }))
}

function historyPoint(engine: Engine, account: AccountId, at: EpochMs): HistoryPoint | undefined {
  const price = priceOf(engine, at)
  const view = valueOf(engine, account)
  if (price === undefined || view?.twin === undefined) return undefined
  return {
    at,
    index: price.price.toString(),
    equityClose: view.value.equityClose.toString(),
    equityMark: view.value.equityMark.toString(),
    equityUnprotected: view.twin.equity.toString(),
    floorEquity: coverInForce(coverageViews(engine, account))?.floorEquity.toString() ?? null,
  }
}
