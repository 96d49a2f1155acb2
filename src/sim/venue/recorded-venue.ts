/**
 * The venue over recorded snapshots hours apart: the same accounts and matching, fed by the recording. An order sent at the instant of a
 * snapshot (within `instantMs`) trades at that snapshot's quotes, the perpetual at its index. One sent between two snapshots waits and
 * is worked when the next arrives: the perpetual at the index linear in time at the sending instant, options at the new quotes.
 * Options that expired in between settle then, at the index linear in time at expiry between the two recorded values, and say so
 * (`interpolated`); funding in between likewise. Liquidation looks at snapshots alone, before the waiting option orders.
 * Units: interpolated indices are rounded half-even to the cent, as an index is published. Edges: an instrument that a snapshot leaves
 * out has no quote until it returns; resting orders and stops meet snapshots only; before the first snapshot everything waits for it.
 */
import { assert } from '#base/assert.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { divide, multiplyUnits, ONE, roundUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { ratio } from '#units/ratio.ts'
import { refreshBook } from '../matching/book.ts'
import type { Level } from '../matching/book.ts'
import type { VenueConfigInput } from './config.ts'
import { nextFunding, payFunding } from './funding.ts'
import { enter, isEnded } from './lifecycle.ts'
import { decideOrder, placeOrder, receiveOrder } from './place.ts'
import { afterPrices, takeQuote } from './quotes.ts'
import type { VenueQuote } from './quotes.ts'
import { fromPlain, loadVenue, saveVenue, toPlain } from './save.ts'
import type { Plain } from './save.ts'
import { settleOption } from './settle.ts'
import { createVenue, marketOf } from './state.ts'
import type { OrderRecord, VenueOrder, VenueOutput, VenueState } from './state.ts'
import { venueStep } from './step.ts'
import type { VenueInput } from './step.ts'

export interface RecordedTerms {
  /** Fraction of the index between it and the perpetual's bid and ask. */
  readonly halfSpread: string
  /** Size of the perpetual at its quotes, in coin: recordings carry none. */
  readonly perpetualSize: string
  /** Orders up to so long after a snapshot meet its quotes: the latency between decision and venue. */
  readonly instantMs: number
  /** The constant that stands in for the funding series a recording lacks. */
  readonly fundingRate8h: number
}
export const RECORDED_TERMS: RecordedTerms = { halfSpread: '0', perpetualSize: '100000', instantMs: 1_000, fundingRate8h: 0 }

export interface RecordedVenue {
  readonly venue: VenueState
  readonly terms: RecordedTerms
  last: { readonly at: number; readonly index: bigint } | null
  waiting: readonly { readonly at: number; readonly order: VenueOrder }[]
}
export interface Snapshot {
  readonly type: 'snapshot'
  readonly at: number
  readonly index: BtcUsdc
  readonly options: readonly VenueQuote[]
}
export type RecordedInput =
  | Snapshot
  | Extract<VenueInput, { readonly type: 'place' | 'cancel' | 'query_order' | 'query_statement' | 'query_trades_since' | 'deposit' }>

export function createRecordedVenue(config: VenueConfigInput, terms: Partial<RecordedTerms> = {}): RecordedVenue {
  assert(config.market === undefined, 'a recorded venue has no market of its own')
  return { venue: createVenue(config), terms: { ...RECORDED_TERMS, ...terms }, last: null, waiting: [] }
}

export function recordedStep(state: RecordedVenue, input: RecordedInput): readonly VenueOutput[] {
  const { venue } = state
  if (input.type === 'snapshot') takeSnapshot(state, input)
  else {
    // Set, not passed: what falls due by time (funding, delivery) waits for the next recorded index.
    venue.at = Math.max(venue.at, input.at)
    if (input.type !== 'place') return venueStep(venue, { ...input, at: venue.at })
    take(state, input.at, input.order)
  }
  const said = venue.outbox
  venue.outbox = []
  return said
}

/** Linear in time between two recorded values, to the cent. */
export function interpolatedIndex(
  from: { readonly at: number; readonly index: bigint },
  to: { readonly at: number; readonly index: bigint },
  at: number,
): bigint {
  if (to.at === from.at) return to.index
  const moved = divide((to.index - from.index) * BigInt(at - from.at), BigInt(to.at - from.at), 'half-even')
  return roundUnits(from.index + moved, CENT, 'half-even')
}

const CENT = ONE / 100n

