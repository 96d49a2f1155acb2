/** Published vectors: drawdown buffer with hysteresis, and net delta. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseUnits } from '#units/exact.ts'
import type { AccountId } from '#domain/order.ts'
import { bufferAction } from './buffer-rule.ts'
import { attributionOf, netOf, netWish } from './net-exposure.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly input: Readonly<Record<string, string>>
  readonly expected: Readonly<Record<string, string>>
}
const { cases } = JSON.parse(readFileSync(new URL('golden/hedging_rules.json', import.meta.url), 'utf8')) as { cases: readonly Case[] }

function units(text: string | undefined): bigint {
  const found = text === undefined ? undefined : parseUnits(text)
  assert.ok(found !== undefined, `${text} is a decimal`)
  return found
}
function of(kind: string): readonly Case[] {
  const found = cases.filter((one) => one.kind === kind)
  assert.ok(found.length >= 8, `${kind} has cases`)
  return found
}

test('[H-01] [P-12] golden: equity, buffer and the action of the band, exact', () => {
  for (const { id, input, expected } of of('drawdown_buffer')) {
    const equity = units(input['cash']) + units(input['position_pnl']) + units(input['hedge_mtm'])
    const buffer = equity - units(input['drawdown_limit'])
    const action = bufferAction({ buffer, target: units(input['target']), hysteresis: units(input['hysteresis']) })
    assert.deepEqual([equity, buffer, action], [units(expected['equity']), units(expected['buffer']), expected['action']], id)
  }
})

test('[H-02] golden: net delta of spot and perpetuals, and the trade that neutralises it', () => {
  const lot = 1n
  for (const { id, input, expected } of of('net_delta')) {
    const [spot, long, short] = [input['spot_btc'], input['long_perp'], input['short_perp']].map(units) as [bigint, bigint, bigint]
    const parts = [spot, long, -short].map((size, n) => ({ account: `a${n}` as AccountId, size }))
    const net = netOf(attributionOf(parts))
    const { target } = netWish(net, 0n, { lot, tolerance: 0n })
    assert.deepEqual([net, target], [units(expected['delta']), units(expected['trade_to_neutral'])], id)
  }
})
