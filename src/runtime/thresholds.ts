/**
 * How far everything is at which something happens to an account: in price (share of the index, and the time in which the index moves that far
 * by one standard deviation: (ln(P / I) / sigma)^2 years, sigma per sqrt(year) at the money) and in time. Prices from the books and the cover
 * are exact; where an option that still lives has a part in it the price is a model's (`scenario.ts`) and says so. What does not apply or is
 * not known is left out. Reads only.
 */
import type { AccountId } from '#domain/order.ts'
import type { Engine } from '#engine/engine.ts'
import { contextOf, funding, holderOf } from '#stages/analysis/funding/funding.ts'
import { readIv } from '#stages/analysis/volatility/iv-reading.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import { books } from '#stages/ledger/books.ts'
import { hedgeLoop } from '#stages/hedging/loop.ts'
import { coverage } from '#stages/protection/coverage.ts'
import type { AccountValue } from '#topics/account.ts'
import { coverName } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { multiplyUnits, unitsFromFloat } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { firstIndex, isLiquidated, valuerOf } from './scenario.ts'
import type { Valuer } from './scenario.ts'
import { inForceOf } from './views-in-force.ts'

export type PriceThresholdId = 'strike' | 'floor_price' | 'equity_at_floor' | 'drawdown_limit' | 'programme_limit' | 'liquidation'
export type TimeThresholdId = 'renewal_due' | 'renewal_escalated' | 'renewal_gap' | 'cover_expiry' | 'funding'
export interface PriceThreshold {
  readonly id: PriceThresholdId
  readonly price: BtcUsdc
  /** Time in which one standard deviation of the index is as far as the price; absent without a volatility. */
  readonly oneSigmaMs: number | undefined
  readonly isModel: boolean
  readonly source: string
}
export interface TimeThreshold {
  readonly id: TimeThresholdId
  readonly at: EpochMs
  readonly subject: string
  /** What a reader calls the subject: the option or options of a cover. */
  readonly name: string
  /** Of a cover: the one that has taken its place already. */
  readonly followedBy?: string | undefined
  /** What is expected to be received (positive) or paid, at the rate of now. */
  readonly expected: Money<'USDC'> | undefined
  readonly source: string
}
export interface ProgrammeLimit {
  readonly limit: Money<'USDC'>
  readonly level: string
}
export interface ThresholdsView {
  readonly index: BtcUsdc
  readonly volatility: { readonly ivAnnual: number; readonly tenorDays: number; readonly source: string } | undefined
  readonly prices: readonly PriceThreshold[]
  readonly times: readonly TimeThreshold[]
}

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
const TENOR_DAYS_MIN = 1
const TENOR_DAYS = 7
const RATE_PLACES = 12
const STANDING: ReadonlySet<Coverage['state']> = new Set(['active', 'settling'])

export function thresholdsView(engine: Engine, account: AccountId, now: EpochMs): ThresholdsView | undefined {
  const valuer = valuerOf(engine, account, now)
  if (valuer === undefined) return undefined
  const covers = [...engine.stateOf(coverage).coverages.values()].filter((one) => one.account === account && STANDING.has(one.state))
  const cover = inForceOf(covers)
  const sigma = volatilityOf(engine, cover, now)
  const away = (price: BtcUsdc): number | undefined => (sigma === undefined ? undefined : oneSigmaMs(valuer.index, price, sigma.ivAnnual))
  return {
    index: valuer.index,
    volatility: sigma,
    prices: pricesOf(engine, account, valuer, cover, now).map((one) => ({ ...one, oneSigmaMs: away(one.price) })),
    times: [...covers.flatMap((one) => timesOfCover(engine, one, covers)), ...fundingTimes(engine, account, valuer.index, now)]
      .filter(({ at }) => at > now)
      .toSorted((a, b) => a.at - b.at),
  }
}

export function oneSigmaMs(index: BtcUsdc, price: BtcUsdc, ivAnnual: number): number {
  const deviations = Math.log(price.toNumber() / index.toNumber()) / ivAnnual
  return deviations * deviations * YEAR_MS
}

/** At the tenor of the cover, as that is the time the move has; a week where none stands. */
function volatilityOf(engine: Engine, cover: Coverage | undefined, now: EpochMs): ThresholdsView['volatility'] {
  const { surfaces, last } = engine.stateOf(volatility)
  const tenorDays = cover === undefined ? TENOR_DAYS : Math.max(TENOR_DAYS_MIN, (cover.expiry - now) / DAY_MS)
  const read = readIv(surfaces, { tenorDays, at: now })
  if (read.ok) return { ivAnnual: read.value.iv, tenorDays, source: `surface of ${read.value.venue}, at the money` }
  if (last?.realisedAnnual === undefined) return undefined
  return { ivAnnual: last.realisedAnnual, tenorDays: last.spanMs / DAY_MS, source: 'realised volatility of the index' }
}

