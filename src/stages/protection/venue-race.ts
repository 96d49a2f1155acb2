/**
 * A quote seen from every venue (P-10, C-39). The executable quote is made from venues that execute, and names the one it will be bought
 * at; a venue that only prices is shown beside it, indicative: the best fresh price first, a book older than its age last, however fast it
 * answers (F-V21). Where no executing venue confirms, the fast venue's price stands in the refusal as what it is. Where venues disagree
 * about the index or about an option, that option is not offered (F-V20); a renewal is not held up by it: it pays what the executing
 * venue asks, and the disagreement is recorded. Without a pricing venue this is `makePutQuote` and nothing more.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { PutQuote } from '#topics/protection.ts'
import { walkAsks } from './book-walk.ts'
import { chainsOf, quoteOf } from './listing.ts'
import type { OptionChain } from './listing.ts'
import { indexDisagreements, isFresh, optionDisagreements } from './pricing-venues.ts'
import type { Compared, Disagreement, PricingVenues } from './pricing-venues.ts'
import { makePutQuote, noQuote } from './put-quote.ts'
import type { QuoteInputs } from './put-quote.ts'

type VenuePrice = NonNullable<PutQuote['venues']>[number]

export function raceVenues(inputs: QuoteInputs, pricing: PricingVenues): PutQuote {
  if (pricing.chains.size === 0 && pricing.gaps.size === 0) return makePutQuote(inputs)
  const apart = indexDisagreements(pricing, inputs.at)
  const first = makePutQuote(inputs)
  if (first.status !== 'ok' || first.index === undefined) return { ...withIndicative(first, inputs, pricing), disagreements: [...apart] }
  const compared: Compared = { at: inputs.at, index: first.index, limits: inputs.config }
  const doubted = [...apart, ...ofSelected(first, inputs, pricing, compared)]
  if (doubted.length === 0 || inputs.request.renews !== undefined)
    return { ...withPrices(first, pricing, compared), disagreements: doubted }
  const agreed = apart.length > 0 ? undefined : makePutQuote({ ...inputs, chains: agreeing(inputs.chains, pricing, compared) })
  if (agreed?.status === 'ok') return { ...withPrices(agreed, pricing, compared), disagreements: doubted }
  return { ...refused(first, inputs, disagreement(doubted)), disagreements: doubted }
}

function ofSelected(quote: PutQuote, { chains }: QuoteInputs, pricing: PricingVenues, compared: Compared): readonly Disagreement[] {
  return boughtOf(quote).flatMap(({ instrument, venue }) => {
    const ours = quoteOf(chains, instrument, venue)
    return ours === undefined ? [] : optionDisagreements(ours, pricing, compared)
  })
}

interface Part {
  readonly instrument: OptionQuote['instrument']
  readonly venue: string | undefined
  readonly size: PutQuote['terms']['size']
}
/** Every option the quote would buy. */
function boughtOf({ legs, selected, venue, terms }: PutQuote): readonly Part[] {
  return legs ?? (selected === undefined ? [] : [{ instrument: selected.instrument, venue, size: terms.size }])
}

/** The options no pricing venue sees elsewhere. */
function agreeing(chains: readonly OptionChain[], pricing: PricingVenues, compared: Compared): readonly OptionChain[] {
  const quotes = chains.flatMap((chain) => [...chain.values()])
  return chainsOf(quotes.filter((quote) => optionDisagreements(quote, pricing, compared).length === 0))
}

function disagreement(doubted: readonly Disagreement[]): Refusal {
  const widest = doubted.toSorted((a, b) => b.gap / b.gapMax - a.gap / a.gapMax)[0]
  return refuse('venues_disagree', 'venueGap', widest?.gap, widest?.gapMax, { field: 'venueGap', to: widest?.gapMax ?? 0 }).refusal
}

/** What is known of a quote that is not made after all. */
function refused(
  { considered, index, equityBefore, floorPrice, ivRegime }: PutQuote,
  { request, seq }: QuoteInputs,
  refusal: Refusal,
): PutQuote {
  const known = { considered, index, equityBefore, ivRegime, ...(floorPrice === undefined ? {} : { floorPrice }) }
  return noQuote(request, seq, refusal, known)
}

/** The best cover a pricing venue would have, where no executing venue has one: to be seen, not to be bought. */
function withIndicative(quote: PutQuote, inputs: QuoteInputs, { chains }: PricingVenues): PutQuote {
  const why = `indicative: no executing venue confirms it (${quote.explanation?.code ?? 'no_quote'})`
  const venues = [...chains.values()].flatMap((chain): VenuePrice[] => {
    const { selected, venues: [own] = [] } = makePutQuote({ ...inputs, chains: [chain] })
    if (selected === undefined || own === undefined) return []
    return [{ venue: own.venue, premium: selected.premium, ageMs: own.ageMs, indicative: true, lostBecause: why }]
  })
  return venues.length === 0 ? quote : { ...quote, venues: venues.toSorted((a, b) => a.premium.compare(b.premium)) }
}

/** Every venue's price for the option chosen: fresh ones by price, then the rest. Of a combination it is for each option apart. */
function withPrices(quote: PutQuote, { chains }: PricingVenues, compared: Compared): PutQuote {
  const { selected, legs } = quote
  if (selected === undefined) return quote
  const others = [...chains.values()].flatMap((chain) =>
    boughtOf(quote).flatMap(({ instrument, size }) => {
      const theirs = chain.get(instrument)
      const executable = legs?.find((leg) => leg.instrument === instrument)?.premium ?? selected.premium
      const shown = theirs === undefined ? undefined : priceAt(theirs, { ...compared, size, executable })
      return shown === undefined ? [] : [shown]
    }),
  )
  const fresh = [...(quote.venues ?? []), ...others.filter(({ stale }) => !stale).map(({ price }) => price)]
  const stale = others.filter((other) => other.stale).map(({ price }) => price)
  return { ...quote, venues: [...fresh.toSorted((a, b) => a.premium.compare(b.premium)), ...stale] }
}

interface Asked extends Compared {
  readonly size: PutQuote['terms']['size']
  readonly executable: VenuePrice['premium']
}
function priceAt(quote: OptionQuote, asked: Asked): { readonly price: VenuePrice; readonly stale: boolean } | undefined {
  const { venue, ask, askSize } = quote
  if (ask === undefined) return undefined
  const { at, size, index, executable } = asked
  const stale = !isFresh(quote, asked)
  const ageMs = Math.max(0, at - quote.observedAt)
  const walked = askSize === undefined ? undefined : walkAsks([{ price: ask, size: askSize }], size)
  const premium = premiumOf(ask, size, index)
  const why = (): string => {
    if (stale) return `its book is ${ageMs} ms old, over its limit of ${Math.min(quote.maxAgeMs, asked.limits.quoteMaxAgeMs)} ms`
    if (walked === undefined) return `offers ${askSize?.toString() ?? 'nothing'} of ${size.toString()}`
    const dearer = premium.minus(executable)
    return dearer.isPositive() ? `dearer by ${dearer.toString()} USDC` : 'indicative: it prices and does not execute'
  }
  return { price: { venue, premium, ageMs, indicative: true, lostBecause: why() }, stale }
}

function premiumOf(ask: NonNullable<OptionQuote['ask']>, size: Asked['size'], index: BtcUsdc): VenuePrice['premium'] {
  return ask.times(size).convert(index, 'ceil')
}
