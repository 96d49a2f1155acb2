/**
 * What a chain lists, in the order a request looks for it: coin-settled options by type, expiries ascending, strikes ascending. Made from
 * the names of a chain when it is first asked for and kept beside it, not in it: a tick of a price leaves it alone, and a restored chain
 * makes its own. Whoever adds a name to a chain, or takes one away, says so (`relisted`).
 */
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId, Option, OptionType } from '#domain/instrument.ts'
import type { EpochMs } from '#units/time.ts'
import type { OptionQuote } from '#topics/market.ts'

/** The latest quote of every option a venue lists. */
export type OptionChain = ReadonlyMap<InstrumentId, OptionQuote>

/** The options of one type and expiry, by strike. */
export interface Strip {
  readonly expiry: EpochMs
  readonly options: readonly Option[]
}
export type Listing = Readonly<Record<OptionType, readonly Strip[]>>

const LISTINGS = new WeakMap<OptionChain, Listing>()

export function listingOf(chain: OptionChain): Listing {
  const known = LISTINGS.get(chain)
  if (known !== undefined) return known
  const listing = listed(chain.keys())
  LISTINGS.set(chain, listing)
  return listing
}

export function relisted(chain: OptionChain): void {
  LISTINGS.delete(chain)
}

/** Quotes by venue and name, the later of two for one name. */
export function chainsOf(quotes: Iterable<OptionQuote>): readonly OptionChain[] {
  const chains = new Map<string, Map<InstrumentId, OptionQuote>>()
  for (const quote of quotes) {
    const chain = chains.get(quote.venue)
    if (chain === undefined) chains.set(quote.venue, new Map([[quote.instrument, quote]]))
    else chain.set(quote.instrument, quote)
  }
  return [...chains.values()]
}

/** The quote of a venue for one option. */
export function quoteOf(chains: readonly OptionChain[], name: InstrumentId, venue: string | undefined): OptionQuote | undefined {
  for (const chain of chains) {
    const quote = chain.get(name)
    if (quote?.venue === venue) return quote
  }
  return undefined
}

function listed(names: Iterable<InstrumentId>): Listing {
  const byType: Record<OptionType, Map<EpochMs, Option[]>> = { put: new Map(), call: new Map() }
  for (const name of names) {
    const option = coinOption(name)
    if (option === undefined) continue
    const strips = byType[option.optionType]
    const strip = strips.get(option.expiry)
    if (strip === undefined) strips.set(option.expiry, [option])
    else strip.push(option)
  }
  return { put: inOrder(byType.put), call: inOrder(byType.call) }
}

function inOrder(strips: ReadonlyMap<EpochMs, readonly Option[]>): readonly Strip[] {
  return [...strips]
    .map(([expiry, options]): Strip => ({ expiry, options: options.toSorted((a, b) => a.strike.compare(b.strike)) }))
    .toSorted((a, b) => a.expiry - b.expiry)
}
