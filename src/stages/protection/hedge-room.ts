/**
 * What of an account's position is left to hedge for an order of the client, judged as the rolling hedge judges it (`#domain/hedge-range.ts`): a hedge
 * beyond it would be filled and then taken back at the client's cost. Orders that take a hedge down are never refused; of orders under way the worst
 * counts, that they fill. Exposures that were stated for the account (H-02) stand in for its own position, bounded by it where covers stand.
 */
import type { Refusal } from '#base/result.ts'
import { instrumentOf, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { hedgeRange } from '#domain/hedge-range.ts'
import type { InstrumentId, Side } from '#domain/instrument.ts'
import type { AccountId, CoverageId, IntentId, OrderIntent } from '#domain/order.ts'
import { formatUnits, roundUnits } from '#units/exact.ts'
import type { EpochMs } from '#units/time.ts'
import type { PositionState } from '#topics/account.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { OrderStateChange, TradeConfirmation } from '#topics/orders.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'

export interface HedgeFlight {
  readonly account: AccountId
  /** Signed. */
  readonly size: bigint
  readonly filled: bigint
}
export interface HedgeRoom {
  /** Signed size of the client book's perpetual, and by `<account>|<instrument>` of the hedge book. */
  readonly positions: Map<AccountId, bigint>
  readonly hedges: Map<string, bigint>
  /** Options bought as hedges and not sold again, by the same key. */
  readonly own: Map<string, bigint>
  /** Net of the exposures stated for an account; absent: its own position counts. */
  readonly stated: Map<AccountId, bigint>
  /** Orders of clients that have not ended. */
  readonly flights: Map<IntentId, HedgeFlight>
}

export function noHedgeRoom(): HedgeRoom {
  return { positions: new Map(), hedges: new Map(), own: new Map(), stated: new Map(), flights: new Map() }
}

export function keepPosition({ positions, hedges }: HedgeRoom, { account, book, instrument, quantity }: PositionState): void {
  if (book === 'client' && instrument === LINEAR_PERPETUAL) positions.set(account, quantity.units)
  if (book === 'hedge') keep(hedges, keyOf(account, instrument), quantity.units)
}

export function keepStatedNet({ stated }: HedgeRoom, { account, attribution }: HedgeDecision): void {
  if (attribution === undefined) return
  if (attribution.length === 0) stated.delete(account)
  else
    stated.set(
      account,
      attribution.reduce((net, { exposure }) => net + exposure.units, 0n),
    )
}

export function keepFlight({ flights }: HedgeRoom, { intentId, account, purpose, side, quantity }: OrderIntent): void {
  if (purpose === 'hedge') flights.set(intentId, { account, size: side === 'buy' ? quantity.units : -quantity.units, filled: 0n })
}

export function keepFilled({ flights }: HedgeRoom, { intentId, filled }: OrderStateChange): void {
  const flight = flights.get(intentId)
  if (flight !== undefined) flights.set(intentId, { ...flight, filled: flight.size < 0n ? -filled.units : filled.units })
}

export function keepHedgeTrade(
  { flights, own }: HedgeRoom,
  { intentId, account, purpose, instrument, side, filled }: TradeConfirmation,
): void {
  flights.delete(intentId)
  if (purpose !== 'hedge' || instrument === LINEAR_PERPETUAL) return
  const left = (own.get(keyOf(account, instrument)) ?? 0n) + (side === 'buy' ? filled.units : -filled.units)
  keep(own, keyOf(account, instrument), left > 0n ? left : 0n)
}

export interface HedgeWish {
  readonly account: AccountId
  readonly side: Side
  readonly size: bigint
  readonly at: EpochMs
}
/** Why the client's order is more hedge than there is to hedge; the flip is what is left, where that is a lot. */
export function checkHedgeRoom(room: HedgeRoom, covers: ReadonlyMap<CoverageId, Coverage>, wish: HedgeWish): Refusal | undefined {
  const lot = lotOf(LINEAR_PERPETUAL)
  const own = [...covers.values()].filter(({ account }) => account === wish.account)
  const { low, high } = rangeOf(room, own, wish, lot)
  const { least, most } = heldOf(room, wish.account)
  const left = wish.side === 'sell' ? least - low : high - most
  if (wish.size <= left) return undefined
  const limit = left > 0n ? roundUnits(left, lot, 'floor') : 0n
  const flip = limit > 0n ? { flip: { field: 'amount', to: formatUnits(limit) } } : {}
  return { code: 'over_hedged', field: 'amount', seen: formatUnits(wish.size), limit: formatUnits(limit), ...flip }
}

function rangeOf(room: HedgeRoom, covers: readonly Coverage[], { account, at }: HedgeWish, lot: bigint) {
  const position = room.positions.get(account) ?? 0n
  const net = room.stated.get(account)
  if (net !== undefined) return hedgeRange({ exposure: covers.length === 0 ? net : within(net, position), covered: 0n, options: 0n, lot })
  const side = position < 0n ? 'short' : 'long'
  const covered = covers
    .filter(({ terms }) => terms.side === side)
    .reduce((sum, cover) => sum + legsHeld(cover).reduce((held, { size }) => held + size, 0n), 0n)
  return hedgeRange({ exposure: position, covered, options: optionsHeld(room, covers, { account, position, at }), lot })
}

/** An account with covers hedges only what takes its own position down. */
function within(net: bigint, position: bigint): bigint {
  const [low, high] = position < 0n ? [position, 0n] : [0n, position]
  return net < low ? low : net > high ? high : net
}

/** What orders under way may make of the hedge. */
function heldOf({ hedges, flights }: HedgeRoom, account: AccountId): { readonly least: bigint; readonly most: bigint } {
  const held = hedges.get(keyOf(account, LINEAR_PERPETUAL)) ?? 0n
  let [least, most] = [held, held]
  for (const flight of flights.values()) {
    if (flight.account !== account) continue
    const open = flight.size - flight.filled
    if (open < 0n) least += open
    else most += open
  }
  return { least, most }
}

function legsHeld(cover: Coverage): readonly { readonly instrument: InstrumentId; readonly size: bigint }[] {
  return legsOf(cover).flatMap(({ instrument, filled, size, payout }) =>
    payout === undefined ? [{ instrument, size: filled.units < size.units ? filled.units : size.units }] : [],
  )
}

/** Options bought as hedges that protect the position, beyond what covers hold of them. */
function optionsHeld(
  { own, hedges }: HedgeRoom,
  covers: readonly Coverage[],
  { account, position, at }: { readonly account: AccountId; readonly position: bigint; readonly at: EpochMs },
): bigint {
  let held = 0n
  for (const [key, bought] of own) {
    if (!key.startsWith(keyOf(account, ''))) continue
    const instrument = key.slice(keyOf(account, '').length)
    const option = instrumentOf(instrument)
    if (!option.ok || option.value.kind !== 'option' || option.value.expiry <= at) continue
    if (option.value.optionType !== (position < 0n ? 'call' : 'put')) continue
    const required = covers.flatMap(legsHeld).reduce((sum, leg) => (leg.instrument === instrument ? sum + leg.size : sum), 0n)
    const beyond = (hedges.get(key) ?? 0n) - required
    held += beyond < bought ? (beyond > 0n ? beyond : 0n) : bought
  }
  return held
}

function lotOf(instrument: InstrumentId): bigint {
  const found = instrumentOf(instrument)
  return found.ok ? found.value.lot.units : 1n
}

function keyOf(account: AccountId, instrument: string): string {
  return `${account}|${instrument}`
}

function keep(sizes: Map<string, bigint>, key: string, units: bigint): void {
  if (units === 0n) sizes.delete(key)
  else sizes.set(key, units)
}
