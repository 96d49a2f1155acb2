/** Other sides, days, sizes, tenors and policies on the recorded chains: what each shows, beside what must hold of every run. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { assertSound, atSettlement, hasData, HOURLY_BARS, reportOf, requestOf } from './backtest.fixture.ts'
import type { Report } from './report.ts'
import { runBacktest } from './run.ts'

test('[P-02] a short takes calls; its twin profits from the crash, and it renews in time', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('short', { side: 'short' })
  assertSound(report)
  const { totals, coverages, series } = report
  assert.deepEqual(
    coverages.map(({ instrument }) => instrument),
    ['BTC-6FEB26-96000-C', 'BTC-13FEB26-74000-C'],
  )
  for (const { strike, floorPrice } of coverages) assert.ok(!usdc(floorPrice).isBelow(usdc(strike)), 'a call at or under the floor price')
  assert.equal(totals.equityEndUnprotected, '36786.69764')
  assert.equal(report.liquidatedAtIso, null)
  assert.equal(totals.worstBreach, '0')
  // What protection cost: premium, its fees, and what the open call is worth at its bid.
  assert.equal(usdc(totals.equityEnd).minus(usdc(totals.equityEndUnprotected)).toString(), '-6.8767395')
  assert.deepEqual(
    [coverages[1]?.state, coverages[1]?.endedAtIso, coverages[1]?.settlementIndex, coverages[1]?.payoutUsdc],
    ['active', null, null, null],
  )
  assert.ok(series.at(-1)?.floorEquity !== null, 'open at the end: marked, not settled')
})

test('[Y-10] a period asked that the recording does not hold is the first thing said; a recorded one is not spoken of', async (t) => {
  if (!hasData(t)) return
  const asked = await reportOf('early', { from: '2026-01-20', to: '2026-01-30' })
  const first = asked.series[0]?.atIso.slice(0, 16).replace('T', ' ') ?? ''
  const last = asked.series.at(-1)?.atIso.slice(0, 16).replace('T', ' ') ?? ''
  assert.equal(
    asked.sentences[0],
    `NOT THE WHOLE PERIOD: asked from 2026-01-20 to 2026-01-30, recorded from ${first} to ${last} UTC. Everything below is of what was recorded.`,
  )
  const whole = await reportOf('whole', { from: first.slice(0, 10), to: last.slice(0, 10) })
  assert.ok(whole.sentences.every((sentence) => !sentence.includes('WHOLE PERIOD')))
})

test('[P-13] in the first days of March the floor is never touched, and the cover is renewed before its end', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('march', { from: '2026-02-27', to: '2026-03-05' })
  assertSound(report)
  assert.deepEqual(
    report.coverages.map(({ instrument, boughtAtIso, state }) => [instrument, boughtAtIso.slice(0, 13), state]),
    [
      ['BTC-6MAR26-62000-P', '2026-02-27T04', 'active'],
      ['BTC-13MAR26-65000-P', '2026-03-05T21', 'active'],
    ],
  )
  assert.equal(report.totals.worstBreach, '0')
  assert.equal(report.totals.equityEndUnprotected, '23318.66272')
  assert.equal(report.refusals.length, 0)
})

test('[Y-10] a larger size buys what the day’s volume lets it: 5 BTC the same put, 25 BTC are refused and later get another', async (t) => {
  if (!hasData(t)) return
  const five = await reportOf('five', { size: '5', cash: '100000' })
  assertSound(five)
  assert.deepEqual(
    five.coverages.map(({ instrument, size, premiumUsdc }) => [instrument, size, premiumUsdc]),
    [['BTC-6FEB26-80000-P', '5', '1097.309']],
  )
  const { kept, promised } = atSettlement(five)
  assert.ok(kept.isAtLeast(promised))
  const large = await reportOf('large', { size: '25', cash: '500000', to: '2026-01-29' })
  assertSound(large)
  assert.deepEqual(
    large.refusals.map(({ code, explanation: { field, seen, limit, flip } }) => [code, field, seen, limit, flip?.to]),
    [['insufficient_size', 'positionSize', '25', '23.3', '23.3']],
  )
  assert.deepEqual(
    large.coverages.map(({ instrument, size, boughtAtIso }) => [instrument, size, boughtAtIso > (large.refusals[0]?.atIso ?? '')]),
    [['BTC-6FEB26-86000-P', '25', true]],
  )
})

test('[P-11] a floor that cannot be bought: code 3, every refusal listed, and the run goes on to its liquidation', async (t) => {
  if (!hasData(t)) return
  const { exitCode, summary, reportJson } = await runBacktest(requestOf('cheap', { premiumMax: '10' }))
  assert.equal(exitCode, 3)
  assert.ok(summary.some((sentence) => sentence.startsWith('No cover was bought')))
  const report = JSON.parse(readFileSync(reportJson, 'utf8')) as Report
  assertSound(report)
  assert.equal(report.coverages.length, 0)
  const asked = report.refusals.reduce((sum, { times }) => sum + times, 0)
  const standing = report.series.filter(({ atIso }) => atIso < (report.liquidatedAtIso ?? '')).length
  assert.equal(asked, standing, 'asked at every snapshot while the position stands')
  for (const { code, explanation } of report.refusals) {
    assert.equal(code, 'premium_above_limit')
    assert.ok(explanation.flip !== undefined, 'with the smallest change that would have passed')
  }
  assert.equal(report.liquidatedAtIso?.slice(0, 16), '2026-02-05T15:51')
  assert.equal(report.accountLiquidatedAtIso, report.liquidatedAtIso)
  for (const { equityProtected, equityUnprotected, floorEquity } of report.series) {
    assert.equal(equityProtected, equityUnprotected, 'without covers the account is its twin')
    assert.equal(floorEquity, null)
  }
  assert.equal(report.totals.equityEnd, '0')
})

test('[P-13] rolling lowers the floor, says so each time, and rides through the low', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('rolling', { renewal: 'rolling' })
  assertSound(report)
  const lowered = report.decisions.filter(({ what }) => what === 'floor_lowered')
  assert.equal(lowered.length, 1)
  const [first, second] = report.coverages
  assert.deepEqual([first?.state, second?.state], ['closed', 'active'])
  const { seen, limit } = lowered[0]?.explanation ?? {}
  assert.deepEqual([seen, limit], [second?.floorEquity, first?.floorEquity], 'both values are stated')
  assert.ok(usdc(String(seen)).isBelow(usdc(String(limit))))
  assert.ok(usdc(report.totals.premiumReceived).isPositive(), 'the old cover was sold for what it was worth')
  assert.ok(report.sentences.some((sentence) => sentence.startsWith('The floor was lowered at 1 renewal')))
  assert.equal(report.totals.lowestFloorEquity, second?.floorEquity)
})

for (const tenorDays of [1, 2]) {
  test(`[P-13] covers of ${tenorDays} d follow one another without a gap and keep the first limit until none can`, async (t) => {
    if (!hasData(t)) return
    const report = await reportOf(`tenor-${tenorDays}`, { tenorDays, to: '2026-02-05' })
    assertSound(report)
    assert.ok(report.coverages.length >= 3, 'several renewals')
    assert.equal(new Set(report.coverages.map(({ drawdownLimit }) => drawdownLimit)).size, 1, 'one limit throughout')
    const { kept, promised } = atSettlement(report)
    assert.ok(kept.isAtLeast(promised), `${kept.toString()} at or above ${promised.toString()}`)
    const closed = report.decisions.find(({ what }) => what === 'position_closing')
    assert.equal(closed?.atIso, report.coverages.at(-1)?.endedAtIso, 'closed as the last cover settles')
    const between = report.series.filter(({ atIso }) => closed !== undefined && atIso < closed.atIso)
    assert.ok(
      between.every(({ floorEquity }) => floorEquity !== null),
      'a floor at every snapshot until then',
    )
  })
}

test('[P-13] rolling by days walks the floor down, never under the margin: a cover that could be liquidated is not bought', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('rolling-days', { tenorDays: 1, renewal: 'rolling', to: '2026-02-08' })
  assertSound(report)
  assert.equal(report.accountLiquidatedAtIso, null)
  const lowered = report.decisions.filter(({ what }) => what === 'floor_lowered')
  assert.equal(lowered.length, 4)
  for (const { instrument, size, floorEquity } of report.coverages) {
    const strike = instrument.split('-')[2] ?? ''
    // maintenance margin and liquidation fee at the strike, less what the floor counts for leaving there
    assert.ok(
      usdc(floorEquity).isAtLeast(usdc((Number(strike) * Number(size) * (0.015 - 0.00065)).toFixed(2))),
      `${instrument}: ${floorEquity}`,
    )
  }
  assert.equal(report.totals.lowestFloorEquity, '1211.049646125')
  assert.ok(report.refusals.length > 0)
  for (const { code, explanation } of report.refusals)
    assert.deepEqual([code, explanation.field, explanation.flip?.field], ['floor_below_margin', 'equityAtStrike', 'equity'])
  const unprotected = report.decisions.filter(({ what }) => what === 'unprotected').map(({ atIso }) => atIso)
  assert.deepEqual(unprotected, ['2026-02-06T08:00:00.000Z'], 'as the last cover settles, and not before')
})

test('[P-03] a floor of the equity picks the strike whose floor equity meets it', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('equity', { equityFloor: '0.6' })
  assertSound(report)
  assert.equal(report.coverages[0]?.instrument, 'BTC-6FEB26-82000-P')
  const before = usdc('19956.10764') // 20,000 less the taker fee
  assert.ok(usdc(report.coverages[0]?.floorEquity ?? '').isAtLeast(before.share(6n, 10n, 'up')))
  const { kept, promised } = atSettlement(report)
  assert.ok(kept.isAtLeast(promised))
})

test('[V-02] a constant funding rate enters totals and identity, and is said not to be part of the floor', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('funding', { fundingRate8h: '0.0001' })
  assertSound(report)
  // 25 settlements at the interpolated index x 0.0001 from 29 January 08:00 to 6 February 08:00.
  assert.equal(report.totals.funding, '193.842854')
  assert.ok(report.sentences.some((sentence) => sentence.includes('193.84 of funding paid is not part of the floor')))
  const paid = await reportOf('funding-short', { fundingRate8h: '0.0001', side: 'short', to: '2026-01-31' })
  assertSound(paid)
  assert.ok(usdc(paid.totals.funding).isNegative(), 'a short receives a positive rate')
})

test('[B-01] bars run the position without covers and say so; on 12 March 2020 it is liquidated', async (t) => {
  if (!hasData(t, HOURLY_BARS)) return
  const report = await reportOf('bars', { data: { kind: 'bars', path: HOURLY_BARS }, from: '2020-03-10', to: '2020-03-14', cash: '3000' })
  assertSound(report)
  assert.equal(report.title, 'A long of 1 BTC at 5x without covers (bars carry no options)')
  assert.equal(report.coverages.length, 0)
  assert.equal(report.liquidatedAtIso, '2020-03-13T00:00:00.000Z')
  assert.equal(report.accountLiquidatedAtIso, report.liquidatedAtIso)
  assert.equal(report.series.length, 120)
  assert.ok(usdc(report.totals.insurance).isPositive(), 'the fall between two bars went beyond the money')
  const safe = await reportOf('bars-safe', {
    data: { kind: 'bars', path: HOURLY_BARS },
    from: '2020-03-10',
    to: '2020-03-10',
    cash: '3000',
    fundingRate8h: '0.0001',
  })
  assertSound(safe)
  assert.equal(safe.liquidatedAtIso, null)
  assert.ok(usdc(safe.totals.funding).isPositive())
})

test('[P-13] where the recording has a hole over an expiry, the gap between two covers is told and nothing is invented', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('hole', { side: 'short', cash: '40000', from: '2026-02-05', to: '2026-02-15', renewal: 'rolling' })
  assertSound(report)
  const [first, second] = report.coverages
  assert.deepEqual([first?.endedAtIso, second?.boughtAtIso.slice(0, 16)], ['2026-02-13T08:00:00.000Z', '2026-02-14T04:26'])
  assert.ok(
    report.sentences.includes(
      'No cover was in force from 2026-02-13 08:00 to 2026-02-14 04:26 UTC: the recording has no instant in between at which to buy.',
    ),
  )
})
