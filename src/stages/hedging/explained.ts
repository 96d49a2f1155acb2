/** Why the loop did what it did, in the one shape of explanations: the buffer against the edge that decided, both costs beside the edge. */
import type { Refusal } from '#base/result.ts'
import { formatFixed } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { HedgeCosts, HedgeSkip } from '#topics/hedging.ts'
import type { Found } from './find.ts'
import type { Plan } from './plan.ts'

export function actionExplained({ occasion, band, exposure }: Found, { reason, action }: Plan, costs: HedgeCosts | undefined): Explanation {
  const priced = costs === undefined ? '' : costText(costs)
  if (band === undefined || reason === 'net_exposure' || reason === 'net_exposure_within_tolerance' || reason === 'over_hedged') {
    const seen = new Quantity(exposure).toString()
    return explain('hedging/loop', occasion.seq, { code: reason, field: 'exposure', seen, limit: `a hedge of its size${priced}` })
  }
  const top = usdc(band.target + band.hysteresis).toString()
  const edge =
    action === 'increase' ? usdc(band.target).toString() : action === 'decrease' ? top : `${usdc(band.target).toString()} to ${top}`
  return explain('hedging/loop', occasion.seq, {
    code: reason,
    field: 'bufferUsdc',
    seen: usdc(band.buffer).toString(),
    limit: `${edge}${priced}`,
  })
}

function costText({ acting, waiting }: HedgeCosts): string {
  const cents = (units: bigint): string => formatFixed(units, 2, 'ceil')
  const move = formatFixed(waiting.move.units * 100n, 2, 'half-even')
  return `: acting costs ${cents(acting.totalUsdc.units)}, waiting up to ${cents(waiting.totalUsdc.units)} at a move of ${move} %`
}

const LIMITS: Readonly<Partial<Record<HedgeSkip, string>>> = {
  action_in_flight: 'one action at a time',
  no_account_value: 'an account that was valued',
  missing_price: 'a price for every position',
  stale_value: 'a value without stale prices',
  below_lot: 'at least one lot to sell',
  release_too_dear: 'a buffer that stays at its target after the cost of the release',
  missing_drawdown_inputs: 'a drawdown limit of a cover, the accounts file or the request',
  unsupported_instrument: 'the linear perpetual, or an option that protects the exposure',
  coverage_leg: 'an instrument that is no leg of a cover',
}

export function skipExplained({ occasion, view, request }: Found, skip: HedgeSkip, refusal: Refusal | undefined): Explanation {
  if (refusal !== undefined) return explain('hedging/loop', occasion.seq, refusal)
  const doubts = [...(view.value?.staleMarks ?? []), ...(view.value?.missingPositions ?? [])].join(' ')
  const isName = skip === 'unsupported_instrument' || skip === 'coverage_leg'
  const field = isName ? 'instrument' : skip === 'missing_drawdown_inputs' ? 'drawdownLimitUsdc' : 'account'
  const seen = isName ? request.instrument : doubts === '' || skip === 'action_in_flight' ? null : doubts
  const flip = isName ? { flip: { field, to: LINEAR_PERPETUAL } } : {}
  return explain('hedging/loop', occasion.seq, { code: skip, field, seen, limit: LIMITS[skip] ?? skip, ...flip })
}

export function usdc(units: bigint): Money<'USDC'> {
  return new Money<'USDC'>(units)
}
