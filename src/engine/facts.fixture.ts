/** Hand-made facts that the tests of several stages feed: a session, what an account is worth, a command, the end of an order. */
import { Money, usdc } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { AccountId, CommandId, OrderId, OrderIntent } from '#domain/order.ts'
import type { AccountValue } from '#topics/account.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { BodyOf } from '#topics/registry.ts'
import type { Json } from '#topics/schema.ts'
import { T0 } from './harness.fixture.ts'

export const DEMO = 'demo' as AccountId

export function sessionOf(change: Partial<BodyOf<'session_started'>> = {}): BodyOf<'session_started'> {
  const digests = { codeDigest: '', configDigest: '', config: null, node: '', architecture: '' }
  return { sessionId: 's', epoch: 'e', mode: 'sim', ...digests, startedAt: T0, ...change }
}

/** Worth its cash and nothing else, but for what the test changes. */
export function accountWorth(cash: Money<'USDC'>, index: BtcUsdc, change: Partial<AccountValue> = {}): AccountValue {
  const none = usdc('0')
  return {
    account: DEMO,
    equityClose: cash,
    equityMark: cash,
    equityLow: cash,
    equityHigh: cash,
    cash,
    positionPnl: none,
    hedgeClose: none,
    hedgeMark: none,
    realised: none,
    unrealised: none,
    fees: none,
    funding: none,
    premiumPaid: none,
    payout: none,
    initialMargin: none,
    maintenanceMargin: none,
    index,
    staleMarks: [],
    missingPositions: [],
    ...change,
  }
}

export function acceptedCommand(type: string, params: Json, id: string): BodyOf<'accepted_commands'> {
  return { commandId: id as CommandId, account: DEMO, route: `/${type}`, key: id, bodyHash: id, type, params }
}

/** The end of an intent's order: `filled` of it at the limit price, without fees. */
export function confirmationOf(intent: OrderIntent, filled: Quantity): TradeConfirmation {
  return {
    orderId: `order-${intent.intentId}` as OrderId,
    intentId: intent.intentId,
    account: intent.account,
    book: intent.book,
    purpose: intent.purpose,
    instrument: intent.instrument,
    side: intent.side,
    state: filled.units === intent.quantity.units ? 'filled' : 'cancelled',
    quantity: intent.quantity,
    filled,
    notional: new Money(intent.limitPrice.times(filled).units),
    fees: [],
    ...(intent.coverageId === undefined ? {} : { coverageId: intent.coverageId }),
    ...(intent.commandId === undefined ? {} : { commandId: intent.commandId }),
  }
}
