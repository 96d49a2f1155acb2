/**
 * The form's draft and the quote request it stands for. A draft holds what the reader chose or typed; `wishOf` gives the request, or the first field
 * that cannot be sent. Only what a quote certainly refuses is refused here; everything else is the server's to judge.
 */
import type { TermsAnswer } from '#api/contract-terms.ts'
import { ONE, formatUnits, multiplyUnits, parseUnits } from '#units/exact.ts'
import type { QuoteWish } from '../api/client.ts'
import { btc, compare, fractionOf, typed, unitsOf } from '../format/amount.ts'
import type { HeldPosition } from '../sources/source.ts'
import type { FormField } from './told.ts'

export interface Draft {
  readonly size: string
  /** Per hundred of the price, as typed. */
  readonly floor: string
  readonly tenor: string
  readonly tier: string
  readonly renewal: QuoteWish['renewal']
}
/** What the host page fixes; absent: the reader chooses, or the tier says. */
export interface Plan {
  readonly tier?: string | undefined
  readonly fixedPriceUsdc?: string | undefined
}
export type Wished =
  | { readonly ok: true; readonly wish: QuoteWish }
  | { readonly ok: false; readonly field: FormField; readonly what: string }

export const FLOORS = ['5', '10', '15', '20'] as const
export const TENORS = ['1', '2', '7', '14', '30'] as const

export function firstDraft(open: string, terms: TermsAnswer, plan: Plan): Draft {
  return {
    size: open,
    floor: '10',
    tenor: compare('2', String(terms.tenorDaysMax)) > 0 ? '1' : '2',
    tier: tierOf(terms, plan),
    renewal: 'hold-limit',
  }
}

/** The host's word first, then the account's level, then the first tier there is. */
function tierOf({ tiers, accountTier }: TermsAnswer, { tier }: Plan): string {
  const known = [tier, accountTier].find((name) => tiers.some((one) => one.name === name))
  return known ?? tiers[0]?.name ?? ''
}

export function wishOf(
  draft: Draft,
  { position, open }: { readonly position: HeldPosition; readonly open: string },
  terms: TermsAnswer,
  plan: Plan,
): Wished {
  const size = typed(draft.size)
  if (size === undefined || compare(size, '0') <= 0) return no('size', `Enter a size, such as ${btc(open)}.`)
  if (compare(size, open) > 0) return no('size', `At most ${btc(open)} of this position can still be covered.`)
  if (!isStep(size, terms.sizeStep)) return no('size', `Covers are sold in steps of ${btc(terms.sizeStep)}.`)
  const floor = typed(draft.floor)
  if (floor === undefined || compare(floor, '0') <= 0 || compare(floor, '100') >= 0)
    return no('floor', 'Enter how far the price may go, between 0 and 100 %.')
  const tenor = typed(draft.tenor)
  if (tenor === undefined || !isStep(tenor, '1') || compare(tenor, '1') < 0) return no('tenor', 'Enter whole days, at least 1.')
  if (compare(tenor, String(terms.tenorDaysMax)) > 0) return no('tenor', `At most ${terms.tenorDaysMax} days can be had.`)
  const fixedPriceUsdc = plan.fixedPriceUsdc ?? tierNamed(terms, draft.tier)?.fixedPriceUsdc ?? undefined
  const { id, asset, side, leverage } = position
  const wish: QuoteWish = {
    positionId: id,
    asset,
    side,
    tierName: draft.tier,
    leverage,
    positionSize: size,
    drawdownFloorPct: fractionOf(floor) ?? '',
    tenorDays: tenor,
    renewal: draft.renewal,
    ...(plan.fixedPriceUsdc === undefined ? {} : { fixedPriceUsdc: plan.fixedPriceUsdc }),
    // to be shown such a price is no consent to it: that is asked for before the purchase
    ...(fixedPriceUsdc !== undefined && terms.passThrough ? { allowPremiumPassThrough: true } : {}),
  }
  return { ok: true, wish }
}

export function tierNamed({ tiers }: TermsAnswer, name: string): TermsAnswer['tiers'][number] | undefined {
  return tiers.find((tier) => tier.name === name)
}

/** index x (1 - f) for a long, x (1 + f) for a short: where the floor would be if it were bought at this index. */
export function floorPriceAt(index: string | undefined, floor: string, side: 'long' | 'short'): string | undefined {
  const [price, fraction] = [unitsOf(index), unitsOf(fractionOf(typed(floor)))]
  if (price === undefined || fraction === undefined) return undefined
  return formatUnits(multiplyUnits(price, side === 'long' ? ONE - fraction : ONE + fraction))
}

/** What may be charged at most: a quote may become dearer by the tier's tolerance until it is bought. Undefined where none is stated. */
export function chargeMax(feeUsdc: string, tier: TermsAnswer['tiers'][number] | undefined): string | undefined {
  const fee = unitsOf(feeUsdc)
  const [pct, usdc] = [unitsOf(tier?.driftTolerancePct), unitsOf(tier?.driftToleranceUsdc)]
  if (fee === undefined || (pct === undefined && usdc === undefined)) return undefined
  const limits = [pct === undefined ? undefined : multiplyUnits(fee, ONE + pct, 'down'), usdc === undefined ? undefined : fee + usdc]
  const least = limits.filter((limit) => limit !== undefined).reduce((a, b) => (a < b ? a : b))
  return formatUnits(least)
}

function isStep(amount: string, step: string): boolean {
  const [units, of] = [parseUnits(amount), parseUnits(step)]
  return units !== undefined && of !== undefined && units % of === 0n
}

function no(field: FormField, what: string): Wished {
  return { ok: false, field, what }
}
