/**
 * What an order of the client becomes (API-02). `open`: the purchase of its quote, priced again on exact inputs like every activation; never a second
 * order for a cover that has one. `close`: the sale of the whole cover at the bid or better, once the drawdown buffer is used up (close-rules.ts).
 * `hedge`: a perpetual in the hedge book, at most `slippageMax` beyond the index, or resting at the client's limit; of no more than there is to hedge.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { checkClose } from '#domain/close-rules.ts'
import type { BookedDrawdown } from '#domain/close-rules.ts'
import type { AccountId, CommandId, IntentId, OrderIntent } from '#domain/order.ts'
import { ONE, multiplyUnits, roundUnits, unitsFromFloat } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import { later } from '#units/time.ts'
import { closePnlOf } from '#topics/account.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import { deadlineOf } from '#topics/quote-deadline.ts'
import { coverNamed, endOfLapsed, quoteMeant } from './client-orders-state.ts'
import type { ClientOrdersConfig, ClientOrdersState } from './client-orders-state.ts'
import { legSale, nextToClose } from './client-close.ts'
import type { LegSale } from './client-close.ts'
import type { OrderWish } from './client-order-request.ts'
import { checkHedgeRoom } from './hedge-room.ts'
import { checkNothingDecided, checkServerDecided } from './server-decided.ts'

export interface OrderInputs {
  readonly state: ClientOrdersState
  readonly config: ClientOrdersConfig
  readonly account: AccountId
  readonly commandId: CommandId
  readonly at: EpochMs
}

/** The quote an opening order buys. */
export function quoteToOpen({ state, account, at }: OrderInputs, wish: OrderWish, name: string): Result<PutQuote> {
  const standing = coverNamed(state, account, name)
  if (standing !== undefined) return refuse('order_exists', 'coverageId', name, `one order; the cover is ${standing.coverageId}`)
  const under = state.asked.values().find((asked) => asked.kind === 'open' && asked.account === account && asked.name === name)
  if (under !== undefined) return refuse('order_exists', 'coverageId', name, 'one order; it is under way')
  const wanted = { name, instrument: wish.instrument.id, size: wish.size.units }
  const quoteId = quoteMeant(state, account, wanted)
  const quote = quoteId === undefined ? undefined : state.quotes.get(quoteId)
  const ended = quote === undefined ? endOfLapsed(state, account, wanted) : undefined
  if (ended !== undefined) return expired(at, ended)
  if (quote === undefined)
    return refuse('unknown_quote', 'coverageId', name, 'a quote of this account for this instrument and amount; see /put/quote')
  const until = deadlineOf(quote) ?? (0 as EpochMs)
  if (at > until) return expired(at, until)
  return checkAgainstQuote(quote, wish)
}

function expired(at: EpochMs, until: EpochMs): Result<never> {
  return refuse('quote_expired', 'at', at, until, { field: 'at', to: until })
}

function checkAgainstQuote(quote: PutQuote, wish: OrderWish): Result<PutQuote> {
  const { selected, venue, limitPremiumCoin, terms } = quote
  const instrument = selected?.instrument ?? ''
  const priced = checkPriced(quote, wish)
  if (!priced.ok) return priced
  if (wish.instrument.id !== instrument)
    return refuse('instrument_differs', 'instrument', wish.instrument.id, instrument, { field: 'instrument', to: instrument })
  const size = terms.size.toString()
  if (wish.size.units !== terms.size.units)
    return refuse('amount_differs', 'amount', wish.size.toString(), size, { field: 'amount', to: size })
  const isHere = wish.venue === undefined || wish.venue === venue || venue?.startsWith(`${wish.venue}-`) === true
  if (!isHere) return refuse('venue_differs', 'venue', wish.venue, venue, { field: 'venue', to: venue ?? null })
  if (wish.limit !== undefined && limitPremiumCoin !== undefined && wish.limit.units < limitPremiumCoin.units) {
    const to = limitPremiumCoin.toString()
    return refuse('price_below_quote', 'price', wish.limit.toString(), to, { field: 'price', to })
  }
  const decided = checkServerDecided(wish.fields, quote, true)
  return decided === undefined ? ok(quote) : { ok: false, refusal: decided }
}

/** A limit price belongs to one option. */
function checkPriced({ legs }: Pick<PutQuote | Coverage, 'legs'>, { limit }: OrderWish): Result<true> {
  if (legs === undefined || limit === undefined) return ok(true)
  return refuse('price_of_combination', 'type', 'limit', 'market: one price cannot bound two options', { field: 'type', to: 'market' })
}

export interface Close extends LegSale {
  readonly cover: Coverage
}

