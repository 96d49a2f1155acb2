/**
 * Floor of P2: the least work a tick can cause. Four breakers (flash move, drawdown, spread, leverage) on plain floats, an order into a
 * ring every 100 ticks, one position marked. No money, no journal, no events: what remains when everything the platform promises is
 * taken away.
 */
export interface LeanResult {
  readonly ticks: number
  readonly orders: number
  readonly checksum: number
}

export function leanEngine(prices: Float64Array): LeanResult {
  const ring = new Float64Array(1024)
  let orders = 0
  let tripped = 0
  let peak = 0
  let low = Infinity
  let high = 0
  let equity = 20_000
  const entry = prices[0] ?? 0
  for (let i = 0; i < prices.length; i++) {
    const price = prices[i] as number
    equity = 20_000 + (price - entry)
    if (equity > peak) peak = equity
    if (price < low) low = price
    if (price > high) high = price
    if ((high - price) / high > 0.5) tripped++
    if ((peak - equity) / peak > 0.9) tripped++
    if (0.5 / price > 0.001) tripped++
    if (price / equity > 100) tripped++
    if (i % 100 === 0) ring[orders++ & 1023] = price
  }
  return { ticks: prices.length, orders, checksum: equity + tripped + (ring[7] ?? 0) }
}
