/**
 * Refusals as sentences for a trader: what was refused, with the value seen and the limit it broke, and what would change it. One line for each reason of
 * the contract; `refusals.test.ts` reads the server's sources and fails where a reason has none. A reason that is not here is shown as it came, by
 * name, value and limit: honest before pretty.
 */
import type { Explanation, Refusal } from '../api/ask.ts'
import { btc, percent, plain, unitsOf, usdcNamed } from '../format/amount.ts'
import { countdown, days } from '../format/time.ts'
import { AGAIN, asItCame } from './told.ts'
import type { FormField, Told } from './told.ts'

type Words = (e: Explanation, of: Amounts) => string
interface Amounts {
  readonly seen: string
  readonly limit: string
  readonly seenUsdc: string
  readonly limitUsdc: string
}

const LATER = 'Try again when the market is calmer.'
const LESS = 'Try a lower floor or a smaller size.'
const ASK_DESK = 'Ask your platform’s support.'
const NEW_PRICE = 'Get a new price and confirm it.'
const stale: Words = ({ field, seen, limit }) =>
  /ageMs$/i.test(field) && Number.isFinite(Number(seen)) && Number.isFinite(Number(limit))
    ? `The market data is too old to price on: ${countdown(Number(seen))} of market time, at most ${countdown(Number(limit))} is allowed.`
    : 'The market data is too old to price on.'
const noData =
  (what: string): Words =>
  () =>
    `There is no ${what} at the moment.`

