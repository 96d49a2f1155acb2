/**
 * The loop's timer. One request is out at a time, for the next multiple of the interval after now; a tick that is not the awaited one is
 * passed over, so two rounds never run for one instant. A round that came later than its instant counts the instants in between as missed.
 */
import { SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission } from '#engine/component.ts'
import type { EpochMs } from '#units/time.ts'
import { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { HedgeRound } from '#topics/hedging.ts'
import type { Occasion } from './find.ts'
import { decisionIdOf } from './look.ts'
import type { LoopConfig } from './loop-config.ts'
import { freeHedge, viewOf } from './loop-state.ts'
import type { LoopState } from './loop-state.ts'

export const TIMER = 'hedging/loop'

type Out = Emission<'timer_requests' | 'hedge_rounds'>

export function scheduleLoop(
  state: LoopState,
  event: AnyEvent<'session_started' | 'clock_tick'>,
  { loopIntervalMs }: LoopConfig,
): readonly Out[] {
  if (event.topic !== 'clock_tick') return loopIntervalMs === 0 ? stop(state) : [request(state, event.at, loopIntervalMs)]
  const { name, dueAt } = event.body
  if (name === 'minute')
    return hasPerpetual(state) ? [{ topic: 'hedge_rounds', key: TIMER, body: { dueAt, missed: 0, isStray: true } }] : SILENT
  if (name !== TIMER || dueAt !== state.dueAt || loopIntervalMs === 0) return SILENT
  const missed = Math.floor((event.at - dueAt) / loopIntervalMs)
  return [{ topic: 'hedge_rounds', key: TIMER, body: { dueAt, missed, isStray: false } }, request(state, event.at, loopIntervalMs)]
}

/** A hedge that could not be released at once is tried again each minute. */
function hasPerpetual({ accounts }: LoopState): boolean {
  for (const view of accounts.values()) if (view.hedges.has(LINEAR_PERPETUAL)) return true
  return false
}

function stop(state: LoopState): readonly never[] {
  state.dueAt = undefined
  return SILENT
}

function request(state: LoopState, at: EpochMs, intervalMs: number): Out {
  const next = ((Math.floor(at / intervalMs) + 1) * intervalMs) as EpochMs
  state.dueAt = next
  return { topic: 'timer_requests', key: TIMER, body: { name: TIMER, at: next } }
}

/** The timer could not run: said before the look that comes late. */
export function missedLook(
  state: LoopState,
  occasion: Occasion,
  { missed }: HedgeRound,
  { loopIntervalMs }: LoopConfig,
): Emission<'hedge_decisions'> {
  const { account, seq } = occasion
  const view = viewOf(state, account)
  const held = new Quantity(freeHedge(view, LINEAR_PERPETUAL))
  const explanation = explain('hedging/timer', seq, {
    code: 'timer_missed',
    field: 'missedRounds',
    seen: missed,
    limit: `a look every ${loopIntervalMs} ms`,
  })
  return {
    topic: 'hedge_decisions',
    key: account,
    body: {
      decisionId: `${decisionIdOf(occasion)}-missed`,
      account,
      trigger: 'timer',
      action: 'none',
      reason: 'hedge_at_need',
      skipped: 'timer_missed',
      instrument: LINEAR_PERPETUAL,
      exposure: new Quantity(view.client),
      covered: new Quantity(0n),
      hedgeBefore: held,
      hedgeTarget: held,
      explanation,
    },
  }
}
