/**
 * When two options are bought instead of one (P-02): only for who allowed it (`combinations: "allowed"`), only where all of it costs less than the
 * option that would be chosen, never for a shorter time, and not where any other single option that holds what was asked costs as little: one
 * option is one order and one settlement. Where no single option can be bought, the pair that can. The pair is the solver's (combinations.ts),
 * held to every gate of a cover (combination-gates.ts); a pair that fails one is no reason to buy nothing, the single option then stands.
 * Its legs are ordered by what they protect, so that what is bought first holds the floor by itself should the second not come.
 */
import type { Result } from '#base/result.ts'
import type { Money } from '#units/money.ts'
import type { QuoteRequest } from '#topics/protection.ts'
import { coinOption } from '#domain/catalogue.ts'
import { gateCombination } from './combination-gates.ts'
import type { Combination, LegWanted } from './combination-gates.ts'
import { cheapestPair } from './combinations.ts'
import { exactPair, legsOf, pairWanted } from './combination-terms.ts'
import type { Leg, PairWanted } from './combination-terms.ts'
import { quoteOf } from './listing.ts'
import type { Priced } from './gates.ts'
import { passingOn, selectAffordable } from './selection.ts'
import type { Selection, SelectionInputs } from './selection.ts'

export interface CombinationChosen {
  readonly ok: true
  readonly combination: Combination
  /** The option that would have been bought. */
  readonly single: (Selection & { ok: true }) | undefined
  readonly considered: number
}
export type Choice = Selection | CombinationChosen

/** What a request is to be answered with: the best option, or the combination that was asked for or is to be preferred. */
export function chooseCover(inputs: SelectionInputs, asked: QuoteRequest['legs']): Choice {
  if (asked !== undefined) return chosenAgain(inputs, asked)
  const selection = selectAffordable(inputs)
  const { considered } = selection
  const single = selection.ok ? selection : undefined
  const combination = combinationInstead(inputs, single?.winner.priced)
  return combination === undefined ? selection : { ok: true, combination, single, considered }
}

/** Exactly the options of a quote, at the sizes it named, priced again. */
function chosenAgain(inputs: SelectionInputs, asked: NonNullable<QuoteRequest['legs']>): Choice {
  const considered = asked.length
  const legs: LegWanted[] = []
  for (const { instrument, venue, size } of asked) {
    const quote = quoteOf(inputs.chains, instrument, venue)
    const option = coinOption(instrument)
    if (quote === undefined || option === undefined || option.expiry <= inputs.at) {
      const refusal = { code: 'no_listed_option', field: `legs.${instrument}`, seen: 0, limit: 1 }
      return { ok: false, refusal, rank: 0, considered }
    }
    legs.push({ listed: { option, quote }, size })
  }
  const gated = gateAffordable(legs, inputs)
  return gated.ok
    ? { ok: true, combination: gated.value, single: undefined, considered }
    : { ok: false, refusal: gated.refusal, rank: 0, considered }
}

/** The pair to buy instead of `single`; undefined where there is none, or where nobody asked. */
function combinationInstead(inputs: SelectionInputs, single: Priced | undefined): Combination | undefined {
  if (inputs.terms.combinations !== 'allowed' || inputs.only !== undefined) return undefined
  const wanted = pairWanted(inputs)
  const earliest = single?.listed.option.expiry ?? 0
  const legs = legsOf(inputs).filter(({ listed }) => listed.option.expiry >= earliest)
  const pair = cheapestPair(legs, 'two_strikes', wanted)
  if (pair === undefined || isSingleAsCheap(legs, wanted, pair.cost)) return undefined
  const parts = pair.legs.map(({ leg, size }) => ({ listed: leg.listed, size }))
  const gated = gateAffordable(ordered(parts, inputs), inputs)
  if (!gated.ok) return undefined
  return single !== undefined && !gated.value.charge.charged.isBelow(single.charge.charged) ? undefined : gated.value
}

/** As a single option: within the fixed price, and only where that cannot be, passed on. */
function gateAffordable(legs: readonly LegWanted[], inputs: SelectionInputs): Result<Combination> {
  const within = gateCombination(legs, inputs)
  const passing = within.ok ? undefined : passingOn(inputs, within.refusal)
  return passing === undefined ? within : gateCombination(legs, passing)
}

/** The whole size in one option, as a pair with itself. */
function isSingleAsCheap(legs: readonly Leg[], wanted: PairWanted, cost: Money<'USDC'>): boolean {
  return legs.some((leg) => {
    const alone = leg.lots >= wanted.lots && wanted.lots > 1 ? exactPair(leg, 1, leg, wanted) : undefined
    return alone !== undefined && cost.isAtLeast(alone.cost)
  })
}

function ordered(legs: readonly LegWanted[], { terms }: SelectionInputs): readonly LegWanted[] {
  const sign = terms.side === 'long' ? -1 : 1
  return legs.toSorted((a, b) => sign * a.listed.option.strike.compare(b.listed.option.strike))
}
