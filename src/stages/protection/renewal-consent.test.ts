/** The standing consent of `rolling`: recorded with the first cover, recorded again with each renewal, demanded before anything is bought. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { BodyOf } from '#topics/registry.ts'
import type { Coverage } from '#topics/protection.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { usdc } from '#units/money.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import {
  accountValue,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const NEXT = 'BTC-13FEB26-74000-P'

/** A long with a rolling cover; the index has fallen to 82,000 as its window opens. */
function fallen(params: Record<string, string> = {}): { on: Bench; old: Coverage } {
  const on = protectionBench()
  const old = protectedAccount(on, { renewal: 'rolling', ...params })
  on.feed(WINDOW, 'index_prices', indexPrice('82000', WINDOW))
  on.feed(WINDOW, 'account_values', accountValue({ cash: '19401.6', equity: '13501.6', hedge: '100' }))
  on.feed(WINDOW, 'option_quotes', optionQuote(NEXT, { bid: '0.0095', ask: '0.0100', mark: '0.0100', offsetMs: WINDOW }))
  return { on, old }
}
function tick(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function consents(events: readonly AnyEvent[]): BodyOf<'protection_decisions'>[] {
  return only(events, 'protection_decisions').filter(({ kind }) => kind === 'renewal_consent')
}

test('[P-13] rolling: the consent is a record of its own, before the order, with the lower floor and the new price beside the old', () => {
  const { on, old } = fallen()
  assert.deepEqual(
    [old.rollingConsent?.policy, old.rollingConsent?.quoteId, String(old.rollingConsent?.price), String(old.rollingConsent?.drawdownFloor)],
    ['rolling', old.quoteId, '598.4', '0.1'],
  )
  const placed = tick(on, WINDOW)
  assert.deepEqual(decisionKinds(placed), ['renewal_due', 'renewal_consent', 'renewal_placed'])
  const order = placed.findIndex(({ topic }) => topic === 'protection_intents')
  assert.ok(
    placed.findIndex((event) => event.topic === 'protection_decisions' && event.body.kind === 'renewal_consent') < order,
    'recorded before the order leaves',
  )
  const [record] = consents(placed)
  const [cover] = coversOf(placed)
  assert.deepEqual(record?.detail, {
    policy: 'rolling',
    consentQuoteId: old.quoteId,
    consentCoverageId: old.coverageId,
    consentedAt: '2026-01-29T00:00:00.000Z',
    consentedPriceUsdc: '598.4',
    priceMaxUsdc: 'none',
    positionSizeMax: '1',
    drawdownFloorPct: '0.1',
    quoteId: cover?.quoteId,
    floorPrice: '73800',
    floorEquity: '4508.9',
    priceUsdc: '844.6',
    previousCoverageId: old.coverageId,
    previousFloorPrice: '79200',
    previousFloorEquity: '11349.6',
    previousPriceUsdc: '598.4',
  })
  assert.deepEqual(
    [record?.coverageId, record?.explanation.code, record?.explanation.seen, record?.explanation.limit],
    [cover?.coverageId, 'lower_floor_consented', '4508.9', '11349.6'],
  )
  assert.deepEqual(cover?.rollingConsent, old.rollingConsent, 'the follower rests on the first consent, not on one of its own')
})

test('[P-13] the first cover records the consent itself; hold-limit and none, which lower nothing, record none', () => {
  for (const [renewal, count] of [
    ['rolling', 1],
    ['hold-limit', 0],
    ['none', 0],
  ] as const) {
    const on = protectionBench()
    const seen: AnyEvent[] = []
    const feed = on.feed
    const spy: Bench = {
      ...on,
      feed: (...args) => {
        const events = feed(...args)
        seen.push(...events)
        return events
      },
    }
    const cover = protectedAccount(spy, { renewal })
    assert.deepEqual([consents(seen).length, cover.rollingConsent !== undefined], [count, count === 1], renewal)
    if (count === 1) assert.equal(consents(seen)[0]?.explanation.code, 'consented')
  }
})

test('[P-13] a cover without a consent on record is not rolled: refused, alarmed once, tried again, and told unprotected at its end', () => {
  const { on, old } = fallen()
  const { rollingConsent: _, ...without } = old
  on.feed(WINDOW, 'coverages', without)
  const first = tick(on, WINDOW)
  assert.deepEqual([decisionKinds(first), intents(first)], [['renewal_due', 'renewal_refused'], []])
  const [cover] = coversOf(first)
  assert.deepEqual([cover?.alarm, cover?.explanation?.code, cover?.state], ['renewal_without_consent', 'no_standing_consent', 'active'])
  on.feed(WINDOW + MINUTE_MS, 'index_prices', indexPrice('82000', WINDOW + MINUTE_MS))
  const again = tick(on, WINDOW + MINUTE_MS)
  assert.deepEqual([decisionKinds(again), coversOf(again)], [['renewal_refused'], []], 'the alarm stands already')
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB)).at(-1), 'unprotected')
})

