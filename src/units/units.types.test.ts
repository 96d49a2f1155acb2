/** What must not compile: amounts of different currencies, prices the wrong way round, a number where an exact value belongs (PE-06). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, usdc } from './money.ts'
import type { Money } from './money.ts'
import { price } from './price.ts'
import type { BtcUsdc } from './price.ts'
import { btc, quantity } from './quantity.ts'
import { ratio } from './ratio.ts'
import type { DurationMs, EpochMs } from './time.ts'

test('[PE-06] currencies, units and instants do not mix', () => {
  const forbidden = (): readonly unknown[] => {
    const coin = money<'BTC'>('1')
    const index = price<'BTC', 'USDC'>('50000')
    // @ts-expect-error USDC plus BTC
    const mixed = usdc('1').plus(coin)
    // @ts-expect-error USDC compared with BTC
    const compared = usdc('1').isBelow(coin)
    // @ts-expect-error a coin amount is no USDC amount
    const wrong: Money<'USDC'> = coin
    // @ts-expect-error a USDC amount has no price in USDC per BTC
    const converted = usdc('1').convert(index)
    // @ts-expect-error a price of BTC takes BTC, not dollars of face
    const notional = index.times(quantity<'USD'>('10'))
    // @ts-expect-error the notional of a USDC price is USDC
    const coinNotional: Money<'BTC'> = index.times(btc('1'))
    // @ts-expect-error a premium in coin is no index
    const premium: BtcUsdc = price<'BTC', 'BTC'>('0.01')
    // @ts-expect-error a rate is a Ratio, not a float
    const fee = usdc('1').times(0.0005, 'up')
    // @ts-expect-error every rounding is said
    const unsaid = usdc('1').times(ratio('0.1'))
    // @ts-expect-error a bare number is no instant
    const instant: EpochMs = 1_770_000_000_000
    // @ts-expect-error a span is no instant
    const span: EpochMs = 5 as DurationMs
    return [mixed, compared, wrong, converted, notional, coinNotional, premium, fee, unsaid, instant, span]
  }
  assert.equal(typeof forbidden, 'function')
})
