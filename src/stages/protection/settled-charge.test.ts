/** The charge after the fill: a better one is the client's, a worse one the platform's where it fixed the price; cents, and what is due. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import { sum, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import type { Charge } from '#topics/protection.ts'
import { chargeFor } from './charge.ts'
import { settledCharge } from './settled-charge.ts'

function quoted(stated: object, fixed?: string): Charge {
  const terms = { tierName: 'Bronze', leverage: 5, passThrough: true, ...(fixed === undefined ? {} : { premiumMax: usdc(fixed) }) }
  const left = { global: usdc('1000'), account: usdc('1000') }
  const hedge = { premium: usdc('572'), fee: usdc('26.4'), offered: btc('1'), size: btc('1') }
  const result = chargeFor(hedge, { terms, controls: riskControlsSchema.parse(stated), regime: 'normal', left, mayPass: true })
  assert.ok(result.ok)
  return result.value
}
function settled(charge: Charge | undefined, premium: string, fee = '26.4'): readonly string[] {
  const { charge: done, due } = settledCharge(charge, { premium: usdc(premium), fee: usdc(fee) })
  const lines = done?.lines ?? []
  if (done !== undefined) assert.equal(sum(lines.map((line) => line.usdc)).toString(), done.charged.toString())
  return [String(done?.charged), String(due), ...lines.slice(2).map(({ name, usdc: amount }) => `${name} ${amount.toString()}`)]
}
const MARKUP = { premium_markup_pct_by_tier: { Bronze: 0.05 } }

test('[P-07] neutral: the charge is what the venue took, better or worse, and nothing is due', () => {
  assert.deepEqual(settled(quoted({}), '572.65', '26.43'), ['599.08', '0'])
  assert.deepEqual(settled(undefined, '572'), ['undefined', '0'])
})

test('[P-07] with a markup: better fills lower the charge, worse ones do not raise it; whole cents', () => {
  const charge = quoted(MARKUP)
  assert.deepEqual(settled(charge, '572'), ['627', '28.6', 'markup, tier Bronze 28.6'])
  assert.deepEqual(settled(charge, '570.1234'), ['625.13', '28.6066', 'markup, tier Bronze 28.6', 'rounding 0.0066'])
  assert.deepEqual(settled(charge, '573.5'), ['627', '27.1', 'markup, tier Bronze 28.6', 'drift borne by the platform -1.5'])
})

test('[P-04] subsidised: never over the cap; what the platform owes the client is due below zero', () => {
  const pass = { enable_premium_pass_through: true, pass_through_cap_by_tier: { Bronze: 1.25 }, pass_through_cap_by_leverage: { '5': 2 } }
  const charge = quoted(pass, '400')
  assert.deepEqual(settled(charge, '572'), ['500', '-98.4', 'subsidy -98.4'])
  assert.deepEqual(settled(charge, '580'), ['500', '-106.4', 'subsidy -98.4', 'drift borne by the platform -8'])
  assert.deepEqual(settled(charge, '571'), ['499', '-98.4', 'subsidy -98.4'])
  const passedOn = quoted(pass, '500') // all of it, without a line of the platform's own: agreed to all the same
  assert.deepEqual(settled(passedOn, '580'), ['598.4', '-8', 'drift borne by the platform -8'])
})