/** Reason: what it says, and what would change it. */
const SAID: Readonly<Record<string, readonly [Words, string?]>> = {
  // what was asked for
  invalid_payload: [
    ({ field }, { seen, limit }) => `${nameOf(field)} could not be read${seen === '' ? '' : ` (${seen})`}. Expected: ${limit}.`,
  ],
  unsupported_asset: [(_, { seen }) => `${seen} cannot be protected yet. Only BTC can.`],
  unknown_tier: [(_, { seen, limit }) => `There is no tier ${seen}. The tiers are ${limit}.`],
  invalid_leverage: [
    (_, { seen, limit }) => `Leverage of ${seen}× is outside what this tier allows (${limit}).`,
    'Choose a higher tier, or lower the leverage.',
  ],
  side_not_allowed: [(_, { seen, limit }) => `A ${seen} position cannot be protected on this tier: ${limit}.`, 'Choose another tier.'],
  invalid_size: [(_, { seen, limit }) => `A size of ${seen} BTC cannot be covered: it has to be ${limit}.`],
  order_too_small: [(_, { seen, limit }) => `The order is too small: ${seen}, at least ${limit}.`],
  order_too_large: [(_, { seen, limit }) => `The order is too large: ${seen}, at most ${limit}.`, 'Protect the position in parts.'],
  invalid_drawdown_floor: [
    (e) => `A floor ${percent(String(e.seen))} from the price is outside what can be had.`,
    'Choose a floor between 0.01 % and 99.99 %.',
  ],
  invalid_equity_floor: [(e) => `An equity floor of ${percent(String(e.seen))} is outside what can be had.`],
  invalid_tenor: [(_, { seen, limit }) => `${days(seen)} of protection cannot be had: it has to be ${limit}.`],
  invalid_premium_max: [(_, { seen }) => `A fixed price of ${seen} USDC is no price.`],
  not_a_lot: [(_, { seen, limit }) => `A size of ${seen} BTC does not fit the exchange’s steps of ${limit}.`],
  // the position
  no_position: [(_, { seen, limit }) => `There is no ${seen} position to protect; expected ${limit}.`, 'Open a position first.'],
  unknown_position: [(_, { seen }) => `Position ${seen} is not known to the protection service.`, 'Reload your positions.'],
  size_above_position: [(e) => `${btc(String(e.seen))} is more than the position of ${btc(String(e.limit))}.`],
  over_hedged: [(e) => `Only ${btc(String(e.limit))} are left to hedge, less than ${btc(String(e.seen))}.`],
  already_covered: [(e) => `${btc(String(e.seen))} is more than what is still uncovered, ${btc(String(e.limit))}.`],
  // the market
  no_listed_option: [() => 'No listed option fits these terms.', 'Try another length or a lower floor.'],
  no_expiry: [() => 'No option is listed that lasts as long as you ask.', 'Choose a shorter protection.'],
  no_strike: [() => 'No option is listed that holds this floor.', 'Choose another floor.'],
  no_ask: [() => 'Nobody offers the option that would hold this floor.', LATER],
  no_bid: [() => 'Nobody bids for the option at the moment.', LATER],
  crossed_quote: [() => 'The exchange’s prices contradict each other at the moment.', AGAIN],
  venues_disagree: [(_, { seen, limit }) => `Exchanges disagree on the price by ${seen}, more than ${limit}.`, AGAIN],
  spread_too_wide: [
    (_, { seen, limit }) => `Buying and selling prices are too far apart: ${seen} BTC, at most ${limit} BTC is allowed.`,
    LATER,
  ],
  slippage_too_high: [
    (e) => `The size would move the price by ${percent(String(e.seen))}; at most ${percent(String(e.limit))} is allowed.`,
    'Try a smaller size.',
  ],
  insufficient_size: [(e) => `Only ${btc(String(e.limit))} are on offer, less than ${btc(String(e.seen))}.`],
  no_price: [noData('fresh price'), AGAIN],
  no_index: [noData('fresh price'), AGAIN],
  no_account: [noData('value of the account'), AGAIN],
  no_account_value: [noData('value of the account'), AGAIN],
  equity_unknown: [(_, { seen }) => `The account cannot be valued: there is no price of ${seen}.`, AGAIN],
  stale_price: [stale, AGAIN],
  stale_inputs: [stale, AGAIN],
  stale_surface: [stale, AGAIN],
  stale_snapshot: [stale, AGAIN],
  price_too_old: [stale, NEW_PRICE],
  beyond_last_expiry: [() => 'No option is listed that far out.', 'Choose a shorter protection.'],
  beyond_strikes: [() => 'No option is listed at that price.', 'Choose another floor.'],
  // what it costs
  premium_above_limit: [(_, { seenUsdc, limitUsdc }) => `This cover costs ${seenUsdc}; the fixed price is ${limitUsdc}.`, LESS],
  premium_floor: [
    (_, { seenUsdc, limitUsdc }) => `The most you would pay, ${seenUsdc}, is under the least this cover may be sold for, ${limitUsdc}.`,
    LESS,
  ],
  pass_through_disabled: [() => 'This cover costs more than the fixed price, and a higher price is not offered here.', LESS],
  pass_through_not_opted_in: [() => 'This cover costs more than the fixed price, and a higher price was not asked for.', LESS],
  pass_through_tier: [(_, { seen }) => `Tier ${seen} takes no price above its fixed price.`, LESS],
  pass_through_leverage: [(_, { seen, limit }) => `At ${seen}× there is no price above the fixed price (${limit}).`, LESS],
  subsidy_cap_reached: [
    (_, { seenUsdc, limitUsdc }) => `The platform’s budget for today has ${limitUsdc} left; this cover needs ${seenUsdc} of it.`,
    LESS,
  ],
  subsidy_account_cap_reached: [
    (_, { seenUsdc, limitUsdc }) => `Your share of today’s budget has ${limitUsdc} left; this cover needs ${seenUsdc} of it.`,
    LESS,
  ],
  consent_required: [
    (_, { limitUsdc }) => `This cover now costs more than the fixed price: ${limitUsdc}. It needs your consent.`,
    NEW_PRICE,
  ],
  // the account
  insufficient_cash: [(_, { seenUsdc, limitUsdc }) => `The account has ${seenUsdc} in cash; this cover needs ${limitUsdc}.`, LESS],
  insufficient_margin: [(_, { seenUsdc, limitUsdc }) => `The account’s margin of ${seenUsdc} is under the ${limitUsdc} this needs.`, LESS],
  margin_breach: [
    (_, { seenUsdc, limitUsdc }) =>
      `After the purchase the account would hold ${seenUsdc}, not above its maintenance margin of ${limitUsdc}.`,
    LESS,
  ],
  floor_not_positive: [(_, { seenUsdc }) => `At this floor the account could end at ${seenUsdc}.`, 'Choose a floor nearer to the price.'],
  floor_below_margin: [
    (_, { seenUsdc, limitUsdc }) =>
      `At this floor the account would be liquidated before the cover pays: ${seenUsdc} left, ${limitUsdc} needed.`,
    'Choose a floor nearer to the price.',
  ],
  equity_floor_not_met: [
    (_, { seenUsdc, limitUsdc }) => `The best cover ends at ${seenUsdc}, under the ${limitUsdc} asked for.`,
    'Ask for a lower floor.',
  ],
  below_drawdown_limit: [(_, { seenUsdc, limitUsdc }) => `The best cover ends at ${seenUsdc}, under the drawdown limit of ${limitUsdc}.`],
  position_limit: [(_, { seen, limit }) => `The size is beyond the account’s limit: ${seen}, at most ${limit}.`, 'Try a smaller size.'],
  notional_limit: [
    (_, { seenUsdc, limitUsdc }) => `The order’s value of ${seenUsdc} is beyond the limit of ${limitUsdc}.`,
    'Try a smaller size.',
  ],
  // from the price to the cover
  quote_expired: [() => 'The price has expired. Nothing was bought.', NEW_PRICE],
  quote_consumed: [() => 'This price was used already. Nothing more was bought.', 'Look at your covers before you ask for a new price.'],
  unknown_quote: [() => 'This price is not known any more. Nothing was bought.', NEW_PRICE],
  price_moved: [
    (_, { seenUsdc, limitUsdc }) =>
      `The price moved to ${seenUsdc}, beyond the ${limitUsdc} you had agreed to at most. Nothing was bought.`,
    NEW_PRICE,
  ],
  not_filled: [() => 'The exchange did not fill the order: the offer was gone. Nothing was bought and nothing is charged.', NEW_PRICE],
  partially_filled: [
    (e) =>
      `Only ${btc(String(e.seen))} of ${btc(String(e.limit))} could be bought, so the cover was not made. What was bought is sold again.`,
    NEW_PRICE,
  ],
  hedge_missing: [() => 'The option behind this cover is not in the books.', ASK_DESK],
  position_closing: [() => 'The position is being closed; it cannot be protected now.'],
  signature_invalid: [() => 'The price was altered on its way. Nothing was bought.', NEW_PRICE],
  idempotency_conflict: [
    () => 'This purchase was asked for before, in another way. Nothing was bought twice.',
    'Look at your covers before you ask again.',
  ],
  duplicate_intent: [() => 'This order was placed already. Nothing was bought twice.', 'Look at your covers before you ask again.'],
  // the platform
  halted: [() => 'Trading is halted at the moment. Covers that stand go on; new ones cannot be bought.', 'Try again when trading goes on.'],
  unknown_account: [(_, { seen }) => `Account ${seen} is not known here.`, ASK_DESK],
  unauthorised: [() => 'This page is not signed in to the protection service.', 'Sign in again.'],
}

