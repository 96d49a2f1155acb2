/** Prices and greeks against published high-precision vectors, each field within its own stated tolerance; the worst of each file is printed. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { greeksBlackScholes } from './black-scholes.ts'
import { greeksBlack76 } from './black76-greeks.ts'
import { longResultInverse, payoutInverse, quoteInverse } from './inverse.ts'
import { callLessPut, impliedForward, parityGap } from './parity.ts'
import type { StrikeQuotes } from './parity.ts'
import type { OptionRight } from './black76.ts'

type Fields = Readonly<Record<string, number | null>>
interface Vector {
  readonly id: string
  readonly kind?: string
  readonly input: Readonly<Record<string, number>> & { readonly side: OptionRight }
  readonly expected: Readonly<Record<OptionRight, Fields>> & Fields
  readonly atol: Readonly<Record<OptionRight, Readonly<Record<string, number>>>> & Readonly<Record<string, number>>
}
const RIGHTS = ['call', 'put'] as const

function vectorsOf<T = Vector>(file: string): readonly T[] {
  const { cases, case_count } = JSON.parse(readFileSync(new URL(`./golden/${file}.json`, import.meta.url), 'utf8')) as {
    cases: T[]
    case_count: number
  }
  assert.equal(cases.length, case_count)
  return cases
}

/** Compares field by field and remembers the worst; a null is not tested. */
function comparison(): {
  compare(id: string, got: Fields, expected: Fields, atol: Readonly<Record<string, number>>): void
  worst(): string
} {
  let [worst, where, compared] = [0, '', 0]
  return {
    compare(id, got, expected, atol) {
      for (const [field, value] of Object.entries(expected)) {
        if (value === null || typeof value !== 'number' || !(field in atol)) continue
        const seen = got[field]
        assert.ok(typeof seen === 'number', `${id}: nothing called ${field}`)
        const off = Math.abs(seen - value)
        const allowed = atol[field] ?? 0
        compared += 1
        assert.ok(off <= allowed, `${id} ${field}: ${seen} against ${value}, off by ${off}, allowed ${allowed}`)
        if (off > 0 && off / allowed > worst) [worst, where] = [off / allowed, `${id} ${field}`]
      }
    },
    worst: () => `${compared} values, worst ${(100 * worst).toFixed(1)} % of its tolerance, ${where}`,
  }
}

const perDay = (greeks: { readonly theta: number; readonly vega: number }) => ({
  theta_per_day: greeks.theta / 365,
  vega_per_vol_point: greeks.vega / 100,
})

test('[options_black_scholes] price and eight greeks of every vector, both sides', (t) => {
  const { compare, worst } = comparison()
  for (const { id, input, expected, atol } of vectorsOf('options_black_scholes')) {
    const { spot = 0, strike = 0, time: years = 0, rate = 0, yield: dividendYield = 0, vol: ivAnnual = 0 } = input
    for (const right of RIGHTS) {
      const greeks = greeksBlackScholes({ right, spot, strike, years, rate, dividendYield, ivAnnual })
      compare(`${id} ${right}`, { ...greeks, ...perDay(greeks), dividend_rho: greeks.dividendRho }, expected[right], atol[right])
    }
  }
  t.diagnostic(worst())
})

test('[options_black76] price and seven greeks of every vector, both sides', (t) => {
  const { compare, worst } = comparison()
  for (const { id, input, expected, atol } of vectorsOf('options_black76')) {
    const { forward = 0, strike = 0, time: years = 0, rate = 0, vol: ivAnnual = 0 } = input
    for (const right of RIGHTS) {
      const greeks = greeksBlack76({ right, forward, strike, years, rate, ivAnnual })
      compare(`${id} ${right}`, { ...greeks, ...perDay(greeks) }, expected[right], atol[right])
    }
  }
  t.diagnostic(worst())
})

test('[options_inverse_coin_settled] quotes, premium-adjusted deltas, parity in coin', (t) => {
  const { compare, worst } = comparison()
  for (const { id, input, expected, atol } of vectorsOf('options_inverse_coin_settled').filter(({ kind }) => kind === 'quote')) {
    const { forward = 0, strike = 0, time: years = 0, vol: ivAnnual = 0 } = input
    const quotes = { call: quoteOf('call'), put: quoteOf('put') }
    function quoteOf(right: OptionRight): Readonly<Record<string, number>> {
      const quote = quoteInverse({ right, forward, strike, years, ivAnnual })
      return {
        price_usd: quote.priceUsd,
        price_btc: quote.priceCoin,
        delta_bs: quote.deltaUsd,
        delta_premium_adjusted: quote.deltaPremiumAdjusted,
        gamma_usd: quote.gammaUsd,
        vega_usd_per_vol_point: quote.vegaUsdPerVolPoint,
        theta_usd_per_day: quote.thetaUsdPerDay,
      }
    }
    for (const right of RIGHTS) compare(`${id} ${right}`, quotes[right], expected[right], atol[right])
    const parity = (quotes.call['price_btc'] ?? 0) - (quotes.put['price_btc'] ?? 0)
    compare(id, { parity_btc: parity }, { parity_btc: expected['parity_btc'] ?? null }, atol)
  }
  t.diagnostic(worst())
})

test('[options_inverse_coin_settled] settlement pays what the venue publishes', (t) => {
  const { compare, worst } = comparison()
  for (const { id, input, expected, atol } of vectorsOf('options_inverse_coin_settled').filter(({ kind }) => kind === 'settlement')) {
    const { side, strike = 0, delivery_price: delivery = 0, premium_btc: premium = 0 } = input
    const result = longResultInverse(side, strike, delivery, premium)
    compare(id, { payout_btc: payoutInverse(side, strike, delivery), long_pnl_btc: result, short_pnl_btc: -result }, expected, atol)
  }
  t.diagnostic(worst())
})

interface ParityVector {
  readonly id: string
  readonly input: {
    readonly spot: number
    readonly time: number
    readonly rate: number
    readonly yield: number
    readonly quotes: StrikeQuotes[]
  }
  readonly expected: { readonly call_minus_put: number[]; readonly implied_discount: number; readonly implied_forward: number }
  readonly atol: { readonly call_minus_put: number; readonly implied_discount: number; readonly implied_forward: number }
}

test('[options_put_call_parity] call less put, implied discount and forward', (t) => {
  const { compare, worst } = comparison()
  for (const { id, input, expected, atol } of vectorsOf<ParityVector>('options_put_call_parity')) {
    const [low, high] = input.quotes
    assert.ok(low !== undefined && high !== undefined)
    const implied = impliedForward(low, high)
    assert.ok(implied.ok)
    const { discount, forward } = implied.value
    compare(id, { implied_discount: discount, implied_forward: forward }, { ...expected, call_minus_put: null }, { ...atol })
    const known = { discount: Math.exp(-input.rate * input.time), forward: input.spot * Math.exp((input.rate - input.yield) * input.time) }
    for (const [n, quote] of input.quotes.entries()) {
      const model = callLessPut(known.discount, known.forward, quote.strike)
      compare(`${id} ${n}`, { value: model }, { value: expected.call_minus_put[n] ?? null }, { value: atol.call_minus_put })
      assert.ok(Math.abs(parityGap(quote, known)) <= atol.call_minus_put)
    }
  }
  t.diagnostic(worst())
})
