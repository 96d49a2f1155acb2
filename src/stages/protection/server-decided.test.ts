/** What the server decides of an order that buys nothing by a quote: a close, a hedge. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNothingDecided } from './server-decided.ts'

test('[F-S03] without a quote nothing is decided: 0 in any spelling or absent, each field looked at', () => {
  const refused = (fields: object): unknown => {
    const refusal = checkNothingDecided(fields as never)
    return refusal === undefined ? 'ok' : [refusal.code, refusal.field, refusal.seen]
  }
  assert.deepEqual(
    [{}, { feeUsdc: 0, premiumUsdc: '0', subsidyUsdc: '0.00', feeRecognized: false }, { amount: 1, side: 'buy' }].map(refused),
    ['ok', 'ok', 'ok'],
  )
  assert.deepEqual(refused({ feeUsdc: 0, premiumUsdc: 572 }), ['server_decides', 'premiumUsdc', 572], 'a 0 before it hides nothing')
  assert.deepEqual(refused({ subsidyUsdc: '0.01' }), ['server_decides', 'subsidyUsdc', '0.01'])
  assert.deepEqual(refused({ feeUsdc: 0, feeRecognized: true }), ['server_decides', 'feeRecognized', true])
})
