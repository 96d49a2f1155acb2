/**
 * Words for what happens next and for how far it is. Times to come are counted from market time as the stream tells it, so that they run with
 * it; each names the cover it speaks of; a funding payment is an estimate and is said with "about". A model's price is marked so.
 */
import type { ThresholdsAnswer } from '#api/contract-scenario.ts'
import { isNegative, usdc } from '../format/decimal.ts'

export type TimeThreshold = ThresholdsAnswer['times'][number]
export type PriceThreshold = ThresholdsAnswer['prices'][number]

const DAY_H = 24

export const PRICE_NAMES: Readonly<Record<PriceThreshold['id'], string>> = {
  strike: 'Strike: the cover takes over',
  floor_price: 'Floor price',
  equity_at_floor: 'Floor, if sold at the bid',
  drawdown_limit: 'Drawdown limit, if sold at the bid',
  programme_limit: 'Programme’s limit, if sold at the bid',
  liquidation: 'Liquidation with cover',
  liquidation_without_cover: 'Liquidation, without the cover',
}

const TIMES: Readonly<Record<TimeThreshold['id'], readonly [what: string, then: string]>> = {
  renewal_due: ['Renewal begins', 'the next cover is looked for'],
  renewal_escalated: ['Alert, unless renewed', 'a next cover has to stand by then'],
  renewal_gap: ['Last call, unless renewed', 'the cover is about to end without a next one'],
  cover_expiry: ['Cover ends', 'it settles against the settlement price'],
  funding: ['Funding', 'the venue books it'],
}

export interface Coming {
  readonly id: TimeThreshold['id']
  readonly key: string
  readonly what: string
  readonly note: string
  readonly at: string
  readonly leftMs: number
}

/** The next of each kind, the first to come first; what is past by `marketTimeIso` is left out. */
export function comingOf(times: readonly TimeThreshold[], marketTimeIso: string): readonly Coming[] {
  const now = Date.parse(marketTimeIso)
  return times
    .map((time) => {
      const { id, atIso, subject } = time
      const what = TIMES[id][0]
      const note = noteOf(time)
      return { id, key: `${id} ${subject}`, what, note, at: atIso, leftMs: Date.parse(atIso) - now }
    })
    .filter(({ leftMs }) => leftMs > 0)
    .toSorted((a, b) => a.leftMs - b.leftMs)
}

/** Which cover, and what comes of it: one that is followed already ends without a gap. */
function noteOf({ id, name, followedBy, expectedUsdc }: TimeThreshold): string {
  if (expectedUsdc !== null)
    return `about ${usdc(expectedUsdc).replace('−', '')} USDC ${isNegative(expectedUsdc) ? 'to pay' : 'to receive'}`
  const then = followedBy === null ? TIMES[id][1] : `its follower ${followedBy} stands`
  return id === 'funding' ? then : `${name}: ${then}`
}

/** Of a normal move: (ln(P / I) / sigma)^2 years, sigma a year's; undefined where one of them is not known. */
export function sigmaHours(index: string, price: string, ivAnnual: number | undefined): number | null {
  const deviations = Math.log(Number(price) / Number(index)) / (ivAnnual ?? Number.NaN)
  const hours = deviations * deviations * 365 * DAY_H
  return Number.isFinite(hours) ? hours : null
}

/** Hours to one standard deviation: `40 min`, `9 h`, `3 d`, `7 wk`. Two digits are all a volatility is good for. */
export function sigmaTime(hours: number | null): string {
  if (hours === null) return ''
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))}\u00a0min`
  if (hours < 2 * DAY_H) return `${Math.round(hours)}\u00a0h`
  const days = hours / DAY_H
  if (days < 14) return `${Math.round(days)}\u00a0d`
  if (days < 365) return `${Math.round(days / 7)}\u00a0wk`
  return `${Math.round(days / 365)}\u00a0y`
}
