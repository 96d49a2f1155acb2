/** The inverse ledger of an account that holds coin against exact rational arithmetic: coin within 1e-14, face exactly. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fundingPayment } from '#domain/funding.ts'
import { divideUnits, formatUnits, multiplyUnits, parseUnits } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import { books } from './books.ts'
import { balanceOf } from './chart.ts'
import { assertSound, booksStateOf, DEMO, feedIndex, feedMark, fill, harness, INVERSE, only, open } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { averageEntry } from './position-state.ts'

type Step =
  | { type: 'trade'; side: 'buy' | 'sell'; contracts: string; price: string; fee_rate: string }
  | { type: 'funding_rate'; rate: string; mark: string }
  | { type: 'mark'; price: string }
type Row = Record<
  | 'contracts'
  | 'avg_entry'
  | 'realised_pnl_coin'
  | 'unrealised_pnl_coin'
  | 'fees_coin'
  | 'funding_paid_coin'
  | 'wallet_coin'
  | 'equity_coin'
  | 'equity_usd',
  string
>
interface Case {
  readonly id: string
  readonly input: { initial_wallet_coin: string; events: Step[] }
  readonly expected: { after_each_event: Row[] }
}
const { cases } = JSON.parse(readFileSync(new URL('golden/ledger_inverse.json', import.meta.url), 'utf8')) as { cases: Case[] }
const COIN_TOLERANCE = 10_000n // 1e-14

function units(text: string): bigint {
  const value = parseUnits(text.replace(/(\.\d{18})\d+$/, '$1'))
  assert.notEqual(value, undefined, text)
  return value ?? 0n
}

function near(actual: bigint, expected: string, tolerance: bigint): void {
  const gap = actual - units(expected)
  assert.ok(gap <= tolerance && gap >= -tolerance, `${formatUnits(actual)} is not ${expected}`)
}

function contracts(at: Harness): bigint {
  return booksStateOf(at).accounts.get(DEMO)?.positions.get(`client:${INVERSE}`)?.quantity ?? 0n
}

function feed(at: Harness, step: Step, n: number): string {
  const price = step.type === 'funding_rate' ? step.mark : step.price
  feedIndex(at, price)
  if (step.type === 'trade') {
    const fee = multiplyUnits(divideUnits(units(step.contracts), units(price)), units(step.fee_rate))
    fill(at, { side: step.side, quantity: step.contracts, price, fee: formatUnits(fee), feeCurrency: 'BTC', instrument: INVERSE })
  } else if (step.type === 'funding_rate') {
    const amount = formatUnits(fundingPayment('inverse', contracts(at), units(price), ratio(step.rate)))
    const body = {
      venue: 'test',
      account: DEMO,
      fundingId: `f${n}`,
      instrument: INVERSE,
      rate: step.rate,
      mark: price,
      amount,
      currency: 'BTC',
    }
    at.wire('venue_funding', { ...body, quantity: formatUnits(contracts(at)), venueAt: at.at })
  }
  feedMark(at, INVERSE, price)
  return price
}

function compare(at: Harness, expected: Row, price: string): void {
  const own = booksStateOf(at).accounts.get(DEMO)
  assert.ok(own)
  const held = own.positions.get(`client:${INVERSE}`)
  assert.ok(held)
  const balance = (name: string): bigint => balanceOf(own.balances, name, 'BTC')
  assert.equal(formatUnits(held.quantity), expected.contracts)
  near(units(averageEntry(held) ?? '0'), expected.avg_entry, 1_000_000n)
  near(-balance('results'), expected.realised_pnl_coin, COIN_TOLERANCE)
  near(balance('fees'), expected.fees_coin, COIN_TOLERANCE)
  near(balance('funding'), expected.funding_paid_coin, COIN_TOLERANCE)
  near(balance('cash'), expected.wallet_coin, COIN_TOLERANCE)
  const worth = held.quantity === 0n ? 0n : -divideUnits(held.quantity, units(price))
  near(worth - held.cost, expected.unrealised_pnl_coin, COIN_TOLERANCE)
  near(balance('cash') + worth - held.cost, expected.equity_coin, COIN_TOLERANCE)
  const value = only(at.emitted, 'account_values').at(-1)
  assert.ok(value)
  near(value.equityMark.units, expected.equity_usd, 1_000_000_000n) // coin within 1e-14 at a price under 1e5
}

for (const { id, input, expected } of cases) {
  test(`[V-01] [DV-03] golden inverse ${id}`, () => {
    const at = harness([books], { 'ledger/books': { coinAccounts: [DEMO] } })
    feedIndex(at, '60000')
    open(at, { BTC: input.initial_wallet_coin })
    input.events.forEach((step, n) => {
      const price = feed(at, step, n)
      compare(at, expected.after_each_event[n] as Row, price)
      assertSound(at)
    })
  })
}
