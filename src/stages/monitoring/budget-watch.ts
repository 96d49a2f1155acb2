/**
 * Alarm `subsidy_exceeded` (P-06, P-07): a hedge was filled beyond the tolerance its quote reserved for, so the platform bears more than its budget held;
 * there is no way back from a fill. Subject: the cover. As severe as what it leaves of the day's caps, in USDC:
 *   medium    used <= cap of the account and of all        the caps hold it all the same
 *   high      the account's own cap is broken
 *   critical  the cap of all accounts is broken
 * Cleared when it is settled: the cover has ended, or the UTC day it counts to has, after which no cap counts it. Which stand is known from the
 * `alerts` consumed, so a recovery folds them.
 */
import { z } from 'zod'
import { dayNumberOf } from '#base/civil-date.ts'
import { explain } from '#domain/explanation.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { parseUnits } from '#units/exact.ts'
import type { Alert } from '#topics/control.ts'
import type { ProtectionDecision } from '#topics/protection.ts'

const NAME = 'subsidy_exceeded'
type In = 'protection_decisions' | 'coverages' | 'clock_tick' | 'alerts'
type Out = Emission<'alerts'>

interface Standing {
  readonly severity: Alert['severity']
  readonly day: number
  readonly explanation: Alert['explanation']
}
export interface BudgetWatchState {
  /** By cover. */
  readonly raised: Map<string, Standing>
}

export const budgetWatch = component({
  name: 'monitoring/budget-watch',
  version: 1,
  consumes: ['protection_decisions', 'coverages', 'clock_tick', 'alerts'],
  produces: ['alerts'],
  config: z.strictObject({}).prefault({}),
  initial: (): BudgetWatchState => ({ raised: new Map() }),
  step: (state: BudgetWatchState, event: AnyEvent<In>): Step<BudgetWatchState, 'alerts'> => ({ state, emit: handle(state, event) }),
})

function handle({ raised }: BudgetWatchState, event: AnyEvent<In>): readonly Out[] {
  switch (event.topic) {
    case 'protection_decisions':
      return exceeded(raised, event)
    case 'coverages': {
      const { coverageId, state } = event.body
      const standing = raised.get(coverageId)
      const hasEnded = state === 'failed' || state === 'expired' || state === 'closed'
      return standing === undefined || !hasEnded ? SILENT : [cleared(coverageId, standing, event.seq, `cover ${state}`)]
    }
    case 'clock_tick':
      return dayEnded(raised, event)
    case 'alerts':
      keep(raised, event)
      return SILENT
  }
}

function exceeded(raised: BudgetWatchState['raised'], { seq, body }: EventOf<'protection_decisions'>): readonly Out[] {
  const { kind, coverageId, detail } = body
  if (kind !== 'risk_budget_update' || detail['change'] !== 'exceeded' || coverageId === undefined || raised.has(coverageId)) return SILENT
  const limit = `used today ${detail['usedUsdc']} of ${detail['capUsdc']}, by the account ${detail['accountUsedUsdc']} of ${detail['accountCapUsdc']}`
  const explanation = explain('monitoring/budget-watch', seq, { code: NAME, field: 'subsidyUsdc', seen: detail['amountUsdc'] ?? '', limit })
  return [{ topic: 'alerts', key: coverageId, body: { name: NAME, severity: severityOf(detail), state: 'raised', explanation } }]
}

function severityOf(detail: ProtectionDecision['detail']): Alert['severity'] {
  if (isOver(detail['usedUsdc'], detail['capUsdc'])) return 'critical'
  return isOver(detail['accountUsedUsdc'], detail['accountCapUsdc']) ? 'high' : 'medium'
}

/** An amount that cannot be read is beyond any cap. */
function isOver(used = '', cap = ''): boolean {
  const [is, may] = [parseUnits(used), parseUnits(cap)]
  return is === undefined || may === undefined || is > may
}

function dayEnded(raised: BudgetWatchState['raised'], { at, seq, body }: EventOf<'clock_tick'>): readonly Out[] {
  if (raised.size === 0 || body.name !== 'minute') return SILENT
  const today = dayNumberOf(at)
  return [...raised].flatMap(([subject, standing]) => (standing.day < today ? [cleared(subject, standing, seq, 'its day has ended')] : []))
}

function cleared(subject: string, { severity, explanation: why }: Standing, cause: number, because: string): Out {
  const explanation = explain('monitoring/budget-watch', cause, { code: NAME, field: why.field, seen: because, limit: why.seen })
  return { topic: 'alerts', key: subject, body: { name: NAME, severity, state: 'cleared', explanation } }
}

function keep(raised: BudgetWatchState['raised'], { at, key, body }: EventOf<'alerts'>): void {
  if (body.name !== NAME) return
  const { severity, explanation } = body
  if (body.state === 'raised') raised.set(key, { severity, explanation, day: dayNumberOf(at) })
  else raised.delete(key)
}
