/** Hand-made intents, views and account values for the tests of the order gate. BTC at 100,000 USDC; demo holds 20,000 USDC and nothing else. */
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { Observed } from '#domain/observed.ts'
import type { IntentId, OrderIntent } from '#domain/order.ts'
import type { AccountValue } from '#topics/account.ts'
import { accountWorth, DEMO } from '#engine/facts.fixture.ts'
import { T0 } from '#engine/harness.fixture.ts'
import { rateWindow } from './rate-window.ts'
import { riskConfig } from './risk-config.ts'
import type { RiskConfig } from './risk-config.ts'
import type { RiskView } from './risk-view.ts'

export { DEMO }
export const PUT = 'BTC-6FEB26-80000-P' as InstrumentId
export const usd = (text: string): BtcUsdc => price<'BTC', 'USDC'>(text)
export const units = (text: string): bigint => btc(text).units

export function config(change: object = {}): RiskConfig {
  return riskConfig.parse(change)
}

export function opening(change: Partial<OrderIntent> = {}): OrderIntent {
  return {
    intentId: 'i1' as IntentId,
    account: DEMO,
    book: 'client',
    purpose: 'open_position',
    venue: 'sim',
    instrument: LINEAR_PERPETUAL,
    side: 'buy',
    quantity: btc('0.5'),
    type: 'market',
    timeInForce: 'IOC',
    limitPrice: usd('100000'),
    reduceOnly: false,
    postOnly: false,
    goodUntil: epochMs(T0 + 5_000),
    leverage: 5,
    ...change,
  }
}
export function closing(change: Partial<OrderIntent> = {}): OrderIntent {
  return opening({ purpose: 'close_position', side: 'sell', reduceOnly: true, leverage: undefined, ...change })
}
export function covering(change: Partial<OrderIntent> = {}): OrderIntent {
  return opening({
    book: 'hedge',
    purpose: 'cover',
    instrument: PUT,
    type: 'limit',
    limitPrice: price('0.01'),
    quantity: btc('1'),
    leverage: undefined,
    ...change,
  })
}

export function accountValue(change: Partial<AccountValue> = {}): AccountValue {
  return accountWorth(usdc('20000'), usd('100000'), change)
}

export function view(change: Partial<RiskView> = {}): RiskView {
  const fresh = new Observed(usd('100000'), T0, durationMs(5_000))
  return {
    at: T0,
    hasSession: true,
    isDuplicate: false,
    brake: undefined,
    reconciliation: 'matched',
    linkState: 'up',
    clockOffsetMs: 0,
    index: fresh,
    mark: fresh,
    position: 0n,
    reach: { long: 0n, short: 0n },
    reducing: 0n,
    others: { btc: 0n, notional: 0n },
    committed: 0n,
    value: accountValue(),
    approvals: rateWindow(),
    reductions: rateWindow(),
    renewals: rateWindow(),
    pending: 0,
    pendingReductions: 0,
    pendingRenewals: 0,
    ...change,
  }
}
