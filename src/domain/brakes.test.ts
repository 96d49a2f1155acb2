/** What each brake stops, for whom, and that nothing stops what reduces risk. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { applyTrigger, brakeAgainst } from './brakes.ts'
import type { Brakes } from './brakes.ts'
import type { AccountId } from './order.ts'

const demo = 'demo' as AccountId
const other = 'other' as AccountId
const opening = { account: demo, book: 'client', purpose: 'open_position', reduceOnly: false } as const
const firstCover = { account: demo, book: 'hedge', purpose: 'cover', reduceOnly: false } as const
const renewal = { ...firstCover, renewsCover: true } as const
const closing = { account: demo, book: 'client', purpose: 'close_position', reduceOnly: true } as const

function brakes(...triggers: Parameters<typeof applyTrigger>[1][]): Brakes {
  const standing: Brakes = new Map()
  for (const trigger of triggers) applyTrigger(standing, trigger)
  return standing
}

test('halt and reduce-only stop new risk and never what reduces or renews', () => {
  for (const action of ['halt', 'reduce_only'] as const) {
    const standing = brakes({ source: 'a', action })
    assert.equal(brakeAgainst(standing, opening)?.action, action)
    assert.equal(brakeAgainst(standing, firstCover)?.action, action)
    assert.equal(brakeAgainst(standing, renewal), undefined)
    assert.equal(brakeAgainst(standing, closing), undefined)
  }
})

test('[C-74] freeze stops new positions, hedges go on', () => {
  const standing = brakes({ source: 'a', action: 'freeze' })
  assert.equal(brakeAgainst(standing, opening)?.action, 'freeze')
  assert.equal(brakeAgainst(standing, firstCover), undefined)
})

test('a brake on one account or book leaves the others alone', () => {
  assert.equal(brakeAgainst(brakes({ source: 'a', action: 'halt', account: other }), opening), undefined)
  assert.equal(brakeAgainst(brakes({ source: 'a', action: 'halt', book: 'strategy' }), opening), undefined)
  assert.equal(brakeAgainst(brakes({ source: 'a', action: 'halt', account: demo, book: 'client' }), opening)?.source, 'a')
})

test('a clear lifts what the same source set and nothing else', () => {
  const standing = brakes({ source: 'a', action: 'halt' }, { source: 'b', action: 'halt' }, { source: 'a', action: 'clear' })
  assert.equal(brakeAgainst(standing, opening)?.source, 'b')
  applyTrigger(standing, { source: 'b', action: 'clear', account: other })
  assert.equal(brakeAgainst(standing, opening)?.source, 'b', 'a clear for one account does not lift a brake on all')
  applyTrigger(standing, { source: 'b', action: 'clear' })
  assert.equal(standing.size, 0)
})
