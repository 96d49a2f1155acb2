/**
 * The old cover of a renewal sold at its bid, if that is fresh and there for all of it: what it would bring counts towards the new floor
 * (docs/decisions/0010-renewal-guarantee.md). Of a combination every option has to find its bid.
 * A stub is no bid (docs/decisions/0014-nobody-bids.md). Units: USDC, proceeds down, fees up.
 */
import { coinOption } from '#domain/catalogue.ts'
import { optionTradeFee } from '#domain/fees.ts'
import { plausibleBid } from '#domain/plausible-bid.ts'
import { sum } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import type { DurationMs } from '#units/time.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { CoverLeg, Roll } from '#topics/protection.ts'
import { observed } from './gates.ts'
import { quoteOf } from './listing.ts'
import type { QuoteInputs } from './put-quote.ts'

interface Sale {
  readonly leg: CoverLeg
  readonly bidCoin: CoinPremium
  readonly proceeds: Money<'USDC'>
  readonly fee: Money<'USDC'>
}

export function rollOf(inputs: QuoteInputs, index: BtcUsdc): Roll | undefined {
  const { old } = inputs
  if (old === undefined || old.state !== 'active') return undefined
  const sales: Sale[] = []
  for (const leg of legsOf(old)) {
    if (leg.filled.isZero()) continue
    const sale = saleOf(leg, inputs, index)
    if (sale === undefined) return undefined
    sales.push(sale)
  }
  const [first] = sales
  if (first === undefined) return undefined
  const legs = sales.map(({ leg: { venue, instrument, filled }, bidCoin }) => ({ venue, instrument, size: filled, bidCoin }))
  return {
    coverageId: old.coverageId,
    venue: first.leg.venue,
    instrument: first.leg.instrument,
    size: old.filled,
    bidCoin: first.bidCoin,
    proceeds: sum(sales.map(({ proceeds }) => proceeds)),
    fee: sum(sales.map(({ fee }) => fee)),
    ...(old.legs === undefined ? {} : { legs }),
  }
}

function saleOf(leg: CoverLeg, { at, chains, config }: QuoteInputs, index: BtcUsdc): Sale | undefined {
  const quote = quoteOf(chains, leg.instrument, leg.venue)
  const fresh = quote === undefined ? undefined : observed(quote).read(at, config.quoteMaxAgeMs as DurationMs)
  const option = coinOption(leg.instrument)
  if (fresh?.ok !== true || option === undefined) return undefined
  const plausible = plausibleBid(option, fresh.value, index.units, config.stubBidShare)
  if (!plausible.ok || (fresh.value.bidSize?.units ?? 0n) < leg.filled.units) return undefined
  const bid = plausible.value
  const fee = optionTradeFee(bid, leg.filled, config.fees).convert(index, 'ceil')
  return { leg, bidCoin: bid, proceeds: bid.times(leg.filled).convert(index, 'floor'), fee }
}
