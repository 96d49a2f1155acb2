/**
 * The linear ledger against exact rational arithmetic, event by event, as a perpetual and as spot: both bookkeepings must give the
 * equity to the digit. Averages within 1e-12, everything that terminates exactly.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SPOT } from '#domain/catalogue.ts'
import { fundingPayment } from '#domain/funding.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { formatUnits, parseUnits } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import { books } from './books.ts'
import { assertSound, booksConfigOf, booksStateOf, DEMO, feedIndex, feedMark, fill, harness, open, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { snapshotOf } from './portfolio-snapshot.ts'
import type { CashView, PortfolioSnapshot } from './portfolio-snapshot.ts'

type Step =
  | { type: 'trade'; side: 'buy' | 'sell'; quantity: string; price: string; fee: string }
  | { type: 'funding'; amount: string }
  | { type: 'funding_rate'; rate: string; mark: string }
  | { type: 'mark'; price: string }
type Row = Record<
  'quantity' | 'avg_entry' | 'realised_pnl' | 'unrealised_pnl' | 'fees' | 'funding_paid' | 'cash_full' | 'cash_margin' | 'equity',
  string
>
interface Case {
  readonly id: string
  readonly input: { initial_cash: string; events: Step[] }
  readonly expected: { after_each_event: Row[] }
}
const { cases } = JSON.parse(readFileSync(new URL('golden/ledger_linear.json', import.meta.url), 'utf8')) as { cases: Case[] }

function quantityOf(at: Harness): bigint {
  return [...(booksStateOf(at).accounts.get(DEMO)?.positions.values() ?? [])].reduce((sum, held) => sum + held.quantity, 0n)
}

function feed(at: Harness, instrument: InstrumentId, step: Step, n: number): void {
  if (step.type === 'trade') {
    fill(at, { ...step, instrument })
    feedMark(at, instrument, step.price)
  } else if (step.type === 'mark') {
    feedMark(at, instrument, step.price)
  } else {
    const mark = step.type === 'funding_rate' ? step.mark : '50000'
    const paid =
      step.type === 'funding'
        ? step.amount
        : formatUnits(fundingPayment('linear', quantityOf(at), parseUnits(mark) ?? 0n, ratio(step.rate)))
    const body = { venue: 'test', account: DEMO, fundingId: `f${n}`, instrument, rate: '0', mark, quantity: formatUnits(quantityOf(at)) }
    at.wire('venue_funding', { ...body, amount: paid, currency: 'USDC', venueAt: at.at })
    if (step.type === 'funding_rate') feedMark(at, instrument, mark)
  }
}

function snapshot(at: Harness, view: CashView): PortfolioSnapshot {
  const taken = snapshotOf(booksStateOf(at), { account: DEMO, at: at.at, view }, booksConfigOf(at))
  assert.ok(taken)
  return taken
}

function close(actual: string, expected: string, tolerance: bigint): void {
  const gap = (parseUnits(actual) ?? 0n) - (parseUnits(roundTo18(expected)) ?? 0n)
  assert.ok(gap <= tolerance && gap >= -tolerance, `${actual} is not ${expected}`)
}

/** Expected values carry up to 30 places. */
function roundTo18(text: string): string {
  return text.replace(/(\.\d{18})\d+$/, '$1')
}

const MICRO_MICRO = 1_000_000n // 1e-12

function compare(at: Harness, expected: Row, isSpot: boolean): void {
  const taken = snapshot(at, 'full')
  const signed = quantityOf(at)
  assert.equal(formatUnits(signed), expected.quantity)
  assert.equal(taken.fees, expected.fees)
  assert.equal(taken.fundingPnl, expected.funding_paid.startsWith('-') ? expected.funding_paid.slice(1) : negative(expected.funding_paid))
  assert.equal(taken.cash, expected.cash_full)
  assert.equal(taken.totalEquity, expected.equity)
  close(taken.positions[0]?.averageEntryUsdc ?? '0', expected.avg_entry, MICRO_MICRO)
  close(taken.realised, expected.realised_pnl, MICRO_MICRO)
  close(taken.unrealised, expected.unrealised_pnl, MICRO_MICRO)
  if (!isSpot) close(snapshot(at, 'margin').cash, expected.cash_margin, MICRO_MICRO)
}

function negative(text: string): string {
  return text === '0' ? '0' : `-${text}`
}

for (const { id, input, expected } of cases) {
  for (const instrument of [PERP, SPOT]) {
    test(`[V-01] [V-02] golden linear ${id} as ${instrument}`, () => {
      const at = harness([books])
      feedIndex(at, '50000')
      open(at, { USDC: input.initial_cash })
      input.events.forEach((step, n) => {
        feed(at, instrument, step, n)
        compare(at, expected.after_each_event[n] as Row, instrument === SPOT)
        assertSound(at)
      })
    })
  }
}
