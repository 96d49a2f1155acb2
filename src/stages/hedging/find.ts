/**
 * What there is to look at in an account: exposure, cover, equity, the drawdown limit in force and the band it makes. The buffer is that of the
 * lower end of equity. The highest drawdown limit that anybody states counts: a request can tighten it, not loosen it.
 */
import { multiplyUnits } from '#units/exact.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { Attribution, HedgeDecision } from '#topics/hedging.ts'
import type { LoopConfig } from './loop-config.ts'
import { coveredOf, viewOf } from './loop-state.ts'
import type { AccountView, LoopState } from './loop-state.ts'
import { attributionOf, netOf } from './net-exposure.ts'
import type { TickRequest } from './request.ts'

export interface Occasion {
  readonly account: AccountId
  readonly at: EpochMs
  readonly seq: number
  readonly trigger: HedgeDecision['trigger']
  readonly commandId: CommandId | undefined
}
export interface Limit {
  readonly units: bigint
  readonly source: 'coverage' | 'accounts' | 'request'
}
/** All that was found, before anything is done. */
export interface Found {
  readonly occasion: Occasion
  readonly view: AccountView
  readonly request: TickRequest
  readonly exposure: bigint
  readonly covered: bigint
  readonly equity: bigint | undefined
  readonly limit: Limit | undefined
  readonly band: { readonly buffer: bigint; readonly target: bigint; readonly hysteresis: bigint } | undefined
  readonly attribution: readonly Attribution[] | undefined
}
/** The drawdown limit in force: the highest of those that covers, the accounts file and the request state. */
export function limitOf(
  { covers }: AccountView,
  funded: LoopConfig['accounts'][string] | undefined,
  request: TickRequest,
): Limit | undefined {
  let limit: Limit | undefined
  const offer = (units: bigint | undefined, source: Limit['source']): void => {
    if (units !== undefined && (limit === undefined || units > limit.units)) limit = { units, source }
  }
  for (const cover of covers.values()) offer(cover.limit, 'coverage')
  offer(funded?.drawdownLimitUsdc.units, 'accounts')
  offer(request.drawdownLimit, 'request')
  return limit
}

export function find(state: LoopState, occasion: Occasion, request: TickRequest, config: LoopConfig): Found {
  const view = viewOf(state, occasion.account)
  const funded = config.accounts[occasion.account]
  const attribution = request.exposures === undefined ? undefined : attributionOf(request.exposures)
  const stated = attribution === undefined ? view.stated : attribution.length === 0 ? undefined : netOf(attribution)
  const exposure = stated ?? view.client
  const equity = view.value?.equityLow.units
  const limit = limitOf(view, funded, request)
  const common = {
    occasion,
    view,
    request,
    exposure,
    covered: stated === undefined ? coveredOf(view, exposure) : 0n,
    equity,
    limit,
    attribution,
  }
  if (equity === undefined || limit === undefined) return { ...common, band: undefined }
  const target = request.target ?? funded?.bufferTargetUsdc?.units ?? multiplyUnits(limit.units, config.targetShare.units, 'ceil')
  const hysteresis =
    request.hysteresis ?? funded?.bufferHysteresisUsdc?.units ?? multiplyUnits(limit.units, config.hysteresisShare.units, 'ceil')
  return { ...common, band: { buffer: equity - limit.units, target: target > 0n ? target : 1n, hysteresis } }
}

export function isNetMode({ attribution, view }: Found): boolean {
  return attribution === undefined ? view.stated !== undefined : attribution.length > 0
}
