/**
 * What venues that only price have said: their chains and how far their index is from the one in use. And whether two books disagree about
 * an option (F-V20). Both middles are taken to the executing venue's underlying, first order in delta, because two books are rarely of
 * one instant:
 *   ours = mid x U,  theirs = mid' x U' + delta' x (U - U'),  gap = |ours - theirs| / ours
 * They disagree when |ours - theirs| > max(gapMax x ours, ticks x tick x U). Floats: a judgement, nothing is paid at it. Edges: where a
 * side is missing the mark speaks; where nothing speaks, nothing is compared; a book older than its age is no witness.
 */
import { premiumTick } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { OptionQuote, VenueGap } from '#topics/market.ts'
import { observed } from './gates.ts'

export interface PricingVenues {
  readonly chains: Map<string, Map<InstrumentId, OptionQuote>>
  readonly gaps: Map<string, VenueGap>
}
export interface GapLimits {
  readonly quoteMaxAgeMs: number
  readonly venueGapMax: number
  readonly venueGapTicks: number
}
export interface Disagreement {
  readonly venue: string
  /** `index`, or the option. */
  readonly subject: string
  readonly gap: number
  readonly gapMax: number
}

export function noPricingVenues(): PricingVenues {
  return { chains: new Map(), gaps: new Map() }
}

/** Indexes further apart than admission allows, each still fresh. */
export function indexDisagreements({ gaps }: PricingVenues, at: EpochMs): readonly Disagreement[] {
  return [...gaps.values()].flatMap(({ venue, gap, gapMax, observedAt, maxAgeMs }) =>
    gap > gapMax && at - observedAt <= maxAgeMs ? [{ venue, subject: 'index', gap, gapMax }] : [],
  )
}

export interface Compared {
  readonly at: EpochMs
  readonly index: BtcUsdc
  readonly limits: GapLimits
}

/** The pricing venues that see this option's price elsewhere than the executing one does. */
export function optionDisagreements(ours: OptionQuote, { chains }: PricingVenues, compared: Compared): readonly Disagreement[] {
  return [...chains].flatMap(([venue, chain]) => {
    const theirs = chain.get(ours.instrument)
    if (theirs === undefined || !isFresh(theirs, compared)) return []
    const gap = premiumGap(ours, theirs, compared)
    return gap === undefined ? [] : [{ venue, subject: ours.instrument, gap, gapMax: compared.limits.venueGapMax }]
  })
}

export function isFresh(quote: OptionQuote, { at, limits }: Pick<Compared, 'at' | 'limits'>): boolean {
  return observed(quote).isFresh(at, limits.quoteMaxAgeMs as DurationMs)
}

/** The gap where it is too wide, undefined where the books agree or nothing can be compared. */
function premiumGap(ours: OptionQuote, theirs: OptionQuote, { index, limits }: Compared): number | undefined {
  const [own, other] = [middle(ours), middle(theirs)]
  if (own === undefined || other === undefined) return undefined
  const underlying = (ours.underlyingPrice ?? index).toNumber()
  const theirUnderlying = (theirs.underlyingPrice ?? index).toNumber()
  const mine = own * underlying
  const difference = Math.abs(mine - other * theirUnderlying - (theirs.delta ?? 0) * (underlying - theirUnderlying))
  const ticks = ours.ask === undefined ? 0 : limits.venueGapTicks * premiumTick(ours.ask).toNumber() * underlying
  return difference > Math.max(limits.venueGapMax * mine, ticks) ? difference / mine : undefined
}

function middle({ bid, ask, mark }: OptionQuote): number | undefined {
  if (bid !== undefined && ask !== undefined) return (bid.toNumber() + ask.toNumber()) / 2
  return mark?.toNumber()
}
