/** What a report says of its request (no paths, nothing of the machine) and of what its recording lacks: stated, never invented. */
import { DURABLE_LATENCY_MS, SAME_PRICES_MS } from './engine-host.ts'
import type { BacktestRequest } from './request.ts'

export type StatedRequest = Readonly<Record<string, string | number | null>>

export function requestOf(request: BacktestRequest): StatedRequest {
  const { data, from, to, side, size, leverage, cash, fundingRate8h } = request
  const account = { data: data.kind, from, to, side, size, leverage, cash, fundingRate8h }
  if (data.kind === 'bars') return account
  const { drawdownFloor, equityFloor, tenorDays, tierName, renewal, premiumMax, combinations } = request
  const floors = { drawdownFloor: drawdownFloor ?? null, equityFloor: equityFloor ?? null }
  const pairs = combinations === undefined ? {} : { combinations }
  return { ...account, ...floors, tenorDays, tierName, renewal, premiumMax: premiumMax ?? null, ...pairs }
}

export function assumptionsOf({ data, fundingRate8h }: BacktestRequest): string[] {
  const common = [
    `Funding: no series is read; a constant of ${fundingRate8h} per 8 h stands in, paid at 00:00, 08:00 and 16:00 UTC.`,
    'The perpetual trades at the recorded index, taker, without a spread; its mark is the index.',
    `An order leaves ${DURABLE_LATENCY_MS} ms after its approval, once it is durable; within ${SAME_PRICES_MS / 1_000} s of a recorded instant (renewals are looked at every full minute) it meets the prices of that instant.`,
    'The twin without covers pays the same fees and is liquidated by the same rule; it is looked at where the recording has an instant, not in between.',
  ]
  if (data.kind === 'bars') return [...common, 'Bars give the index alone, known at their close; nothing inside a bar is looked at.']
  return [
    ...common,
    'The index of a snapshot is the median index price of its rows.',
    'Chains carry no quote sizes: 10 % of 24 h volume plus 1 % of open interest, rounded down to 0.1 BTC, counts as available.',
    'Snapshots lie hours apart. A quote may be used until the next one. An order sent in between trades when it arrives: an option at its quotes, the perpetual at the index linear in time at the sending instant.',
    'An option that expires between two snapshots ends at 08:00 UTC and is delivered when the next one arrives, at the index linear in time between the two; nothing in between decides on it.',
    'An option held that a snapshot leaves out counts at its price last recorded, and the point says so.',
    'A cover still open at the end is marked, not settled.',
  ]
}
