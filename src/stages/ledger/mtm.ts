/**
 * Component `ledger/mtm` (P-12): every `intervalMs` each standing cover is marked to the market, if its account's value has changed since, and
 * what its hedge is worth is credited to the account's equity (`mtm-record.ts`). One record has document 1's seven fields, the credit, and the
 * certificate's least coverage ratio. Per-tick topics are not consumed; the round comes after the facts of its timer, so that a price that has
 * aged meanwhile is known as doubtful. Whole minutes ride on the minute's tick, other intervals on their own timer. 0 turns it off. A round says
 * how many before it could not run (P-15).
 */
import { z } from 'zod'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf } from '#engine/component.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Quantity } from '#units/quantity.ts'
import { later, MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountValue } from '#topics/account.ts'
import type { MtmRecord } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import { mtmRecord, released } from './mtm-record.ts'
import type { MtmContext } from './mtm-record.ts'
import { beyondBooks, noStatements, noteIngest, takeStatement } from './statements.ts'
import type { Statements } from './statements.ts'

const mtmConfig = z.strictObject({
  /** `MTM_INTERVAL_MS`; 0: off. */
  intervalMs: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .refine((ms) => ms === 0 || ms >= 1_000, 'expected 0 or at least 1000')
    .default(60_000),
})
export type MtmConfig = z.output<typeof mtmConfig>

export interface MtmState {
  readonly covers: Map<CoverageId, Coverage>
  readonly values: Map<AccountId, { readonly seq: number; readonly value: AccountValue }>
  readonly held: Map<AccountId, Quantity>
  /** Least coverage ratio of the certificate. */
  readonly ratios: Map<CoverageId, number | undefined>
  readonly credited: Map<CoverageId, Money<'USDC'>>
  /** Seq of the value last marked for a cover: a number, because objects are others after a snapshot. */
  readonly marked: Map<CoverageId, number>
  readonly statements: Statements
  isDemo: boolean
  /** Of the timer in flight. */
  dueAt: EpochMs | undefined
  roundedAt: number
}
const TIMER = 'ledger-mtm'
const CONSUMES = [
  'session_started',
  'clock_tick',
  'account_values',
  'position_states',
  'coverages',
  'coverage_certificates',
  'mtm_rounds',
  'accepted_commands',
  'command_results',
] as const
const PRODUCES = ['mtm_rounds', 'mtm_records', 'timer_requests'] as const
type Out = Emission<(typeof PRODUCES)[number]>

export const mtm = component({
  name: 'ledger/mtm',
  version: 2,
  consumes: CONSUMES,
  produces: PRODUCES,
  config: mtmConfig.prefault({}),
  initial: (): MtmState => ({
    covers: new Map(),
    values: new Map(),
    held: new Map(),
    ratios: new Map(),
    credited: new Map(),
    marked: new Map(),
    statements: noStatements(),
    isDemo: false,
    dueAt: undefined,
    roundedAt: 0,
  }),
  step: (state, event, config) => kept(state, handle(state, event, config)),
})

function handle(state: MtmState, event: AnyEvent<(typeof CONSUMES)[number]>, config: MtmConfig): readonly Out[] {
  switch (event.topic) {
    case 'account_values':
      state.values.set(event.body.account, { seq: event.seq, value: event.body })
      return SILENT
    case 'position_states':
      if (event.body.book === 'client' && event.body.instrument === LINEAR_PERPETUAL)
        state.held.set(event.body.account, event.body.quantity)
      return SILENT
    case 'session_started':
      state.isDemo = event.body.mode === 'sim' || event.body.mode === 'paper'
      return timer(state, event.at, config)
    case 'clock_tick':
      return ticked(state, event, config)
    case 'coverages':
      return coverChanged(state, event.body)
    case 'coverage_certificates':
      state.ratios.set(event.body.coverageId, event.body.result.coverageRatio.worst)
      return SILENT
    case 'mtm_rounds':
      return round(state)
    case 'accepted_commands':
      noteIngest(state.statements, event.body)
      return SILENT
    case 'command_results':
      takeStatement(state.statements, event.body)
      return SILENT
  }
}

