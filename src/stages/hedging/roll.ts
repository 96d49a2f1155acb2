/**
 * Rolling a hedge from one instrument to another (S1 5.2 `/hedge/roll`): the new hedge is bought first, and of the old one no more is
 * released than was filled, so that at no moment less is hedged than before. Both legs are sized in coins. Without a target an option goes
 * on in the next later listed expiry of its strike and kind that somebody offers; a perpetual has no next. The leg of a cover is never
 * rolled here: renewals are protection's.
 */
import type { Refusal } from '#base/result.ts'
import { roundUnits } from '#units/exact.ts'
import { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { InstrumentId, Side } from '#domain/instrument.ts'
import type { CommandId, IntentId, OrderIntent } from '#domain/order.ts'
import type { HedgeDecision, HedgeSkip } from '#topics/hedging.ts'
import type { EpochMs } from '#units/time.ts'
import { costsOf } from './costs.ts'
import { find } from './find.ts'
import type { Occasion } from './find.ts'
import { hedgeIntent, lotOf, priceStep, unpriced } from './hedge-orders.ts'
import { decisionIdOf, fields } from './look.ts'
import type { LoopConfig } from './loop-config.ts'
import { freeHedge, hasOpenAction, isCoverLeg, optionOf, viewOf } from './loop-state.ts'
import type { AccountView, LoopState } from './loop-state.ts'
import type { RollRequest } from './request.ts'
import { BARE_REQUEST } from './request.ts'

export interface RollStep {
  readonly decision: HedgeDecision
  readonly intent: OrderIntent | undefined
}
interface Order {
  readonly instrument: InstrumentId
  readonly side: Side
  readonly size: bigint
}
type Roll = NonNullable<HedgeDecision['roll']>

/** The new hedge, or why there is no roll. */
export function beginRoll(state: LoopState, occasion: Occasion, request: RollRequest, config: LoopConfig): RollStep {
  const { from } = request
  const view = viewOf(state, occasion.account)
  const free = freeHedge(view, from)
  const to = request.to ?? nextOf(state, from, occasion.at)
  const roll: Roll = { rollId: decisionIdOf(occasion), leg: 'cover', from, to: to ?? from, size: new Quantity(free) }
  const order = coverOrder(view, from, to, free)
  const skip = hasOpenAction(state, occasion.account) ? 'action_in_flight' : typeof order === 'string' ? order : undefined
  if (skip !== undefined || typeof order === 'string')
    return refusedRoll(state, occasion, roll, skip ?? 'no_roll_target', undefined, config)
  return step(state, occasion, roll, order, config)
}

/** Releases of the old hedge what the new one has taken over. */
export function releaseRoll(
  state: LoopState,
  begun: HedgeDecision & { readonly roll: Roll },
  filled: bigint,
  now: { readonly at: EpochMs; readonly seq: number },
  config: LoopConfig,
): RollStep {
  const { account, commandId, roll } = begun
  const occasion: Occasion = { account, at: now.at, seq: now.seq, trigger: 'roll', commandId }
  const free = freeHedge(viewOf(state, account), roll.from)
  const held = free < 0n ? -free : free
  const size = roundUnits(filled < held ? filled : held, lotOf(roll.from), 'floor')
  const release: Roll = { ...roll, leg: 'release' }
  if (size === 0n) return refusedRoll(state, occasion, release, 'nothing_to_roll', undefined, config)
  return step(state, occasion, release, { instrument: roll.from, side: free < 0n ? 'buy' : 'sell', size }, config)
}

function coverOrder(view: AccountView, from: InstrumentId, to: InstrumentId | undefined, free: bigint): Order | HedgeSkip {
  if (free === 0n) return isCoverLeg(view, from) ? 'coverage_leg' : 'nothing_to_roll'
  if (to === undefined || to === from) return 'no_roll_target'
  if (isCoverLeg(view, to)) return 'coverage_leg'
  const [old, next] = [optionOf(from), optionOf(to)]
  /** What the old hedge protects: a short perpetual and a put a long position. */
  const guardsLong = old === undefined ? free < 0n : old.optionType === 'put'
  const size = roundUnits(free < 0n ? -free : free, lotOf(to), 'ceil')
  if (next === undefined)
    return to === LINEAR_PERPETUAL ? { instrument: to, side: guardsLong ? 'sell' : 'buy', size } : 'unsupported_instrument'
  return (next.optionType === 'put') === guardsLong ? { instrument: to, side: 'buy', size } : 'unsupported_instrument'
}

function nextOf({ quotes }: LoopState, from: InstrumentId, at: EpochMs): InstrumentId | undefined {
  const old = optionOf(from)
  if (old === undefined) return undefined
  let next: { readonly id: InstrumentId; readonly expiry: number } | undefined
  for (const [id, { ask }] of quotes) {
    const option = ask === undefined ? undefined : optionOf(id)
    if (option === undefined || option.strike.units !== old.strike.units || option.optionType !== old.optionType) continue
    if (option.settlement !== old.settlement || option.expiry <= old.expiry || option.expiry <= at) continue
    if (next === undefined || option.expiry < next.expiry) next = { id, expiry: option.expiry }
  }
  return next?.id
}

function step(state: LoopState, occasion: Occasion, roll: Roll, order: Order, config: LoopConfig): RollStep {
  const { instrument, side, size } = order
  const priced = priceStep(state, instrument, side, occasion.at, config)
  if (!priced.ok) return refusedRoll(state, occasion, roll, unpriced(priced.refusal), priced.refusal, config)
  const intentId = `${roll.rollId}-${roll.leg}` as IntentId
  const { account } = occasion
  const commandId: CommandId | undefined = occasion.commandId
  const { leverage } = viewOf(state, account)
  const explanation = explain('hedging/roll', occasion.seq, {
    code: roll.leg === 'cover' ? 'roll_cover' : 'roll_release',
    field: 'instrument',
    seen: roll.from,
    limit: roll.to,
  })
  return {
    decision: {
      ...described(state, occasion, roll, config),
      order: { intentId, instrument, side, size: new Quantity(size) },
      costs: costsOf(size, priced.value.prices, config.waitMove),
      explanation,
    },
    intent: hedgeIntent({ intentId, account, instrument, side, size, leverage, commandId }, priced.value, config.venue),
  }
}

const LIMITS: Readonly<Partial<Record<HedgeSkip, string>>> = {
  action_in_flight: 'one action at a time',
  nothing_to_roll: 'a hedge of this instrument beyond the covers’ legs',
  coverage_leg: 'an instrument that is no leg of a cover: its renewal is protection’s',
  no_roll_target: 'another instrument to roll to',
  unsupported_instrument: 'the linear perpetual, or an option that protects the same side',
}

function refusedRoll(
  state: LoopState,
  occasion: Occasion,
  roll: Roll,
  skip: HedgeSkip,
  refusal: Refusal | undefined,
  config: LoopConfig,
): RollStep {
  const field = skip === 'no_roll_target' || skip === 'unsupported_instrument' ? 'toInstrument' : 'fromInstrument'
  const seen = field === 'toInstrument' ? roll.to : roll.from
  const why = refusal ?? { code: skip, field, seen, limit: LIMITS[skip] ?? skip }
  const explanation = explain('hedging/roll', occasion.seq, why)
  return { decision: { ...described(state, occasion, roll, config), skipped: skip, explanation }, intent: undefined }
}

function described(state: LoopState, occasion: Occasion, roll: Roll, config: LoopConfig): Omit<HedgeDecision, 'explanation'> {
  const found = find(state, occasion, BARE_REQUEST, config)
  const held = roll.size.units
  const plan = { action: 'none', reason: 'roll', instrument: roll.from, before: held, after: held, side: 'buy', size: 0n } as const
  const decisionId = roll.leg === 'cover' ? roll.rollId : `${roll.rollId}-release`
  return { ...fields(found, plan), decisionId, action: 'roll', roll }
}
