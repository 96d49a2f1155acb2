/** Admission of terms: a row per rule, limits and flips. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '#domain/order.ts'
import { quotesConfig } from './quote-config.ts'
import { admitTerms } from './terms.ts'
import type { TermsCode } from './terms.ts'

const LIMITS = quotesConfig.parse({})
const ACCOUNT = 'demo' as AccountId
const GOOD = { asset: 'BTC', side: 'long', tierName: 'Bronze', leverage: 5, positionSize: 1, drawdownFloorPct: 0.1, tenorDays: 7 }

test('[P-01] a request becomes exact terms, numbers and strings alike (C-41)', () => {
  const result = admitTerms(
    { ...GOOD, positionSize: '0.3', drawdownFloorPct: 0.1, leverage: '5', fixedPriceUsdc: 250.5, positionId: 'p1' },
    ACCOUNT,
    LIMITS,
  )
  assert.ok(result.ok)
  assert.deepEqual(JSON.parse(JSON.stringify(result.value)), {
    account: 'demo',
    positionId: 'p1',
    asset: 'BTC',
    side: 'long',
    tierName: 'Bronze',
    leverage: 5,
    size: '0.3',
    drawdownFloor: '0.1',
    tenorDays: 7,
    renewal: 'hold-limit',
    premiumMax: '250.5',
  })
})

const REFUSED: readonly [string, Record<string, unknown>, TermsCode, string, unknown][] = [
  ['another asset', { asset: 'ETH' }, 'unsupported_asset', 'asset', 'BTC'],
  ['an asset that is no text', { asset: 5 }, 'invalid_payload', 'asset', undefined],
  ['a side nobody has', { side: 'up' }, 'invalid_payload', 'side', undefined],
  ['a tier nobody has', { tierName: 'Iron' }, 'unknown_tier', 'tierName', 'Bronze'],
  ['a tier named like an object member', { tierName: 'constructor' }, 'unknown_tier', 'tierName', 'Bronze'],
  ['leverage just over the tier', { leverage: '5.01' }, 'invalid_leverage', 'leverage', 5],
  ['leverage under one', { leverage: 0.99 }, 'invalid_leverage', 'leverage', 1],
  ['leverage as NaN text', { leverage: 'NaN' }, 'invalid_payload', 'leverage', undefined],
  ['size zero', { positionSize: 0 }, 'invalid_size', 'positionSize', '0.1'],
  ['size under the lot', { positionSize: '0.09' }, 'invalid_size', 'positionSize', '0.1'],
  ['size between lots', { positionSize: '0.14' }, 'invalid_size', 'positionSize', '0.1'],
  ['size over the maximum', { positionSize: '1000.1' }, 'invalid_size', 'positionSize', '1000'],
  ['size with an exponent', { positionSize: '1e1' }, 'invalid_payload', 'positionSize', undefined],
  ['two sizes', { size: 1 }, 'invalid_payload', 'size', undefined],
  ['floor zero', { drawdownFloorPct: 0 }, 'invalid_drawdown_floor', 'drawdownFloorPct', '0.0001'],
  ['floor one', { drawdownFloorPct: 1 }, 'invalid_drawdown_floor', 'drawdownFloorPct', '0.9999'],
  ['both floors', { equityFloorPct: 0.8 }, 'invalid_payload', 'equityFloorPct', undefined],
  ['equity floor one', { drawdownFloorPct: undefined, equityFloorPct: 1 }, 'invalid_equity_floor', 'equityFloorPct', '0.9999'],
  ['no floor', { drawdownFloorPct: undefined }, 'invalid_payload', 'drawdownFloorPct', undefined],
  ['tenor zero', { tenorDays: 0 }, 'invalid_tenor', 'tenorDays', 1],
  ['tenor over the maximum', { tenorDays: 91 }, 'invalid_tenor', 'tenorDays', 90],
  ['tenor of half a day', { tenorDays: 0.5 }, 'invalid_payload', 'tenorDays', undefined],
  ['premium limit zero', { fixedPriceUsdc: 0 }, 'invalid_premium_max', 'fixedPriceUsdc', '0.01'],
  ['a renewal policy nobody has', { renewal: 'maybe' }, 'invalid_payload', 'renewal', undefined],
  ['another account', { accountId: 'other' }, 'invalid_payload', 'accountId', undefined],
  ['a negative spot', { spotPrice: -1 }, 'invalid_payload', 'spotPrice', undefined],
  ['pass-through as text', { allowPremiumPassThrough: 'yes' }, 'invalid_payload', 'allowPremiumPassThrough', undefined],
  ['an unknown field', { color: 'red' }, 'invalid_payload', 'color', undefined],
]
for (const [name, change, code, field, flip] of REFUSED) {
  test(`[P-01] ${name} is refused as ${code}; the flip passes`, () => {
    const request: Record<string, unknown> = { ...GOOD, ...change }
    const result = admitTerms(request, ACCOUNT, LIMITS)
    assert.ok(!result.ok)
    assert.deepEqual([result.refusal.code, result.refusal.field, result.refusal.flip?.to], [code, field, flip])
    if (result.refusal.flip === undefined) return
    const flipped = admitTerms({ ...request, [result.refusal.flip.field]: result.refusal.flip.to }, ACCOUNT, LIMITS)
    assert.ok(flipped.ok, JSON.stringify(flipped))
  })
}

test('[P-01] each tier at its leverage passes and just over is refused (Y-10)', () => {
  for (const [tierName, max] of Object.entries({ Bronze: 5, Silver: 10, Gold: 20, Platinum: 25 })) {
    assert.ok(admitTerms({ ...GOOD, tierName, leverage: max }, ACCOUNT, LIMITS).ok)
    const over = admitTerms({ ...GOOD, tierName, leverage: max + 0.000001 }, ACCOUNT, LIMITS)
    assert.ok(!over.ok && over.refusal.code === 'invalid_leverage' && over.refusal.flip?.to === max)
  }
})

test('[P-01] calls for shorts follow the tier (C-38)', () => {
  const limits = quotesConfig.parse({ tiers: { Bronze: { leverageMax: 5 }, Plain: { leverageMax: 5, callsForShorts: false } } })
  assert.ok(admitTerms({ ...GOOD, side: 'short' }, ACCOUNT, limits).ok)
  const refused = admitTerms({ ...GOOD, side: 'short', tierName: 'Plain' }, ACCOUNT, limits)
  assert.ok(!refused.ok)
  assert.deepEqual([refused.refusal.code, refused.refusal.flip], ['side_not_allowed', { field: 'tierName', to: 'Bronze' }])
})

test("[P-01] the tier's fixed fee binds where it is lower than the request's", () => {
  const limits = quotesConfig.parse({ tiers: { Bronze: { leverageMax: 5, fixedPriceUsdc: '20.00' } } })
  const own = admitTerms({ ...GOOD }, ACCOUNT, limits)
  const lower = admitTerms({ ...GOOD, premiumMaxUsdc: '19.99' }, ACCOUNT, limits)
  const higher = admitTerms({ ...GOOD, premiumMaxUsdc: '20.01' }, ACCOUNT, limits)
  assert.deepEqual(
    [own, lower, higher].map((r) => (r.ok ? r.value.premiumMax?.toString() : r.refusal.code)),
    ['20', '19.99', '20'],
  )
})

test('[P-01] [F-M05] bodies that are no objects are malformed', () => {
  for (const body of [null, [], 'x', 5]) {
    const result = admitTerms(body, ACCOUNT, LIMITS)
    assert.ok(!result.ok && result.refusal.code === 'invalid_payload')
  }
})
