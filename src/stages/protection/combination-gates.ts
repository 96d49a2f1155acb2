/**
 * A combination held against the gates of a cover (P-03): each leg's book as that of a single option for its own part of the size, then the
 * whole, which is one charge, one floor and one demand of margin.
 *   strike = sum of size x K / size, rounded against the client (down for a long, up for a short);  premium, fee = sums of the legs'
 *   floorEquity = equityBefore - size x (index - strike) x dir - outlay - exit costs,   exit costs as if all of it were of the dearer strike
 * The floor of the whole is held by the mean of the strikes (combinations.ts). Units: USDC, exact. Edges: the refusal names the leg it is about.
 */
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { divide, divideUnits, formatUnits, multiplyUnits, ONE, roundUnits } from '#units/exact.ts'
import { sum, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { DurationMs } from '#units/time.ts'
import { optionTradeFee } from '#domain/fees.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { Charge } from '#topics/protection.ts'
import { walkAsks } from './book-walk.ts'
import type { Listed } from './candidates.ts'
import { chargeFor } from './charge.ts'
import { exitCostsOf, floorEquityOf, strikeHolds } from './floor.ts'
import type { ExitCosts } from './floor.ts'
import { checkMoney, checkSize, checkSlippage, checkSpread, NEUTRAL, observed, tooSmall } from './gates.ts'
import { marginBelowFloors } from './margin-at-strike.ts'
import type { SelectionInputs } from './selection.ts'

type Usdc = Money<'USDC'>
const FLOOR_GRAIN = ONE / 1_000_000n

export interface LegWanted {
  readonly listed: Listed
  readonly size: Quantity<'BTC'>
}
export interface PricedLeg extends LegWanted {
  readonly ask: CoinPremium
  readonly bid: CoinPremium | undefined
  readonly average: CoinPremium
  readonly worst: CoinPremium
  readonly premium: Usdc
  readonly fee: Usdc
}
export interface Combination {
  readonly legs: readonly PricedLeg[]
  readonly strike: BtcUsdc
  readonly premium: Usdc
  readonly fee: Usdc
  readonly charge: Charge
  readonly outlay: Usdc
  readonly exit: ExitCosts
  readonly floorEquity: Usdc
}

export function gateCombination(wanted: readonly LegWanted[], inputs: SelectionInputs): Result<Combination> {
  const legs: PricedLeg[] = []
  for (const leg of wanted) {
    const priced = priceLeg(leg, inputs)
    if (!priced.ok) return { ok: false, refusal: { ...priced.refusal, field: `legs.${leg.listed.option.id}.${priced.refusal.field}` } }
    legs.push(priced.value)
  }
  const strike = meanStrike(legs, inputs.terms.side)
  const missed = checkStrike(strike, inputs)
  if (missed !== undefined) return { ok: false, refusal: missed }
  const premium = sum(legs.map((leg) => leg.premium))
  const fee = sum(legs.map((leg) => leg.fee))
  const { size } = inputs.terms
  const charge = chargeFor({ premium, fee, offered: offeredOf(legs, size), size }, { ...(inputs.charging ?? NEUTRAL), terms: inputs.terms })
  return charge.ok ? whole({ legs, strike, premium, fee, charge: charge.value }, inputs) : charge
}

function whole(parts: Omit<Combination, 'outlay' | 'exit' | 'floorEquity'>, inputs: SelectionInputs): Result<Combination> {
  const { terms, index, equityBefore, config } = inputs
  const { size, side } = terms
  const { legs, strike, charge } = parts
  const exit = exitCostsOf({ size, strike: dearest(legs), side }, { ...config.fees, settlementMultipleMax: config.settlementMultipleMax })
  const cost = parts.premium.plus(parts.fee)
  const outlay = cost.isBelow(charge.charged) ? charge.charged : cost
  const floorEquity = floorEquityOf({ equityBefore, size, index, strike, side, premium: outlay, fee: zero(), exitCosts: exit.total })
  const atBid = sum(legs.map(({ bid, size: part }) => (bid ?? new Price<'BTC', 'BTC'>(0n)).times(part).convert(index, 'floor')))
  const strikes = legs.map(({ listed, size: part }) => ({ size: part, strike: listed.option.strike }))
  const missed = checkMoney({ outlay, exit, floorEquity, atBid, margin: marginBelowFloors(strikes, exit.indexMax, config) }, inputs)
  return missed === undefined ? ok({ ...parts, exit, outlay, floorEquity }) : { ok: false, refusal: missed.refusal }
}

/** Fresh, close enough, offered in full, at a price that does not slip: for its own part of the size. */
function priceLeg({ listed, size }: LegWanted, { at, index, config }: SelectionInputs): Result<PricedLeg> {
  const refuse = (refusal: Refusal): Result<PricedLeg> => ({ ok: false, refusal })
  const fresh = observed(listed.quote).read(at, config.quoteMaxAgeMs as DurationMs)
  if (!fresh.ok) return fresh
  const { ask, bid, askSize } = fresh.value
  if (ask === undefined) return refuse({ code: 'no_ask', field: 'ask', seen: 'missing', limit: 'an offer' })
  const spread = checkSpread(fresh.value, ask, config)
  if (spread !== undefined) return refuse(spread)
  const short = checkSize(askSize, size, config)
  if (short !== undefined) return refuse(withoutFlip(short))
  const walked = walkAsks([{ price: ask, size: askSize ?? new Quantity(0n) }], size)
  if (walked === undefined) return refuse(withoutFlip(tooSmall(askSize, size, size)))
  const slipped = checkSlippage(walked, config)
  if (slipped !== undefined) return refuse(slipped)
  const { average, worst } = walked
  const fee = optionTradeFee(average, size, config.fees).convert(index, 'ceil')
  return ok({ listed, size, ask, bid, average, worst, premium: average.times(size).convert(index, 'ceil'), fee })
}

/** The size a request would have to name is not the size of a leg. */
function withoutFlip({ flip: _, ...refusal }: Refusal): Refusal {
  return refusal
}

function meanStrike(
  legs: readonly { readonly listed: { readonly option: { readonly strike: BtcUsdc } }; readonly size: Quantity<'BTC'> }[],
  side: PositionSide,
): BtcUsdc {
  const rounding = side === 'long' ? 'floor' : 'ceil'
  const size = legs.reduce((total, leg) => total + leg.size.units, 0n)
  return new Price(
    divide(
      legs.reduce((total, leg) => total + leg.listed.option.strike.units * leg.size.units, 0n),
      size,
      rounding,
    ),
  )
}

function checkStrike(strike: BtcUsdc, { floorPrice, index, terms }: SelectionInputs): Refusal | undefined {
  if (floorPrice === undefined || strikeHolds(strike, floorPrice, terms.side)) return undefined
  const away = terms.side === 'long' ? index.units - strike.units : strike.units - index.units
  const floor = roundUnits(divideUnits(away, index.units, 'ceil'), FLOOR_GRAIN, 'ceil')
  const refusal = { code: 'no_strike', field: 'drawdownFloorPct', seen: strike.toString(), limit: floorPrice.toString() }
  return floor > 0n && floor < ONE ? { ...refusal, flip: { field: 'drawdownFloorPct', to: formatUnits(floor) } } : refusal
}

/** Offered of the whole, as the scarcer book has it. */
function offeredOf(legs: readonly PricedLeg[], size: Quantity<'BTC'>): Quantity<'BTC'> {
  const scarcest = legs.reduce<bigint | undefined>((least, { listed, size: part }) => {
    const share = multiplyUnits(divideUnits(listed.quote.askSize?.units ?? 0n, part.units, 'floor'), size.units, 'floor')
    return least === undefined || share < least ? share : least
  }, undefined)
  return new Quantity(scarcest ?? 0n)
}

function dearest(legs: readonly LegWanted[]): BtcUsdc {
  return legs.map(({ listed }) => listed.option.strike).reduce((a, b) => (a.isAtLeast(b) ? a : b))
}