type Found = Omit<PriceThreshold, 'oneSigmaMs'>

function pricesOf(engine: Engine, account: AccountId, valuer: Valuer, cover: Coverage | undefined, now: EpochMs): readonly Found[] {
  const held = [...(engine.stateOf(books).accounts.get(account)?.positions.values() ?? [])]
  const size = held.reduce(
    (sum, { book, instrument, quantity }) => (book === 'client' && instrument.kind !== 'option' ? sum + quantity : sum),
    0n,
  )
  if (size === 0n) return []
  const dir = size > 0n ? -1n : 1n
  const still = { iv: 1, at: now }
  const options = held.some(({ instrument, quantity }) => instrument.kind === 'option' && quantity !== 0n)
  const at = (id: PriceThresholdId, source: string, isSo: (value: AccountValue) => boolean): readonly Found[] => {
    const price = firstIndex(valuer, still, dir, isSo)
    return price === undefined ? [] : [{ id, price, isModel: options, source }]
  }
  const isUnder = (limit: Money<'USDC'>) => (value: AccountValue) => value.equityClose.compare(limit) <= 0
  const programme = programmeLimit(engine, account)
  const end = [
    ...(programme === undefined ? [] : at('programme_limit', `accounts file, level ${programme.level}`, isUnder(programme.limit))),
    ...at('liquidation', 'books: equity at mark, covers included, against maintenance margin', isLiquidated),
  ]
  if (cover === undefined) return end
  const { strike, floorPrice, floorEquity, drawdownLimit, coverageId } = cover
  return [
    { id: 'strike', price: strike, isModel: false, source: coverageId },
    { id: 'floor_price', price: floorPrice, isModel: false, source: coverageId },
    ...at('equity_at_floor', `${coverageId}, books at the bid`, isUnder(floorEquity)),
    ...(drawdownLimit.compare(floorEquity) === 0 ? [] : at('drawdown_limit', `${coverageId}, books at the bid`, isUnder(drawdownLimit))),
    ...end,
  ]
}

/** What the account's programme states in the accounts file. */
export function programmeLimit(engine: Engine, account: AccountId): ProgrammeLimit | undefined {
  const funded = engine.configOf(hedgeLoop).accounts[account]
  return funded === undefined ? undefined : { limit: funded.drawdownLimitUsdc, level: funded.level }
}

/** A cover that another has followed ends, and nothing else: its renewal is done. One whose roll is under way still has to be followed. */
function timesOfCover(engine: Engine, cover: Coverage, standing: readonly Coverage[]): readonly TimeThreshold[] {
  const { coverageId, expiry, terms, state } = cover
  const { renewWindowMs, escalateMs, gapNoticeMs } = engine.configOf(coverage)
  const follower = standing.find((one) => one.previousCoverageId === coverageId && one.state === 'active' && one.roll === undefined)
  const before = (id: TimeThresholdId, span: number, source: string): TimeThreshold => ({
    id,
    at: later(expiry, -span),
    subject: coverageId,
    name: coverName(cover),
    ...(follower === undefined ? {} : { followedBy: coverName(follower) }),
    expected: undefined,
    source,
  })
  const end = before('cover_expiry', 0, 'terms of the cover')
  if (terms.renewal === 'none' || state !== 'active' || follower !== undefined) return [end]
  return [
    before('renewal_due', renewWindowMs, 'protection/coverage.renewWindowMs'),
    before('renewal_escalated', escalateMs, 'protection/coverage.escalateMs'),
    before('renewal_gap', gapNoticeMs, 'protection/coverage.gapNoticeMs'),
    end,
  ]
}

/** The next booking of each perpetual the account holds: size x index x the rate of one interval, received where the rate is against the others. */
function fundingTimes(engine: Engine, account: AccountId, index: BtcUsdc, now: EpochMs): readonly TimeThreshold[] {
  const { charged, holdings } = engine.stateOf(funding)
  return [...charged].flatMap(([instrument, known]) => {
    const holding = holdings.get(instrument)?.get(account)
    const { nextDueAt, fundingRateInterval } = contextOf(known, now)
    if (holding === undefined || nextDueAt === undefined) return []
    const { quantity } = holderOf(holding)
    if (quantity.isZero()) return []
    const notional = multiplyUnits(quantity.units, index.units)
    const paid = fundingRateInterval === undefined ? undefined : multiplyUnits(notional, unitsFromFloat(fundingRateInterval, RATE_PLACES))
    const expected = paid === undefined ? undefined : new Money<'USDC'>(-paid)
    return [{ id: 'funding' as const, at: nextDueAt, subject: instrument, name: instrument, expected, source: 'the venue’s rate of now' }]
  })
}
