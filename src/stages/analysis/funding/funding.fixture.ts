/** Rates, holdings and bookings for the funding component, by offset from T0 (midnight UTC). */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, Book } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import { only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { FundingContext } from '#topics/analysis.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { durationMs, epochMs, HOUR_MS } from '#units/time.ts'

export const DEMO = 'demo' as AccountId

export function rate(
  on: Bench,
  hours: number,
  fundingRate8h: number,
  intervalHours?: number,
  instrument = LINEAR_PERPETUAL,
): FundingContext[] {
  const fundingIntervalMs = intervalHours === undefined ? undefined : durationMs(intervalHours * HOUR_MS)
  const observedAt = epochMs(T0 + hours * HOUR_MS)
  const body = { venue: 'deribit', instrument, fundingRate8h, fundingIntervalMs, observedAt, maxAgeMs: durationMs(180_000) }
  return contexts(on.feed(hours * HOUR_MS, 'funding_rates', body))
}

export interface Part {
  readonly account?: AccountId
  readonly book?: Book
  readonly instrument?: InstrumentId
}
export function hold(
  on: Bench,
  hours: number,
  size: string,
  { account = DEMO, book = 'client', instrument = LINEAR_PERPETUAL }: Part = {},
): FundingContext[] {
  const about = { averageEntry: undefined, realised: money('0'), currency: 'USDC' } as const
  return contexts(on.feed(hours * HOUR_MS, 'position_states', { account, book, instrument, quantity: quantity(size), ...about }))
}

/** Booked now, true at `atHours`. */
export function book(on: Bench, hours: number, atHours: number, paid = '8'): FundingContext[] {
  const entries = [
    { ledgerAccount: 'cash', currency: 'USDC', amount: money(`-${paid}`) },
    { ledgerAccount: 'funding', currency: 'USDC', amount: money(paid) },
  ] as const
  const carried = { price: price<'BTC', 'USDC'>('80000'), at: epochMs(T0 + atHours * HOUR_MS) }
  const body = { account: DEMO, kind: 'funding', reference: `f${atHours}`, entries, rate: carried, instrument: LINEAR_PERPETUAL } as const
  return contexts(on.feed(hours * HOUR_MS, 'postings', body))
}

function contexts(events: readonly AnyEvent[]): FundingContext[] {
  return only(events, 'funding_context')
}
