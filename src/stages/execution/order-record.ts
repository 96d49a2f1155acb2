/**
 * What execution knows of one order. State, sends and vetoes are changed by the recorded events that say so, fills and the venue's words
 * by the inputs themselves. Sizes and amounts as counts of 1e-18.
 */
import type { Currency } from '#units/money.ts'
import type { EpochMs } from '#units/time.ts'
import { TERMINAL_STATES } from '#domain/order.ts'
import type { AccountId, Approved, ApprovedOrder, CommandId, OrderId, OrderState } from '#domain/order.ts'
import type { Brakes } from '#domain/brakes.ts'

/** The venue said the order is over, but not all fills it counts have come yet. */
export interface Ending {
  readonly state: 'filled' | 'cancelled' | 'rejected' | 'expired'
  readonly filled: bigint
  readonly reason: string | undefined
}
export interface OrderRecord {
  readonly order: Approved<ApprovedOrder>
  state: OrderState
  filled: bigint
  notional: bigint
  readonly fees: { readonly currency: Currency; units: bigint }[]
  /** Notional and fees of a coin-quoted instrument in USDC, each fill at the index it traded at. */
  notionalUsdc: bigint
  feesUsdc: bigint
  /** Trades booked on this order, so that a repeated one is known. */
  readonly trades: string[]
  /** Sends of the order itself; 0: no send is recorded. */
  sends: number
  cancels: number
  queries: number
  /** Until then the venue need not show the order. */
  visibleBy: EpochMs
  /** The only timer of this order that counts. */
  wakeAt: EpochMs | undefined
  ending: Ending | undefined
  /** Ended because the venue never showed it; should it turn up after all, it is cancelled. */
  neverArrived: boolean
  /** Reported as unresolved: questions stay without an answer. */
  unresolved: boolean
  /** The command that waits for its end. */
  cancelCommand: CommandId | undefined
}
export interface ExecutionState {
  epoch: string | undefined
  readonly orders: Map<OrderId, OrderRecord>
  /** Approved and not yet durable, with the seq of the approval, oldest first. */
  readonly waiting: Map<OrderId, number>
  /** Ended orders, oldest first. */
  readonly ended: OrderId[]
  readonly brakes: Brakes
  readonly links: Map<string, 'up' | 'down'>
  /** Accounts seen per venue, asked for statements. */
  readonly accounts: Map<string, Set<AccountId>>
  statementAt: EpochMs | undefined
  queryCount: number
}

export function initialExecutionState(): ExecutionState {
  return {
    epoch: undefined,
    orders: new Map(),
    waiting: new Map(),
    ended: [],
    brakes: new Map(),
    links: new Map(),
    accounts: new Map(),
    statementAt: undefined,
    queryCount: 0,
  }
}

export function newRecord(order: Approved<ApprovedOrder>, at: EpochMs): OrderRecord {
  return {
    order,
    state: 'approved',
    filled: 0n,
    notional: 0n,
    fees: [],
    notionalUsdc: 0n,
    feesUsdc: 0n,
    trades: [],
    sends: 0,
    cancels: 0,
    queries: 0,
    visibleBy: at,
    wakeAt: undefined,
    ending: undefined,
    neverArrived: false,
    unresolved: false,
    cancelCommand: undefined,
  }
}

export function hasEnded({ state }: OrderRecord): boolean {
  return TERMINAL_STATES.has(state)
}

/** Ends by itself at once: a silence after its acceptance is suspicious. A resting order may stay quiet for days. */
export function isImmediate({ order: { type, timeInForce } }: OrderRecord): boolean {
  return type === 'market' || ((timeInForce === 'IOC' || timeInForce === 'FOK') && type === 'limit')
}

export function noteAccount(state: ExecutionState, venue: string, account: AccountId): void {
  let known = state.accounts.get(venue)
  if (known === undefined) state.accounts.set(venue, (known = new Set()))
  if (!known.has(account)) known.add(account)
}