function take(state: RecordedVenue, at: number, order: VenueOrder): void {
  const { venue, last, terms } = state
  if (last !== null && at <= last.at + terms.instantMs) {
    placeOrder(venue, order)
    return
  }
  const record = receiveOrder(venue, order)
  if (record === undefined) return
  enter(venue, record, 'accepted')
  state.waiting = [...state.waiting, { at, order }]
}

function takeSnapshot(state: RecordedVenue, snapshot: Snapshot): void {
  const { venue, last, waiting } = state
  const next = { at: snapshot.at, index: snapshot.index.units }
  assert(last === null || snapshot.at > last.at, 'snapshots come in the order of their time')
  state.waiting = []
  if (last !== null) {
    for (const { at, run } of between(state, last, next, waiting)) {
      venue.at = at
      showIndex(state, interpolatedIndex(last, next, at))
      run()
    }
  }
  venue.at = snapshot.at
  state.last = next
  showSnapshot(state, snapshot)
  afterPrices(venue)
  for (const { order } of waiting) if (last === null || order.instrument !== LINEAR_PERPETUAL) workWaiting(venue, order)
}

interface Due {
  readonly at: number
  /** At one instant: delivery, then funding, then orders. */
  readonly rank: 0 | 1 | 2
  readonly run: () => void
}

function between(
  state: RecordedVenue,
  last: { readonly at: number },
  next: { readonly at: number },
  waiting: RecordedVenue['waiting'],
): readonly Due[] {
  const { venue, terms } = state
  const due: Due[] = []
  for (const { instrument } of venue.markets.values()) {
    if (instrument.kind !== 'option' || instrument.expiry > next.at) continue
    due.push({
      at: Math.max(instrument.expiry, last.at),
      rank: 0,
      run: () => settleOption(venue, { instrument: instrument.id, index: venue.index, basis: 'interpolated' }),
    })
  }
  for (let at = nextFunding(last.at); terms.fundingRate8h !== 0 && at <= next.at; at = nextFunding(at))
    due.push({ at, rank: 1, run: () => payFunding(venue) })
  for (const { at, order } of waiting) {
    if (order.instrument === LINEAR_PERPETUAL) due.push({ at: Math.max(at, last.at), rank: 2, run: () => workWaiting(venue, order) })
  }
  return due.sort((a, b) => a.at - b.at || a.rank - b.rank)
}

function workWaiting(venue: VenueState, order: VenueOrder): void {
  const record: OrderRecord | undefined = venue.orders.get(order.orderId)
  if (record !== undefined && !isEnded(record)) decideOrder(venue, record, order)
}

/** The perpetual at an index, without meeting resting orders: those see snapshots alone. */
function showIndex(state: RecordedVenue, index: bigint): void {
  const { venue } = state
  const { bids, asks } = perpetualLevels(state, index)
  const market = marketOf(venue, LINEAR_PERPETUAL)
  venue.index = index
  market.mark = index
  refreshBook(market.book, bids, asks, venue.at, 0)
}

function showSnapshot(state: RecordedVenue, { index, options }: Snapshot): void {
  const { venue, terms } = state
  venue.index = index.units
  const quoted = new Set<string>(options.map(({ instrument }) => instrument))
  for (const { instrument } of venue.markets.values()) {
    if (instrument.kind === 'option' && !quoted.has(instrument.id)) withdrawQuote(venue, instrument.id)
  }
  takeQuote(venue, {
    instrument: LINEAR_PERPETUAL,
    ...perpetualLevels(state, index.units),
    mark: index,
    fundingRate8h: terms.fundingRate8h,
  })
  for (const quote of options) takeQuote(venue, quote)
}

function withdrawQuote(venue: VenueState, instrument: VenueOrder['instrument']): void {
  takeQuote(venue, { instrument })
  marketOf(venue, instrument).mark = 0n
}

function perpetualLevels({ terms }: RecordedVenue, index: bigint): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
  const away = multiplyUnits(index, ratio(terms.halfSpread).units)
  const size = ratio(terms.perpetualSize).units
  return { bids: [{ price: index - away, size }], asks: [{ price: index + away, size }] }
}

export function saveRecordedVenue({ venue, terms, last, waiting }: RecordedVenue): Plain {
  return { venue: saveVenue(venue), rest: toPlain({ terms, last, waiting }) }
}

export function loadRecordedVenue(saved: unknown): RecordedVenue {
  assert(
    typeof saved === 'object' && saved !== null && 'venue' in saved && 'rest' in saved,
    'a saved recorded venue is an object of venue and rest',
  )
  const rest = fromPlain(saved.rest as Plain) as Pick<RecordedVenue, 'terms' | 'last' | 'waiting'>
  return { ...rest, venue: loadVenue(saved.venue) }
}
