/**
 * `public/get_instruments` of the simulated Deribit, currency BTC, kind option: what is listed now, in Deribit's fields and numbers. Rates and steps
 * are those the simulated venue charges and checks by; block trades do not exist there, so their fields are absent.
 */
import { hashText } from '#base/prng.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { listedOptions } from '#sim/market/options.ts'
import type { ListedOption } from '#sim/market/options.ts'
import type { VenueState } from '#sim/venue/state.ts'
import { DAY_MS } from '#units/time.ts'
import type { Json } from '#topics/schema.ts'

const WEEK_DAYS = 7
const MONTH_DAYS = 28

export function instrumentsOf(state: VenueState): Json {
  const { generator } = state
  if (generator === null) return []
  const listedAt = new Map(generator.expiries.map(({ expiry, listedAt: at }) => [expiry, at]))
  return listedOptions(generator).map((option) => instrumentJson(state, option, listedAt.get(option.expiry) ?? generator.at))
}

function instrumentJson({ rules }: VenueState, { name, expiry, strike, right }: ListedOption, listedAt: number): Json {
  const found = instrumentOf(name)
  const rate = Number(rules.optionFees.tradeRate.toString())
  return {
    price_index: 'btc_usd',
    kind: 'option',
    instrument_name: name,
    option_type: right,
    strike,
    max_leverage: 1,
    maker_commission: rate,
    taker_commission: rate,
    instrument_type: 'reversed',
    expiration_timestamp: expiry,
    creation_timestamp: listedAt,
    is_active: true,
    tick_size: found.ok ? Number(found.value.tick.toString()) : 0.0001,
    tick_size_steps: [{ above_price: 0.005, tick_size: 0.0005 }],
    contract_size: 1,
    instrument_id: hashText(name) % 1_000_000,
    min_trade_amount: found.ok ? Number(found.value.sizeMin.toString()) : 0.1,
    settlement_currency: 'BTC',
    settlement_period: periodOf(expiry - listedAt),
    base_currency: 'BTC',
    counter_currency: 'USD',
    quote_currency: 'BTC',
  }
}

/** By the life it was listed for. */
function periodOf(lifeMs: number): string {
  const days = lifeMs / DAY_MS
  return days < WEEK_DAYS ? 'day' : days < MONTH_DAYS ? 'week' : 'month'
}
