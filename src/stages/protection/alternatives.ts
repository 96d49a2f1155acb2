/**
 * What two options together would cost, beside the one that is selected (P-02): the cheapest pair of one expiry and the cheapest of two, each only
 * where it costs less, or where no single option can be bought. Shown to whoever asks for them; bought is one of them only by who
 * allowed it (combination-choice.ts).
 */
import type { Money } from '#units/money.ts'
import type { EpochMs } from '#units/time.ts'
import type { Alternative } from '#topics/protection.ts'
import { cheapestPair } from './combinations.ts'
import type { Kind } from './combinations.ts'
import { legsOf, pairWanted } from './combination-terms.ts'
import type { Split } from './combination-terms.ts'
import type { SelectionInputs } from './selection.ts'

export function alternativesOf(inputs: SelectionInputs, selected: Money<'USDC'> | undefined): Alternative[] {
  const legs = legsOf(inputs)
  const wanted = pairWanted(inputs)
  return (['two_strikes', 'two_expiries'] as const).flatMap((kind) => {
    const split = cheapestPair(legs, kind, wanted)
    return split === undefined || (selected !== undefined && !split.cost.isBelow(selected)) ? [] : [shown(kind, split, selected)]
  })
}

function shown(kind: Kind, { legs, cost, floorEquity }: Split, selected: Money<'USDC'> | undefined): Alternative {
  const [first, second] = legs.map(({ leg }) => leg.listed.option.expiry) as [EpochMs, EpochMs]
  return {
    kind,
    legs: legs.map(({ leg, size, premium, fee }) => ({
      instrument: leg.listed.option.id,
      venue: leg.listed.quote.venue,
      size,
      premium,
      fee,
    })),
    cost,
    ...(selected === undefined ? {} : { saves: selected.minus(cost) }),
    floorEquity,
    holdsUntil: first < second ? first : second,
  }
}
