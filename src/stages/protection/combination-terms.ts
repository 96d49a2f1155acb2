/**
 * What a pair of options is looked for in, and the exact rules a pair found has to keep: the mean strike holds the floor price, the floor equity is
 * positive and at or above what was demanded, cash pays for it. Lots of 0.1 coin; `value` and `cost` of a lot are floats in USDC for the search,
 * everything in a `Split` is exact. Legs pass the gates a single option would: fresh, spread, at least a lot on offer.
 */
import { assert } from '#base/assert.ts'
import { divideUnits, multiplyUnits, ONE } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { RATIO_ONE } from '#units/ratio.ts'
import type { DurationMs } from '#units/time.ts'
import { optionTradeFee } from '#domain/fees.ts'
import { findCandidates } from './candidates.ts'
import type { Listed } from './candidates.ts'
import { direction, exitCostsOf } from './floor.ts'
import { checkSpread, observed } from './gates.ts'
import type { SelectionInputs } from './selection.ts'

type Usdc = Money<'USDC'>
const LOT = ONE / 10n

export interface Leg {
  readonly listed: Listed
  /** Instrument and venue: equals are ordered by it. */
  readonly name: string
  /** On offer. */
  readonly lots: number
  /** dir x strike of a lot, and what a lot costs with its fee. */
  readonly value: number
  readonly cost: number
}
export interface PairWanted {
  readonly lots: number
  /** dir x floor price of a lot; undefined where no share of the price was asked for. */
  readonly meanValue: number | undefined
  /** Least sum over the lots of value less cost; undefined where no equity was asked for. */
  readonly floorSlack: ((a: Leg, b: Leg) => number) | undefined
  readonly inputs: SelectionInputs
}
export interface SplitLeg {
  readonly leg: Leg
  readonly size: Quantity<'BTC'>
  readonly premium: Usdc
  readonly fee: Usdc
}
export interface Split {
  readonly legs: readonly [SplitLeg, SplitLeg]
  readonly cost: Usdc
  readonly floorEquity: Usdc
}

/** Every option in the window of expiries whose book could sell a lot, on either side of the floor price. */
export function legsOf(inputs: SelectionInputs): readonly Leg[] {
  const { at, terms, index, config, chains } = inputs
  const { side, tenorDays } = terms
  const { expirySlackMs, tenorMultipleMax } = config
  const found = findCandidates(chains, {
    at,
    side,
    tenorDays,
    expirySlackMs,
    tenorMultipleMax,
    index,
    floorPrice: undefined,
    only: undefined,
  })
  return found.ok ? found.value.flatMap((listed) => legOf(listed, inputs) ?? []) : []
}

function legOf(listed: Listed, inputs: SelectionInputs): Leg | undefined {
  const { at, config, terms } = inputs
  const { instrument, venue, ask, askSize } = listed.quote
  if (ask === undefined || !observed(listed.quote).read(at, config.quoteMaxAgeMs as DurationMs).ok) return undefined
  if (checkSpread(listed.quote, ask, config) !== undefined) return undefined
  const offered = askSize?.units ?? 0n
  const served = config.availableRatioMin.compare(RATIO_ONE) > 0 ? divideUnits(offered, config.availableRatioMin.units, 'floor') : offered
  const lots = Number(served / LOT)
  if (lots < 1) return undefined
  const { premium, fee } = boughtOf(listed, 1, inputs)
  const value = listed.option.strike.times(new Quantity<'BTC'>(LOT)).toNumber()
  return {
    listed,
    name: `${instrument} ${venue}`,
    lots,
    value: terms.side === 'long' ? value : -value,
    cost: premium.plus(fee).toNumber(),
  }
}

function boughtOf(
  { quote }: Listed,
  lots: number,
  { index, config }: SelectionInputs,
): { size: Quantity<'BTC'>; premium: Usdc; fee: Usdc } {
  const size = new Quantity<'BTC'>(LOT * BigInt(lots))
  assert(quote.ask !== undefined, 'a leg has an ask')
  const fee = optionTradeFee(quote.ask, size, config.fees).convert(index, 'ceil')
  return { size, premium: quote.ask.times(size).convert(index, 'ceil'), fee }
}

export function pairWanted(inputs: SelectionInputs): PairWanted {
  const { terms, floorPrice, wanted, equityBefore, index } = inputs
  const dir = terms.side === 'long' ? 1 : -1
  const lots = Number(terms.size.units / LOT)
  const meanValue = floorPrice === undefined ? undefined : (dir * floorPrice.toNumber()) / 10
  const atIndex = dir * index.times(terms.size).toNumber()
  const fixed = wanted === undefined ? undefined : wanted.least.minus(equityBefore).toNumber() + atIndex
  const floorSlack = fixed === undefined ? undefined : (a: Leg, b: Leg): number => fixed + exitOf([a, b], inputs).toNumber()
  return { lots, meanValue, floorSlack, inputs }
}

/** As if the whole size were of the dearer strike to leave: never less than what the two cost. */
function exitOf(legs: readonly Leg[], { terms, config }: SelectionInputs): Usdc {
  const dearest = legs.map(({ listed }) => listed.option.strike).reduce((a, b) => (a.isAtLeast(b) ? a : b))
  const rates = { ...config.fees, settlementMultipleMax: config.settlementMultipleMax }
  return exitCostsOf({ size: terms.size, strike: dearest, side: terms.side }, rates).total
}

/** n lots of `a` and the rest of `b`, where they keep every rule. */
export function exactPair(a: Leg, n: number, b: Leg, { lots, inputs }: PairWanted): Split | undefined {
  const { terms, index, equityBefore, floorPrice, wanted, account } = inputs
  const legs = [
    { leg: a, ...boughtOf(a.listed, n, inputs) },
    { leg: b, ...boughtOf(b.listed, lots - n, inputs) },
  ] as const
  const [first, second] = legs
  const cost = first.premium.plus(first.fee).plus(second.premium).plus(second.fee)
  const strikes = legs.reduce((sum, { leg, size }) => sum + multiplyUnits(leg.listed.option.strike.units, size.units, 'floor'), 0n)
  if (floorPrice !== undefined && !holdsMean(strikes, inputs)) return undefined
  const lossToStrikes = (multiplyUnits(index.units, terms.size.units, 'ceil') - strikes) * direction(terms.side)
  const floorEquity = new Money<'USDC'>(equityBefore.units - lossToStrikes).minus(cost).minus(exitOf([a, b], inputs))
  if (!floorEquity.isPositive() || account.cash.isBelow(cost)) return undefined
  if (wanted !== undefined && floorEquity.isBelow(wanted.least)) return undefined
  return { legs, cost, floorEquity }
}

function holdsMean(strikes: bigint, { terms, floorPrice }: SelectionInputs): boolean {
  if (floorPrice === undefined) return true
  const floor = multiplyUnits(floorPrice.units, terms.size.units, 'ceil')
  return terms.side === 'long' ? strikes >= floor : strikes <= floor
}
