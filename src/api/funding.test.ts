/** `GET /api/funding` over the real pipeline: before a rate, with one, held, booked, past its age. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs, HOUR_MS } from '#units/time.ts'
import { fundingAnswer, fundingHistoryAnswer } from './contract-funding.ts'
import type { FundingAnswer } from './contract-funding.ts'
import { get, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))
const DUE = epochMs(START + 8 * HOUR_MS)

async function asked(host: Host): Promise<FundingAnswer> {
  const response = await get(host.api, '/api/funding?accountId=demo')
  assert.equal(response.statusCode, 200, response.body)
  return fundingAnswer.parse(response.json())
}
function quoteRate(host: Host, fundingRate8h: number, fundingIntervalMs: number): void {
  const venueAt = host.platform.now()
  const body = {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    mark: price<'BTC', 'USDC'>('88000'),
    fundingRate8h,
    fundingIntervalMs,
    venueAt,
  }
  host.feed({ topic: 'raw_quotes', key: LINEAR_PERPETUAL, source: 'test', body })
}

test('[DV-06] [API-01] rate, interval, the paying side and the last booking of an account; a rate past its age says so', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  assert.deepEqual((await asked(host)).instruments, [], 'no venue has stated a rate')
  quoteRate(host, 0.0008, 4 * HOUR_MS)
  const [instrument] = (await asked(host)).instruments
  const { venue: _, position, ...rate } = instrument ?? assert.fail('one instrument')
  assert.equal(position, null)
  assert.deepEqual(rate, {
    instrument: LINEAR_PERPETUAL,
    fundingRate8h: 0.0008,
    fundingRateInterval: 0.0004,
    fundingIntervalMs: 4 * HOUR_MS,
    fundingApr: 0.876,
    nextDueAtIso: '2026-01-29T04:00:00.000Z',
    ageMs: 0,
    maxAgeMs: 180_000,
    stale: false,
  })
  const params = { side: 'long', size: '1', leverage: 5 }
  void host.platform.desk.submit({ account: 'demo', route: 'test', key: 'open', type: 'open_position', params, waitMs: 0 })
  await settled()
  host.fill()
  await settled()
  const held = (await asked(host)).instruments[0]?.position
  assert.deepEqual(
    [held?.quantity, held?.side, held?.lastFundingAtIso, held?.expectedAtIso],
    ['1', 'paying', null, '2026-01-29T04:00:00.000Z'],
  )
  host.pass(8 * HOUR_MS)
  const paid = {
    rate: '0.0004',
    mark: price<'BTC', 'USDC'>('88000'),
    quantity: quantity('1'),
    amount: money('35.2'),
    currency: 'USDC',
  } as const
  const body = { venue: 'deribit', account: 'demo' as never, fundingId: 'f1', instrument: LINEAR_PERPETUAL, ...paid, venueAt: DUE }
  host.feed({ topic: 'venue_funding', key: 'demo', source: 'test', body })
  const after = (await asked(host)).instruments[0]
  assert.deepEqual(
    [after?.position?.lastFundingAtIso, after?.position?.lastPaid, after?.position?.lastPaidCurrency, after?.position?.expectedAtIso],
    ['2026-01-29T08:00:00.000Z', '35.2', 'USDC', '2026-01-29T12:00:00.000Z'],
  )
  assert.deepEqual([after?.stale, after?.ageMs], [true, 8 * HOUR_MS])
})

test('[DV-06] [C-50] another account is refused', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  assert.equal((await get(host.api, '/api/funding?accountId=stranger')).json().reason, 'unknown_account')
})

test('[DV-06] [UI-04] rates by range: both ends included, thinned to the extremes, and what is asked wrongly is refused with its reason', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const path = `/api/funding/history?instrument=${LINEAR_PERPETUAL}`
  const none = (await get(host.api, path)).json()
  assert.deepEqual([none.reason, none.explanation.limit], ['unknown_instrument', 'one whose rate was stated; none was yet'])
  const from = host.platform.now()
  for (let i = 0; i < 60; i++) {
    quoteRate(host, i === 31 ? 0.01 : i === 47 ? -0.02 : i * 1e-6, 8 * HOUR_MS)
    host.pass(60_000)
  }
  const ask = async (query: string) => fundingHistoryAnswer.parse((await get(host.api, path + query)).json())
  const all = await ask('')
  assert.deepEqual([all.inRange, all.points.length, all.first, all.last], [60, 60, from, from + 59 * 60_000])
  assert.deepEqual(all.points[31], {
    at: from + 31 * 60_000,
    fundingRate8h: 0.01,
    fundingIntervalMs: 8 * HOUR_MS,
    fundingRateInterval: 0.01,
    fundingApr: 0.01 * 1_095,
  })
  const some = await ask(`&from=${from + 60_000}&to=${from + 3 * 60_000}`)
  assert.deepEqual(
    some.points.map(({ fundingRate8h }) => fundingRate8h),
    [1e-6, 2e-6, 3e-6],
  )
  const thinned = await ask('&points=10')
  assert.ok(thinned.points.length <= 10 && thinned.inRange === 60)
  const kept = thinned.points.map(({ at }) => (at - from) / 60_000)
  for (const minute of [0, 31, 47, 59]) assert.ok(kept.includes(minute), `minute ${minute}`)
  assert.deepEqual((await ask(`&from=${from + HOUR_MS * 2}`)).points, [])
  const refused = async (query: string) => {
    const answer = await get(host.api, query)
    return [answer.statusCode, answer.json().reason, answer.json().explanation.field]
  }
  assert.deepEqual(await refused('/api/funding/history'), [400, 'invalid_payload', 'instrument'])
  assert.deepEqual(await refused('/api/funding/history?instrument=ETH'), [404, 'unknown_instrument', 'instrument'])
  assert.deepEqual(await refused(`${path}&points=5001`), [400, 'invalid_payload', 'points'])
  assert.deepEqual(await refused(`${path}&from=-1`), [400, 'invalid_payload', 'from'])
  assert.deepEqual(await refused(`${path}&limit=1`), [400, 'invalid_payload', 'limit'])
  const turned = (await get(host.api, `${path}&from=20&to=10`)).json()
  assert.deepEqual(
    [turned.reason, turned.explanation.field, turned.explanation.flip],
    ['invalid_payload', 'from', { field: 'from', to: 10 }],
  )
})
