/** What if, and how far: the scenario is the ledger's own valuation at moved prices, and the distances are those of the books. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import { priceBlack76 } from '#math/options/black76.ts'
import { oneSigmaMs } from '#runtime/thresholds.ts'
import type { Coverage } from '#topics/protection.ts'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { failureSchema } from './contract.ts'
import { scenarioAnswer, thresholdsAnswer, type ScenarioAnswer } from './contract-scenario.ts'
import { get, post, PUT, quoteMarket, startHost, type Host } from './host.fixture.ts'
import { coveredLong, openedLong, running } from './scene.fixture.ts'

async function scenario({ api }: Host, body: object): Promise<ScenarioAnswer> {
  return scenarioAnswer.parse((await post(api, '/api/scenario', body)).json())
}
const lineOf = ({ lines }: ScenarioAnswer, instrument: string) => lines.find((line) => line.instrument === instrument)
const EXPIRED = { hours: 201 }

test('[UI-04] where nothing moves the answer is the account as it stands, to the last digit', async (t) => {
  const host = await coveredLong(t)
  const still = await scenario(host, {})
  assert.deepEqual(still.moved, still.now)
  assert.equal(still.now.equityClose, host.views.value('demo')?.value.equityClose.toString())
  assert.ok(still.lines.every(({ change }) => change === '0'))
  assert.deepEqual(
    [lineOf(still, PUT)?.basis, lineOf(still, PUT)?.ivFrom, lineOf(still, 'BTC_USDC-PERPETUAL')?.basis],
    ['model', 'mark', 'exact'],
  )
  assert.equal(still.curve[15]?.equityClose, still.now.equityClose)
})

test('[UI-04] a contract moves exactly with the index; past its expiry the put pays what it is inside', async (t) => {
  const host = await coveredLong(t)
  const up = await scenario(host, { spotPct: '0.01' })
  assert.equal(lineOf(up, 'BTC_USDC-PERPETUAL')?.change, '879.995') // the bid of 87,999.5 x 1 %
  assert.equal(up.index.moved, '88880')
  const down = await scenario(host, { spotPct: -0.2, ...EXPIRED })
  const put = lineOf(down, PUT)
  assert.deepEqual([down.index.moved, put?.moved, put?.basis, put?.ivFrom], ['70400', '9600', 'exact', null])
  const deeper = await scenario(host, { spotPct: -0.4, ...EXPIRED })
  // under the strike the put takes back what the position loses, but for the half dollar its bid lies under the index, which moves along
  const lost = new Decimal(deeper.moved.equityClose).minus(down.moved.equityClose)
  assert.equal(lost.toFixed(), '0.1')
  assert.deepEqual(deeper.model.length, 1)
})

test('[UI-04] a put that lives is Black (1976) at the volatility of its own mark', async (t) => {
  const host = await coveredLong(t)
  const moved = await scenario(host, { spotPct: '-0.05', ivPct: '0.5', hours: 24 })
  const put = lineOf(moved, PUT)
  assert.ok(put?.ivNow !== null && put?.ivNow !== undefined)
  assert.ok(Math.abs((put.ivThen ?? 0) - put.ivNow * 1.5) < 1e-12)
  const worth = (forward: number, hours: number, ivAnnual: number): number =>
    priceBlack76({ right: 'put', forward, strike: 80_000, years: hours / 8_760, rate: 0, ivAnnual }).price
  assert.ok(Math.abs(worth(88_000, 200, put.ivNow) - 0.00625 * 88_000) < 1e-6, 'the volatility gives the mark of now')
  const mark = new Decimal(moved.moved.equityMark).minus(moved.moved.equityClose)
  const atMark = worth(83_600, 176, put.ivNow * 1.5)
  // at the mark it is worth the model's price; at the close less, by the bid's own volatility
  assert.ok(Math.abs(Number(put.moved) + Number(mark) - 0.475 - atMark) < 1e-4, `${put.moved} + ${mark.toFixed()} against ${atMark}`)
  assert.ok(Number(put.moved) < atMark)
  const calmer = await scenario(host, { ivPct: '-0.5' })
  const later = await scenario(host, { hours: 100 })
  for (const less of [calmer, later]) assert.ok(Number(lineOf(less, PUT)?.moved) < Number(lineOf(less, PUT)?.now))
})

test('[UI-04] the index of liquidation is where equity at mark meets maintenance margin, to a cent', async (t) => {
  const host = await openedLong(t)
  const { liquidationAt, index } = await scenario(host, {})
  assert.equal(liquidationAt.above, null)
  const below = new Decimal(liquidationAt.below ?? Number.NaN)
  // 20,000 + P - 88,880 = 0.01 P
  assert.ok(below.minus(new Decimal('68880').div('0.99')).abs().lt('0.02'), below.toFixed())
  const at = async (usdc: Decimal): Promise<ScenarioAnswer> =>
    scenario(host, { spotPct: usdc.div(index.now).minus(1).toDecimalPlaces(18).toFixed() })
  assert.equal((await at(below)).isLiquidated, true)
  assert.equal((await at(below.plus('0.02'))).isLiquidated, false)
  const buffer = Number((await at(below)).moved.marginBuffer)
  assert.ok(buffer <= 0 && buffer > -0.02, String(buffer))
  const withCover = await scenario(await coveredLong(t), {})
  assert.equal(withCover.liquidationAt.below, null, 'under a full cover no fall ends the account')
})

test('[UI-04] without its cover the account is liquidated where its margin ends, and keeps what the fee leaves', async (t) => {
  const host = await coveredLong(t)
  const fall = await scenario(host, { spotPct: '-0.3', ...EXPIRED })
  // 20,000 + 61,600 - 88,880 is under nothing
  assert.deepEqual([fall.unprotectedIsLiquidated, fall.moved.unprotected, fall.isLiquidated], [true, '0', false])
  const small = await scenario(host, { spotPct: '-0.1' })
  assert.deepEqual([small.unprotectedIsLiquidated, small.moved.unprotected], [false, '10320'])
})

test('[UI-04] asking changes nothing', async (t) => {
  const host = await coveredLong(t)
  const before = host.views.value('demo')?.value
  const { seq } = host.platform.engine
  await scenario(host, { spotPct: '-0.5', ivPct: '2', hours: 500 })
  assert.deepEqual([host.views.value('demo')?.value, host.platform.engine.seq], [before, seq])
})

test('[UI-04] a move beyond bounds, another field, another account or no price is refused', async (t) => {
  const host = await running(t)
  for (const body of [
    { spotPct: '-0.91' },
    { spotPct: 1.01 },
    { ivPct: '-1' },
    { ivPct: 3.1 },
    { hours: -1 },
    { hours: 2_161 },
    { spot: 1 },
    { spotPct: 'x' },
  ])
    assert.equal((await post(host.api, '/api/scenario', body)).statusCode, 400, JSON.stringify(body))
  assert.equal((await post(host.api, '/api/scenario', { accountId: 'other' })).json().reason, 'unknown_account')
  assert.equal((await get(host.api, '/api/thresholds?accountId=other')).json().reason, 'unknown_account')
  const silent = await startHost()
  t.after(() => silent.api.close())
  assert.equal(failureSchema.parse((await post(silent.api, '/api/scenario', {})).json()).reason, 'no_price')
  const nothing = thresholdsAnswer.parse((await get(silent.api, '/api/thresholds')).json())
  assert.deepEqual([nothing.index, nothing.prices, nothing.times], [null, [], []])
})

test('[UI-04] thresholds: each price with its distance, the nearest first; each instant with what is left', async (t) => {
  const host = await coveredLong(t)
  const { prices, times, index, volatility } = thresholdsAnswer.parse((await get(host.api, '/api/thresholds')).json())
  const priceOf = (id: string) => prices.find((one) => one.id === id)
  assert.equal(index, '88000')
  assert.equal(volatility, null, 'three quotes make no surface, and the index has no history')
  assert.deepEqual(
    [priceOf('strike')?.price, priceOf('strike')?.distancePct, priceOf('strike')?.basis],
    ['80000', '-0.090909090909090909', 'exact'],
  )
  assert.deepEqual([priceOf('floor_price')?.price, priceOf('floor_price')?.distancePct], ['79200', '-0.1'])
  assert.equal(priceOf('liquidation'), undefined, 'under a full cover no fall ends the account')
  assert.equal(priceOf('liquidation_without_cover')?.basis, 'exact')
  const away = prices.map(({ distancePct }) => Math.abs(Number(distancePct)))
  assert.deepEqual(
    away,
    away.toSorted((a, b) => a - b),
  )
  assert.deepEqual(
    times.map(({ id, hoursLeft }) => [id, hoursLeft]),
    [
      ['renewal_due', 188],
      ['renewal_escalated', 199],
      ['renewal_gap', 200 - 1 / 6],
      ['cover_expiry', 200],
    ],
  )
})

test('[UI-04] a cover that another has followed only ends: nothing of its renewal is still to come', async (t) => {
  const host = await coveredLong(t)
  const old = host.views.coverages('demo')[0]?.coverage
  assert.ok(old !== undefined)
  const next: Coverage = {
    ...old,
    coverageId: 'cover-next' as Coverage['coverageId'],
    previousCoverageId: old.coverageId,
    instrument: 'BTC-13FEB26-79000-P' as Coverage['instrument'],
    expiry: epochMs(old.expiry + 7 * 86_400_000),
  }
  const told = async () =>
    thresholdsAnswer.parse((await get(host.api, '/api/thresholds')).json()).times.map(({ id, name, followedBy }) => [id, name, followedBy])
  host.feed({ topic: 'coverages', key: 'demo', source: 'test', cause: 0, body: { ...next, roll: {} as Coverage['roll'] } } as never)
  assert.deepEqual((await told())[0], ['renewal_due', PUT, null], 'a roll that is not done follows nothing yet')
  host.feed({ topic: 'coverages', key: 'demo', source: 'test', cause: 0, body: next } as never)
  assert.deepEqual(await told(), [
    ['cover_expiry', PUT, 'BTC-13FEB26-79000-P'],
    ['renewal_due', 'BTC-13FEB26-79000-P', null],
    ['renewal_escalated', 'BTC-13FEB26-79000-P', null],
    ['renewal_gap', 'BTC-13FEB26-79000-P', null],
    ['cover_expiry', 'BTC-13FEB26-79000-P', null],
  ])
})

test('[UI-04] what the programme states is a threshold too: where equity at the close meets its limit', async (t) => {
  const level = { level: 'Starter', initialBalanceUsdc: '20000', drawdownLimitUsdc: '12000' }
  const host = await openedLong(t, { settings: [{ path: 'hedging/loop.accounts', value: { demo: level } }] })
  const { prices } = thresholdsAnswer.parse((await get(host.api, '/api/thresholds')).json())
  const found = prices.find(({ id }) => id === 'programme_limit')
  // 20,000 + bid - 88,880 = 12,000, the bid half a dollar under an index of 88,000 and moving along
  const bid = new Decimal(found?.price ?? Number.NaN).times('87999.5').div(88_000)
  assert.ok(bid.minus(80_880).abs().lt('0.02'), bid.toFixed())
  assert.deepEqual([found?.basis, found?.source], ['exact', 'accounts file, level Starter'])
})

test('[UI-04] a price is as far in time as one standard deviation takes to it', () => {
  const year = 365 * 86_400_000
  assert.equal(oneSigmaMs(price('100'), price('100'), 0.5), 0)
  // ln(1 / 2) is as far as 100 % a year moves in ln(2)^2 years
  assert.ok(Math.abs(oneSigmaMs(price('100'), price('50'), 1) / year - Math.log(2) ** 2) < 1e-12)
  assert.ok(Math.abs(oneSigmaMs(price('100'), price('200'), 1) - oneSigmaMs(price('100'), price('50'), 1)) < 1)
})

test('[UI-04] prices that moved since are the ones a scenario starts from', async (t) => {
  const host = await coveredLong(t)
  quoteMarket(host.feed, host.platform.now(), '90000')
  const moved = await scenario(host, { spotPct: '-0.1' })
  assert.deepEqual([moved.index.now, moved.index.moved], ['90000', '81000'])
})
