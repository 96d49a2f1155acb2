/** Laws of the ladder: the flip of a refusal passes the gate; what passes keeps the caps in the worst case. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Flip } from '#base/result.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { parsePrice } from '#units/price.ts'
import { parseQuantity, Quantity } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { Observed } from '#domain/observed.ts'
import type { OrderIntent } from '#domain/order.ts'
import { T0 } from '#engine/harness.fixture.ts'
import { admitOrder } from './limits.ts'
import { note, rateWindow } from './rate-window.ts'
import type { RiskView } from './risk-view.ts'
import { accountValue, closing, config, covering, opening, usd, view } from './risk.fixture.ts'

const E18 = 10n ** 18n
const amount = (max: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: BigInt(max) * E18 })
const lots = (max: number): fc.Arbitrary<Quantity> => fc.integer({ min: 1, max }).map((n) => new Quantity((BigInt(n) * E18) / 10n))

const intents: fc.Arbitrary<OrderIntent> = fc
  .record({
    make: fc.constantFrom(opening, closing, covering),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: fc.oneof({ weight: 5, arbitrary: lots(400) }, { weight: 1, arbitrary: amount(60).map((units) => new Quantity(units + 1n)) }),
    limit: fc.integer({ min: 860_000, max: 1_140_000 }),
    leverage: fc.constantFrom(0.5, 1, 5, 5, 5, 6),
    goodUntil: fc.constantFrom(-1, 0, 2, 2),
    timeInForce: fc.constantFrom('IOC' as const, 'IOC' as const, 'IOC' as const, 'GTD' as const),
    postOnly: fc.constantFrom(false, false, false, false, false, true),
  })
  .map(({ make, side, quantity, limit, leverage, goodUntil, timeInForce, postOnly }) => {
    const isOption = make === covering
    const onTick = limit % 8 === 0 ? BigInt(limit) * 100n : BigInt(limit - (limit % 50_000)) * 100n
    const limitPrice = new Price((onTick * E18) / (isOption ? 1_000_000_000n : 1_000n))
    return make({
      quantity,
      limitPrice,
      leverage,
      goodUntil: epochMs(T0 + goodUntil),
      timeInForce,
      postOnly,
      ...(isOption ? {} : { side }),
    })
  })
const views: fc.Arbitrary<RiskView> = fc
  .record({
    position: fc.bigInt({ min: -30n * E18, max: 30n * E18 }),
    buys: amount(5),
    sells: amount(5),
    reducing: amount(3),
    committed: amount(20_000),
    cash: amount(150_000),
    equity: amount(150_000),
    margin: amount(50_000),
    age: fc.constantFrom(0, 0, 100, 4_999, 5_000, 5_001),
    reconciliation: fc.constantFrom(
      'matched' as const,
      'matched' as const,
      'matched' as const,
      'matched' as const,
      'none' as const,
      'differs' as const,
    ),
    linkState: fc.constantFrom('up' as const, 'up' as const, 'up' as const, 'down' as const),
    clockOffsetMs: fc.constantFrom(0, 0, 0, 5_000, -5_001),
    brake: fc.constantFrom(undefined, undefined, undefined, { source: 's', action: 'halt' } as const),
    approved: fc.array(fc.integer({ min: 0, max: 1_200 }), { maxLength: 12 }),
    pending: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ position, buys, sells, cash, equity, margin, age, approved, ...rest }) => {
    const approvals = rateWindow()
    for (const ago of approved.toSorted((a, b) => b - a)) note(approvals, epochMs(T0 - ago))
    const seen = new Observed(usd('100000'), epochMs(T0 - age), durationMs(5_000))
    const value = accountValue({
      cash: new Money(cash),
      equityClose: new Money(equity),
      initialMargin: new Money(margin),
      maintenanceMargin: new Money(margin / 2n),
    })
    return view({ ...rest, position, reach: { long: position + buys, short: position - sells }, value, index: seen, mark: seen, approvals })
  })

function flipped(intent: OrderIntent, seen: RiskView, { field, to }: Flip): readonly [OrderIntent, RiskView] {
  switch (field) {
    case 'quantity':
      return [{ ...intent, quantity: parseQuantity(String(to)) ?? intent.quantity }, seen]
    case 'limitPrice':
      return [{ ...intent, limitPrice: parsePrice(String(to)) ?? intent.limitPrice }, seen]
    case 'ageMs': {
      const fresh = new Observed(usd('100000'), epochMs(T0 - Number(to)), durationMs(5_000))
      return [intent, { ...seen, index: fresh, mark: fresh }]
    }
    case 'brake':
      return [intent, { ...seen, brake: undefined }]
    case 'at': // what was approved in this step has its instant by then
      for (let i = 0; i < seen.pending; i++) note(seen.approvals, seen.at)
      return [intent, { ...seen, at: Number(to) as EpochMs, pending: 0, pendingReductions: 0 }]
    case 'reconciliation':
    case 'linkState':
    case 'clockOffsetMs':
      return [intent, { ...seen, [field]: to }]
    default:
      return [{ ...intent, [field]: to }, seen]
  }
}

test('[S-06] the flip of every refusal passes the gate that refused', () => {
  const rules = config({ ordersPerSecond: 5 })
  const codes = new Map<string, number>()
  fc.assert(
    fc.property(intents, views, (intent, seen) => {
      const first = admitOrder(intent, seen, rules)
      if (first.ok || first.refusal.flip === undefined) return
      codes.set(first.refusal.code, (codes.get(first.refusal.code) ?? 0) + 1)
      const [again, then] = flipped(intent, seen, first.refusal.flip)
      const second = admitOrder(again, then, rules)
      assert.notEqual(second.ok ? 'ok' : second.refusal.code, first.refusal.code, JSON.stringify(first.refusal))
    }),
    { numRuns: 4_000 },
  )
  for (const code of [
    'not_reducing',
    'not_a_lot',
    'insufficient_margin',
    'insufficient_cash',
    'position_limit',
    'stale_price',
    'clock_offset',
    'price_too_old',
  ]) {
    assert.ok((codes.get(code) ?? 0) > 0, `${code} was tried`)
  }
})

test('[I7] whatever passes keeps the caps in the worst case', () => {
  const rules = config()
  fc.assert(
    fc.property(intents, views, (intent, seen) => {
      if (!admitOrder(intent, seen, rules).ok) return
      const size = intent.quantity.units
      const long = seen.reach.long + (intent.side === 'buy' ? size : 0n)
      const short = seen.reach.short - (intent.side === 'sell' ? size : 0n)
      if (intent.purpose === 'close_position') {
        const after = seen.position + (intent.side === 'buy' ? size : -size)
        assert.ok(after === 0n || after > 0n === seen.position > 0n, 'a close never flips')
        return
      }
      const worst = long > -short ? long : -short
      const before = seen.reach.long > -seen.reach.short ? seen.reach.long : -seen.reach.short
      assert.ok(worst <= rules.books[intent.book].positionMax.units || worst <= before, 'within the cap, or no worse than it was')
    }),
    { numRuns: 2_000 },
  )
})
