/**
 * The certificate of a cover: what the protected position keeps in the worst case, computed from the books and the option's contract alone,
 * without the formula that quoted the floor. Five questions, one record:
 *   settlement  least equity at any index the floor speaks of, exact (certificate-settlement.ts), against `floorEquity`
 *   account     the same of the whole account: the uncovered part moves too, and the covers that last as long are settled with it
 *   gap         the same, with the position closed a stated move after the options paid: a renewal or close that comes late
 *   path        least equity and margin before settlement over spot, volatility and time: a model (certificate-path.ts)
 *   liquidation the index at which the venue would close the account, with its options, and with those of one venue worth nothing until
 *               settlement; exact, options at intrinsic value, no time value
 * The promise moves with the covered size alone; the rest of the account stands still at `index` in it, but not in the margin. What the floor
 * excludes by its terms (basis at the quote; funding, transfers, trading, other covers and changed statements since) is named with its amount; what is left is
 * `unexplained` and zero unless something was charged twice or not at all. Units: USDC. Pure: equal inputs, equal record, equal digest.
 */
import { canonicalJson } from '#base/canonical-json.ts'
import { sha256Hex } from '#base/sha256.ts'
import { divideUnits, multiplyUnits, ONE } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import { ivOfPremium, spotGrid, worstPath, YEAR_MS } from './certificate-path.ts'
import type { PathLeg } from './certificate-path.ts'
import { firstCrossing, kinksOf, payoffOf, slopeBeyond, worstSettlement } from './certificate-settlement.ts'
import type { SettlementLine } from './certificate-settlement.ts'
import type { CertificateInputs, CertificateResult, CertifiedBeside, CertifiedLeg, Excluded } from './certificate-record.ts'

/** Roundings of the floor, the books and this computation together stay far below it. */
const ROUNDING = 10n ** 12n
const ZERO = new Money<'USDC'>(0n)

export function certify(inputs: CertificateInputs): CertificateResult {
  const line = settlementLine(inputs)
  const settlement = settlementOf(inputs, line)
  const gap = gapOf(inputs, line)
  const liquidation = liquidationOf(inputs)
  const path = pathOf(inputs, line, liquidation.index)
  const survives = path.survives && liquidation.index === undefined
  const bindingOf = [
    { kind: 'settlement', equity: settlement.worst.equity, index: settlement.worst.index },
    { kind: 'gap', equity: gap.worst.equity, index: gap.worst.index },
    ...(path.equity === undefined ? [] : [{ kind: 'path', equity: path.equity.equity, index: path.equity.spotUsdc } as const]),
  ] as const
  const binding = bindingOf.reduce((least, one) => (one.equity.isBelow(least.equity) ? one : least))
  return {
    base: line.base,
    uncovered: uncoveredOf(inputs),
    settlement,
    ...accountOf(inputs, line),
    gap,
    path,
    liquidation,
    coverageRatio: ratiosOf(inputs, path.coverageRatio),
    binding,
    holds: settlement.holds && survives,
  }
}

/** SHA-256 of inputs and result as canonical JSON. */
export function certificateDigest(inputs: CertificateInputs, result: CertificateResult): string {
  return sha256Hex(canonicalJson({ inputs, result }))
}

function direction({ side }: Pick<CertificateInputs, 'side'>): bigint {
  return side === 'long' ? 1n : -1n
}

/** Worth of the books at the index of the promise, without the options. */
function baseOf({ books, index }: CertificateInputs): bigint {
  const moving = books.contracts.units + books.coin.units
  return books.cash.units + multiplyUnits(moving, index.units, 'floor') - books.cost.units
}

/** What the client states beyond the books has lost elsewhere what it has lost: no part of the venue's equity, and part of the promise. */
function promisedBase(inputs: CertificateInputs): Money<'USDC'> {
  return new Money<'USDC'>(baseOf(inputs) + (inputs.stated?.result.units ?? 0n)).minus(inputs.promise.owed)
}