/** Reasons on the platform's side or of other calls, which a trader cannot change: told by name with value and limit, and with what helps. */
const PLATFORM: readonly (readonly [string, string])[] = [
  [
    AGAIN,
    'reconciling venue_link_down no_session clock_offset not_ready internal_error request_timeout too_many_requests too_many_streams renewal_rate order_rate price_band not_a_tick unknown_instrument no_mark no_market no_forward no_volatility no_surface calendar_arbitrage stale_epoch',
  ],
  [
    ASK_DESK,
    'reconciliation_differs poisoned_input journal_full journal_resumed runaway_orders not_available host_not_allowed origin_not_allowed not_found method_not_allowed payload_too_large unsupported_media_type headers_too_large unsupported_instrument invalid_order invalid_position account_holds_no_coin uncovered_sale not_in_production admin_disabled missing_drawdown_inputs invalid_trigger gtd_disabled not_reducing expired_instrument insufficient_balance',
  ],
  [
    'Look at your covers.',
    'unknown_coverage missing_coverage cover_ended cover_not_active ambiguous_expiry expiry_differs instrument_differs amount_differs venue_differs order_exists intent_mismatch price_above_bid price_below_quote price_of_combination server_decides too_early renewal_terms_differ renewal_abandoned consent_exceeded no_standing_consent no_cover_in_time no_cover_holds_limit drawdown_buffer_positive partly_covered ctc_disabled role_too_low',
  ],
]