function isOwnTimer({ intervalMs }: MtmConfig): boolean {
  return intervalMs > 0 && intervalMs % MINUTE_MS !== 0
}

/** The next multiple of the interval, where none is on its way. */
function timer(state: MtmState, at: EpochMs, config: MtmConfig): readonly Out[] {
  if (!isOwnTimer(config) || (state.dueAt !== undefined && state.dueAt > at)) return SILENT
  const due = later((at - (at % config.intervalMs)) as EpochMs, config.intervalMs)
  state.dueAt = due
  return [{ topic: 'timer_requests', key: TIMER, body: { name: TIMER, at: due } }]
}

function ticked(state: MtmState, { at, body }: EventOf<'clock_tick'>, config: MtmConfig): readonly Out[] {
  if (config.intervalMs === 0) return SILENT
  const isOwn = isOwnTimer(config)
  // one that was asked for under another interval is over; the minute sets a timer going that nobody asked for yet
  if (body.name === TIMER && isOwn && body.dueAt === state.dueAt) {
    state.dueAt = undefined
    return [...roundDue(state, Math.floor((at - body.dueAt) / config.intervalMs)), ...timer(state, at, config)]
  }
  if (body.name !== 'minute') return SILENT
  if (isOwn) return timer(state, at, config)
  const period = Math.floor(at / config.intervalMs)
  if (period === state.roundedAt) return SILENT
  const missed = state.roundedAt === 0 ? 0 : period - state.roundedAt - 1
  state.roundedAt = period
  return roundDue(state, missed)
}

function roundDue({ covers }: MtmState, missed: number): readonly Out[] {
  if (covers.size === 0) return SILENT
  return [{ topic: 'mtm_rounds', key: TIMER, body: { reason: 'timer', ...(missed > 0 ? { missed } : {}) } }]
}

function round(state: MtmState): readonly Out[] {
  const out: Out[] = []
  for (const cover of state.covers.values()) {
    const { coverageId, account } = cover
    const last = state.values.get(account)
    if (last === undefined || state.marked.get(coverageId) === last.seq) continue
    state.marked.set(coverageId, last.seq)
    const body = mtmRecord(contextOf(state, cover, last.value))
    state.credited.set(coverageId, body.credit)
    out.push({ topic: 'mtm_records', key: account, body })
  }
  return out
}

/** A cover that no longer stands gives back what was credited on it. */
function coverChanged(state: MtmState, cover: Coverage): readonly Out[] {
  const { coverageId, account } = cover
  if (cover.state === 'active') {
    state.covers.set(coverageId, cover)
    return SILENT
  }
  if (cover.state === 'pending' || !state.covers.delete(coverageId)) return SILENT
  const last = state.values.get(account)
  const context = last === undefined ? undefined : contextOf(state, cover, last.value)
  state.credited.delete(coverageId)
  state.marked.delete(coverageId)
  state.ratios.delete(coverageId)
  if (context === undefined || context.credited.isZero()) return SILENT
  return [{ topic: 'mtm_records', key: account, body: released(context) }]
}

function contextOf({ held: positions, statements, ratios, credited, isDemo }: MtmState, cover: Coverage, value: AccountValue): MtmContext {
  const { coverageId, account } = cover
  const given = credited.get(coverageId) ?? zero<'USDC'>()
  const held = positions.get(account)
  const statedResult = beyondBooks(statements, account, held?.units ?? 0n, value.index).result
  return { cover, value, held, statedResult, ratioWorst: ratios.get(coverageId), credited: given, isDemo }
}

/** What a round would record of each standing cover now, for `GET /risk/mtm`; nothing is credited by it. */
export function standingMtm(state: MtmState, account: AccountId): readonly MtmRecord[] {
  const last = state.values.get(account)
  if (last === undefined) return []
  return [...state.covers.values()]
    .filter((cover) => cover.account === account)
    .map((cover) => mtmRecord(contextOf(state, cover, last.value)))
}
