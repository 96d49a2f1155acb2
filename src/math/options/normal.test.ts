/** Where the normal distribution ends; its values are in ../stats/special-functions.golden.test.ts. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { normalCdf } from './normal.ts'

test('the distribution ends where numbers end', () => {
  assert.equal(normalCdf(-40), 0)
  assert.equal(normalCdf(40), 1)
  assert.equal(normalCdf(Infinity), 1)
  assert.equal(normalCdf(-Infinity), 0)
  assert.ok(Number.isNaN(normalCdf(Number.NaN)))
})
