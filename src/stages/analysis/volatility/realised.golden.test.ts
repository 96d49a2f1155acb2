/** Realised volatility against volatility_estimators.json (exact rational arithmetic), fed as the component feeds it. */
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { epochMs, later, MINUTE_MS } from '#units/time.ts'
import { levelWindow, realisedVolatility, sampleLevel } from './realised.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly input: { readonly prices: readonly number[]; readonly step_minutes: number }
  readonly expected: { readonly realised_vol_24h: number; readonly realised_vol_annual_365: number }
  readonly rtol?: number
  readonly atol?: number
}
const START = epochMs(1_769_644_800_000)
const { cases } = JSON.parse(readFileSync(new URL('golden/volatility_estimators.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]
}

function close(name: string, value: number | undefined, expected: number, { rtol = 1e-12, atol = 1e-18 }: Case): void {
  assert.ok(
    value !== undefined && Math.abs(value - expected) <= atol + rtol * Math.abs(expected),
    `${name}: ${value} instead of ${expected}`,
  )
}

test('[AN-08] realised 24 h volatility equals the reference, also where more than a day was sampled', () => {
  const mine = cases.filter(({ kind }) => kind === 'realised_24h')
  assert.equal(mine.length, 11)
  for (const golden of mine) {
    const window = levelWindow()
    const { prices, step_minutes: step } = golden.input
    prices.forEach((price, i) => sampleLevel(window, later(START, i * step * MINUTE_MS), price))
    const { realised24h, realisedAnnual } = realisedVolatility(window, later(START, (prices.length - 1) * step * MINUTE_MS))
    close(golden.id, realised24h, golden.expected.realised_vol_24h, golden)
    close(golden.id, realisedAnnual, golden.expected.realised_vol_annual_365, golden)
  }
})

test('[AN-08] less than a day is not shown as a day', () => {
  const window = levelWindow()
  for (let minute = 0; minute <= 120; minute++) sampleLevel(window, later(START, minute * MINUTE_MS), minute % 2 === 0 ? 100 : 101)
  const { realised24h, realisedAnnual, spanMs } = realisedVolatility(window, later(START, 120 * MINUTE_MS))
  assert.equal(realised24h, undefined)
  assert.equal(spanMs, 120 * MINUTE_MS)
  assert.ok(Math.abs((realisedAnnual ?? 0) - Math.log(1.01) * Math.sqrt(120 * 12 * 365)) < 1e-9)
})