/** Equity at settlement as a line through its kinks, with everything the certificate counts. */
export function settlementLine(inputs: CertificateInputs): SettlementLine {
  const { index, moving, legs, rates } = inputs
  return {
    base: promisedBase(inputs),
    index,
    moving: new Quantity<'BTC'>(direction(inputs) * moving.units),
    legs,
    fees: { deliveryRate: rates.deliveryRate, deliveryCap: rates.deliveryCap, takerRate: rates.takerRate },
  }
}

function highOf({ index, promise, grid }: CertificateInputs): bigint {
  return promise.floorHoldsUpTo?.units ?? multiplyUnits(index.units, BigInt(Math.round(grid.spotMultipleMax * 1e6)) * 10n ** 12n)
}

function settlementOf(inputs: CertificateInputs, line: SettlementLine): CertificateResult['settlement'] {
  const { promise } = inputs
  const high = highOf(inputs)
  const worst = worstSettlement(line, 0n, high)
  const slope = slopeBeyond(line)
  const excluded = excludedOf(inputs)
  const total = excluded.reduce((sum, { amount }) => sum.plus(amount), ZERO)
  const slack = worst.equity.minus(promise.floorEquity).minus(total)
  const isBounded = promise.floorHoldsUpTo !== undefined || slope >= 0n
  return {
    floorEquity: promise.floorEquity,
    worst,
    excluded,
    unexplained: unexplainedOf(inputs, line),
    slack,
    ...(slope >= 0n ? {} : { holdsUpTo: new Money<'USDC'>(high) }),
    slopeBeyond: new Quantity<'BTC'>(slope),
    holds: isBounded && slack.units >= -ROUNDING,
  }
}

/** What the terms leave out and came out against the account; what came out for it is no excuse for anything else. */
function excludedOf(inputs: CertificateInputs): readonly Excluded[] {
  const { since } = inputs
  const amounts = [
    { name: 'basis', amount: since.basis.negated() },
    { name: 'funding', amount: since.funding },
    { name: 'transfers', amount: since.transfers },
    { name: 'trading', amount: since.trading.minus(givenUp(inputs)) },
    { name: 'otherCovers', amount: since.otherCovers },
    { name: 'stated', amount: since.stated ?? ZERO },
  ] as const
  return amounts.filter(({ amount }) => amount.isNegative())
}

/** With a strike beyond the index the floor counts what position and option are sure to gain together: a part that was closed gains it no more. */
function givenUp({ size, moving, index, ...inputs }: CertificateInputs): Money<'USDC'> {
  const strike = ownStrike(inputs)
  const beyond = strike === undefined ? 0n : (strike.units - index.units) * direction(inputs)
  return new Money<'USDC'>(beyond > 0n ? multiplyUnits(beyond, size.units - moving.units, 'ceil') : 0n)
}

/** The strike the promise was made with: of the option that protects, or the mean of several. */
function ownStrike({ legs, side, promise }: Pick<CertificateInputs, 'legs' | 'side' | 'promise'>): BtcUsdc | undefined {
  return promise.strike ?? legs.find(({ optionType }) => (optionType === 'put') === (side === 'long'))?.strike
}

/** Between the equity the stated floor rests on and the books, once basis, funding and transfers are taken out. */
function unexplainedOf(inputs: CertificateInputs, { base }: SettlementLine): Money<'USDC'> {
  const { promise, since, size, index } = inputs
  const strike = ownStrike(inputs)
  if (strike === undefined) return ZERO
  const lossToStrike = multiplyUnits(index.units - strike.units, size.units, 'ceil') * direction(inputs)
  const stated = promise.floorEquity.units + promise.exitCostMax.units + lossToStrike
  const { basis, funding, transfers, trading, otherCovers, stated: restated = ZERO } = since
  const named = funding.plus(transfers).plus(trading).plus(otherCovers).plus(restated).minus(basis)
  return new Money<'USDC'>(base.units - stated - named.units)
}

/** Other covers that last at least as long as this one: at its settlement they hold what their contracts say. */
function lastingBeside({ beside = [], expiry }: CertificateInputs): readonly CertifiedBeside[] {
  return beside.filter((cover) => cover.expiry >= expiry)
}

