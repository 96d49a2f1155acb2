/**
 * Alarm `floor_under_programme` (P-13, P-15): a renewal's floor lies under the limit that the account's programme states, so that its cover, however
 * well it holds, no longer keeps the account inside the programme. Subject: the cover. In USDC, as the decision recorded it:
 *   raised    floorEquity < drawdownLimitUsdc of the programme
 *   cleared   the cover has ended; the one that follows is judged by itself
 * A floor exactly at the limit keeps it. What a renewal lowered the limit from, and when, is kept while its cover stands, for whoever shows the
 * floor. Which alarms stand is known from the `alerts` consumed, so a recovery folds them.
 */
import { z } from 'zod'
import { explain } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { Alert } from '#topics/control.ts'
import { zUsdc } from '#topics/schema.ts'
import { parseMoney } from '#units/money.ts'
import type { EpochMs } from '#units/time.ts'

const NAME = 'floor_under_programme'
const GATE = 'monitoring/floor-watch'
type In = 'protection_decisions' | 'coverages' | 'alerts'
type Out = Emission<'alerts'>

/** By account, the drawdown limit its programme states. */
const floorWatchConfig = z.strictObject({ limits: z.record(z.string(), zUsdc).default({}) }).prefault({})
type FloorWatchConfig = z.output<typeof floorWatchConfig>

/** USDC, decimal. */
export interface LoweredFloor {
  readonly from: string
  readonly to: string
  readonly at: EpochMs
}
export interface FloorWatchState {
  readonly lowered: Map<CoverageId, LoweredFloor>
  readonly raised: Map<CoverageId, Alert['explanation']>
}

export const floorWatch = component({
  name: GATE,
  version: 1,
  consumes: ['protection_decisions', 'coverages', 'alerts'],
  produces: ['alerts'],
  config: floorWatchConfig,
  initial: (): FloorWatchState => ({ lowered: new Map(), raised: new Map() }),
  step: (state: FloorWatchState, event: AnyEvent<In>, config: FloorWatchConfig): Step<FloorWatchState, 'alerts'> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: FloorWatchState, event: AnyEvent<In>, { limits }: FloorWatchConfig): readonly Out[] {
  switch (event.topic) {
    case 'protection_decisions':
      keepLowered(state, event)
      return renewed(state, event, limits)
    case 'coverages':
      return ended(state, event)
    case 'alerts':
      keepAlert(state, event)
      return SILENT
  }
}

function keepLowered({ lowered }: FloorWatchState, { at, body: { kind, coverageId, detail } }: EventOf<'protection_decisions'>): void {
  const { from, to } = detail
  if (kind === 'floor_lowered' && coverageId !== undefined && from !== undefined && to !== undefined)
    lowered.set(coverageId, { from, to, at })
}

function renewed(
  { raised }: FloorWatchState,
  { seq, body: { kind, account, coverageId, detail } }: EventOf<'protection_decisions'>,
  limits: Readonly<Record<AccountId, FloorWatchConfig['limits'][string]>>,
): readonly Out[] {
  if (kind !== 'renewal_completed' || coverageId === undefined || raised.has(coverageId)) return SILENT
  const limit = limits[account]
  const floor = parseMoney<'USDC'>(detail['floorEquity'] ?? '')
  if (limit === undefined || floor === undefined || !floor.isBelow(limit)) return SILENT
  const explanation = explain(GATE, seq, { code: NAME, field: 'floorEquityUsdc', seen: floor.toString(), limit: limit.toString() })
  return [{ topic: 'alerts', key: coverageId, body: { name: NAME, severity: 'high', state: 'raised', explanation } }]
}

function ended({ lowered, raised }: FloorWatchState, { seq, body: { coverageId, state } }: EventOf<'coverages'>): readonly Out[] {
  if (state !== 'failed' && state !== 'expired' && state !== 'closed') return SILENT
  lowered.delete(coverageId)
  const why = raised.get(coverageId)
  if (why === undefined) return SILENT
  const explanation = explain(GATE, seq, {
    code: NAME,
    field: 'state',
    seen: state,
    limit: `active, with a floor of ${String(why.seen)} USDC`,
  })
  return [{ topic: 'alerts', key: coverageId, body: { name: NAME, severity: 'high', state: 'cleared', explanation } }]
}

function keepAlert({ raised }: FloorWatchState, { key, body }: EventOf<'alerts'>): void {
  if (body.name !== NAME) return
  if (body.state === 'raised') raised.set(key as CoverageId, body.explanation)
  else raised.delete(key as CoverageId)
}
