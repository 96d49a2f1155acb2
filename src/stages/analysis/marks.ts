/**
 * Marks: what a perpetual or spot position is valued at. The venue's mark (else the middle of its book) counts while it lies within
 * `basisMax` (fraction) of the index; beyond, the mark is the corridor's edge, as venues bound their own marks, so that a squeezed book
 * cannot value or liquidate an account at its price. A one-sided book without a mark is valued at the index. Where only an index exists
 * (recordings without perpetual quotes) it is the linear perpetual's mark. Without a fresh index there is no new mark: nothing could
 * check it; the old one ages and says so. Runs for every tick: floats pick the case, the mark itself stays exact.
 */
import { z } from 'zod'
import { Price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { divide, multiplyUnits, ONE } from '#units/exact.ts'
import { ratioFromFloat } from '#units/ratio.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Quote } from '#topics/market.ts'
import { component, QUIET } from '#engine/component.ts'
import type { EventOf, Step } from '#engine/component.ts'
import { indexReference, isFreshAt } from './index-reference.ts'
import type { IndexView } from './index-reference.ts'

const marksConfig = z.strictObject({ basisMax: z.number().positive().max(0.5).default(0.05) })
export type MarksConfig = z.output<typeof marksConfig>

interface State {
  readonly indices: Map<string, IndexView>
  reference: IndexView | undefined
  /** Corridor around the reference, in units of 1e-18 as floats. */
  low: number
  high: number
  /** Until when the linear perpetual's own quotes carry its mark. */
  quotedUntil: number
}

export const marks = component({
  name: 'analysis/marks',
  version: 1,
  consumes: ['index_prices', 'quotes'],
  produces: ['marks'],
  config: marksConfig.prefault({}),
  initial: (): State => ({ indices: new Map(), reference: undefined, low: 0, high: 0, quotedUntil: -Infinity }),
  step: (state, event, config): Step<State, 'marks'> =>
    event.topic === 'quotes' ? onQuote(state, event, config) : onIndex(state, event, config),
})

function onIndex(state: State, event: EventOf<'index_prices'>, { basisMax }: MarksConfig): Step<State, 'marks'> {
  const { venue, price, observedAt, maxAgeMs } = event.body
  state.indices.set(venue, { price, observedAt, maxAgeMs })
  const reference = indexReference(state.indices, event.at)
  if (reference === undefined) return QUIET
  const { level } = reference.price
  state.reference = reference
  state.low = level * (1 - basisMax)
  state.high = level * (1 + basisMax)
  if (event.at <= state.quotedUntil) return QUIET
  const index = reference.price
  const body = {
    instrument: LINEAR_PERPETUAL,
    mark: index,
    bid: undefined,
    ask: undefined,
    index,
    observedAt: reference.observedAt,
    maxAgeMs: reference.maxAgeMs,
  }
  return { state, emit: [{ topic: 'marks', key: LINEAR_PERPETUAL, body }] }
}

function onQuote(state: State, event: EventOf<'quotes'>, config: MarksConfig): Step<State, 'marks'> {
  const { reference } = state
  const { instrument, bid, ask, observedAt, maxAgeMs } = event.body
  if (reference === undefined || !isFreshAt(reference, event.at)) return QUIET
  if (instrument === LINEAR_PERPETUAL) state.quotedUntil = observedAt + maxAgeMs
  const mark = markOf(state, event.body, reference.price, config.basisMax)
  return {
    state,
    emit: [{ topic: 'marks', key: instrument, body: { instrument, mark, bid, ask, index: reference.price, observedAt, maxAgeMs } }],
  }
}

function markOf({ low, high }: State, { mark, bid, ask }: Quote, index: BtcUsdc, basisMax: number): BtcUsdc {
  const own = mark ?? middle(bid, ask)
  if (own === undefined) return index
  const { level } = own
  return level >= low && level <= high ? own : edge(index, level > high ? basisMax : -basisMax)
}

function middle(bid: BtcUsdc | undefined, ask: BtcUsdc | undefined): BtcUsdc | undefined {
  return bid === undefined || ask === undefined ? undefined : new Price<'BTC', 'USDC'>(divide(bid.units + ask.units, 2n, 'half-even'))
}

function edge(index: BtcUsdc, basis: number): BtcUsdc {
  return new Price<'BTC', 'USDC'>(multiplyUnits(index.units, ONE + ratioFromFloat(basis, 12).units))
}
