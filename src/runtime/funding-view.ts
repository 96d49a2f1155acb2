/**
 * Read model of funding (DV-06): each perpetual with a known rate, and what of it is the account's. It only looks (`view-models.ts`); whether a
 * rate is still good is the reader's to say, from its age and its limit.
 */
import type { AccountId } from '#domain/order.ts'
import type { Engine } from '#engine/engine.ts'
import { contextOf, funding, holderOf } from '#stages/analysis/funding/funding.ts'
import type { FundingContext } from '#topics/analysis.ts'
import type { EpochMs } from '#units/time.ts'

export function fundingView(engine: Engine, account: AccountId, at: EpochMs): readonly FundingContext[] {
  const { charged, holdings } = engine.stateOf(funding)
  return [...charged].map(([instrument, known]) => {
    const holding = holdings.get(instrument)?.get(account)
    const context = contextOf(known, at)
    return holding === undefined ? context : { ...context, holder: holderOf(holding) }
  })
}
