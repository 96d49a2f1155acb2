/** Which known name a misspelt one means. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearestName } from './near-name.ts'

const TIERS = ['Bronze', 'Silver', 'Gold', 'Platinum']

test('[C-72] a near miss is named, a stranger is not', () => {
  const near = ['Bronz', 'bronze', 'Sliver', 'Glod', 'Gol', 'Platinium', 'Diamond', 'x', ''].map((name) => nearestName(name, TIERS))
  assert.deepEqual(near, ['Bronze', 'Bronze', 'Silver', undefined, 'Gold', 'Platinum', undefined, undefined, undefined])
})

test('[C-72] the nearest of several, the first of equals', () => {
  assert.equal(nearestName('max_leverag', ['max_leverage_x', 'max_leverage']), 'max_leverage')
  assert.equal(nearestName('abcdef', ['abcdeg', 'abcdeh']), 'abcdeg')
})

test('[C-72] Levenshtein: the textbook pair, and the ends', () => {
  assert.deepEqual([editDistance('kitten', 'sitting'), editDistance('', 'abc'), editDistance('abc', 'abc')], [3, 3, 0])
})
