/**
 * What if: the account at another index, other volatilities and a later hour, by the ledger's own valuation (`accountValue`) on the same books
 * over moved prices (`scenario-prices.ts`). Cash and contracts are exact there, options at or past their expiry too (intrinsic value); an
 * option that still lives is a model. Not counted: funding and interest until then, the fees of closing, delivery fees. `liquidationAt`: the
 * nearest index each way at which equity at mark no longer exceeds maintenance margin, found on a grid of 2 % and then to `INDEX_STEP` by
 * halving; absent where there is none within the grid. Reads only.
 */
import type { AccountId } from '#domain/order.ts'
import type { Engine } from '#engine/engine.ts'
import type { SmileSlice } from '#math/options/smile-slice.ts'
import { primarySurface } from '#stages/analysis/volatility/iv-reading.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import { accountValue, unvalued } from '#stages/ledger/account-value.ts'
import type { Held } from '#stages/ledger/account-books.ts'
import { books } from '#stages/ledger/books.ts'
import type { Prices } from '#stages/ledger/prices.ts'
import { twin, twinValueAt } from '#stages/ledger/twin.ts'
import { valueHeld } from '#stages/ledger/valuation.ts'
import type { AccountValue, TwinValue } from '#topics/account.ts'
import { divideUnits, multiplyUnits, ONE, unitsFromFloat } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import { shockedPrices, statedMarket } from './scenario-prices.ts'
import type { OptionModel } from './scenario-prices.ts'

type Usdc = Money<'USDC'>
export interface ScenarioAsked {
  /** What the index and the volatilities are multiplied by; both positive. */
  readonly spot: Ratio
  readonly iv: number
  readonly at: EpochMs
}
export interface ScenarioLine {
  readonly held: Pick<Held, 'book' | 'instrument' | 'quantity'>
  readonly now: Usdc
  readonly moved: Usdc
  readonly isModel: boolean
}
export interface ScenarioView {
  readonly index: { readonly now: BtcUsdc; readonly moved: BtcUsdc }
  readonly now: AccountValue
  readonly moved: AccountValue
  /** The same account without its covers; liquidated where it would have been. */
  readonly unprotected: TwinValue | undefined
  readonly isLiquidated: boolean
  readonly lines: readonly ScenarioLine[]
  readonly models: readonly OptionModel[]
  readonly liquidationAt: { readonly below: BtcUsdc | undefined; readonly above: BtcUsdc | undefined }
  /** Equity at the conservative close over the index, with and without covers. */
  readonly curve: readonly { readonly index: BtcUsdc; readonly equityClose: Usdc; readonly unprotected: Usdc | undefined }[]
}
/** The account as it stands, and what it would be worth at any move: made once per question. */
export interface Valuer {
  readonly now: AccountValue
  readonly index: BtcUsdc
  valueAt(asked: ScenarioAsked): Valued | undefined
  unprotectedAt(prices: Prices, at: EpochMs): TwinValue | undefined
}
interface Valued {
  readonly value: AccountValue
  readonly prices: Prices
  readonly models: readonly OptionModel[]
}

const GRID_STEP = unitsFromFloat(0.02, 2)
const GRID_STEPS = 45
const INDEX_STEP = ONE / 100n
const CURVE_REACH = unitsFromFloat(0.3, 2)
const CURVE_REACH_MAX = unitsFromFloat(0.95, 2)
const CURVE_MARGIN = unitsFromFloat(0.1, 2)
const CURVE_STEPS = 30

export function scenarioView(engine: Engine, account: AccountId, asked: ScenarioAsked, now: EpochMs): ScenarioView | undefined {
  const valuer = valuerOf(engine, account, now)
  const moved = valuer?.valueAt(asked)
  if (valuer === undefined || moved === undefined) return undefined
  return {
    index: { now: valuer.index, moved: moved.value.index },
    now: valuer.now,
    moved: moved.value,
    unprotected: valuer.unprotectedAt(moved.prices, asked.at),
    isLiquidated: isLiquidated(moved.value),
    lines: linesOf(engine, account, moved.prices, asked, now),
    models: moved.models,
    liquidationAt: { below: firstIndex(valuer, asked, -1n, isLiquidated), above: firstIndex(valuer, asked, 1n, isLiquidated) },
    curve: curveOf(valuer, asked),
  }
}

