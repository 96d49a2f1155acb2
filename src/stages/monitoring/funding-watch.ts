/**
 * Alarm `funding_overdue` (DV-06, C-62): an account has held a perpetual over a due instant and its funding is not booked `graceMs` after it was
 * expected, that is more than the interval and a quarter of an hour after the last one, 8.25 h at an interval of 8 h. Judged on full
 * minutes; cleared by the booking, or when nothing is held any more. After a start the venue is given `startGraceMs` to tell what was
 * missed. Which alarms stand is known from the `alerts` consumed, so a recovery folds them.
 */
import { z } from 'zod'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import { HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

const NAME = 'funding_overdue'
type In = 'funding_context' | 'clock_tick' | 'session_started' | 'alerts'
type Out = Emission<'alerts'>

const fundingWatchConfig = z.strictObject({
  graceMs: z.number().positive().finite().default(900_000),
  startGraceMs: z.number().nonnegative().finite().default(60_000),
})
export type FundingWatchConfig = z.output<typeof fundingWatchConfig>

interface Expected {
  readonly at: EpochMs
  /** The last booking, or since when it is held where there is none since. */
  readonly since: EpochMs
}
export interface FundingWatchState {
  /** By account and instrument. */
  readonly expected: Map<string, Expected>
  readonly raised: Set<string>
  startedAt: EpochMs | undefined
}

export const fundingWatch = component({
  name: 'monitoring/funding-watch',
  version: 1,
  consumes: ['funding_context', 'clock_tick', 'session_started', 'alerts'],
  produces: ['alerts'],
  config: fundingWatchConfig.prefault({}),
  initial: (): FundingWatchState => ({ expected: new Map(), raised: new Set(), startedAt: undefined }),
  step: (state: FundingWatchState, event: AnyEvent<In>, config: FundingWatchConfig): Step<FundingWatchState, 'alerts'> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: FundingWatchState, event: AnyEvent<In>, config: FundingWatchConfig): readonly Out[] {
  switch (event.topic) {
    case 'funding_context':
      return expect(state, event, config)
    case 'clock_tick':
      return event.body.name === 'minute' ? judge(state, event, config) : SILENT
    case 'session_started':
      state.startedAt = event.body.startedAt
      return SILENT
    case 'alerts':
      if (event.body.name !== NAME) return SILENT
      if (event.body.state === 'raised') state.raised.add(event.key)
      else state.raised.delete(event.key)
      return SILENT
  }
}

function expect(state: FundingWatchState, { seq, at, body }: EventOf<'funding_context'>, config: FundingWatchConfig): readonly Out[] {
  const { instrument, holder } = body
  if (holder === undefined) return SILENT
  const key = `${holder.account} ${instrument}`
  const { expectedAt, heldSince } = holder
  if (expectedAt === undefined || heldSince === undefined) {
    state.expected.delete(key)
    return state.raised.has(key) ? [told(key, seq, 'cleared', 'nothing held', 'booked')] : SILENT
  }
  const expected = { at: expectedAt, since: Math.max(heldSince, holder.lastFundingAt ?? 0) as EpochMs }
  state.expected.set(key, expected)
  if (!state.raised.has(key) || isOverdue(expected, at, config)) return SILENT
  return [toldHours(key, seq, 'cleared', expected, at, config)]
}

function judge(
  { expected, raised, startedAt }: FundingWatchState,
  { seq, at }: EventOf<'clock_tick'>,
  config: FundingWatchConfig,
): readonly Out[] {
  if (startedAt !== undefined && at - startedAt < config.startGraceMs) return SILENT
  let out: Out[] | undefined
  for (const [key, one] of expected) {
    if (!isOverdue(one, at, config) || raised.has(key)) continue
    out ??= []
    out.push(toldHours(key, seq, 'raised', one, at, config))
  }
  return out ?? SILENT
}

function isOverdue(expected: Expected, at: EpochMs, { graceMs }: FundingWatchConfig): boolean {
  return at - expected.at > graceMs
}

function toldHours(
  key: string,
  cause: number,
  state: 'raised' | 'cleared',
  { at: expectedAt, since }: Expected,
  at: EpochMs,
  { graceMs }: FundingWatchConfig,
): Out {
  return told(key, cause, state, hours(at - since), hours(expectedAt + graceMs - since))
}

function hours(ms: number): number {
  return Math.round((ms / HOUR_MS) * 1e4) / 1e4
}

function told(key: string, cause: number, state: 'raised' | 'cleared', seen: string | number, limit: string | number): Out {
  const explanation = explain('monitoring/funding-watch', cause, { code: NAME, field: 'hoursSinceFunding', seen, limit })
  return { topic: 'alerts', key, body: { name: NAME, severity: 'low', state, explanation } }
}
