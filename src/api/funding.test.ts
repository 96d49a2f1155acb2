/** `GET /api/funding` over the real pipeline: before a rate, with one, held, booked, past its age. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs, HOUR_MS } from '#units/time.ts'
import { fundingAnswer } from './contract-funding.ts'
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
