/**
 * What the protected position may be worth before its settlement: a model, and said to be one. Each option is valued by Black (1976) on a
 * forward equal to the index, without interest, with the volatility that the premium paid implies, moved by stated shifts:
 *   equity(S, iv, t) = base + moving x (S - index) + sum of q x B76(S, K, iv x (1 + shift), t)
 *   margin left      = account equity with the options at `credit` - maintenance rate x |contracts| x S
 * over a grid of S (0 to `spotMultipleMax` times the index, dense around strikes, floor and liquidation), shifts and instants. The margin is
 * the account's own, with all it holds. Units: floats in USDC, years of 365 days; results are rounded to the cent, and the least one is
 * the first in the order of the grid, so that equal inputs give equal records. Edges: at S = 0 a put is worth its strike; a premium under
 * the intrinsic value implies no volatility, the option then counts its intrinsic value and the record says so.
 */
import { priceBlack76 } from '#math/options/black76.ts'
import { moneyFromFloat } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { OptionType } from './instrument.ts'

export const YEAR_MS = 365 * 86_400_000

export interface PathLeg {
  readonly optionType: OptionType
  readonly strike: number
  readonly quantity: number
}
/** equity = base + moving x (S - index), without the options. */
export interface Line {
  readonly base: number
  readonly moving: number
}
export interface PathModel {
  readonly index: number
  readonly promised: Line
  readonly account: Line
  /** Signed size that needs maintenance margin: coin moves with the index and needs none. */
  readonly contracts: number
  readonly legs: readonly PathLeg[]
  /** Of other covers: they count for the margin alone. */
  readonly beside: readonly PathLeg[]
  readonly ivAnnual: number
  readonly credit: number
  readonly maintenanceRate: number
}
export interface PathGrid {
  readonly spots: readonly number[]
  readonly ivShifts: readonly number[]
  readonly instants: readonly { readonly name: string; readonly msToExpiry: number }[]
}
export interface Scenario {
  readonly instant: string
  readonly msToExpiry: number
  readonly spotUsdc: Money<'USDC'>
  readonly ivShift: number
  readonly equity: Money<'USDC'>
  /** Equity for margin less maintenance margin. */
  readonly marginLeft: Money<'USDC'>
}
export interface WorstPath {
  readonly scenarios: number
  readonly equity: Scenario
  readonly margin: Scenario
  /** Of each instant the scenario with the least equity. */
  readonly byInstant: readonly Scenario[]
  /** Least worth of the options against what the position has lost beyond the strike; 6 decimals, absent where it loses nothing. */
  readonly coverageRatio: number | undefined
}

/** A point of the grid, cents in place of amounts: only the least ones become records. */
interface Point {
  readonly instant: string
  readonly msToExpiry: number
  readonly spot: number
  readonly ivShift: number
  readonly equityCents: number
  readonly marginCents: number
}

export function worstPath(model: PathModel, { instants, ivShifts, spots }: PathGrid): WorstPath | undefined {
  let margin: Point | undefined
  let ratio: number | undefined
  let scenarios = 0
  const byInstant: Point[] = []
  for (const { name, msToExpiry } of instants) {
    let least: Point | undefined
    for (const ivShift of msToExpiry > 0 ? ivShifts : [0]) {
      for (const spot of spots) {
        const years = msToExpiry / YEAR_MS
        const worth = worthOf(model, model.legs, spot, years, ivShift)
        const beside = worthOf(model, model.beside, spot, years, ivShift)
        const point = { instant: name, msToExpiry, spot, ivShift, ...centsOf(model, spot, worth, beside) }
        scenarios++
        if (least === undefined || point.equityCents < least.equityCents) least = point
        if (margin === undefined || point.marginCents < margin.marginCents) margin = point
        ratio = smaller(ratio, ratioAt(model, spot, worth))
      }
    }
    if (least !== undefined) byInstant.push(least)
  }
  const equity = byInstant.reduce<Point | undefined>((a, b) => (a === undefined || b.equityCents < a.equityCents ? b : a), undefined)
  if (equity === undefined || margin === undefined) return undefined
  return { scenarios, equity: scenarioOf(equity), margin: scenarioOf(margin), byInstant: byInstant.map(scenarioOf), coverageRatio: ratio }
}

