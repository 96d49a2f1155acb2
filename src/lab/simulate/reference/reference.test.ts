/**
 * A part of the strikes at the reference scenario, evenly spread (all of them: `npm run simulate -- --reference`), and that they can fail:
 * without a guard the same strike is red.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardNamed, withoutGuard } from '../guards/registry.ts'
import { judge, strikeText } from './enumerate.ts'
import { LINES } from './scenario.ts'
import type { Stage, Strike } from './scenario.ts'

const [TOGETHER, FILL_FIRST, ACK_FIRST] = LINES as [(typeof LINES)[0], (typeof LINES)[0], (typeof LINES)[0]]

async function outcomes(strikes: readonly Strike[]): Promise<readonly string[]> {
  const seen: string[] = []
  for (const strike of strikes) {
    const { outcome, wrong } = await judge(strike)
    assert.equal(wrong, undefined, strikeText(strike))
    seen.push(`${outcome.covers.join(' ') || 'none'}, ${outcome.ordersSent} orders`)
  }
  return seen
}
const kills = (stage: Stage, from: number, every: number, to: number): Strike[] =>
  Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => ({
    stage,
    lines: LINES[i % LINES.length] ?? TOGETHER,
    killAt: from + i * every,
  }))

test('[F-P01] [P-11] killed at steps of an activation, one cover and one hedge come of it, or neither', async () => {
  const seen = await outcomes(kills('activation', 1, 3, 16))
  for (const end of seen) assert.match(end, /^(active, 2 orders|failed, 1 orders)$/)
  assert.ok(seen.includes('active, 2 orders'))
})

test('[F-P01] [P-13] killed at steps of a renewal, the cover that follows stands all the same', async () => {
  for (const end of await outcomes(kills('renewal', 0, 3, 15))) assert.match(end, /^active (failed )?active, 3 orders$/)
})

test('[P-11] [C-74] breaker, activation and fill in every order: refused before the approval, kept after it', async () => {
  const ends: string[] = []
  for (const lines of [FILL_FIRST, ACK_FIRST])
    for (const haltAt of [0, 5, 8, 20, 30]) ends.push(...(await outcomes([{ stage: 'activation', lines, haltAt }])))
  assert.equal(ends[0], 'failed, 1 orders', 'halted before the wish')
  assert.equal(ends[4], 'active, 2 orders', 'halted after the fill')
})

test('[P-13] [C-74] a halt never stops a renewal, wherever it falls', async () => {
  const strikes = [0, 6, 12, 24].map((haltAt) => ({ stage: 'renewal', lines: ACK_FIRST, haltAt }) as const)
  for (const end of await outcomes(strikes)) assert.equal(end, 'active active, 3 orders')
})

test('[F-O14] [P-11] a pair is bought with two orders; killed or halted between them it stands whole or is sold again', async () => {
  const ends = await outcomes([
    { stage: 'activation', lines: FILL_FIRST, isPair: true },
    ...[5, 13, 21].map((killAt): Strike => ({ stage: 'activation', lines: FILL_FIRST, isPair: true, killAt })),
    ...[6, 18, 40].map((haltAt): Strike => ({ stage: 'activation', lines: ACK_FIRST, isPair: true, haltAt })),
  ])
  for (const end of ends) assert.match(end, /^(active, 3 orders|failed, 1 orders|failed, 3 orders)$/)
  assert.equal(ends[0], 'active, 3 orders')
  assert.ok(ends.includes('failed, 3 orders'), 'the first leg was bought and sold again')
})

test('[F-O14] [P-13] killed or halted while it is renewed, a pair is followed by a pair', async () => {
  const ends = await outcomes([
    { stage: 'renewal', lines: TOGETHER, isPair: true, killAt: 9 },
    { stage: 'renewal', lines: FILL_FIRST, isPair: true, killAt: 18 },
    { stage: 'renewal', lines: ACK_FIRST, isPair: true, haltAt: 20 },
  ])
  for (const end of ends) assert.match(end, /^active (failed )?active, [57] orders$/)
})

const RED: readonly (readonly [string, Strike, RegExp])[] = [
  ['persist-before-send', { stage: 'activation', lines: TOGETHER }, /^I2 /],
  ['coverage-needs-fill', { stage: 'activation', lines: TOGETHER }, /^I19 /],
  ['restart-unknown', { stage: 'activation', lines: TOGETHER, killAt: 8 }, /./],
]
for (const [guard, strike, wrong] of RED) {
  test(`without ${guard} the scenario, ${strikeText(strike)}, is red`, async () => {
    assert.match((await judge(strike, withoutGuard(guardNamed(guard)))).wrong ?? 'green', wrong)
  })
}
