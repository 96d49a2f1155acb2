/**
 * A first look at a candidate in floats, so that the exact gates (gates.ts) are run on the few that can matter and not on all. It decides
 * nothing: each bound has room for the roundings of both worlds, and what is closer to a limit than that room counts as one that may pass.
 *   surely refused: the rank of the gate, and bounds of the distance the exact refusal will have
 *   may pass:       the most the exact score can be
 * The formulas are those of gates.ts, charge.ts, floor.ts, margin-at-strike.ts and score.ts, in that order; what is linear in the strike is
 * one factor a request. Units: USDC, coin; `room` is absolute in USDC, shares of it 1e-12 of all amounts that enter, a thousand times what
 * float64 loses on them. Edges: slippage of one level is rounding alone, so a limit under 1e-6 is left to the exact gate; a price that may
 * be passed on is known between the hedge's cost and the price.
 */
import { floatFromUnits, multiplyUnits } from '#units/exact.ts'
import { DAY_MS } from '#units/time.ts'
import { premiumTick } from '#domain/catalogue.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { Listed } from './candidates.ts'
import { chargeBounds } from './charge-bounds.ts'
import type { Bounds } from './charge-bounds.ts'
import { spreadLimit } from './gates.ts'
import type { GateInputs } from './gates.ts'
import type { QuotesConfig } from './quote-config.ts'

export interface Look {
  readonly listed: Listed
  /** Of the gate that surely refuses; 0: it may pass. */
  readonly rank: number
  /** Of the exact distance, where it is refused. */
  readonly distance: Bounds
  /** Of the exact score, where it may pass. */
  readonly scoreMax: number
}

const SHARE = 1e-12
const LEAST_ROOM = 1e-9
/** Under it the rounding of a level's average could count as slippage. */
const SLIPPAGE_SURE = 1e-6
/** Scores are rounded to 1e-9. */
const SCORE_ROOM = 1e-9
const SCORE_SHARE = 1e-11
const NONE: Bounds = { least: 0, most: 0 }

export function firstLook(inputs: GateInputs): (listed: Listed) => Look {
  const book = bookLook(inputs)
  const money = moneyLook(inputs)
  return (listed) => book(listed) ?? money(listed)
}

/** Ranks 1 to 4: comparisons of what the quote says; exact, but for the distance. */
function bookLook({ at, config, terms }: GateInputs): (listed: Listed) => Look | undefined {
  const size = terms.size.units
  const required = multiplyUnits(size, config.availableRatioMin.units, 'ceil')
  const byTicks = spreadByTicks(config)
  return (listed) => {
    const { ask, bid, askSize, observedAt, maxAgeMs } = listed.quote
    const age = Math.max(0, at - observedAt)
    if (!(age <= Math.min(maxAgeMs, config.quoteMaxAgeMs))) return refusedAt(1, listed, { least: age, most: age })
    if (ask === undefined) return refusedAt(2, listed, NONE)
    const spread = ask.units - (bid?.units ?? 0n)
    if (spread < 0n) return refusedAt(3, listed, distance(bid?.toNumber() ?? 0, ask.toNumber(), 0))
    if (spread > byTicks(premiumTick(ask).units)) {
      const limit = spreadLimit(listed.quote, ask, config)
      if (spread > limit) return refusedAt(3, listed, distance(floatFromUnits(spread), floatFromUnits(limit), 0))
    }
    const offered = askSize?.units ?? 0n
    if (offered < required) return refusedAt(4, listed, negative(fitting(offered, size, required)))
    return offered < size ? refusedAt(4, listed, NONE) : undefined
  }
}

/** The spread that so many ticks allow: a chain has two ticks, and to multiply costs more than to remember. */
function spreadByTicks({ spreadTicksMax }: QuotesConfig): (tick: bigint) => bigint {
  const ticksMax = BigInt(spreadTicksMax)
  let [known, widest] = [0n, 0n]
  return (tick) => {
    if (tick !== known) [known, widest] = [tick, tick * ticksMax]
    return widest
  }
}

