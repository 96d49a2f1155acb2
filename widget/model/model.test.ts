/** The pure parts of the flow: the clock of the market, shares of cover, the wish behind the form, and what counts as a worse price. */
import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { AUDIT_VIEWS } from '#topics/audit-events.ts'
import { BRONZE, COVER, LEG, firmQuote, PASS_THROUGH, TERMS } from '../answers.fixture.ts'
import type { HeldPosition } from '../sources/source.ts'
import { isRoutine, wordsOf } from './audit-words.ts'
import { coverShares, heldFrom, isPartOf, shareOf } from './cover-share.ts'
import { MarketClock } from './market-clock.ts'
import { isNoWorse, moveBetween } from './move.ts'
import { chargeMax, firstDraft, floorPriceAt, wishOf } from './wish.ts'

const position = (change: Partial<HeldPosition> = {}): HeldPosition => ({
  id: 'p2',
  asset: 'BTC',
  side: 'long',
  entryPrice: '90100',
  size: '0.5',
  leverage: '5',
  ...change,
})

test('[UI-01] market time runs at its speed between two answers; spans are the reader’s own', () => {
  let now = 0
  const clock = new MarketClock(() => now)
  clock.set({ marketTimeIso: '2026-01-01T00:00:00.000Z', speed: 60 })
  now = 1_000
  deepEqual([clock.until('2026-01-01T00:02:00.000Z'), clock.waitFor('2026-01-01T00:02:00.000Z')], [60_000, 1_000])
  clock.set({ marketTimeIso: 'nonsense', speed: 60 })
  clock.set({ marketTimeIso: '2026-01-01T00:00:00.000Z', speed: 0 })
  equal(clock.speed, 60)
})

test('[UI-01] a cover that names a position counts for it; one that names several is dealt out in their order, steps alone stay open', () => {
  const held = [
    position({ id: 'a', size: '1' }),
    position({ id: 'b', size: '0.55' }),
    position({ id: 'c', side: 'short' }),
    position({ id: 'd', asset: 'ETH' }),
  ]
  const put = (size: string, positionIds: string[]) => ({ positionIds, coverageLegs: [{ ...LEG, size }] })
  const shares = coverShares(held, [put('1.2', ['a', 'b']), put('0.1', ['b'])], '0.1')
  deepEqual(
    shares.map(({ covered, open, share, state }) => [covered, open, share.slice(0, 6), state]),
    [
      ['1', '0', '1', 'covered'],
      ['0.3', '0.2', '0.5454', 'part'],
      ['0', '0.5', '0', 'none'],
      ['0', '0', '0', 'other-asset'],
    ],
  )
  deepEqual(
    [
      isPartOf(held, '1'),
      isPartOf([position()], '0.5'),
      shareOf(COVER, [position()]),
      shareOf({ ...COVER, positionIds: ['a', 'b'] }, held),
    ],
    [true, false, '1', undefined],
  )
})

test('[UI-01] the form stands for a quote request, or names the first field that cannot be sent', () => {
  const share = { position: position(), open: '0.5' }
  const draft = firstDraft('0.5', TERMS, {})
  const wished = wishOf(draft, share, TERMS, {})
  deepEqual(wished, {
    ok: true,
    wish: {
      positionId: 'p2',
      asset: 'BTC',
      side: 'long',
      tierName: 'Bronze',
      leverage: '5',
      positionSize: '0.5',
      drawdownFloorPct: '0.1',
      tenorDays: '2',
      renewal: 'hold-limit',
    },
  })
  const wrong = (change: Partial<typeof draft>): string => {
    const answer = wishOf({ ...draft, ...change }, share, TERMS, {})
    return answer.ok ? 'ok' : answer.field
  }
  deepEqual(
    [
      { size: '0.6' },
      { size: '0' },
      { size: '0.25' },
      { size: 'all' },
      { floor: '0' },
      { floor: '100' },
      { tenor: '0' },
      { tenor: '1.5' },
      { tenor: '91' },
      { tenor: '90' },
      { size: '0.4', floor: '99.99' },
    ].map(wrong),
    ['size', 'size', 'size', 'size', 'floor', 'floor', 'tenor', 'tenor', 'tenor', 'ok', 'ok'],
  )
})

