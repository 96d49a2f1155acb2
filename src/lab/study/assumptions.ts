/** What a study says of its request (no paths, nothing of the machine), and of what its recording lacks: stated beside the figures. */
import { DURABLE_LATENCY_MS } from '../backtest/engine-host.ts'
import { IV_LIMITS } from './regime.ts'
import type { StudyRequest } from './request.ts'

export type StatedRequest = Readonly<Record<string, string | number>>

export function requestOf({
  from,
  to,
  everyMs,
  tenors,
  floors,
  sides,
  size,
  leverage,
  cashShare,
  tierName,
  heldEvery,
  combinations,
}: StudyRequest): StatedRequest {
  return {
    from: from ?? 'first recorded',
    to: to ?? 'last recorded',
    everyHours: everyMs / 3_600_000,
    tenorDays: tenors.join(', '),
    floors: floors.join(', '),
    sides: sides.join(', '),
    size,
    leverage,
    cashShare,
    tierName,
    heldEvery,
    ...(combinations === undefined ? {} : { combinations }),
  }
}

export function assumptionsOf({ leverage, size, cashShare }: StudyRequest): readonly string[] {
  return [
    `Every quote is asked for by an account of its own with ${size} BTC at ${leverage}x and cash of ${cashShare} of the notional, opened at the index of the snapshot (taker, no spread); the index of a snapshot is the median index price of its rows.`,
    'The recording has no quote sizes: 10 % of 24 h volume plus 1 % of open interest, rounded down to 0.1 BTC, counts as available at the best price. The variant "size halved" takes half of that, "position x10" asks for ten times the position.',
    'The recording has Deribit alone: one venue, its fees as published in 2026, no second price to choose from. The variant "spread doubled" widens every quote by half its spread on both sides.',
    'A quote is good until the next snapshot, hours later; the purchase meets the recorded ask. Slippage beyond the best price is therefore zero by construction, and the size gate stands in for it.',
    'A cover is held to its expiry. The settlement index is the recorded one of that instant, else linear in time between the snapshots around it, rounded to the cent; Deribit settles at an average of half an hour.',
    'Leaving is counted in full: delivery fee of the option and taker fee of closing the position at the settlement index. Funding, basis and closing slippage are no part of the floor or of the equity held against it.',
    'A cover that expires after the last snapshot is counted as quoted, with its cost, and in no payout and no floor.',
    `Regimes by implied volatility at the money about 30 days ahead, a year: calm below ${IV_LIMITS.calmBelow}, normal below ${IV_LIMITS.stressedFrom}, stressed from there. The limits are round numbers of our own.`,
    'The nearest option: first expiry at or after the end of the tenor, strike nearest to the floor price that still keeps it, at its ask, whatever its spread and size.',
    `The platform itself buys, holds and settles a sample: at most 12 options of a snapshot, the order to close decided ${DURABLE_LATENCY_MS} ms before expiry.`,
  ]
}