/** What the level would serve, as the exact refusal says it. */
function fitting(offered: bigint, size: bigint, required: bigint): number {
  const fits = (offered * size) / required
  return floatFromUnits(fits < offered ? fits : offered)
}

function negative(size: number): Bounds {
  return { least: -size * (1 + SHARE), most: -size * (1 - SHARE) }
}

/** Ranks 5 to 11 and the score. */
function moneyLook(inputs: GateInputs): (listed: Listed) => Look {
  const { at, terms, config } = inputs
  const hedge = hedgeCost(inputs)
  const charge = chargeBounds(inputs)
  const account = accountLook(inputs)
  const score = scoreBound(inputs)
  const fixed = terms.premiumMax?.toNumber() ?? 0
  const isSlippageSure = config.slippageMax.toNumber() >= SLIPPAGE_SURE
  return (listed) => {
    const { option, quote } = listed
    const [ask, bid, strike] = [(quote.ask?.level ?? 0) / 1e18, (quote.bid?.level ?? 0) / 1e18, option.strike.level / 1e18]
    const { premium, cost } = hedge(ask)
    const room = account.room(strike, cost)
    const charged = charge(premium, cost, room)
    const seen: Seen = { strike, bid, outlay: charged.outlay, room }
    if (isSlippageSure && charged.fixed === 'broken') return refusedAt(6, listed, distance(cost, fixed, room))
    const refused = isSlippageSure && charged.fixed === 'kept' ? account.refusal(seen) : undefined
    if (refused !== undefined) return refusedAt(refused.rank, listed, refused.distance)
    const scoreMax = score({ days: (option.expiry - at) / DAY_MS, cost, floor: account.floorMax(seen), spread: ask - bid, room })
    return { listed, rank: 0, distance: NONE, scoreMax }
  }
}

function refusedAt(rank: number, listed: Listed, bounds: Bounds): Look {
  return { listed, rank, distance: bounds, scoreMax: -Infinity }
}

function hedgeCost({ terms, index, config }: GateInputs): (ask: number) => { readonly premium: number; readonly cost: number } {
  const [size, spot] = [terms.size.toNumber(), index.toNumber()]
  const [rate, cap] = [config.fees.tradeRate.toNumber(), config.fees.tradeCap.toNumber()]
  return (ask) => {
    const premium = ask * size * spot
    return { premium, cost: premium + Math.min(rate * size * spot, cap * premium) }
  }
}

interface Seen {
  readonly strike: number
  readonly bid: number
  readonly outlay: Bounds
  readonly room: number
}
interface AccountLook {
  /** Of every amount in USDC that is compared. */
  room(strike: number, cost: number): number
  floorMax(seen: Seen): number
  refusal(seen: Seen): Pick<Look, 'rank' | 'distance'> | undefined
}
function accountLook({ terms, index, account, equityBefore, wanted, config }: GateInputs): AccountLook {
  const [size, spot, before] = [terms.size.toNumber(), index.toNumber(), equityBefore.toNumber()]
  const [cash, low, maintenance] = [account.cash.toNumber(), account.equityLow.toNumber(), account.maintenanceMargin.toNumber()]
  const least = wanted?.least.toNumber()
  const credit = size * spot * config.optionMarginCredit.toNumber()
  const { exit, margin, multiple } = perStrike(terms.side, config)
  const dir = terms.side === 'long' ? 1 : -1
  const amounts = Math.abs(before) + Math.abs(cash) + Math.abs(low) + Math.abs(maintenance) + Math.abs(least ?? 0) + size * spot
  const floorMax = ({ strike, outlay }: Seen): number => before - dir * (spot - strike) * size - outlay.least - exit * strike * size
  const ranks = least === undefined ? RANKS.slice(0, -1) : RANKS
  const [held, limits] = [new Float64Array(RANKS.length), new Float64Array(RANKS.length)]
  const refusal = (seen: Seen): Pick<Look, 'rank' | 'distance'> | undefined => {
    const { strike, bid, outlay } = seen
    const floor = floorMax(seen)
    held[0] = cash
    limits[0] = outlay.least
    held[1] = low - outlay.least + bid * credit
    limits[1] = maintenance
    held[2] = floor
    held[3] = floor + exit * strike * size
    limits[3] = margin * strike * size
    held[4] = floor
    limits[4] = least ?? 0
    return firstRefusal({ ranks, held, limits }, seen)
  }
  return {
    room: (strike, cost) => LEAST_ROOM + SHARE * (amounts + cost + strike * size * (1 + 2 * multiple)),
    floorMax,
    refusal,
  }
}

