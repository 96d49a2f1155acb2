/**
 * The figures of a run. `equityEnd - equityStart = realized + unrealized - fees - funding`, exactly: what was earned and what is still
 * open, less what was paid. All from the platform's books; `residual` is their distance to the second computation, and a run whose
 * residual reaches a cent has no report.
 * Units: USDC, decimal strings. Edges: `realized` holds what an insurance fund paid for a loss beyond the account's money (told apart
 * as well); `unrealized` is at the conservative close, like `equityEnd`, with the last place (1e-18) the coin conversions round.
 */
import { assert, present } from '#base/assert.ts'
import { usdc } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { RunLedger, SeriesPoint } from './ledger-of-run.ts'
import { ACCOUNT } from './request.ts'
import type { BacktestRequest } from './request.ts'
import type { RunResult } from './run.ts'
import { exitCosts, secondBooks } from './second-books.ts'

export interface Totals {
  readonly equityStart: string
  readonly equityEnd: string
  readonly equityEndAtMark: string
  readonly equityEndUnprotected: string
  readonly lowestEquity: string
  readonly lowestEquityAtMark: string
  readonly lowestEquityUnprotected: string
  readonly firstFloorEquity: string | null
  readonly lowestFloorEquity: string | null
  /** Greatest amount by which the equity lay under the floor in force at a snapshot; 0 when never. At the conservative close, and at mark. */
  readonly worstBreach: string
  readonly worstBreachAtMark: string
  /** The same against the first floor, up to the end. */
  readonly worstBreachOfFirstFloor: string
  readonly worstBreachOfFirstFloorAtMark: string
  readonly premiumPaid: string
  /** From covers sold before their expiry. */
  readonly premiumReceived: string
  readonly fees: string
  /** Part of the fees: deliveries and closing the position. */
  readonly exitFees: string
  /** Positive when paid. */
  readonly funding: string
  readonly payout: string
  readonly insurance: string
  readonly realized: string
  readonly unrealized: string
  readonly residual: string
}

type Usdc = Money<'USDC'>
const CENT = usdc('0.01')
const NOTHING = usdc('0')

/** Books and second computation differ: nothing may be reported. */
export class ResidualError extends Error {
  override readonly name = 'ResidualError'
}

export function totalsOf(request: BacktestRequest, { series }: RunLedger, { views, host, equityStart, prices }: RunResult): Totals {
  const { value, twin } = present(views.value(ACCOUNT), 'a run ends with a valued account')
  assert(series.length > 0, 'a run has a point with equity and twin')
  const second = secondBooks(request.cash, host.said, prices)
  const residual = furthest([
    difference(value.equityClose, second.equityClose),
    difference(value.equityMark, second.equityMark),
    difference(value.fees, second.fees),
    difference(value.premiumPaid, second.premiumPaid),
    difference(value.payout, second.payout),
    difference(value.funding.negated(), second.fundingPaid),
  ])
  if (residual.abs().isAtLeast(CENT))
    throw new ResidualError(`books and second computation agree to the cent, not ${residual.toString()} USDC apart`)
  const insurance = usdc(second.insurance)
  const realized = value.realised.plus(insurance)
  const fundingPaid = value.funding.negated()
  const unrealized = value.equityClose.minus(usdc(equityStart)).minus(realized).plus(value.fees).plus(fundingPaid)
  const open = value.unrealised.plus(value.equityClose).minus(value.equityMark)
  assert(!unrealized.minus(open).abs().isAtLeast(CENT), 'what is neither realised nor paid is the result of what is open')
  return {
    equityStart,
    equityEnd: value.equityClose.toString(),
    equityEndAtMark: value.equityMark.toString(),
    equityEndUnprotected: twin?.equity.toString() ?? '0',
    lowestEquity: lowestOf(series, 'equityProtected'),
    lowestEquityAtMark: lowestOf(series, 'equityAtMark'),
    lowestEquityUnprotected: lowestOf(series, 'equityUnprotected'),
    ...floorsOf(series),
    premiumPaid: value.premiumPaid.toString(),
    premiumReceived: usdc(second.premiumReceived).toString(),
    fees: value.fees.toString(),
    exitFees: exitCosts(host.said),
    funding: fundingPaid.toString(),
    payout: value.payout.toString(),
    insurance: insurance.toString(),
    realized: realized.toString(),
    unrealized: unrealized.toString(),
    residual: residual.toString(),
  }
}

type Floors = Pick<
  Totals,
  | 'firstFloorEquity'
  | 'lowestFloorEquity'
  | 'worstBreach'
  | 'worstBreachAtMark'
  | 'worstBreachOfFirstFloor'
  | 'worstBreachOfFirstFloorAtMark'
>
function floorsOf(series: readonly SeriesPoint[]): Floors {
  const inForce = series.flatMap(({ floorEquity }) => (floorEquity === null ? [] : [usdc(floorEquity)]))
  const first = inForce[0]
  const since = series.slice(series.findIndex(({ floorEquity }) => floorEquity !== null))
  const underFirst = (field: EquityField): string =>
    first === undefined ? '0' : highest(since.map((point) => first.minus(usdc(point[field])))).toString()
  const under = (field: EquityField): string =>
    highest(series.map((point) => (point.floorEquity === null ? NOTHING : usdc(point.floorEquity).minus(usdc(point[field]))))).toString()
  return {
    firstFloorEquity: first?.toString() ?? null,
    lowestFloorEquity: first === undefined ? null : inForce.reduce((held, floor) => (floor.isBelow(held) ? floor : held)).toString(),
    worstBreach: under('equityProtected'),
    worstBreachAtMark: under('equityAtMark'),
    worstBreachOfFirstFloor: underFirst('equityProtected'),
    worstBreachOfFirstFloorAtMark: underFirst('equityAtMark'),
  }
}

type EquityField = 'equityProtected' | 'equityAtMark' | 'equityUnprotected'

function lowestOf(series: readonly SeriesPoint[], field: EquityField): string {
  return series
    .map((point) => usdc(point[field]))
    .reduce((held, amount) => (amount.isBelow(held) ? amount : held))
    .toString()
}

/** Never under 0. */
function highest(amounts: readonly Usdc[]): Usdc {
  return amounts.reduce((held, amount) => (held.isBelow(amount) ? amount : held), NOTHING)
}

function furthest(amounts: readonly Usdc[]): Usdc {
  return amounts.reduce((held, amount) => (held.abs().isBelow(amount.abs()) ? amount : held), NOTHING)
}

function difference(ours: Usdc, theirs: string): Usdc {
  const point = theirs.indexOf('.')
  return ours.minus(usdc(point < 0 ? theirs : theirs.slice(0, point + 19)))
}
