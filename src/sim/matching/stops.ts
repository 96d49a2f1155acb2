/**
 * Stop orders (L-11): they stand beside the book until the price of their own trigger source (mark, index or last trade) reaches the
 * trigger, a buy stop from below (>=), a sell stop from above (<=), both at equality. A stop that the price has passed already
 * triggers at once. What it then does (market or limit) is the venue's business. Plain data, so a stop survives a restart.
 * Units: prices in counts of 1e-18.
 */
import type { Side } from '#domain/instrument.ts'
import type { TriggerSource } from '#domain/order.ts'

export interface Stop {
  readonly orderId: string
  readonly account: string
  readonly side: Side
  readonly source: TriggerSource
  readonly trigger: bigint
}
/** 0n: never seen. */
export type TriggerPrices = Readonly<Record<TriggerSource, bigint>>

export function isTriggered({ side, source, trigger }: Stop, prices: TriggerPrices): boolean {
  const price = prices[source]
  if (price === 0n) return false
  return side === 'buy' ? price >= trigger : price <= trigger
}

export function removeStop(stops: Stop[], orderId: string): Stop | undefined {
  const place = stops.findIndex((stop) => stop.orderId === orderId)
  return place < 0 ? undefined : stops.splice(place, 1)[0]
}
