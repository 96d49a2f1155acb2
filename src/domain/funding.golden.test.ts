/** Funding payments, rates and sums against exact rational arithmetic. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatUnits, parseUnits } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import { fundingApyCompounded, fundingAprSimple, fundingPayment } from './funding.ts'
import type { Contract } from './position.ts'

interface Payment {
  readonly id: string
  readonly kind: 'payment'
  readonly input: { contract: Contract; side: 'long' | 'short'; quantity: string; mark: string; rate: string; interval_hours: number }
  readonly expected: { payment: string; apr_simple: string; apy_compounded?: number; emergency_exit_over_300pc_apr: boolean }
  readonly atol: { payment: string; apy_compounded?: number }
}
interface Sequence {
  readonly id: string
  readonly kind: 'sequence'
  readonly input: { intervals: { position: string; mark: string; rate: string }[] }
  readonly expected: { cumulative_paid: string[]; total: string }
}
const { cases } = JSON.parse(readFileSync(new URL('golden/funding.json', import.meta.url), 'utf8')) as { cases: (Payment | Sequence)[] }

function units(text: string): bigint {
  const value = parseUnits(text)
  assert.notEqual(value, undefined, text)
  return value ?? 0n
}

for (const item of cases.filter((one): one is Payment => one.kind === 'payment')) {
  test(`[golden funding] ${item.id}`, () => {
    const { contract, side, quantity, mark, rate, interval_hours: hours } = item.input
    const signed = side === 'long' ? units(quantity) : -units(quantity)
    const paid = fundingPayment(contract, signed, units(mark), ratio(rate))
    if (item.atol.payment === '0') assert.equal(formatUnits(paid), item.expected.payment)
    else assert.ok(Math.abs(Number(formatUnits(paid)) - Number(item.expected.payment)) <= Number(item.atol.payment))
    const apr = fundingAprSimple(ratio(rate), hours)
    assert.equal(apr.toString(), item.expected.apr_simple)
    assert.equal(apr.compare(ratio('3')) > 0 || apr.compare(ratio('-3')) < 0, item.expected.emergency_exit_over_300pc_apr)
    const { apy_compounded: apy } = item.expected
    if (apy !== undefined) assert.ok(Math.abs(fundingApyCompounded(Number(rate), hours) - apy) <= (item.atol.apy_compounded ?? 0))
  })
}

for (const item of cases.filter((one): one is Sequence => one.kind === 'sequence')) {
  test(`[golden funding] ${item.id}`, () => {
    let total = 0n
    const paid = item.input.intervals.map(({ position, mark, rate }) => {
      total += fundingPayment('linear', units(position), units(mark), ratio(rate))
      return formatUnits(total)
    })
    assert.deepEqual(paid, item.expected.cumulative_paid)
    assert.equal(formatUnits(total), item.expected.total)
  })
}
