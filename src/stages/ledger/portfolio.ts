/**
 * Component `ledger/portfolio`: positions as a client states them (C-70). A statement is not a trade: it replaces the account's positions
 * whole, posts nothing and is valued at the mark. Ids are the client's or `<accountId>-<n>`, kept where asset, side and entry price are
 * those of the statement before. The answer is the decision: positions change when `command_results` comes round with it, so that a
 * journal read under other code keeps what was answered then.
 */
import { z } from 'zod'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { component, QUIET, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission } from '#engine/component.ts'
import type { EpochMs } from '#units/time.ts'
import { explain } from '#domain/explanation.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { CommandResult } from '#topics/control.ts'
import { zBtc, zBtcUsdc, zRatio, zUsdc } from '#topics/schema.ts'
import type { Json } from '#topics/schema.ts'
import { admitIngest } from './ingest.ts'
import type { StatedPosition } from './ingest.ts'

/** A position as it was answered, and as it is kept. */
const storedPosition = z.object({
  id: z.string(),
  asset: z.literal('BTC'),
  side: z.enum(['long', 'short']) satisfies z.ZodType<PositionSide>,
  entryPrice: zBtcUsdc,
  size: zBtc,
  leverage: zRatio,
  marginUsd: zUsdc,
})
export const storedAnswer = z.object({
  status: z.literal('ok'),
  positions: z.array(storedPosition),
  source: z.string(),
  updatedAt: z.string(),
})
export type StoredPosition = z.output<typeof storedPosition>

export interface StoredPortfolio {
  readonly positions: readonly StoredPosition[]
  readonly source: string
  /** ISO 8601. */
  readonly updatedAt: string
}
export interface PortfolioState {
  readonly portfolios: Map<AccountId, StoredPortfolio>
  /** Numbers given to positions without an id are never given again. */
  readonly counters: Map<AccountId, number>
  readonly open: Map<CommandId, AccountId>
}

export const portfolio = component({
  name: 'ledger/portfolio',
  version: 1,
  consumes: ['accepted_commands', 'command_results'],
  produces: ['command_results'],
  config: z.strictObject({}).prefault({}),
  initial: (): PortfolioState => ({ portfolios: new Map(), counters: new Map(), open: new Map() }),
  step: (state, event) => {
    if (event.topic === 'command_results') {
      takeAnswer(state, event.body)
      return QUIET
    }
    return { state, emit: event.body.type === 'ingest_portfolio' ? [answerTo(state, event)] : SILENT }
  },
})

/** The account's stated positions, or undefined when it never stated any. */
export function portfolioOf(state: PortfolioState, account: AccountId): StoredPortfolio | undefined {
  return state.portfolios.get(account)
}

function answerTo(state: PortfolioState, { body, at, seq }: AnyEvent<'accepted_commands'>): Emission<'command_results'> {
  const { commandId, account, params } = body
  state.open.set(commandId, account)
  const admitted = admitIngest(params)
  if (!admitted.ok) {
    const { flip, ...rest } = explain('portfolio-ingest', seq, admitted.refusal)
    const explanation: Json = flip === undefined ? rest : { ...rest, flip: { ...flip } }
    const isMalformed = rest.code === 'invalid_payload'
    return result(commandId, isMalformed ? 400 : 200, { status: isMalformed ? 'error' : 'no_quote', reason: rest.code, explanation })
  }
  const positions = nameAll(state, account, admitted.value.positions)
  return result(commandId, 200, accepted(account, positions, admitted.value.source, at))
}

function accepted(account: AccountId, positions: readonly StoredPosition[], source: string, at: EpochMs): Json {
  const stated = positions.map(({ id, asset, side, entryPrice, size, leverage, marginUsd }) => ({
    id,
    asset,
    side,
    entryPrice: entryPrice.toString(),
    size: size.toString(),
    leverage: leverage.toString(),
    marginUsd: marginUsd.toString(),
  }))
  return { status: 'ok', accountId: account, count: stated.length, updatedAt: isoFromEpochMs(at), source, positions: stated }
}

function result(commandId: CommandId, httpStatus: number, answer: Json): Emission<'command_results'> {
  return { topic: 'command_results', key: commandId, body: { commandId, final: true, httpStatus, answer } }
}

function takeAnswer(state: PortfolioState, { commandId, answer, final }: CommandResult): void {
  const account = state.open.get(commandId)
  if (account === undefined || !final) return
  state.open.delete(commandId)
  const stored = storedAnswer.safeParse(answer)
  if (!stored.success) return
  const { positions, source, updatedAt } = stored.data
  state.portfolios.set(account, { positions, source, updatedAt })
  const numbers = positions.map(({ id }) => numberOf(account, id))
  state.counters.set(account, Math.max(state.counters.get(account) ?? 0, ...numbers))
}

/** Equal positions in one statement take the ids of equal ones before in their order. */
function nameAll(state: PortfolioState, account: AccountId, stated: readonly StatedPosition[]): readonly StoredPosition[] {
  const taken = new Set(stated.flatMap(({ id }) => id ?? []))
  const before = (state.portfolios.get(account)?.positions ?? []).filter(({ id }) => !taken.has(id))
  let last = state.counters.get(account) ?? 0
  const next = (): string => {
    do last += 1
    while (taken.has(`${account}-${last}`))
    return `${account}-${last}`
  }
  return stated.map(({ margin, id, ...rest }) => {
    const kept = id === undefined ? before.findIndex((old) => isSame(old, rest)) : -1
    const old = kept < 0 ? undefined : before.splice(kept, 1)[0]
    return { ...rest, id: id ?? old?.id ?? next(), marginUsd: margin }
  })
}

function isSame(old: StoredPosition, position: Pick<StatedPosition, 'asset' | 'side' | 'entryPrice'>): boolean {
  return old.asset === position.asset && old.side === position.side && old.entryPrice.units === position.entryPrice.units
}

function numberOf(account: AccountId, id: string): number {
  const match = id.startsWith(`${account}-`) ? /^\d{1,12}$/.exec(id.slice(account.length + 1)) : null
  return match === null ? 0 : parseInt(match[0], 10)
}