test('[P-04] with a fixed price the wish asks to be shown a higher one, where that is offered at all', () => {
  const share = { position: position(), open: '0.5' }
  const asked = (terms: typeof TERMS, plan: object) => {
    const answer = wishOf(firstDraft('0.5', terms, plan), share, terms, plan)
    return answer.ok ? [answer.wish.fixedPriceUsdc, answer.wish.allowPremiumPassThrough] : []
  }
  deepEqual(asked(TERMS, { fixedPriceUsdc: '60' }), ['60', true])
  deepEqual(asked({ ...TERMS, passThrough: false }, { fixedPriceUsdc: '60' }), ['60', undefined])
  deepEqual(asked({ ...TERMS, tiers: [{ ...BRONZE, fixedPriceUsdc: '25' }] }, {}), [undefined, true])
  equal(firstDraft('1', TERMS, { tier: 'Gold' }).tier, 'Gold')
  equal(firstDraft('1', TERMS, { tier: 'Nope' }).tier, 'Bronze')
})

test('[P-07] floor price and highest charge are exact', () => {
  deepEqual(
    [
      floorPriceAt('90072.95', '10', 'long'),
      floorPriceAt('90072.95', '10', 'short'),
      floorPriceAt(undefined, '10', 'long'),
      floorPriceAt('1', 'x', 'long'),
    ],
    ['81065.655', '99080.245', undefined, undefined],
  )
  const bronze = TERMS.tiers[0]
  deepEqual([chargeMax('84.63', bronze), chargeMax('2000', bronze), chargeMax('84.63', undefined)], ['88.8615', '2050', undefined])
})

test('[UI-01] a price is confirmed again when it is dearer by over a hundredth, holds less, or is another option; never when it is no worse', () => {
  const seen = firmQuote({ feeUsdc: '100', floorEquity: '10000' })
  const rows: readonly (readonly [Partial<typeof seen>, string | undefined, boolean])[] = [
    [{}, undefined, true],
    [{ feeUsdc: '99' }, undefined, true],
    [{ feeUsdc: '100.01' }, undefined, false],
    [{ feeUsdc: '101' }, undefined, false],
    [{ feeUsdc: '101.01' }, 'charge', false],
    [{ floorEquity: '9900' }, undefined, true],
    [{ floorEquity: '9899.99' }, 'floor', false],
    [{ instrument: 'BTC-4JAN26-82000-P' }, 'option', false],
    [{ passThrough: PASS_THROUGH }, 'consent', false],
  ]
  deepEqual(
    rows.map(([change]) => [moveBetween(seen, { ...seen, ...change })?.what, isNoWorse(seen, { ...seen, ...change })]),
    rows.map(([, what, noWorse]) => [what, noWorse]),
  )
})

test('[UI-02] every event of the executive view has words of its own', () => {
  const payload = {
    coverageId: 'cover-1',
    floorEquity: '13775.34',
    payoutUsdc: '120',
    alarm: 'hedge_missing',
    creditUsdc: '-8.98',
    state: 'filled',
    side: 'buy',
    filledAmount: '1',
    instrument: 'X',
  }
  const exec = Object.entries(AUDIT_VIEWS).flatMap(([event, view]) => (view === 'exec' ? [event] : []))
  const silent = exec.filter((event) => wordsOf({ event, payload }) === event.replaceAll('_', ' '))
  deepEqual(silent, [])
  equal(wordsOf({ event: 'option_payout', payload }).replaceAll('\u00a0', ' '), 'Paid out: 120.00 USDC')
  equal(wordsOf({ event: 'something_new', payload: null }), 'something new')
  deepEqual([isRoutine({ event: 'mtm_position' }), isRoutine({ event: 'coverage_activated' })], [true, false])
})

test('[UI-01] two options hold a price only from where both of them pay', () => {
  const leg = (optionType: 'put' | 'call', strike: string) => ({ ...LEG, optionType, strike })
  equal(heldFrom({ coverageLegs: [leg('put', '86000'), leg('put', '85000')] }), '85000')
  equal(heldFrom({ coverageLegs: [leg('put', '85000'), leg('put', '86000')] }), '85000')
  equal(heldFrom({ coverageLegs: [leg('call', '95000'), leg('call', '98000')] }), '98000')
  equal(heldFrom({ coverageLegs: [leg('call', '98000'), leg('call', '95000')] }), '98000')
  equal(heldFrom(COVER), COVER.coverageLegs[0]?.strike)
})

test('[UI-01] another option is told with the floor it holds', () => {
  const seen = firmQuote({ instrument: 'BTC-9JAN26-84000-P', floorEquity: '16084' })
  const next = firmQuote({ instrument: 'BTC-9JAN26-82000-P', floorEquity: '15131' })
  deepEqual(moveBetween(seen, next), { what: 'option', from: 'BTC-9JAN26-84000-P', to: 'BTC-9JAN26-82000-P', floors: ['16084', '15131'] })
})
