/** `GET /pricing/iv/:asset` over the real pipeline: document 1's shape, its defaults, and every way there is no answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { instrumentIdOf } from '#domain/instrument-name.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import { sabrVol } from '#math/options/sabr.ts'
import { price } from '#units/price.ts'
import { DAY_MS, HOUR_MS, later } from '#units/time.ts'
import { failureSchema, ivAnswer } from './contract.ts'
import { ctcAnswer } from './contract-quotes.ts'
import { get, post, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const FORWARD = 88_000
const VENUE = 'deribit'

async function running(t: TestContext, options: Parameters<typeof startHost>[0] = {}): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  host.market()
  return host
}

/** Expiries `days` ahead at 08:00, 15 strikes each, 2 vol points wide. */
function chain({ feed, platform, pass }: Host, days: readonly number[]): void {
  for (const ahead of days) {
    const expiry = later(START, ahead * DAY_MS + 8 * HOUR_MS)
    const years = (expiry - START) / (365 * DAY_MS)
    const step = Math.max(1_000, Math.round((FORWARD * 0.13 * Math.sqrt(years)) / 1_000) * 1_000)
    for (let i = -7; i <= 7; i++) {
      const strike = FORWARD + i * step
      const vol = sabrVol({ forward: FORWARD, strike, years }, { alpha: 0.5, beta: 1, nu: 0.5 / Math.sqrt(years), rho: -0.3 })
      for (const optionType of ['call', 'put'] as const) {
        const named = instrumentIdOf({ kind: 'option', settlement: 'coin', optionType, strike: String(strike), expiry })
        if (!named.ok) throw new Error(named.refusal.code)
        const premium = (ivAnnual: number) =>
          price<'BTC', 'BTC'>(
            (priceBlack76({ right: optionType, forward: FORWARD, strike, years, rate: 0, ivAnnual }).price / FORWARD).toFixed(9),
          )
        const body = {
          venue: VENUE,
          venueAt: platform.now(),
          instrument: named.value,
          underlyingPrice: price<'BTC', 'USDC'>(String(FORWARD)),
          bid: premium(vol - 0.01),
          ask: premium(vol + 0.01),
          sizeBasis: 'quoted' as const,
        }
        feed({ topic: 'raw_option_quotes', key: named.value, source: VENUE, body })
      }
    }
  }
  pass(1_000)
}

test('[DV-07] [API-01] iv and ivHedge as document 1 shows them, seven days unless asked otherwise', async (t) => {
  const host = await running(t)
  chain(host, [1, 8, 29])
  const answer = ivAnswer.parse((await get(host.api, '/pricing/iv/BTC')).json())
  const { asset, iv, ivHedge, ivRegime, tenorDays, ageMs } = answer
  assert.deepEqual({ asset, ivRegime, tenorDays, ageMs }, { asset: 'BTC', ivRegime: 'normal', tenorDays: 7, ageMs: 1_000 })
  assert.ok(Math.abs(iv - 0.51) < 0.02 && ivHedge > iv + 0.01, JSON.stringify(answer))
  assert.ok(Number.isInteger(Math.round(iv * 1e10) / 1e6), 'four places')
  const month = ivAnswer.parse((await get(host.api, '/pricing/iv/BTC?tenorDays=29')).json())
  assert.ok(month.tenorDays === 29 && month.ivHedge < ivHedge, 'the same 10 % lie nearer to the money of a month')
})

test('[DV-07] [API-03] no chain yet, an old one, a tenor too long: no_quote, and the flip is an answer', async (t) => {
  const host = await running(t)
  const reason = async (path: string) => {
    const { status, reason: code, explanation } = failureSchema.parse((await get(host.api, path)).json())
    return { status, code, flip: explanation.flip }
  }
  assert.deepEqual((await reason('/pricing/iv/BTC')).code, 'no_surface')
  chain(host, [1, 8, 29])
  const far = await reason('/pricing/iv/BTC?tenorDays=40')
  assert.deepEqual([far.status, far.code, far.flip?.field], ['no_quote', 'beyond_last_expiry', 'tenorDays'])
  ivAnswer.parse((await get(host.api, `/pricing/iv/BTC?tenorDays=${far.flip?.to}`)).json())
  host.pass(10 * 60_000)
  assert.deepEqual((await reason('/pricing/iv/BTC')).code, 'stale_surface')
})

test('[API-03] another asset is refused by the business with its flip; a tenor that is none, an unknown parameter: 400 invalid_payload', async (t) => {
  const host = await running(t)
  const other = await get(host.api, '/pricing/iv/ETH')
  const { status, reason: code, explanation } = failureSchema.parse(other.json())
  assert.deepEqual([other.statusCode, status, code], [200, 'no_quote', 'unsupported_asset'])
  assert.deepEqual([explanation.field, explanation.seen, explanation.flip], ['asset', 'ETH', { field: 'asset', to: 'BTC' }])
  for (const path of ['/pricing/iv/BTC?tenorDays=0', '/pricing/iv/BTC?tenorDays=soon', '/pricing/iv/BTC?tenor=7']) {
    const response = await get(host.api, path)
    assert.deepEqual([response.statusCode, response.json().reason], [400, 'invalid_payload'], path)
  }
})

/** Abramowitz and Stegun 7.1.26: good to 1.5e-7, and nothing of ours. */
function putOf(forward: number, strike: number, deviation: number): number {
  const phi = (x: number): number => {
    const u = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2)
    const tail = u * (0.254829592 + u * (-0.284496736 + u * (1.421413741 + u * (-1.453152027 + u * 1.061405429)))) * Math.exp((-x * x) / 2)
    return x < 0 ? tail / 2 : 1 - tail / 2
  }
  const d1 = Math.log(forward / strike) / deviation + deviation / 2
  return strike * phi(deviation - d1) - forward * phi(-d1)
}

test('[P-08] the answer has the formula and every input, the index among them: the fee is made again from the answer alone', async (t) => {
  const value = {
    ctc_enabled: true,
    ctc_margin_by_tier: { Bronze: 0.1 },
    ctc_ops_buffer_usdc_by_tier: { Bronze: 5 },
    ctc_max_snapshot_age_ms: 15_000,
    ctc_price_buffer_pct: 0.005,
    leverage_markup_pct_by_x: { '5': 0.02 },
  }
  const host = await running(t, { settings: [{ path: 'protection/quotes.riskControls', value }] })
  chain(host, [1, 8, 29])
  const asked = { tierName: 'Bronze', asset: 'BTC', spotPrice: 88_000, drawdownFloorPct: 0.05, positionSize: 2, leverage: 5 }
  const { feeUsdc, formula, inputs } = ctcAnswer.parse((await post(host.api, '/pricing/ctc', asked)).json())
  assert.deepEqual([inputs.indexUsdc, inputs.strike, inputs.optionType, inputs.positionSize], ['88000', 83_600, 'put', '2'])
  assert.match(formula, /Black-76/)
  const { indexUsdc, strike, years, iv, ivLeast, priceBufferPct, leverageMarkupPct, tierMarginPct, opsBufferUsdc, positionSize } = inputs
  const buffered = Number(indexUsdc) * (1 - Number(priceBufferPct))
  const three = putOf(buffered, strike, Math.max(iv, ivLeast) * Math.sqrt(years)) * Number(positionSize)
  const again = three * (1 + Number(leverageMarkupPct) + Number(tierMarginPct)) + Number(opsBufferUsdc)
  assert.ok(Number(feeUsdc) > 10 && Math.abs(Number(feeUsdc) - again) < 0.06, `${feeUsdc} is ${again}`)
})