const LIMITS = [
  ['positionSize', { size: btc('0.5') }, '1', '0.5'],
  ['drawdownFloorPct', { drawdownFloor: ratio('0.05') }, '0.1', '0.05'],
  ['equityFloorPct', { drawdownFloor: undefined, equityFloor: ratio('0.9') }, 'none', '0.9'],
  ['feeUsdc', { priceMax: usdc('844.59') }, '844.6', '844.59'],
] as const
for (const [field, change, seen, limit] of LIMITS) {
  test(`[P-13] a renewal beyond the consent in ${field} is refused with the limit; at the limit it is bought`, () => {
    const { on, old } = fallen()
    assert.ok(old.rollingConsent !== undefined)
    const narrower = { ...old.rollingConsent, ...change } as NonNullable<Coverage['rollingConsent']>
    on.feed(WINDOW, 'coverages', { ...old, rollingConsent: narrower })
    const [refusal] = only(tick(on, WINDOW), 'protection_decisions').filter(({ kind }) => kind === 'renewal_refused')
    const why = refusal?.explanation
    assert.deepEqual(
      [why?.code, why?.field, why?.seen, why?.limit, why?.flip],
      ['consent_exceeded', field, seen, limit, { field, to: limit }],
    )
    const exact = {
      positionSize: { size: btc('1') },
      drawdownFloorPct: { drawdownFloor: ratio('0.1') },
      feeUsdc: { priceMax: usdc('844.6') },
    }
    if (field === 'equityFloorPct') return
    on.feed(WINDOW + 1, 'coverages', { ...old, rollingConsent: { ...old.rollingConsent, ...exact[field] } })
    on.feed(WINDOW + 1, 'index_prices', indexPrice('82000', WINDOW + 1))
    assert.equal(intents(tick(on, WINDOW + 2)).length, 1)
  })
}

test('[P-13] [P-04] a fixed price stated with the consent is its limit; with a pass-through the caps are', () => {
  assert.equal(String(fallen({ fixedPriceUsdc: '900' }).old.rollingConsent?.priceMax), '900')
  const on = protectionBench()
  const old = protectedAccount(on, { renewal: 'rolling', fixedPriceUsdc: '900', allowPremiumPassThrough: true })
  assert.equal(old.rollingConsent?.priceMax, undefined)
})

test('[P-13] what the hedge itself has to say is graver than a missing consent and stays on the cover; the refusal is told all the same', () => {
  for (const alarm of ['hedge_missing', 'partly_covered', 'over_bought']) {
    const { on, old } = fallen()
    const { rollingConsent: _, ...without } = old
    on.feed(WINDOW, 'coverages', { ...without, alarm })
    const events = tick(on, WINDOW)
    assert.deepEqual([decisionKinds(events), coversOf(events)], [['renewal_due', 'renewal_refused'], []], alarm)
  }
})