/** Of a cover that stands. */
const ALARMS: Readonly<Record<string, string>> = {
  hedge_missing: 'A part of the option behind this cover is missing. What is left still protects.',
  hedge_gone: 'The option behind this cover is gone. The position is not protected.',
  over_protected: 'The position is gone; the cover stands and can only pay.',
  over_bought: 'More was bought than needed; the rest is being sold.',
  below_drawdown_limit: 'The floor of this cover lies under the drawdown limit.',
  partly_covered: 'Less than asked for could be bought; the rest of the position is not protected.',
  partly_closed: 'A part of this cover was closed; the rest still protects.',
  being_sold: 'This cover is being sold.',
  unwind_incomplete: 'This cover could not be sold whole yet.',
  roll_pending: 'A new cover is taking over.',
  payout_differs: 'The exchange paid something else than computed. It is being looked into.',
  renewal_without_consent: 'The next cover needs your consent: it costs more than the fixed price.',
}

const FIELDS: Readonly<Record<string, FormField>> = {
  positionSize: 'size',
  size: 'size',
  drawdownFloorPct: 'floor',
  tenorDays: 'tenor',
  tierName: 'tier',
  leverage: 'leverage',
  'consent.passThrough': 'consent',
}
const NAMES: Readonly<Record<string, string>> = {
  positionSize: 'The size',
  drawdownFloorPct: 'The floor',
  tenorDays: 'The length',
  tierName: 'The tier',
  leverage: 'The leverage',
  side: 'The side',
  entryPrice: 'The entry price',
}

export function alarmWords(alarm: string): string {
  return ALARMS[alarm] ?? `Alarm: ${alarm.replaceAll('_', ' ')}.`
}

export function knowsReason(reason: string): boolean {
  return Object.hasOwn(SAID, reason) || helpFor(reason) !== undefined
}

function helpFor(reason: string): string | undefined {
  return PLATFORM.find(([, reasons]) => reasons.split(' ').includes(reason))?.[0]
}

export function told({ reason, explanation }: Refusal): Told {
  const { field, seen, limit, flip } = explanation
  const [words, next = helpFor(reason)] = (Object.hasOwn(SAID, reason) ? SAID[reason] : undefined) ?? []
  const amounts = {
    seen: plain(seen),
    limit: plain(limit),
    seenUsdc: typeof seen === 'string' ? usdcNamed(seen) : plain(seen),
    limitUsdc: typeof limit === 'string' ? usdcNamed(limit) : plain(limit),
  }
  const formField = FIELDS[field]
  const fix = fixOf(flip)
  const change =
    next ?? (flip === undefined ? undefined : `It would pass with ${nameOf(flip.field).replace('The', 'the')} ${plain(flip.to)}.`)
  return {
    what: words === undefined ? asItCame(reason, explanation) : words(explanation, amounts),
    ...(change === undefined || fix !== undefined ? {} : { next: change }),
    ...(formField === undefined ? {} : { field: formField }),
    ...(fix === undefined ? {} : { fix }),
    again: next === AGAIN || next === NEW_PRICE,
  }
}

function fixOf(flip: Explanation['flip']): Told['fix'] {
  const field = flip === undefined ? undefined : FIELDS[flip.field]
  if (flip === undefined || field === undefined || field === 'consent' || field === 'leverage') return undefined
  const to = String(flip.to)
  if (field !== 'tier' && unitsOf(to) === undefined) return undefined
  const shown = { size: btc(to), floor: percent(to), tenor: days(to), tier: to }[field]
  return { field, to, label: `Use ${shown}` }
}

function nameOf(field: string): string {
  return NAMES[field] ?? field
}