/** The cover a closing order ends, and the sale. The rule that keeps a client protected comes before anything about prices. */
export function closeOf(inputs: OrderInputs, wish: OrderWish, name: string): Result<Close> {
  const { state, account } = inputs
  const cover = coverNamed(state, account, name)
  if (cover === undefined) return refuse('unknown_coverage', 'coverageId', name, 'a cover of this account that stands')
  const allowed = checkClose(wish.stated, bookedOf(state, account))
  if (!allowed.ok) return allowed
  if (cover.state !== 'active' || cover.roll !== undefined)
    return refuse('cover_not_active', 'coverageId', cover.roll === undefined ? cover.state : 'rolling', 'active')
  if (isRolledInto(state, cover) || isBeingSold(state, cover)) return refuse('cover_not_active', 'coverageId', 'being_sold', 'active')
  const { instrument, filled } = cover
  if (wish.instrument.id !== instrument)
    return refuse('instrument_differs', 'instrument', wish.instrument.id, instrument, { field: 'instrument', to: instrument })
  if (wish.size.units !== filled.units)
    return refuse('amount_differs', 'amount', wish.size.toString(), filled.toString(), { field: 'amount', to: filled.toString() })
  const decided = checkNothingDecided(wish.fields)
  if (decided !== undefined) return { ok: false, refusal: decided }
  const priced = checkPriced(cover, wish)
  if (!priced.ok) return priced
  const leg = nextToClose(cover)
  const sale = leg === undefined ? undefined : legSale(inputs, cover, leg, wish)
  if (sale === undefined) return refuse('hedge_gone', 'filled', '0', 'a cover that holds something')
  return sale.ok ? ok({ cover, ...sale.value }) : sale
}

/** Its options are the renewal's to sell, which waits for what they bring. */
function isRolledInto({ covers }: ClientOrdersState, { coverageId }: Coverage): boolean {
  return covers.values().some(({ roll }) => roll?.coverageId === coverageId)
}

/** What is held beyond its size is on its way out: the order that closes the cover would sell it a second time. */
function isBeingSold({ selling }: ClientOrdersState, { coverageId }: Coverage): boolean {
  return selling.values().some((id) => id === coverageId)
}

/** The books' own view of the account; the limit is the highest of the covers in force. */
function bookedOf({ values, covers }: ClientOrdersState, account: AccountId): BookedDrawdown | undefined {
  const known = values.get(account)?.value
  const limits = [...covers.values()]
    .filter((cover) => cover.account === account && (cover.state === 'active' || cover.state === 'settling') && cover.roll === undefined)
    .map(({ drawdownLimit }) => drawdownLimit)
    .toSorted((a, b) => b.compare(a))
  const [drawdownLimit] = limits
  if (known === undefined || drawdownLimit === undefined) return undefined
  return { cash: known.cash, positionPnl: closePnlOf(known), hedgeMtm: known.hedgeClose, drawdownLimit }
}

export function hedgeOf(inputs: OrderInputs, wish: OrderWish): Result<OrderIntent> {
  const { state, account, commandId, at, config } = inputs
  const { instrument, side } = wish
  if (instrument.id !== LINEAR_PERPETUAL)
    return refuse('unsupported_instrument', 'instrument', instrument.id, LINEAR_PERPETUAL, { field: 'instrument', to: LINEAR_PERPETUAL })
  const decided = checkNothingDecided(wish.fields)
  if (decided !== undefined) return { ok: false, refusal: decided }
  const known = state.values.get(account)
  if (known === undefined) return refuse('no_account_value', 'account', account, 'an account that was valued')
  const ageMs = at - known.at
  if (!(ageMs <= config.valueMaxAgeMs))
    return refuse('stale_price', 'ageMs', ageMs, config.valueMaxAgeMs, { field: 'ageMs', to: config.valueMaxAgeMs })
  const beyond = checkHedgeRoom(state.hedgeRoom, state.covers, { account, side, size: wish.size.units, at })
  if (beyond !== undefined) return { ok: false, refusal: beyond }
  const share = unitsFromFloat(config.slippageMax, 9)
  const bound = multiplyUnits(known.value.index.units, side === 'buy' ? ONE + share : ONE - share)
  const market = new Price(roundUnits(bound, instrument.tick.units, side === 'buy' ? 'floor' : 'ceil'))
  return ok({
    ...orderOf(inputs, wish, `${commandId}-hedge` as IntentId),
    purpose: 'hedge',
    venue: config.venue,
    type: wish.limit === undefined ? 'market' : 'limit',
    timeInForce: wish.limit === undefined ? 'IOC' : 'GTC',
    limitPrice: wish.limit ?? market,
    reduceOnly: false,
    goodUntil: later(at, config.valueMaxAgeMs - ageMs),
  })
}

type Common = Pick<OrderIntent, 'intentId' | 'account' | 'book' | 'instrument' | 'side' | 'quantity' | 'postOnly' | 'commandId'>

function orderOf({ account, commandId }: OrderInputs, { instrument, side, size }: OrderWish, intentId: IntentId): Common {
  return { intentId, account, book: 'hedge', instrument: instrument.id, side, quantity: size, postOnly: false, commandId }
}
