/** The venue's own books against the published vectors: exact where the vectors say so, else within their stated tolerance. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import { instrumentOf, INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Instrument } from '#domain/instrument.ts'
import { formatUnits, multiplyUnits, parseUnits, scaleUnits } from '#units/exact.ts'
import { balanceOf, bookTrade, move, openAccount, positionOf, unrealised } from './account.ts'
import type { Account } from './account.ts'
import { fundingAmount } from './funding.ts'

const High = Decimal.clone({ precision: 60 })

interface LedgerEvent {
  readonly type: 'trade' | 'funding' | 'funding_rate' | 'mark'
  readonly side?: 'buy' | 'sell'
  readonly quantity?: string
  readonly contracts?: string
  readonly price?: string
  readonly fee?: string
  readonly fee_rate?: string
  readonly amount?: string
  readonly rate?: string
  readonly mark?: string
}
interface Case {
  readonly id: string
  readonly kind?: string
  readonly input: { readonly initial_cash?: string; readonly initial_wallet_coin?: string; readonly events: readonly LedgerEvent[] }
  readonly expected: { readonly after_each_event: readonly Readonly<Record<string, string>>[] }
}
interface FundingCase {
  readonly id: string
  readonly kind: string
  readonly input: {
    readonly contract: 'linear' | 'inverse'
    readonly side: 'long' | 'short'
    readonly quantity: string
    readonly mark: string
    readonly rate: string
  }
  readonly expected: { readonly payment: string }
}

function vectors<T>(name: string): readonly T[] {
  return (JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as { readonly cases: readonly T[] }).cases
}

const units = (text: string | undefined): bigint => {
  const value = parseUnits(text ?? '')
  assert.ok(value !== undefined, `a plain decimal, not ${String(text)}`)
  return value
}
const perpetual = (name: string): Instrument => {
  const found = instrumentOf(name)
  assert.ok(found.ok)
  return found.value
}

function near(actual: bigint, expected: string | undefined, tolerance: string, what: string): void {
  const away = new High(formatUnits(actual)).minus(expected ?? NaN).abs()
  assert.ok(away.lte(tolerance), `${what}: ${formatUnits(actual)}, expected ${String(expected)}`)
}

/** Books one event and returns the price that values the position after it. */
function book(account: Account, instrument: Instrument, event: LedgerEvent): bigint {
  const inverse = instrument.kind === 'inverse-perpetual'
  if (event.type === 'mark') return units(event.mark ?? event.price)
  if (event.type === 'funding') {
    move(account, 'funding', instrument.settlement, -units(event.amount))
    return 0n
  }
  if (event.type === 'funding_rate') {
    const mark = units(event.mark)
    move(
      account,
      'funding',
      instrument.settlement,
      -fundingAmount(inverse, positionOf(account, instrument.id).quantity, mark, units(event.rate)),
    )
    return mark
  }
  const price = units(event.price)
  const size = units(inverse ? event.contracts : event.quantity)
  const fee = inverse ? scaleUnits(size, units(event.fee_rate), price) : units(event.fee)
  bookTrade(account, { instrument, quantity: event.side === 'buy' ? size : -size, price, index: price })
  move(account, 'fee', instrument.settlement, -fee)
  return price
}

function moved(account: Account, kind: string): bigint {
  return account.moved.get(kind) ?? 0n
}

for (const { id, input, expected } of vectors<Case>('ledger_linear')) {
  test(`[DV-11] [V-02] linear: ${id}`, () => {
    const instrument = perpetual(LINEAR_PERPETUAL)
    const account = openAccount({ id: 'a', holdsCoin: false, leverage: 1 })
    move(account, 'transfer', 'USDC', units(input.initial_cash))
    let mark = 0n
    input.events.forEach((event, i) => {
      mark = book(account, instrument, event) || mark
      const after = expected.after_each_event[i] ?? {}
      const position = positionOf(account, instrument.id)
      const open = unrealised(instrument, position, mark)
      const cash = balanceOf(account, 'USDC')
      near(cash + open, after['equity'], '0', 'equity')
      near(cash + open - multiplyUnits(position.quantity, mark), after['cash_full'], '0', 'cash_full')
      near(position.quantity, after['quantity'], '0', 'quantity')
      near(-moved(account, 'fee USDC'), after['fees'], '0', 'fees')
      near(-moved(account, 'funding USDC'), after['funding_paid'], '0', 'funding_paid')
      near(moved(account, 'realised USDC'), after['realised_pnl'], '1e-12', 'realised_pnl')
      near(open, after['unrealised_pnl'], '1e-12', 'unrealised_pnl')
      near(cash, after['cash_margin'], '1e-12', 'cash_margin')
    })
  })
}

for (const { id, input, expected } of vectors<Case>('ledger_inverse')) {
  test(`[DV-11] [V-02] inverse: ${id}`, () => {
    const instrument = perpetual(INVERSE_PERPETUAL)
    const account = openAccount({ id: 'a', holdsCoin: true, leverage: 1 })
    move(account, 'transfer', 'BTC', units(input.initial_wallet_coin))
    let mark = 0n
    input.events.forEach((event, i) => {
      mark = book(account, instrument, event) || mark
      const after = expected.after_each_event[i] ?? {}
      const position = positionOf(account, instrument.id)
      const open = unrealised(instrument, position, mark)
      near(position.quantity, after['contracts'], '0', 'contracts')
      near(balanceOf(account, 'BTC'), after['wallet_coin'], '1e-14', 'wallet_coin')
      near(open, after['unrealised_pnl_coin'], '1e-14', 'unrealised_pnl_coin')
      near(balanceOf(account, 'BTC') + open, after['equity_coin'], '1e-14', 'equity_coin')
      near(moved(account, 'realised BTC'), after['realised_pnl_coin'], '1e-14', 'realised_pnl_coin')
      near(-moved(account, 'fee BTC'), after['fees_coin'], '1e-14', 'fees_coin')
      near(-moved(account, 'funding BTC'), after['funding_paid_coin'], '1e-14', 'funding_paid_coin')
    })
  })
}

test('[DV-11] funding payments', () => {
  const payments = vectors<FundingCase>('funding').filter(({ kind }) => kind === 'payment')
  assert.ok(payments.length >= 10)
  for (const { id, input, expected } of payments) {
    const size = units(input.quantity)
    const inverse = input.contract === 'inverse'
    near(
      fundingAmount(inverse, input.side === 'long' ? size : -size, units(input.mark), units(input.rate)),
      expected.payment,
      inverse ? '1e-14' : '0',
      id,
    )
  }
})
