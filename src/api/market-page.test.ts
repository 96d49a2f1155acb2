/** The market page's questions over a running platform: index and perpetual, the venue's own book, the fitted surface and one expiry of it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createVenue } from '#sim/venue/state.ts'
import { perpetualQuote } from '#sim/market/perpetual.ts'
import { simVenueDesk } from '#runtime/venue-desk.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { failureSchema } from './contract.ts'
import { bookAnswer, marketAnswer, smileAnswer, surfaceAnswer } from './contract-market.ts'
import { get, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const EXPIRY = '2026-02-06T08:00:00.000Z'
const STRIKES = [70_000, 76_000, 78_000, 80_000, 82_000, 84_000, 88_000, 92_000, 96_000, 100_000, 106_000]

async function running(t: TestContext, options: Parameters<typeof startHost>[0] = {}): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  return host
}

/** Calls and puts of one expiry at a flat 60 % of volatility: premiums of Black 1976 on the forward, in coin, half a spread of 3 % around. */
function chain(host: Host, faultyStrike?: number): void {
  const years = (Date.parse(EXPIRY) - START) / (365 * 86_400_000)
  for (const strike of STRIKES) {
    const isCall = strike >= 88_000
    const worth = blackShare({ isCall, moneyness: strike / 88_000, deviation: 0.6 * Math.sqrt(years) })
    const [bid, ask] = strike === faultyStrike ? [worth * 0.5, worth * 1.45] : [worth * 0.97, worth * 1.03]
    host.feed({
      topic: 'raw_option_quotes',
      key: 'x',
      source: 'test',
      body: {
        venue: 'deribit',
        instrument: `BTC-6FEB26-${strike}-${isCall ? 'C' : 'P'}` as never,
        bid: price(bid.toFixed(8)),
        ask: price(ask.toFixed(8)),
        bidSize: btc('10'),
        askSize: btc('10'),
        underlyingPrice: price('88000'),
        venueAt: host.platform.now(),
        sizeBasis: 'quoted',
      },
    })
  }
}
/** Undiscounted price over the forward, by the closed form with a numerical normal distribution. */
function blackShare({ isCall, moneyness, deviation }: { isCall: boolean; moneyness: number; deviation: number }): number {
  const d1 = -Math.log(moneyness) / deviation + deviation / 2
  const call = normal(d1) - moneyness * normal(d1 - deviation)
  return isCall ? call : call - 1 + moneyness
}
/** Simpson's rule on the density. */
function normal(x: number): number {
  const [steps, from] = [2_000, -12]
  const h = (x - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const at = from + i * h
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp((-at * at) / 2)
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
}

test('[DV-07] GET /api/market: index with its sources, perpetual with spread and basis, ages in market time', async (t) => {
  const host = await running(t)
  const empty = marketAnswer.parse((await get(host.api, '/api/market')).json())
  assert.deepEqual([empty.index, empty.perpetual, empty.volatility], [null, null, null], 'nothing is made up')
  host.market()
  host.pass(700)
  const { index, perpetual } = marketAnswer.parse((await get(host.api, '/api/market')).json())
  assert.deepEqual([index?.price, index?.ageMs, index?.isStale], ['88000', 700, false])
  assert.deepEqual(index?.sources, [{ venue: 'deribit', price: '88000', ageMs: 700 }])
  assert.deepEqual([perpetual?.bid, perpetual?.ask, perpetual?.mark, perpetual?.basisBps], ['87999.5', '88000.5', '88000', '0.00'])
  assert.equal(perpetual?.spreadBps, '0.11') // 1 / 88,000
  host.pass(3_600_000)
  const later = marketAnswer.parse((await get(host.api, '/api/market')).json())
  assert.deepEqual([later.index?.isStale, later.perpetual?.isStale], [true, true], 'an old price is shown as old')
})

test('[AN-03] GET /api/market/surface: parameters, diagnostics and cells of a flat 60 % chain; beyond its reach a cell is empty', async (t) => {
  const host = await running(t)
  host.market()
  const before = await get(host.api, '/api/market/surface')
  assert.deepEqual([before.statusCode, failureSchema.parse(before.json()).reason], [200, 'no_surface'])
  chain(host)
  host.pass(1_500)
  const surface = surfaceAnswer.parse((await get(host.api, '/api/market/surface')).json())
  const [slice] = surface.expiries
  assert.ok(slice !== undefined && surface.expiries.length === 1)
  assert.equal(slice.expiryIso, EXPIRY)
  assert.ok(Math.abs(slice.atmVol - 0.6) < 0.005 && slice.rmse < 0.01, `${slice.atmVol} ${slice.rmse}`)
  assert.deepEqual([slice.forward, Math.round(slice.quotedLow)], [88_000, 70_000])
  const [row] = surface.grid.rows
  assert.ok(row !== undefined && row.cells.length === surface.grid.moneyness.length)
  const cellAt = (moneyness: number) => row.cells[surface.grid.moneyness.indexOf(moneyness)]
  assert.ok(Math.abs((cellAt(0.95)?.vol ?? 0) - 0.6) < 0.01)
  assert.deepEqual([cellAt(0.95)?.isBeyond, cellAt(0.7)?.isBeyond], [false, true])
})

test('[AN-03] [F-M13] GET /api/market/smile: bid and ask vol around the curve, a faulty quote named, an expiry nobody lists not found', async (t) => {
  const host = await running(t)
  host.market()
  chain(host, 92_000)
  host.pass(1_500)
  const smile = smileAnswer.parse((await get(host.api, `/api/market/smile?expiryIso=${EXPIRY}`)).json())
  const strikes = smile.quotes.map(({ strike }) => Number(strike))
  assert.deepEqual(
    strikes,
    strikes.toSorted((a, b) => a - b),
  )
  const at = (strike: number) => smile.quotes.find((quote) => quote.strike === String(strike))
  const money = at(88_000)
  assert.ok(money?.bidVol !== null && money?.askVol !== null && money !== undefined)
  assert.ok(money.bidVol < 0.6 && money.askVol > 0.6 && Math.abs((money.modelVol ?? 0) - 0.6) < 0.01)
  assert.deepEqual([at(92_000)?.fault, at(92_000)?.bidVol, at(92_000)?.askVol], ['too_wide', null, null])
  assert.deepEqual([smile.curve.length, smile.curve.every(({ vol }) => Math.abs(vol - 0.6) < 0.05)], [61, true])
  assert.equal(smile.fit?.rmse, surfaceAnswer.parse((await get(host.api, '/api/market/surface')).json()).expiries[0]?.rmse)
  for (const expiry of ['2026-12-25T08:00:00.000Z', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
    const none = await get(host.api, `/api/market/smile?expiryIso=${expiry}`)
    assert.deepEqual([none.statusCode, failureSchema.parse(none.json()).reason], [404, 'not_found'], expiry)
  }
  assert.equal((await get(host.api, '/api/market/smile?expiryIso=friday')).statusCode, 400)
})

test('[UI-04] GET /api/market/book: the venue’s own levels, best first, with their sums; a host without a venue says so', async (t) => {
  const venue = createVenue({
    venue: 'deribit-sim',
    accounts: [{ account: 'demo', usdc: '20000', leverage: 5 }],
    market: { seed: 1, scenario: 'calm', startAt: START, startPrice: 88_000 },
  })
  const host = await running(t, { venueDesk: simVenueDesk((read) => Promise.resolve(read(venue))) })
  const response = await get(host.api, '/api/market/book')
  if (venue.generator === null) return assert.equal(failureSchema.parse(response.json()).reason, 'no_price')
  const { bids, asks } = bookAnswer.parse(response.json())
  const told = perpetualQuote(venue.generator)
  assert.deepEqual(
    bids.map(({ price: level, size }) => [Number(level), Number(size)]),
    told.bids.map(({ price: level, size }) => [level, size]),
  )
  assert.ok(Number(bids[0]?.price) < Number(asks[0]?.price) && Number(bids[0]?.price) > Number(bids[1]?.price))
  const total = told.asks.reduce((sum, { size }) => sum + size, 0)
  assert.ok(Math.abs(Number(asks.at(-1)?.sizeSum) - total) < 1e-9)
  const without = await get((await running(t)).api, '/api/market/book')
  assert.deepEqual([without.statusCode, failureSchema.parse(without.json()).reason], [503, 'not_available'])
})
