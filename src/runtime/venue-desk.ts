/**
 * Questions to the venue, answered in the venue's own words. Mode `sim`: the simulated Deribit answers from its own books, as public/get_instruments,
 * public/ticker and private/get_positions would (JSON-RPC 2.0), and only what it has on its medium; the engine's journal has no part in it.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { perpetualQuote } from '#sim/market/perpetual.ts'
import type { VenueState } from '#sim/venue/state.ts'
import type { Json } from '#topics/schema.ts'
import { epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { instrumentsOf } from './deribit-instruments.ts'
import { positionsOf } from './deribit-positions.ts'
import { tickerOf } from './deribit-ticker.ts'

/** Deribit's envelope around a result; `testnet` is never false here. */
export interface VenueAnswer {
  readonly jsonrpc: '2.0'
  readonly result: Json
  readonly usIn: number
  readonly usOut: number
  readonly usDiff: number
  readonly testnet: true
}
/** Floats, as a venue's JSON has them. */
export interface BookLevel {
  readonly price: number
  readonly size: number
}
export interface PerpetualBook {
  readonly instrument: string
  readonly at: EpochMs
  /** Best first. */
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}
export interface VenueDesk {
  readonly mode: 'sim'
  instruments(): Promise<VenueAnswer>
  /** Undefined for an instrument that is not listed. */
  ticker(instrument: string): Promise<VenueAnswer | undefined>
  positions(account: string): Promise<VenueAnswer>
  /** The levels it shows of the linear perpetual; undefined before its market has begun. */
  perpetualBook(): Promise<PerpetualBook | undefined>
}
/** Reads a venue between two of its inputs and tells once that is durable. */
export type AskVenue = <T>(read: (state: VenueState) => T) => Promise<T>

export function simVenueDesk(ask: AskVenue): VenueDesk {
  return {
    mode: 'sim',
    instruments: () => ask((state) => answer(state, instrumentsOf(state))),
    ticker: (instrument) =>
      ask((state) => {
        const result = tickerOf(state, instrument)
        return result === undefined ? undefined : answer(state, result)
      }),
    positions: (account) => ask((state) => answer(state, positionsOf(state, account))),
    perpetualBook: () => ask(bookOf),
  }
}

function bookOf({ generator, at }: VenueState): PerpetualBook | undefined {
  if (generator === null) return undefined
  const { bids, asks } = perpetualQuote(generator)
  return { instrument: LINEAR_PERPETUAL, at: epochMs(at), bids, asks }
}

/** Microseconds of venue time: a simulated question takes none. */
function answer({ at }: VenueState, result: Json): VenueAnswer {
  const us = at * 1_000
  return { jsonrpc: '2.0', result, usIn: us, usOut: us, usDiff: 0, testnet: true }
}
