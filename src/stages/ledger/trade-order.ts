/**
 * Trades of a contract take effect in the venue's order, not in that of their arrival: what a close realises depends on the cost before it, so
 * a fill that was lost and told later (F-V03, F-V18) would leave cash beside the venue's for good. The last trades of a position are kept
 * with what was held before each; a late one is put in its place and those after it are applied again. Older than what is kept: it takes
 * effect on arrival, and reconciliation names the difference. Order: the venue's time, then the trade's id (shorter first, then by text).
 */
import { applyTrade } from '#domain/position.ts'
import type { CostPosition } from '#domain/position.ts'
import type { EpochMs } from '#units/time.ts'

export interface TimedTrade {
  readonly tradeId: string
  readonly at: EpochMs
  /** Signed. */
  readonly quantity: bigint
  readonly worth: bigint
}
export interface RecentTrade extends TimedTrade {
  readonly before: CostPosition
}

const KEPT = 32

/** What is held once the trade stands in its place; `recent` is brought up to date. */
export function applyInOrder(recent: RecentTrade[], held: CostPosition, trade: TimedTrade): CostPosition {
  if (recent.length > 0 && !comesAfter(recent[recent.length - 1], trade)) return applyNewest(recent, held, trade)
  let place = recent.length
  while (place > 0 && comesAfter(recent[place - 1], trade)) place--
  if (place === 0 && recent.length === KEPT) place = recent.length
  const later = recent.splice(place)
  let position: CostPosition = later[0]?.before ?? { quantity: held.quantity, cost: held.cost }
  for (const { tradeId, at, quantity, worth } of [trade, ...later]) {
    recent.push({ tradeId, at, quantity, worth, before: position })
    const { quantity: after, cost } = applyTrade(position, quantity, worth)
    position = { quantity: after, cost }
  }
  if (recent.length > KEPT) recent.splice(0, recent.length - KEPT)
  return position
}

/** As nearly every trade is. */
function applyNewest(recent: RecentTrade[], held: CostPosition, { tradeId, at, quantity, worth }: TimedTrade): CostPosition {
  const before = { quantity: held.quantity, cost: held.cost }
  keep(recent, { tradeId, at, quantity, worth, before })
  const { quantity: after, cost } = applyTrade(before, quantity, worth)
  return { quantity: after, cost }
}

/** Moved by hand: taking the first of an array away gives its place back to the heap, and the next push makes a new array. */
function keep(recent: RecentTrade[], trade: RecentTrade): void {
  if (recent.length < KEPT) {
    recent.push(trade)
    return
  }
  for (let i = 1; i < recent.length; i++) recent[i - 1] = recent[i] as RecentTrade
  recent[recent.length - 1] = trade
}

function comesAfter(one: TimedTrade | undefined, { at, tradeId }: TimedTrade): boolean {
  if (one === undefined || one.at !== at) return one !== undefined && one.at > at
  return one.tradeId.length === tradeId.length ? one.tradeId > tradeId : one.tradeId.length > tradeId.length
}
