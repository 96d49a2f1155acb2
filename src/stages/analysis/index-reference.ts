/**
 * The one index all marks are held against: the median of the venues' indices that are fresh (the middle two averaged, rounded half-even
 * at 1e-18). With one venue it is that venue's. Its age is the oldest of those that made it, its limit the strictest, so that a mark
 * never looks fresher than what it was checked with.
 */
import type { BtcUsdc } from '#units/price.ts'
import { Price } from '#units/price.ts'
import { divide } from '#units/exact.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

export interface IndexView {
  readonly price: BtcUsdc
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
}

export function indexReference(indices: ReadonlyMap<string, IndexView>, at: EpochMs): IndexView | undefined {
  if (indices.size === 1) {
    for (const only of indices.values()) return isFreshAt(only, at) ? only : undefined
  }
  const fresh = Array.from(indices.values()).filter((index) => isFreshAt(index, at))
  const [first] = fresh
  if (first === undefined || fresh.length === 1) return first
  const price = median(fresh.map((index) => index.price))
  const observedAt = Math.min(...fresh.map((index) => index.observedAt)) as EpochMs
  return { price, observedAt, maxAgeMs: Math.min(...fresh.map((index) => index.maxAgeMs)) as DurationMs }
}

export function isFreshAt({ observedAt, maxAgeMs }: IndexView, at: EpochMs): boolean {
  return at - observedAt <= maxAgeMs
}

function median(prices: readonly BtcUsdc[]): BtcUsdc {
  const sorted = prices.toSorted((a, b) => a.compare(b))
  const low = sorted[(sorted.length - 1) >> 1] as BtcUsdc
  const high = sorted[sorted.length >> 1] as BtcUsdc
  return low === high ? low : new Price<'BTC', 'USDC'>(divide(low.units + high.units, 2n, 'half-even'))
}