/** Cash, margin, floor above nothing, floor above its margin, floor wanted. */
const RANKS: readonly number[] = [7, 8, 9, 10, 11]

/** A row each, as numbers: five closures a candidate cost more than all that they compute. */
interface Rows {
  readonly ranks: readonly number[]
  /** At the least outlay; the exact one may be less by as much as the outlay is more. */
  readonly held: Float64Array
  readonly limits: Float64Array
}
/** The first row that surely refuses, while all before it surely pass. */
function firstRefusal({ ranks, held, limits }: Rows, { room, outlay }: Seen): Pick<Look, 'rank' | 'distance'> | undefined {
  const width = outlay.most - outlay.least
  for (let i = 0; i < ranks.length; i++) {
    const [most, bound] = [held[i] as number, limits[i] as number]
    if (most < bound - room) return { rank: ranks[i] as number, distance: distance(most, bound, room + width) }
    if (!(most - width > bound + room)) return undefined
  }
  return undefined
}

/** What leaving costs and what the venue's margin demands, per coin and USDC of strike: both are linear in it. */
function perStrike(
  side: PositionSide,
  config: QuotesConfig,
): { readonly exit: number; readonly margin: number; readonly multiple: number } {
  const { deliveryRate, deliveryCap, takerRate } = config.fees
  const rate = config.maintenanceMarginRate.toNumber() + config.liquidationFeeRate.toNumber()
  const uncredited = Math.max(0, 1 - config.optionMarginCredit.toNumber())
  if (side === 'long') {
    const exit = Math.min(deliveryRate.toNumber(), deliveryCap.toNumber()) + takerRate.toNumber()
    return { exit, margin: Math.max(rate, uncredited), multiple: 1 }
  }
  const multiple = config.settlementMultipleMax.toNumber()
  const delivery = Math.min(deliveryRate.toNumber() * multiple, deliveryCap.toNumber() * (multiple - 1))
  return { exit: delivery + takerRate.toNumber() * multiple, margin: rate * multiple + uncredited * (multiple - 1), multiple }
}

interface Scorable {
  readonly days: number
  readonly cost: number
  readonly floor: number
  readonly spread: number
  readonly room: number
}
function scoreBound({ terms, index, config: { weights } }: GateInputs): (priced: Scorable) => number {
  const notional = index.toNumber() * terms.size.toNumber()
  return ({ days, cost, floor, spread, room }) => {
    const costPerDay = (weights.costPerDay * cost) / notional / days
    const guarantee = (weights.guarantee * floor) / notional
    const wide = weights.spread * spread
    const late = (weights.expiryDistance * Math.max(0, days - terms.tenorDays)) / terms.tenorDays
    const lost = SCORE_ROOM + SCORE_SHARE * (costPerDay + Math.abs(guarantee) + wide + late)
    return guarantee - costPerDay - wide - late + lost + (room / notional) * (weights.guarantee + weights.costPerDay / days)
  }
}

/** Bounds of |seen - limit| / |limit| (of the difference itself where the limit is 0) with both known to within `room`. */
function distance(seen: number, limit: number, room: number): Bounds {
  const apart = Math.abs(seen - limit)
  const by = limit === 0 ? apart : apart / Math.abs(limit)
  const lost = limit === 0 ? room : (2 * room * (1 + by)) / Math.abs(limit)
  const all = lost + SHARE * (1 + by)
  return { least: by - all, most: by + all }
}
