/**
 * Zones of one instrument's price in which a tick has nothing to tell, so that it costs a comparison instead of a valuation. Exact, kept
 * in the state, gone with every fact. Two kinds, both for linear contracts only, whose worth moves with their own price alone:
 * - `tellingZone`: what an account was last said to be worth is off by at most `moveMax` (fraction) of what lies between its equity and its
 *   maintenance margin, and at most `everyMs` old. The band narrows as the margin comes near, and is empty at it.
 * - `survivalZone`: equity stays above maintenance margin, with room for every rounding (half-even at 1e-18), so that outside
 *   and nowhere else the exact inequality must be asked. Long: worth x (1 - r) > cost - cash; short: |worth| x (1 + r) < cash - cost.
 */
import { floatOfUnits, multiplyUnits, ONE, scaleUnits, UNITS_MAX } from '#units/exact.ts'
import type { Price } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountValue } from '#topics/account.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { balanceOf, CASH } from './chart.ts'
import type { Quoted } from './prices.ts'

export interface Calm {
  readonly instrument: InstrumentId
  /** Price units, both ends included. */
  readonly low: bigint
  readonly high: bigint
  /** The same as floats, drawn in by more than a float can be off: between them a price is surely inside, beyond them the exact ends decide. */
  readonly surelyLow: number
  readonly surelyHigh: number
  /** Instant from which the next tick is told in any case. */
  readonly until: number
}

const ALWAYS = Number.MAX_SAFE_INTEGER

/** Every price of the tick that may close or mark a position must lie within. */
export function isWithin(zone: Calm, { bid, ask, mark }: Quoted): boolean {
  return (
    (mark === undefined || contains(zone, mark)) && (bid === undefined || contains(zone, bid)) && (ask === undefined || contains(zone, ask))
  )
}

export function contains({ low, high, surelyLow, surelyHigh }: Calm, price: Price): boolean {
  const { level, units } = price
  return (level >= surelyLow && level <= surelyHigh) || (units >= low && units <= high)
}

/** A float of units is off by at most 2^-53 of itself. */
const DRAWN_IN = 2 ** -50

function ends(low: bigint, high: bigint): Pick<Calm, 'low' | 'high' | 'surelyLow' | 'surelyHigh'> {
  return { low, high, surelyLow: floatOfUnits(low) * (1 + DRAWN_IN), surelyHigh: floatOfUnits(high) * (1 - DRAWN_IN) }
}

export interface TellingRules {
  readonly valueEveryMs: number
  readonly valueMoveMax: Ratio
}

export function tellingZone(
  books: AccountBooks,
  { instrument, mark }: { readonly instrument: InstrumentId; readonly mark: bigint },
  value: AccountValue,
  at: EpochMs,
  { valueEveryMs, valueMoveMax }: TellingRules,
): Calm | undefined {
  if (valueEveryMs === 0 || value.staleMarks.length > 0 || value.missingPositions.length > 0) return undefined
  let gross = 0n
  for (const held of books.positions.values()) {
    if (held.instrument.id !== instrument) continue
    if (held.instrument.kind !== 'linear-perpetual') return undefined
    gross += held.quantity < 0n ? -held.quantity : held.quantity
  }
  const room = multiplyUnits(value.equityClose.units - value.maintenanceMargin.units, valueMoveMax.units, 'down')
  if (gross === 0n || room <= 0n) return undefined
  const width = scaleUnits(room, ONE, 2n * gross, 'down')
  return { instrument, ...ends(mark - width, mark + width), until: at + valueEveryMs }
}

/** Undefined for an account whose worth hangs on more than one price, or that no price keeps alive. */
export function survivalZone(books: AccountBooks, maintenanceMarginRate: Ratio): Calm | undefined {
  const held = onlyContract(books)
  if (held === undefined || balanceOf(books.balances, CASH, 'BTC') !== 0n) return undefined
  const capital = balanceOf(books.balances, CASH, 'USDC') - held.cost
  const zone = { instrument: held.instrument.id, until: ALWAYS }
  if (held.quantity < 0n) {
    const most = scaleUnits(capital - 1n, ONE, ONE + maintenanceMarginRate.units, 'floor') - 2n
    return most <= 0n ? undefined : { ...zone, ...ends(0n, scaleUnits(most, ONE, -held.quantity, 'floor')) }
  }
  const keep = ONE - maintenanceMarginRate.units
  if (keep <= 0n) return undefined
  const least = scaleUnits(1n - capital, ONE, keep, 'ceil') + 2n
  return { ...zone, ...ends(least <= 0n ? 0n : scaleUnits(least, ONE, held.quantity, 'ceil'), UNITS_MAX) }
}

function onlyContract(books: AccountBooks): Held | undefined {
  let only: Held | undefined
  for (const held of books.positions.values()) {
    if (held.quantity === 0n) continue
    if (only !== undefined || held.instrument.kind !== 'linear-perpetual') return undefined
    only = held
  }
  return only
}