/** One index settles them all, and everything the account has moves with it, covered or not. */
function accountOf(inputs: CertificateInputs, line: SettlementLine): Pick<CertificateResult, 'account'> {
  const { beside = [], stated, books, promise } = inputs
  const covers = lastingBeside(inputs)
  if (beside.length === 0 && stated === undefined && uncoveredOf(inputs).isZero()) return {}
  const owed = beside.reduce((sum, cover) => sum.plus(cover.owed), ZERO)
  const moving = new Quantity<'BTC'>(books.contracts.units + books.coin.units + (stated?.size.units ?? 0n))
  const legs = [...line.legs, ...covers.flatMap((cover) => cover.legs)]
  const worst = worstSettlement({ ...line, base: line.base.minus(owed), moving, legs }, 0n, highOf(inputs))
  const short = promise.floorEquity.minus(worst.equity)
  return { account: { covers: covers.length, moving, worst, belowFloor: short.isPositive() ? short : ZERO } }
}

function gapOf(inputs: CertificateInputs, line: SettlementLine): CertificateResult['gap'] {
  const { grid, promise } = inputs
  const against = direction(inputs) > 0n ? grid.gapMoveMax.negated() : grid.gapMoveMax
  const worst = worstSettlement({ ...line, gapMove: against }, 0n, highOf(inputs))
  const short = promise.floorEquity.minus(worst.equity)
  return { moveMax: grid.gapMoveMax, worst, belowFloor: short.isPositive() ? short : ZERO }
}

function pathOf(inputs: CertificateInputs, line: SettlementLine, liquidation: Money<'USDC'> | undefined): CertificateResult['path'] {
  const { legs, index, books, rates, grid, expiry, certifiedAt, activatedAt, premium, promise } = inputs
  const held = legs.map(pathLeg)
  const years = Math.max(0, expiry - activatedAt) / YEAR_MS
  const implied = ivOfPremium(held, { index: index.toNumber(), premium: premium.toNumber(), years })
  const spot = index.toNumber()
  const anchors = [...held.map(({ strike }) => strike), promise.floorPrice.toNumber(), liquidation?.toNumber() ?? 0, spot]
  const spotMax = highOf(inputs) / ONE
  const left = Math.max(0, expiry - certifiedAt)
  const worst = worstPath(
    {
      index: spot,
      promised: { base: line.base.toNumber(), moving: line.moving.toNumber() },
      account: { base: new Money<'USDC'>(baseOf(inputs)).toNumber(), moving: books.contracts.toNumber() + books.coin.toNumber() },
      contracts: books.contracts.toNumber(),
      legs: held,
      beside: lastingBeside(inputs).flatMap((cover) => cover.legs.map(pathLeg)),
      ivAnnual: implied ?? 0,
      credit: rates.optionMarginCredit.toNumber(),
      maintenanceRate: rates.maintenanceMarginRate.toNumber(),
    },
    {
      spots: spotGrid(spot, grid.spotMultipleMax, anchors).filter((each) => each <= Number(spotMax)),
      ivShifts: grid.ivShifts,
      instants: instantsOf(left, grid.renewWindowMs),
    },
  )
  return {
    model: 'black76',
    ivAnnual: implied ?? 0,
    ivBasis: implied === undefined ? 'none' : 'premium',
    scenarios: worst?.scenarios ?? 0,
    ...(worst === undefined ? {} : { equity: worst.equity, margin: worst.margin }),
    byInstant: worst?.byInstant ?? [],
    ...(worst?.coverageRatio === undefined ? {} : { coverageRatio: worst.coverageRatio }),
    survives: books.contracts.isZero() || (worst !== undefined && worst.margin.marginLeft.isPositive()),
  }
}

function pathLeg({ optionType, strike, quantity }: CertifiedLeg): PathLeg {
  return { optionType, strike: strike.toNumber(), quantity: quantity.toNumber() }
}

function instantsOf(left: number, renewWindowMs: number): readonly { readonly name: string; readonly msToExpiry: number }[] {
  const named = [
    { name: 'now', msToExpiry: left },
    { name: 'half_way', msToExpiry: Math.floor(left / 2) },
    { name: 'renewal_window', msToExpiry: Math.min(left, renewWindowMs) },
    { name: 'expiry', msToExpiry: 0 },
  ]
  return named.filter(({ msToExpiry }, i) => named.findIndex((other) => other.msToExpiry === msToExpiry) === i)
}

