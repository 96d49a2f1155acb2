/**
 * A second venue's book of options around the same market path: it prices, nobody trades there. Its own turn and phase, latency, spread,
 * tick and gaps; it lists every other strike up to `daysMax`. Quoted in USDC on a tick of 5, told in coin at its own underlying (bid
 * down, ask up, to 1e-8), as the port of a venue whose options settle in USDC would. Everything follows from the seed and the instant:
 *   mark = mark' (1 + noise), half spread = half' x spreadMultiple, latency from `latencyMinMs` to `latencyMaxMs` by turn.
 * A gap is a stretch of `gapMs` in which it says nothing; what was said before ages. State: the last turn and what is under way; both
 * begin anew with the process, since a price that was not heard is gone.
 */
import type { InstrumentId } from '#domain/instrument.ts'
import { Price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { DAY_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { hashText, hashUnit } from '#base/prng.ts'
import { indexPrice } from '../market/index-price.ts'
import { allOptionQuotes } from '../market/options.ts'
import type { ListedOption, OptionQuote } from '../market/options.ts'
import type { MarketState } from '../market/state.ts'
import type { VenueOutput } from '../venue/state.ts'

export interface PricingBookConfig {
  readonly venue: string
  readonly seed: number
  /** Between two tellings of its chain, and of its index; market time. */
  readonly chainEveryMs: number
  readonly indexEveryMs: number
  /** How long its word may be used, as it states itself. */
  readonly chainMaxAgeMs: number
  readonly indexMaxAgeMs: number
  readonly latencyMinMs: number
  readonly latencyMaxMs: number
  readonly spreadMultiple: number
  /** Share of stretches of `gapMs` in which it is silent. */
  readonly gapShare: number
  readonly gapMs: number
  readonly daysMax: number
}
export interface PricingBook {
  /** What it says up to the market's instant that has arrived by then; the market itself is only looked at. */
  follow(market: MarketState): readonly VenueOutput[]
}
interface UnderWay {
  readonly arrivesAt: number
  readonly said: readonly VenueOutput[]
}
interface Speaker {
  readonly config: PricingBookConfig
  /** Of this venue and seed. */
  readonly key: number
}

const TICK_USDC = 5
const MARK_NOISE = 0.02
const INDEX_NOISE = 0.0004
const CHANNEL = { gap: 1, latency: 2, mark: 3, index: 4, size: 5 } as const

export function pricingBook(config: PricingBookConfig): PricingBook {
  const speaker = { config, key: hashText(`pricing ${config.venue} ${config.seed}`) | 0 }
  let chainTurn = -1
  let indexTurn = -1
  let underWay: UnderWay[] = []
  return {
    follow: (market) => {
      const { at } = market
      const chain = turnOf(at, config.chainEveryMs)
      const index = turnOf(at, config.indexEveryMs)
      if (!isSilent(speaker, at)) {
        if (index > indexTurn) underWay.push({ arrivesAt: at + latencyMs(speaker, index), said: [tellIndex(speaker, market)] })
        if (chain > chainTurn) underWay.push({ arrivesAt: at + latencyMs(speaker, chain), said: tellChain(speaker, market) })
      }
      chainTurn = chain
      indexTurn = index
      if (underWay.every(({ arrivesAt }) => arrivesAt > at)) return []
      const arrived = underWay.filter(({ arrivesAt }) => arrivesAt <= at)
      underWay = underWay.filter(({ arrivesAt }) => arrivesAt > at)
      return arrived.flatMap(({ said }) => said)
    },
  }
}

/** Half a turn after the full one: two venues do not speak at the same instant. */
function turnOf(at: number, everyMs: number): number {
  return Math.floor((at + everyMs / 2) / everyMs)
}

export function isSilent({ config: { gapShare, gapMs }, key }: Speaker, at: number): boolean {
  return hashUnit(key, Math.floor(at / gapMs), CHANNEL.gap) < gapShare
}

function latencyMs({ config: { latencyMinMs, latencyMaxMs }, key }: Speaker, turn: number): number {
  return latencyMinMs + Math.floor(hashUnit(key, turn, CHANNEL.latency) * (latencyMaxMs - latencyMinMs + 1))
}

function tellIndex({ config: { venue, indexMaxAgeMs }, key }: Speaker, market: MarketState): VenueOutput {
  const noise = 1 + INDEX_NOISE * (hashUnit(key, Math.floor(market.at / 60_000), CHANNEL.index) - 0.5)
  const price = new Price<'BTC', 'USDC'>(gridUnits(indexPrice(market) * noise, 2, 'nearest'))
  const body = { venue, venueAt: market.at as EpochMs, maxAgeMs: indexMaxAgeMs as DurationMs, asset: 'BTC' as const, price }
  return { topic: 'raw_index', key: 'BTC', body }
}

function tellChain(speaker: Speaker, market: MarketState): readonly VenueOutput[] {
  const { daysMax } = speaker.config
  return allOptionQuotes(market).flatMap(([option, quote]) => {
    const isListed = option.expiry - market.at <= daysMax * DAY_MS && hashText(String(option.strike)) % 2 === 0
    const told = isListed ? tellOption(speaker, market, { option, quote }) : undefined
    return told === undefined ? [] : [told]
  })
}

interface Listed {
  readonly option: ListedOption
  readonly quote: OptionQuote
}
function tellOption(
  { config: { venue, chainMaxAgeMs, spreadMultiple }, key }: Speaker,
  { at }: MarketState,
  { option: { name }, quote }: Listed,
): VenueOutput | undefined {
  const { bidCoin, askCoin, markCoin, underlyingPrice } = quote
  if (askCoin === null) return undefined
  const name32 = hashText(name)
  const mark = markCoin * (1 + MARK_NOISE * (hashUnit(key ^ name32, Math.floor(at / 600_000), CHANNEL.mark) - 0.5))
  const half = (bidCoin === null ? askCoin - markCoin : (askCoin - bidCoin) / 2) * spreadMultiple
  const bidUsdc = Math.floor(((mark - half) * underlyingPrice) / TICK_USDC) * TICK_USDC
  const askUsdc = Math.max(TICK_USDC, Math.ceil(((mark + half) * underlyingPrice) / TICK_USDC) * TICK_USDC)
  const size = new Quantity<'BTC'>(gridUnits(quote.askSize * (0.3 + 0.7 * hashUnit(key ^ name32, at, CHANNEL.size)), 2, 'up'))
  const bid = bidUsdc > 0 ? { bid: coin(bidUsdc / underlyingPrice, 'down'), bidSize: size } : {}
  const body = {
    venue,
    venueAt: at as EpochMs,
    maxAgeMs: chainMaxAgeMs as DurationMs,
    instrument: name as InstrumentId,
    ...bid,
    ask: coin(askUsdc / underlyingPrice, 'up'),
    askSize: size,
    ...(mark > 1e-8 ? { mark: coin(mark, 'nearest') } : {}),
    markIv: quote.markIv,
    delta: quote.delta,
    underlyingPrice: new Price<'BTC', 'USDC'>(gridUnits(underlyingPrice, 4, 'nearest')),
    sizeBasis: 'quoted' as const,
  }
  return { topic: 'raw_option_quotes', key: name, body }
}

function coin(value: number, rounding: Rounding): CoinPremium {
  return new Price<'BTC', 'BTC'>(gridUnits(value, 8, rounding))
}

type Rounding = 'down' | 'up' | 'nearest'
const ROUND = { down: Math.floor, up: Math.ceil, nearest: Math.round } as const

function gridUnits(value: number, places: number, rounding: Rounding): bigint {
  return BigInt(Math.max(1, ROUND[rounding](value * 10 ** places))) * 10n ** BigInt(18 - places)
}
