/** Whose end a quote has: its own deadline, and until when a refused purchase of it may be sent again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { deadlineOf, retryUntilOf } from './quote-deadline.ts'

const [ACCEPT, PRICES] = [epochMs(1_769_644_830_000), epochMs(1_769_644_802_000)]

test('[P-11] a quote ends with its own deadline; one recorded without it ends with its prices', () => {
  assert.equal(deadlineOf({ acceptUntil: ACCEPT, goodUntil: PRICES }), ACCEPT)
  assert.equal(deadlineOf({ goodUntil: PRICES }), PRICES)
  assert.equal(deadlineOf({}), undefined)
})

test('[P-11] what was refused may be sent again up to the deadline and not a millisecond beyond', () => {
  const quote = { acceptUntil: ACCEPT, goodUntil: PRICES }
  assert.equal(retryUntilOf(quote, ACCEPT), '2026-01-29T00:00:30.000Z')
  assert.equal(retryUntilOf(quote, epochMs(ACCEPT + 1)), undefined)
  assert.equal(retryUntilOf(undefined, PRICES), undefined)
})
