/**
 * The options in the hedge book as the ledger tells them, account by account: how much, and what a coin of one brought when the book last held less,
 * whoever sold it:
 *   brought = average entry + change of the realised result / what left
 * Units: USDC a coin, without fees (they are never in the cost). Unknown where the result falls due in coin, or before the first price.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { EventOf } from '#engine/component.ts'
import { divideUnits, multiplyUnits, parseUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { hedgeKey } from './coverage-state.ts'
import type { HedgeHeld } from './coverage-state.ts'

interface Hedges {
  readonly hedges: Map<string, HedgeHeld>
}
export function keepHedge(state: Hedges, { book, account, instrument, ...told }: EventOf<'position_states'>['body']): void {
  if (book !== 'hedge') return
  const found = instrumentOf(instrument)
  if (!found.ok || found.value.kind !== 'option') return
  const key = hedgeKey(account, instrument)
  const was = state.hedges.get(key)
  const next = {
    units: told.quantity.units,
    realised: new Money<'USDC'>(told.currency === 'USDC' ? told.realised.units : 0n),
    average: told.currency === 'USDC' && told.averageEntry !== undefined ? parseUnits(told.averageEntry) : undefined,
  }
  state.hedges.set(key, { ...next, brought: broughtBy(was, next) ?? was?.brought })
}

/** Price of what left the book: its part of the cost and what was realised on it. */
function broughtBy(was: HedgeHeld | undefined, { units, realised }: Pick<HedgeHeld, 'units' | 'realised'>): Price | undefined {
  const gone = (was?.units ?? 0n) - units
  if (was?.average === undefined || gone <= 0n) return undefined
  return new Price(divideUnits(multiplyUnits(was.average, gone) + realised.minus(was.realised).units, gone))
}
