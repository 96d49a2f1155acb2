/**
 * The plain alternative: always buy the nearest option. The first expiry at or after the end of the tenor, the strike nearest to the floor price
 * that still keeps it (a put at or over index x (1 - f), a call at or under index x (1 + f)), at its recorded ask, whatever its spread and size.
 * Priced by the oracle's formulas. Units: USDC; `days` from now to expiry. Edges: no such strike, or no ask: nothing to buy.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { Option } from '#domain/instrument.ts'
import { quantity } from '#units/quantity.ts'
import { RATIO_ONE, ratio } from '#units/ratio.ts'
import { DAY_MS } from '#units/time.ts'
import type { RawOptionQuote } from '#topics/market.ts'
import type { Observation } from '../backtest/recording.ts'
import type { Cell } from './cells.ts'
import { optionTypeOf } from './cells.ts'
import { purchaseOf } from './settlement-oracle.ts'
import { optionQuotesOf } from './variants.ts'

export interface Nearest {
  readonly instrument: string
  readonly strike: number
  readonly cost: number
  readonly days: number
  /** Does the recording show the size wanted? */
  readonly hasSize: boolean
}
export interface ListedQuote {
  readonly option: Option
  readonly quote: RawOptionQuote
}

export function listedOptions(observation: Observation): readonly ListedQuote[] {
  return optionQuotesOf(observation).flatMap((quote) => {
    const found = instrumentOf(quote.instrument)
    return found.ok && found.value.kind === 'option' ? [{ option: found.value, quote }] : []
  })
}

export function nearestOption(
  { at, index }: Observation,
  listed: readonly ListedQuote[],
  { side, tenorDays, floor }: Cell,
  size: string,
): Nearest | undefined {
  const type = optionTypeOf(side)
  const alive = listed.filter(({ option }) => option.optionType === type && option.expiry >= at + tenorDays * DAY_MS)
  const expiry = Math.min(...alive.map(({ option }) => option.expiry))
  const floorPrice =
    side === 'long' ? index.scaled(RATIO_ONE.minus(ratio(floor)), 'ceil') : index.scaled(RATIO_ONE.plus(ratio(floor)), 'floor')
  const keeping = alive
    .filter(({ option }) => option.expiry === expiry)
    .filter(({ option: { strike } }) => (side === 'long' ? strike.isAtLeast(floorPrice) : floorPrice.isAtLeast(strike)))
    .toSorted((a, b) => (side === 'long' ? 1 : -1) * a.option.strike.compare(b.option.strike))
  const best = keeping[0]
  if (best?.quote.ask === undefined) return undefined
  const terms = {
    side,
    size,
    index: index.toString(),
    cash: '0',
    askCoin: best.quote.ask.toString(),
    strike: best.option.strike.toString(),
  }
  const { premium, fee } = purchaseOf(terms)
  return {
    instrument: best.option.id,
    strike: best.option.strike.toNumber(),
    cost: premium.plus(fee).toNumber(),
    days: (expiry - at) / DAY_MS,
    hasSize: (best.quote.askSize?.units ?? 0n) >= quantity<'BTC'>(size).units,
  }
}
