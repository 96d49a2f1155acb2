/** What covers hold is handed out once: to the position they name, else along the side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coverage } from '#topics/protection.ts'
import { btc } from '#units/quantity.ts'
import { coveredSizes } from './covered-sizes.ts'

interface Held {
  readonly size: string
  readonly filled?: string
  readonly names?: string
  readonly side?: 'long' | 'short'
  readonly state?: Coverage['state']
  readonly follows?: string
}
function covers(...held: readonly Held[]): readonly Coverage[] {
  return held.map(({ size, filled = size, names, side = 'long', state = 'active', follows }, i) => ({
    ...({} as Coverage),
    coverageId: `cover-${i}` as never,
    ...(follows === undefined ? {} : { previousCoverageId: follows as never }),
    state,
    size: btc(size),
    filled: btc(filled),
    terms: { ...({} as Coverage['terms']), side, ...(names === undefined ? {} : { positionId: names }) },
  }))
}
function longs(...sizes: readonly string[]) {
  return sizes.map((size, i) => ({ id: `p-${i + 1}`, side: 'long' as const, size }))
}
function sizes(...of: Parameters<typeof coveredSizes>): readonly string[] {
  return coveredSizes(...of).map(String)
}

test('[API-01] six positions of 0.5 and covers of 1.5 in sum: three are covered', () => {
  const six = longs('0.5', '0.5', '0.5', '0.5', '0.5', '0.5')
  assert.deepEqual(sizes(six, covers({ size: '1' }, { size: '0.5' })), ['0.5', '0.5', '0.5', '0', '0', '0'])
  assert.deepEqual(sizes(six, covers({ size: '0.7' })), ['0.5', '0.2', '0', '0', '0', '0'])
})

test('[API-01] several covers of one position add up; one that names a position covers no other', () => {
  assert.deepEqual(sizes(longs('1.5'), covers({ size: '1' }, { size: '0.5' })), ['1.5'])
  assert.deepEqual(sizes(longs('0.5', '0.5'), covers({ size: '0.5', names: 'p-2' })), ['0', '0.5'])
  assert.deepEqual(sizes(longs('0.5', '0.5'), covers({ size: '0.5' }, { size: '0.4', names: 'p-1' })), ['0.5', '0.4'])
  assert.deepEqual(sizes(longs('0.5', '0.5'), covers({ size: '1', names: 'p-1' })), ['0.5', '0'])
  assert.deepEqual(sizes(longs('0.5'), covers({ size: '0.5', names: 'gone' })), ['0.5'], 'its position is stated no more')
})

test('[API-01] what does not stand, stands on the other side, is missing or follows a cover that stands covers nothing', () => {
  const one = longs('1')
  for (const state of ['pending', 'failed', 'settling', 'expired', 'closed'] as const)
    assert.deepEqual(sizes(one, covers({ size: '1', state })), ['0'], state)
  assert.deepEqual(sizes(one, covers({ size: '1', side: 'short' })), ['0'])
  assert.deepEqual(sizes(one, covers({ size: '1', filled: '0.4' })), ['0.4'])
  assert.deepEqual(sizes(longs('1', '1'), covers({ size: '1' }, { size: '1', follows: 'cover-0' })), ['1', '0'])
  assert.deepEqual(sizes(longs('1', '1'), covers({ size: '1', state: 'expired' }, { size: '1', follows: 'cover-0' })), ['1', '0'])
})