function centsOf(
  { index, promised, account, contracts, credit, maintenanceRate }: PathModel,
  spot: number,
  worth: number,
  beside: number,
): Pick<Point, 'equityCents' | 'marginCents'> {
  const all = worth + beside
  const credited = all > 0 ? all * Math.min(1, credit) : all
  const left = account.base + account.moving * (spot - index) + credited - maintenanceRate * Math.abs(contracts) * spot
  const equity = promised.base + promised.moving * (spot - index) + worth
  return { equityCents: Math.round(equity * 100), marginCents: Math.round(left * 100) }
}

function scenarioOf({ instant, msToExpiry, spot, ivShift, equityCents, marginCents }: Point): Scenario {
  return {
    instant,
    msToExpiry,
    spotUsdc: moneyFromFloat(spot, 2),
    ivShift,
    equity: moneyFromFloat(equityCents / 100, 2),
    marginLeft: moneyFromFloat(marginCents / 100, 2),
  }
}

function worthOf({ ivAnnual }: PathModel, legs: readonly PathLeg[], spot: number, years: number, shift: number): number {
  let worth = 0
  for (const { optionType, strike, quantity } of legs) {
    worth += quantity * optionWorth(optionType, spot, strike, years, ivAnnual * (1 + shift))
  }
  return worth
}

function optionWorth(right: OptionType, forward: number, strike: number, years: number, ivAnnual: number): number {
  if (!(forward > 0)) return right === 'put' ? strike : 0
  return priceBlack76({ right, forward, strike, years, rate: 0, ivAnnual }).price
}

/** Against the loss beyond the strike nearest to the index: what the options have to make good. */
function ratioAt({ promised, legs }: PathModel, spot: number, worth: number): number | undefined {
  let required = 0
  for (const { strike, optionType } of legs) {
    if ((optionType === 'put') !== promised.moving > 0) continue
    required = Math.max(required, promised.moving * (strike - spot))
  }
  // within a cent of the strike the quotient says nothing
  return required < 0.01 ? undefined : Math.floor((worth / required) * 1e6 + 1e-6) / 1e6
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b < a ? b : a
}

/** The grid of spot: even steps of the index, and closely around each anchor. Rounded to cents, ascending, each once. */
export function spotGrid(index: number, spotMultipleMax: number, anchors: readonly number[]): readonly number[] {
  const steps = Math.round(spotMultipleMax / SPOT_STEP)
  const even = Array.from({ length: steps + 1 }, (_, i) => index * SPOT_STEP * i)
  const close = anchors.filter((anchor) => anchor > 0).flatMap((anchor) => AROUND.map((share) => anchor * (1 + share)))
  const cents = [...even, ...close].map((spot) => Math.round(spot * 100) / 100).filter((spot) => spot <= index * spotMultipleMax)
  return [...new Set(cents)].sort((a, b) => a - b)
}

const SPOT_STEP = 0.05
const AROUND = [-0.05, -0.03, -0.02, -0.01, -0.005, -0.002, -0.001, 0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05]

/** The one annual volatility at which Black (1976) gives this premium for all of them; 6 decimals. Undefined at or under intrinsic value. */
export function ivOfPremium(
  legs: readonly PathLeg[],
  { index, premium: paid, years }: { readonly index: number; readonly premium: number; readonly years: number },
): number | undefined {
  const size = legs.reduce((sum, { quantity }) => sum + quantity, 0)
  if (size === 0) return undefined
  const premium = paid / size
  const worth = (ivAnnual: number): number =>
    legs.reduce(
      (sum, { optionType, strike, quantity }) => sum + (quantity / size) * optionWorth(optionType, index, strike, years, ivAnnual),
      0,
    )
  if (!(years > 0) || !(premium > worth(0)) || premium >= worth(IV_MAX)) return undefined
  let [low, high] = [0, IV_MAX]
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2
    if (worth(middle) < premium) low = middle
    else high = middle
  }
  return Math.round(((low + high) / 2) * 1e6) / 1e6
}

const IV_MAX = 20
const BISECTIONS = 60