export function valuerOf(engine: Engine, account: AccountId, now: EpochMs): Valuer | undefined {
  const state = engine.stateOf(books)
  const own = state.accounts.get(account)
  const index = state.prices.index?.lastKnown().value
  if (own === undefined || index === undefined) return undefined
  const config = engine.configOf(books)
  const still = unvalued(own)
  const value = accountValue(still, state.prices, now, config)
  if (value === undefined) return undefined
  const held = [...own.positions.values()].flatMap(({ instrument, quantity }) => (quantity === 0n ? [] : [instrument]))
  const slices: readonly SmileSlice[] = primarySurface(engine.stateOf(volatility).surfaces)?.slices ?? []
  const market = statedMarket(state.prices, held, slices, now)
  return {
    now: value,
    index,
    valueAt: ({ spot, iv, at }) => {
      const { prices, models } = shockedPrices(state.prices, market, { spot, iv, to: at })
      const moved = accountValue(still, prices, at, config)
      return moved === undefined ? undefined : { value: moved, prices, models }
    },
    unprotectedAt: (prices, at) => twinValueAt(engine.stateOf(twin), account, prices, at, engine.configOf(twin)),
  }
}

export function isLiquidated({ equityMark, maintenanceMargin }: AccountValue): boolean {
  return maintenanceMargin.isPositive() && equityMark.compare(maintenanceMargin) <= 0
}

function linesOf(engine: Engine, account: AccountId, prices: Prices, { at }: ScenarioAsked, now: EpochMs): readonly ScenarioLine[] {
  const { accounts, prices: today } = engine.stateOf(books)
  const [before, after] = [today.index, prices.index]
  if (before === undefined || after === undefined) return []
  const config = engine.configOf(books)
  return [...(accounts.get(account)?.positions.values() ?? [])]
    .filter(({ quantity }) => quantity !== 0n)
    .map((held) => ({
      held,
      now: new Money(valueHeld(held, today, before, now, config).close),
      moved: new Money(valueHeld(held, prices, after, at, config).close),
      isModel: held.instrument.kind === 'option' && held.instrument.expiry > at,
    }))
}

/** The nearest index at which something is so of the account's value; `dir` 1 looks up, -1 down, from the index of now. */
export function firstIndex(
  valuer: Valuer,
  { iv, at }: Omit<ScenarioAsked, 'spot'>,
  dir: 1n | -1n,
  isSo: (value: AccountValue) => boolean,
): BtcUsdc | undefined {
  const index = valuer.index.units
  const ends = (units: bigint): boolean => {
    const moved = valuer.valueAt({ spot: new Ratio(divideUnits(units, index)), iv, at })
    return moved !== undefined && isSo(moved.value)
  }
  let safe = index
  if (ends(safe)) return valuer.index
  for (let step = 1n; step <= GRID_STEPS; step++) {
    const next = index + dir * multiplyUnits(index, step * GRID_STEP)
    if (ends(next)) return narrowed(safe, next, ends)
    safe = next
  }
  return undefined
}

/** The first index on the way from `safe` to `ended` at which it ends, to a cent. */
function narrowed(safe: bigint, ended: bigint, ends: (units: bigint) => boolean): BtcUsdc {
  let [from, to] = [safe, ended]
  while (distance(from, to) > INDEX_STEP) {
    const middle = (from + to) / 2n
    if (ends(middle)) to = middle
    else from = middle
  }
  return new Price(to)
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}

/** As far each way as the question went, and a little further. */
function curveOf(valuer: Valuer, { spot, iv, at }: ScenarioAsked): ScenarioView['curve'] {
  const asked = distance(spot.units, ONE) + CURVE_MARGIN
  const reach = asked < CURVE_REACH ? CURVE_REACH : asked > CURVE_REACH_MAX ? CURVE_REACH_MAX : asked
  const from = ONE - reach
  return Array.from({ length: CURVE_STEPS + 1 }, (_, step) => new Ratio(from + (2n * reach * BigInt(step)) / BigInt(CURVE_STEPS))).flatMap(
    (to) => {
      const moved = valuer.valueAt({ spot: to, iv, at })
      if (moved === undefined) return []
      const { index, equityClose } = moved.value
      return [{ index, equityClose, unprotected: valuer.unprotectedAt(moved.prices, at)?.equity }]
    },
  )
}
