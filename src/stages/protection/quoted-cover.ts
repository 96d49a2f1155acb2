/**
 * What a quote says of the cover it would buy: of one option its candidate, its book and the race it won; of a combination the same of the whole,
 * each leg with its own price, bound and book, and what one option would have cost instead. Prices may be used until the first of them is too old.
 */
import { sha256Hex } from '#base/sha256.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { divideUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import type { Candidate, Charge, PricedBook, PutQuote, QuotedLeg } from '#topics/protection.ts'
import { liquidityRatioOf } from './charge-terms.ts'
import type { CombinationChosen } from './combination-choice.ts'
import type { Combination, PricedLeg } from './combination-gates.ts'
import type { ExitCosts } from './floor.ts'
import { usableUntil } from './gates.ts'
import type { Priced } from './gates.ts'
import type { QuoteInputs } from './put-quote.ts'
import { lostBecause, scoreOfParts, scoreParts, spreadOf } from './score.ts'
import type { Scored } from './score.ts'
import type { Selection } from './selection.ts'

export interface QuotedCover {
  readonly charge: Charge
  readonly exit: ExitCosts
  readonly floorEquity: Candidate['floorEquity']
  readonly quotesUntil: number
  readonly shown: Partial<Pick<PutQuote, 'venue' | 'selected' | 'limitPremiumCoin' | 'book' | 'runnerUp' | 'venues' | 'legs' | 'single'>>
}

export function singleBought(
  { winner, runnerUp, byVenue }: Selection & { ok: true },
  { at, request, config }: QuoteInputs,
  index: BtcUsdc,
): QuotedCover {
  const { charge, exit, floorEquity, worst, listed } = winner.priced
  return {
    charge,
    exit,
    floorEquity,
    quotesUntil: usableUntil(listed.quote, config.quoteMaxAgeMs),
    shown: {
      venue: listed.quote.venue,
      selected: candidateOf(winner),
      limitPremiumCoin: worst,
      book: bookOf(winner.priced, request.terms.size, index),
      ...(runnerUp === undefined ? {} : { runnerUp: { ...candidateOf(runnerUp), lostBecause: lostBecause(runnerUp, winner) } }),
      venues: byVenue.map((best) => venueOf(best, winner, at)),
    },
  }
}

export function combinationBought(
  { combination, single }: CombinationChosen,
  { at, request, config }: QuoteInputs,
  index: BtcUsdc,
): QuotedCover {
  const { charge, exit, floorEquity } = combination
  const legs = combination.legs.map((leg) => legOf(leg, index))
  const [first] = legs
  const instead = single?.winner
  return {
    charge,
    exit,
    floorEquity,
    quotesUntil: Math.min(...combination.legs.map(({ listed }) => usableUntil(listed.quote, config.quoteMaxAgeMs))),
    shown: {
      ...(first === undefined ? {} : { venue: first.venue, limitPremiumCoin: first.limitPremiumCoin, book: first.book }),
      selected: combinationCandidate(combination, { at, request, config }, index),
      legs,
      ...(instead === undefined
        ? {}
        : { single: singleInstead(instead.priced, charge), runnerUp: { ...candidateOf(instead), lostBecause: 'costs more' } }),
      venues: venuesOf(combination, at),
    },
  }
}

/** The level the price was made on, and its digest together with the index: whoever holds both can make the digest again. */
function bookOf({ listed, ask, bid }: Pick<Priced, 'listed' | 'ask' | 'bid'>, size: Quantity<'BTC'>, index: BtcUsdc): PricedBook {
  const { venue, instrument, askSize: offered = new Quantity<'BTC'>(0n), observedAt } = listed.quote
  const level = { ask, askSize: offered, ...(bid === undefined ? {} : { bid }), observedAt }
  // keys in their order: canonical as it stands; and strings, because a toJSON method would take the writer off its fast path
  const told = {
    ask: ask.toString(),
    askSize: offered.toString(),
    bid: bid?.toString(),
    index: index.toString(),
    instrument,
    observedAt,
    venue,
  }
  const digest = sha256Hex(JSON.stringify(told))
  return { ...level, liquidityRatio: liquidityRatioOf({ offered, size }), digest }
}

/** The best cover of one venue, and why it lost where another venue has the winner. */
function venueOf(best: Scored, winner: Scored, at: EpochMs): NonNullable<PutQuote['venues']>[number] {
  const { quote } = best.priced.listed
  const told = { venue: quote.venue, premium: best.priced.premium, ageMs: Math.max(0, at - quote.observedAt) }
  return best === winner ? told : { ...told, lostBecause: lostBecause(best, winner) }
}

/** The venues of the legs, each with what is paid there. */
function venuesOf({ legs }: Combination, at: EpochMs): NonNullable<PutQuote['venues']> {
  const byVenue = new Map<string, NonNullable<PutQuote['venues']>[number]>()
  for (const { listed, premium } of legs) {
    const { venue, observedAt } = listed.quote
    const [was, ageMs] = [byVenue.get(venue), Math.max(0, at - observedAt)]
    byVenue.set(
      venue,
      was === undefined ? { venue, premium, ageMs } : { venue, premium: was.premium.plus(premium), ageMs: Math.max(was.ageMs, ageMs) },
    )
  }
  return [...byVenue.values()]
}

function candidateOf({ priced, score }: Scored): Candidate {
  const { listed, average, premium, fee, exit, floorEquity }: Priced = priced
  const { id, strike, expiry }: { id: InstrumentId; strike: BtcUsdc; expiry: EpochMs } = listed.option
  return { instrument: id, strike, expiry, premiumCoin: average, premium, fee, exitCostMax: exit.total, floorEquity, score }
}

/** The whole as if it were one option of the mean strike; named after the leg that is bought first. */
function combinationCandidate(
  { legs, strike, premium, fee, exit, floorEquity }: Combination,
  { at, request: { terms }, config: { weights } }: Pick<QuoteInputs, 'at' | 'request' | 'config'>,
  index: BtcUsdc,
): Candidate {
  const [first] = legs as readonly [PricedLeg]
  const expiry = Math.min(...legs.map(({ listed }) => listed.option.expiry)) as EpochMs
  const coin = legs.reduce((sum, { average, size }) => sum + average.times(size).units, 0n)
  const spread = legs.reduce((sum, leg) => sum + spreadOf(leg) * leg.size.toNumber(), 0) / terms.size.toNumber()
  const score = scoreOfParts(scoreParts({ premium, fee, floorEquity, expiry, spread }, { terms, index, at, weights }))
  const premiumCoin = new Price<'BTC', 'BTC'>(divideUnits(coin, terms.size.units, 'ceil'))
  return { instrument: first.listed.option.id, strike, expiry, premiumCoin, premium, fee, exitCostMax: exit.total, floorEquity, score }
}

function legOf(leg: PricedLeg, index: BtcUsdc): QuotedLeg {
  const { listed, size, average, worst, premium, fee } = leg
  const { id, strike, expiry } = listed.option
  const book = bookOf(leg, size, index)
  return {
    venue: listed.quote.venue,
    instrument: id,
    size,
    strike,
    expiry,
    premiumCoin: average,
    premium,
    fee,
    limitPremiumCoin: worst,
    book,
  }
}

function singleInstead({ listed, charge, floorEquity }: Priced, { charged }: Charge): NonNullable<PutQuote['single']> {
  return { instrument: listed.option.id, charged: charge.charged, floorEquity, saves: charge.charged.minus(charged) }
}
