/** Rate of an interval, simple APR and the paying side against the published vectors, which are exact rational arithmetic. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bench } from '#engine/harness.fixture.ts'
import { rate as said, hold } from './funding.fixture.ts'
import { funding } from './funding.ts'

interface Payment {
  readonly id: string
  readonly kind: string
  readonly input: { readonly side: 'long' | 'short'; readonly quantity: string; readonly rate: string; readonly interval_hours: number }
  readonly expected: { readonly payment: string; readonly apr_simple: string; readonly emergency_exit_over_300pc_apr: boolean }
}
const { cases } = JSON.parse(readFileSync(new URL('golden/funding.json', import.meta.url), 'utf8')) as { cases: Payment[] }

test('[golden funding] rate of the interval and simple APR within 1e-12 of the vectors, and the side that pays', (t) => {
  let count = 0
  let worst = 0
  for (const { id, input, expected } of cases.filter(({ kind }) => kind === 'payment')) {
    const on = bench([funding])
    hold(on, 0, `${input.side === 'short' ? '-' : ''}${input.quantity}`)
    const rate = Number(input.rate)
    const [instrument, account] = said(on, 1, (rate * 8) / input.interval_hours, input.interval_hours)
    const relative = (value: number | undefined, exact: number): number => Math.abs((value ?? NaN) - exact) / Math.max(1, Math.abs(exact))
    const off = Math.max(relative(instrument?.fundingApr, Number(expected.apr_simple)), relative(instrument?.fundingRateInterval, rate))
    assert.ok(off <= 1e-12, `${id}: ${off}`)
    worst = Math.max(worst, off)
    const paid = Number(expected.payment)
    assert.equal(account?.holder?.side ?? 'none', paid === 0 ? 'none' : paid > 0 ? 'paying' : 'receiving', id)
    assert.equal(Math.abs(instrument?.fundingApr ?? NaN) > 3, expected.emergency_exit_over_300pc_apr, id)
    count += 1
  }
  assert.ok(count >= 20)
  t.diagnostic(`worst of ${count}: ${worst}`)
})
