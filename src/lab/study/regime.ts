/**
 * How nervous the options market was at a snapshot: the implied volatility at the money, about a month ahead. Of the expiries with both
 * kinds listed the one nearest to 30 days; of its strikes the one nearest to the index; the mean of the put's and the call's mark iv.
 *   calm: below 0.40 a year;  normal: from 0.40, below 0.55;  stressed: from 0.55
 * The limits are round numbers of our own: of the recording of 2026 about a quarter is calm and a tenth stressed. They sort results; no quote
 * depends on them. Edges: equal distances take the earlier expiry and the lower strike; no pair of put and call is no regime.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { Option } from '#domain/instrument.ts'
import type { BtcUsdc } from '#units/price.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { RawOptionQuote } from '#topics/market.ts'

export const REGIMES = ['calm', 'normal', 'stressed'] as const
export type Regime = (typeof REGIMES)[number] | 'unknown'

export const IV_LIMITS = { calmBelow: 0.4, stressedFrom: 0.55 } as const
const DAYS_AHEAD = 30

export function regimeOf(ivAnnual: number | undefined): Regime {
  if (ivAnnual === undefined) return 'unknown'
  if (ivAnnual < IV_LIMITS.calmBelow) return 'calm'
  return ivAnnual < IV_LIMITS.stressedFrom ? 'normal' : 'stressed'
}

interface Pair {
  readonly expiry: number
  readonly strike: number
  put?: number
  call?: number
}

export function atTheMoneyIv(at: EpochMs, index: BtcUsdc, quotes: Iterable<RawOptionQuote>): number | undefined {
  const pairs = new Map<string, Pair>()
  for (const { instrument, markIv } of quotes) {
    const found = instrumentOf(instrument)
    if (markIv === undefined || !found.ok || found.value.kind !== 'option') continue
    notePair(pairs, found.value, markIv)
  }
  const whole = [...pairs.values()].filter(({ put, call }) => put !== undefined && call !== undefined)
  const target = at + DAYS_AHEAD * DAY_MS
  const middle = index.toNumber()
  const [best] = whole.toSorted(
    (a, b) =>
      Math.abs(a.expiry - target) - Math.abs(b.expiry - target) ||
      a.expiry - b.expiry ||
      Math.abs(a.strike - middle) - Math.abs(b.strike - middle) ||
      a.strike - b.strike,
  )
  return best?.put === undefined || best.call === undefined ? undefined : (best.put + best.call) / 2
}

function notePair(pairs: Map<string, Pair>, { expiry, strike, optionType }: Option, markIv: number): void {
  const key = `${expiry} ${strike.toString()}`
  const pair = pairs.get(key) ?? { expiry, strike: strike.toNumber() }
  pair[optionType] = markIv
  pairs.set(key, pair)
}
