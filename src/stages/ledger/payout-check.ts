/**
 * Component `ledger/payout-check` (P-14): each delivery the venue tells against our own, made from other sources. Ours takes strike, type and
 * currency from the contract's name, the size from the books as they stood before, the rates from the published schedule:
 *   payout = max(K - S, 0) x size for a put, max(S - K, 0) x size for a call, in coin divided by S;   fee = min(d x size, c x payout)
 * S is the venue's settlement index; that in turn is held against the mean of the index over the half hour before expiry as we saw it, one
 * value a minute. A difference is named and nothing is booked to mend it. A delivery told again (by the event and by a query) is judged
 * once; under another id it is another delivery, of what is no longer held, and differs (whether it is booked: `doubtful-settlements.ts`).
 * Tolerances: a satoshi or a cent for amounts, nothing for the size, `indexDeviationMax` for the index. Edges: with fewer than
 * `ownMinutesMin` fresh minutes the index is not judged and the record says how many there were.
 */
import { z } from 'zod'
import { forgetOldest } from '#base/horizon.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf } from '#engine/component.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { payoffOf } from '#domain/certificate-settlement.ts'
import { DERIBIT_OPTION_FEES, optionDeliveryFee } from '#domain/fees.ts'
import type { Instrument, Option } from '#domain/instrument.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import { divide, divideUnits, formatUnits, multiplyUnits, scaleUnits } from '#units/exact.ts'
import { Money, money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { zCoin, zRatio, zUsdc } from '#topics/schema.ts'
import type { VenueSettlement } from '#topics/account.ts'
import type { IndexPrice } from '#topics/market.ts'
import type { PayoutCheck } from '#topics/proof.ts'

const payoutCheckConfig = z.strictObject({
  toleranceUsdc: zUsdc.default(money<'USDC'>('0.01')),
  toleranceCoin: zCoin.default(money<'BTC'>('0.00000001')),
  deliveryRate: zRatio.default(DERIBIT_OPTION_FEES.deliveryRate),
  deliveryCap: zRatio.default(DERIBIT_OPTION_FEES.deliveryCap),
  indexDeviationMax: zRatio.default(ratio('0.01')),
  ownMinutesMin: z.number().int().min(1).max(30).default(10),
  judgedMax: z.number().int().min(100).default(10_000),
})
export type PayoutCheckConfig = z.output<typeof payoutCheckConfig>

interface Minute {
  readonly at: EpochMs
  readonly units: bigint
}
export interface PayoutCheckState {
  index: IndexPrice | undefined
  /** One fresh value a minute, oldest first. */
  minutes: readonly Minute[]
  /** Options held, signed: `<account>:<instrument>:<book>`. */
  readonly held: Map<string, bigint>
  readonly judged: Set<string>
}
const WINDOW_MS = 30 * MINUTE_MS
/** A delivery may be told so long after its expiry and still be held against what we saw. */
const MINUTES_KEPT = 24 * 60
const BOOKS = ['client', 'hedge', 'strategy'] as const

const CONSUMES = ['index_prices', 'clock_tick', 'position_states', 'venue_settlements', 'payout_checks'] as const

export const payoutCheck = component({
  name: 'ledger/payout-check',
  version: 1,
  consumes: CONSUMES,
  produces: ['payout_checks'],
  config: payoutCheckConfig.prefault({}),
  initial: (): PayoutCheckState => ({ index: undefined, minutes: [], held: new Map(), judged: new Set() }),
  step: (state, event, config) => kept(state, handle(state, event, config)),
})

function handle(
  state: PayoutCheckState,
  event: AnyEvent<(typeof CONSUMES)[number]>,
  config: PayoutCheckConfig,
): readonly Emission<'payout_checks'>[] {
  switch (event.topic) {
    case 'index_prices':
      state.index = event.body
      return SILENT
    case 'clock_tick':
      if (event.body.name === 'minute') keepMinute(state, event.at)
      return SILENT
    case 'position_states':
      keepHeld(state, event.body)
      return SILENT
    case 'payout_checks':
      state.judged.add(keyOf(event.body))
      forgetOldest(state.judged, config.judgedMax)
      return SILENT
    case 'venue_settlements':
      if (state.judged.has(keyOf(event.body))) return SILENT
      return [{ topic: 'payout_checks', key: event.body.account, body: checked(state, event, config) }]
  }
}

function keyOf({ account, venue, settlementId }: Pick<VenueSettlement, 'account' | 'venue' | 'settlementId'>): string {
  return `${account}:${venue}:${settlementId}`
}

function keepMinute(state: PayoutCheckState, at: EpochMs): void {
  const { index } = state
  if (index === undefined || at - index.observedAt > Math.min(index.maxAgeMs, MINUTE_MS)) return
  state.minutes = [...state.minutes, { at, units: index.price.units }].slice(-MINUTES_KEPT)
}

function keepHeld({ held }: PayoutCheckState, { account, book, instrument, quantity }: EventOf<'position_states'>['body']): void {
  const found = instrumentOf(instrument)
  if (!found.ok || found.value.kind !== 'option') return
  const key = `${account}:${instrument}:${book}`
  if (quantity.isZero()) held.delete(key)
  else held.set(key, quantity.units)
}

function checked(state: PayoutCheckState, event: EventOf<'venue_settlements'>, config: PayoutCheckConfig): PayoutCheck {
  const { account, venue, settlementId, instrument, quantity: told, settlementIndex, payout, fee, currency } = event.body
  const found = instrumentOf(instrument)
  const option = found.ok ? asOption(found.value) : undefined
  const held = BOOKS.reduce((sum, book) => sum + (state.held.get(`${account}:${instrument}:${book}`) ?? 0n), 0n)
  const { ownIndex, ownMinutes } = option === undefined ? { ownIndex: undefined, ownMinutes: 0 } : ownIndexAt(state, option.expiry)
  const payoutOwn = option === undefined ? 0n : payoutIn(option, held, settlementIndex.units)
  const feeOwn = option === undefined ? 0n : feeIn(option, { held, payout: payoutOwn, index: settlementIndex.units }, config)
  const found_ = { option, held, payoutOwn, feeOwn, ownIndex, ownMinutes }
  const differences = differencesOf(event, found_, config)
  return {
    account,
    venue,
    settlementId,
    instrument,
    state: differences.length === 0 ? 'agrees' : 'differs',
    held: new Quantity(held),
    told,
    settlementIndex,
    ...(ownIndex === undefined ? {} : { ownIndex }),
    ownMinutes,
    currency: currency === 'BTC' ? 'BTC' : 'USDC',
    payoutTold: payout,
    payoutOwn: new Money(payoutOwn),
    feeTold: fee,
    feeOwn: new Money(feeOwn),
    differences: [...differences],
  }
}

function asOption(instrument: Instrument): Option | undefined {
  return instrument.kind === 'option' ? instrument : undefined
}

function payoutIn(option: Option, held: bigint, index: bigint): bigint {
  const payoff = payoffOf(option, index)
  return option.settlement === 'BTC' ? scaleUnits(payoff, held, index) : multiplyUnits(payoff, held)
}

function feeIn(
  { settlement }: Option,
  { held, payout, index }: { readonly held: bigint; readonly payout: bigint; readonly index: bigint },
  { deliveryRate, deliveryCap }: PayoutCheckConfig,
): bigint {
  const [size, paid] = [held < 0n ? -held : held, payout < 0n ? -payout : payout]
  const fees = { ...DERIBIT_OPTION_FEES, deliveryRate, deliveryCap }
  if (settlement === 'BTC') return optionDeliveryFee(new Money<'BTC'>(paid), new Quantity<'BTC'>(size), fees).units
  const onUnderlying = multiplyUnits(multiplyUnits(size, index), deliveryRate.units)
  const cap = multiplyUnits(paid, deliveryCap.units)
  return onUnderlying < cap ? onUnderlying : cap
}

function ownIndexAt(
  { minutes }: PayoutCheckState,
  expiry: EpochMs,
): { readonly ownIndex: BtcUsdc | undefined; readonly ownMinutes: number } {
  const seen = minutes.filter(({ at }) => at > expiry - WINDOW_MS && at <= expiry)
  if (seen.length === 0) return { ownIndex: undefined, ownMinutes: 0 }
  const sum = seen.reduce((total, { units }) => total + units, 0n)
  return { ownIndex: new Price<'BTC', 'USDC'>(divide(sum, BigInt(seen.length), 'half-even')), ownMinutes: seen.length }
}

interface Own {
  readonly option: Option | undefined
  readonly held: bigint
  readonly payoutOwn: bigint
  readonly feeOwn: bigint
  readonly ownIndex: BtcUsdc | undefined
  readonly ownMinutes: number
}
function differencesOf(
  { seq, at, body }: EventOf<'venue_settlements'>,
  { option, held, payoutOwn, feeOwn, ownIndex, ownMinutes }: Own,
  config: PayoutCheckConfig,
): readonly Explanation[] {
  const differs = (code: string, field: string, seen: string | number, limit: string | number): Explanation =>
    explain('ledger/payout-check', seq, { code, field, seen, limit })
  if (option === undefined) return [differs('not_an_option', 'instrument', body.instrument, 'an option the catalogue knows')]
  const tolerance = body.currency === 'BTC' ? config.toleranceCoin.units : config.toleranceUsdc.units
  const out: Explanation[] = []
  if (body.currency !== option.settlement) out.push(differs('currency_differs', 'currency', body.currency, option.settlement))
  if (Math.max(at, body.venueAt) < option.expiry) out.push(differs('before_expiry', 'at', at, option.expiry))
  if (body.quantity.units !== held) out.push(differs('size_differs', 'quantity', body.quantity.toString(), formatUnits(held)))
  if (distance(body.payout.units, payoutOwn) > tolerance)
    out.push(differs('payout_differs', 'payout', body.payout.toString(), formatUnits(payoutOwn)))
  if (distance(body.fee.units, feeOwn) > tolerance) out.push(differs('fee_differs', 'fee', body.fee.toString(), formatUnits(feeOwn)))
  if (ownIndex !== undefined && ownMinutes >= config.ownMinutesMin) {
    const away = divideUnits(distance(body.settlementIndex.units, ownIndex.units), ownIndex.units, 'up')
    if (away > config.indexDeviationMax.units)
      out.push(differs('index_differs', 'settlementIndex', body.settlementIndex.toString(), ownIndex.toString()))
  }
  return out
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}
