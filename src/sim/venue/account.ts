/**
 * The venue's own books of one account, written apart from the platform's ledger so that each can be checked against the other. Average
 * cost by keeping the cost: the worth of a signed quantity q at price p is q x p (linear, in USDC) or -q / p (inverse: q in USD of face,
 * worth in coin, so that a long gains as p rises); a position keeps the worth it was entered at; closing takes cost x closed / held and
 * realises worth(closed, exit) less that. Cash moves by realised results, fees, funding, premiums and payouts; every move is counted
 * under its name, in its currency. Units: counts of 1e-18. Edges: a flip closes the old side and opens the rest at the trade price.
 */
import { multiplyUnits, divideUnits, scaleUnits } from '#units/exact.ts'
import type { Currency } from '#units/money.ts'
import type { Instrument, Option } from '#domain/instrument.ts'

export interface Position {
  /** Signed, long positive. */
  quantity: bigint
  cost: bigint
}
export type MoveKind = 'transfer' | 'realised' | 'fee' | 'funding' | 'premium' | 'payout' | 'traded' | 'insurance'
export interface Account {
  readonly id: string
  readonly holdsCoin: boolean
  readonly leverageDefault: number
  readonly leverage: Map<string, number>
  readonly balances: Map<Currency, bigint>
  readonly positions: Map<string, Position>
  /** `kind currency` -> what all moves of that kind did to the balance. */
  readonly moved: Map<string, bigint>
  /** Day number -> traded notional in USDC, for fee tiers. */
  readonly volume: Map<number, bigint>
  lastId: string | undefined
  /** Marks at which the account surely lives, while nothing of it changes; found again after a restart, so never saved. */
  calm: Calm | undefined
}
/** One linear perpetual's mark in units, both ends included. */
export interface Calm {
  readonly market: { readonly mark: bigint }
  readonly low: bigint
  readonly high: bigint
}

/** Names of moves, each made once: a text made anew is dear to look up. */
const NAMES: Readonly<Record<MoveKind, Partial<Record<Currency, string>>>> = {
  transfer: {},
  realised: {},
  fee: {},
  funding: {},
  premium: {},
  payout: {},
  traded: {},
  insurance: {},
}
const NO_POSITION: Readonly<Position> = { quantity: 0n, cost: 0n }

export function openAccount({
  id,
  holdsCoin,
  leverage,
}: {
  readonly id: string
  readonly holdsCoin: boolean
  readonly leverage: number
}): Account {
  return {
    id,
    holdsCoin,
    leverageDefault: leverage,
    leverage: new Map(),
    balances: new Map<Currency, bigint>([['USDC', 0n]]),
    positions: new Map(),
    moved: new Map(),
    volume: new Map(),
    lastId: undefined,
    calm: undefined,
  }
}

export function balanceOf(account: Account, currency: Currency): bigint {
  return account.balances.get(currency) ?? 0n
}

export function positionOf(account: Account, instrument: string): Readonly<Position> {
  return account.positions.get(instrument) ?? NO_POSITION
}

export function leverageOf(account: Account, instrument: string): number {
  return account.leverage.get(instrument) ?? account.leverageDefault
}

export function move(account: Account, kind: MoveKind, currency: Currency, amount: bigint): void {
  account.calm = undefined
  account.balances.set(currency, balanceOf(account, currency) + amount)
  const name = (NAMES[kind][currency] ??= `${kind} ${currency}`)
  account.moved.set(name, (account.moved.get(name) ?? 0n) + amount)
}

/** Coin that an account without coin gets or pays is turned into USDC at the index. */
export function moveCoin(account: Account, kind: MoveKind, coin: bigint, index: bigint): void {
  if (account.holdsCoin) move(account, kind, 'BTC', coin)
  else move(account, kind, 'USDC', multiplyUnits(coin, index))
}

/** USDC for one coin of notional. */
export function intrinsicValue({ optionType, strike }: Option, index: bigint): bigint {
  const value = optionType === 'put' ? strike.units - index : index - strike.units
  return value > 0n ? value : 0n
}

/** Worth of a signed quantity of a perpetual in its settlement currency. */
export function worth(instrument: Instrument, quantity: bigint, price: bigint): bigint {
  return instrument.kind === 'inverse-perpetual' ? -divideUnits(quantity, price) : multiplyUnits(quantity, price)
}

export function unrealised(instrument: Instrument, { quantity, cost }: Readonly<Position>, price: bigint): bigint {
  return worth(instrument, quantity, price) - cost
}

export interface Trade {
  readonly instrument: Instrument
  /** Signed: bought positive. */
  readonly quantity: bigint
  readonly price: bigint
  readonly index: bigint
}

/** Books the trade itself; its fee is a move of its own. */
export function bookTrade(account: Account, trade: Trade): void {
  const { instrument, quantity, price, index } = trade
  if (instrument.kind === 'spot') {
    move(account, 'traded', 'USDC', -multiplyUnits(quantity, price))
    move(account, 'traded', 'BTC', quantity)
  } else if (instrument.kind === 'option') {
    addQuantity(account, instrument.id, quantity)
    const premium = -multiplyUnits(quantity, price)
    if (instrument.settlement === 'BTC') moveCoin(account, 'premium', premium, index)
    else move(account, 'premium', 'USDC', premium)
  } else bookPerpetual(account, trade)
}

export function addQuantity(account: Account, instrument: string, quantity: bigint): void {
  setPosition(account, instrument, { quantity: positionOf(account, instrument).quantity + quantity, cost: 0n })
}

function bookPerpetual(account: Account, { instrument, quantity, price }: Trade): void {
  const held = positionOf(account, instrument.id)
  const closed = closedPart(held.quantity, quantity)
  const released = closed === 0n ? 0n : scaleUnits(held.cost, closed, held.quantity)
  const opened = quantity + closed
  setPosition(account, instrument.id, {
    quantity: held.quantity + quantity,
    cost: held.cost - released + (opened === 0n ? 0n : worth(instrument, opened, price)),
  })
  if (closed !== 0n) move(account, 'realised', instrument.settlement, worth(instrument, closed, price) - released)
}

/** The part of what is held, with its sign, that a trade closes. */
function closedPart(held: bigint, traded: bigint): bigint {
  if (held === 0n || held > 0n === traded > 0n) return 0n
  const size = held < 0n ? -held : held
  const against = traded < 0n ? -traded : traded
  if (against >= size) return held
  return held < 0n ? -against : against
}

function setPosition(account: Account, instrument: string, position: Position): void {
  account.calm = undefined
  if (position.quantity === 0n) account.positions.delete(instrument)
  else account.positions.set(instrument, position)
}