/** Going from the index against the position: first with every option at its intrinsic value, then without those of each venue in turn. */
function liquidationOf(inputs: CertificateInputs): CertificateResult['liquidation'] {
  const { books } = inputs
  const legs = [...inputs.legs, ...lastingBeside(inputs).flatMap((cover) => cover.legs)]
  const venues = [...new Set(legs.map(({ venue }) => venue))]
  if (books.contracts.isZero()) return { withoutVenue: venues.map((venue) => ({ venue, beyondStrike: true })) }
  const index = liquidationIndex(inputs, legs)
  const withoutVenue = venues.map((venue) => {
    const alone = liquidationIndex(
      inputs,
      legs.filter((leg) => leg.venue !== venue),
    )
    const strikes = legs.filter((leg) => leg.venue === venue).map(({ strike }) => strike.units)
    const beyondStrike = alone === undefined || strikes.every((strike) => (books.contracts.isPositive() ? alone < strike : alone > strike))
    return { venue, ...(alone === undefined ? {} : { index: new Money<'USDC'>(alone) }), beyondStrike }
  })
  return { ...(index === undefined ? {} : { index: new Money<'USDC'>(index) }), withoutVenue }
}

/** Where the venue would close the account that holds these options alone, at intrinsic value; undefined: nowhere the floor speaks of. */
export function liquidationIndex(inputs: CertificateInputs, legs: readonly CertifiedLeg[]): bigint | undefined {
  const { books, index, rates } = inputs
  const isLong = books.contracts.isPositive()
  const [low, high] = isLong ? [0n, index.units] : [index.units, highOf(inputs)]
  const nodes = kinksOf({ legs, fees: rates }, low, high)
  return firstCrossing((at) => marginLeft(inputs, legs, at), isLong ? nodes.toReversed() : nodes)
}

/** Equity for margin at an index, options at intrinsic value, less maintenance margin. */
function marginLeft({ books, rates }: CertificateInputs, legs: readonly CertifiedLeg[], index: bigint): bigint {
  const { cash, coin, contracts, cost } = books
  let left = cash.units + multiplyUnits(contracts.units + coin.units, index, 'floor') - cost.units
  for (const leg of legs) {
    const worth = multiplyUnits(leg.quantity.units, payoffOf(leg, index), 'floor')
    const credit = rates.optionMarginCredit.units < ONE ? rates.optionMarginCredit.units : ONE
    left += worth > 0n ? multiplyUnits(worth, credit, 'floor') : worth
  }
  return left - multiplyUnits(multiplyUnits(contracts.abs().units, index, 'ceil'), rates.maintenanceMarginRate.units, 'ceil')
}

/** Size of the client's position, on the side that is covered, in the books and as stated, beyond this cover and the others. */
function uncoveredOf(inputs: CertificateInputs): Quantity<'BTC'> {
  const { books, stated, beside = [], side, size } = inputs
  const beyond = (stated?.size.units ?? 0n) * direction(inputs)
  const held = books.protectable.units * direction(inputs)
  const position = (held > 0n ? held : 0n) + (beyond > 0n ? beyond : 0n)
  const left = beside.reduce((sum, cover) => (cover.side === side ? sum - cover.size.units : sum), position - size.units)
  return new Quantity<'BTC'>(left > 0n ? left : 0n)
}

function ratiosOf({ legs, size, books, side }: CertificateInputs, worst: number | undefined): CertificateResult['coverageRatio'] {
  const bought = legs.filter(({ optionType }) => (optionType === 'put') === (side === 'long'))
  const covered = bought.reduce((sum, { quantity }) => sum + quantity.units, 0n)
  const held = books.protectable.isZero() ? size.units : books.protectable.abs().units
  return {
    ofSize: new Ratio(held === 0n ? 0n : divideUnits(covered, held, 'floor')),
    ...(worst === undefined ? {} : { worst }),
  }
}
