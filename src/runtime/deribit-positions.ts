/**
 * `private/get_positions` of the simulated Deribit: what an account holds there, by the venue's own books (not the platform's ledger). Prices and
 * results of options are in coin, of the linear perpetual in USDC, as on Deribit; JSON numbers, since that is the venue's payload. An option's
 * average price is not kept by the simulated venue and is absent with what follows from it.
 */
import { markOf } from '#sim/venue/margin.ts'
import { leverageOf, unrealised } from '#sim/venue/account.ts'
import type { Account, Position } from '#sim/venue/account.ts'
import type { Market, VenueState } from '#sim/venue/state.ts'
import { divideUnits, formatUnits, multiplyUnits } from '#units/exact.ts'
import type { Json } from '#topics/schema.ts'

export function positionsOf(state: VenueState, accountId: string): Json {
  const account = state.accounts.get(accountId)
  if (account === undefined) return []
  return [...account.positions].flatMap(([name, position]) => {
    const market = state.markets.get(name)
    return market === undefined ? [] : [positionJson(state, account, market, position)]
  })
}

function positionJson(state: VenueState, account: Account, market: Market, { quantity, cost }: Readonly<Position>): Json {
  const { instrument } = market
  const mark = markOf(state, market)
  const isOption = instrument.kind === 'option'
  const common = {
    instrument_name: instrument.id,
    kind: isOption ? 'option' : 'future',
    direction: quantity < 0n ? 'sell' : 'buy',
    size: number(quantity),
    mark_price: number(mark),
    index_price: number(state.index),
  }
  if (isOption) return { ...common, mark_value: number(multiplyUnits(quantity, mark)) }
  const result = unrealised(instrument, { quantity, cost }, mark)
  return {
    ...common,
    average_price: number(divideUnits(cost, quantity)),
    floating_profit_loss: number(result),
    total_profit_loss: number(result),
    leverage: leverageOf(account, instrument.id),
  }
}

function number(units: bigint): number {
  return Number(formatUnits(units))
}
