/** The options of `ballast protect-study`: what is wrong with them is said all at once, each once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CliRefusal } from '../failure.ts'
import { studyRequest, type StudyFlags } from './protect-study.ts'

const GOOD: StudyFlags = {
  chains: '.',
  every: '4h',
  tenor: '1,3,7,14,30',
  floor: '0.05,0.10,0.15,0.20',
  side: 'long,short',
  size: '1',
  leverage: '5',
  cashShare: '0.5',
  tier: 'Bronze',
  heldEvery: '12',
}

test('[B-01] the defaults read as the study of the documents', () => {
  const { everyMs, tenors, floors, sides, heldEvery } = studyRequest(GOOD)
  assert.deepEqual(
    [everyMs, tenors, floors, sides, heldEvery],
    [14_400_000, [1, 3, 7, 14, 30], ['0.05', '0.10', '0.15', '0.20'], ['long', 'short'], 12],
  )
  const allowing = (combinations: string) => studyRequest({ ...GOOD, combinations }).combinations
  assert.deepEqual([allowing('none'), allowing('allowed'), studyRequest(GOOD).combinations], [undefined, 'allowed', undefined])
  assert.deepEqual(
    [studyRequest({ ...GOOD, every: '30m' }).everyMs, studyRequest({ ...GOOD, every: '2d' }).everyMs],
    [1_800_000, 172_800_000],
  )
})

test('[DX-02] every flag that is wrong is refused with its limit, all of them at once', () => {
  const bad: StudyFlags = {
    chains: 'no/such/folder',
    every: '4',
    tenor: '0,1',
    floor: '0.1,0.10',
    side: 'long,up',
    size: '0.05',
    leverage: 'x',
    cashShare: '0',
    tier: 'Bronze',
    combinations: 'always',
    heldEvery: '-1',
    set: ['nothing'],
  }
  assert.throws(
    () => studyRequest(bad),
    (error: unknown) => {
      assert.ok(error instanceof CliRefusal)
      const fields = error.problems.map(({ field }) => field)
      const wanted = [
        '--chains',
        '--every',
        '--tenor',
        '--floor',
        '--side',
        '--size',
        '--leverage',
        '--cash-share',
        '--combinations',
        '--held-every',
        '--set',
      ]
      assert.deepEqual(fields, wanted)
      return true
    },
  )
})

test('[DX-02] lists: one bad entry, one that is there twice and an empty one are each refused', () => {
  const cases: readonly Partial<StudyFlags>[] = [
    { tenor: '1,91' },
    { tenor: '7,7' },
    { tenor: '' },
    { tenor: '1.5' },
    { floor: '1' },
    { floor: '0.05,' },
    { side: 'long,long' },
    { every: '0h' },
  ]
  for (const change of cases) assert.throws(() => studyRequest({ ...GOOD, ...change }), CliRefusal, JSON.stringify(change))
  const { chains: _, ...without } = GOOD
  assert.throws(() => studyRequest(without), /--chains: missing/)
})
