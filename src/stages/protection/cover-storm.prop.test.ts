/**
 * Whatever happens to covers, in whatever order: purchases, second legs, sales, renewals, closes of the client, deliveries, liquidations, halts and
 * late fills are drawn at random, and the laws of cover-storm.fixture.ts are held against the account after each act and at the end of the story.
 * A failing story is shrunk, and printed act by act with its seed.
 */
import { test } from 'node:test'
import fc from 'fast-check'
import { CoverStorm } from './cover-storm.fixture.ts'
import { ACTS } from './storm-market.fixture.ts'
import type { Step } from './storm-market.fixture.ts'

const step = fc.record({ act: fc.constantFrom(...ACTS), pick: fc.nat(5), share: fc.nat(5) })

function told(steps: readonly Step[], isPriced: boolean): void {
  const storm = new CoverStorm(isPriced)
  try {
    for (const one of steps) {
      storm.do(one)
      storm.laws()
    }
    storm.finish()
    storm.ended()
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${storm.log.join('\n')}`, { cause: error })
  }
}

test('[P-11] [P-13] [P-14] [F-O02] [F-O14] [F-O15] in any order of events no option is without an owner, and every cover comes to an end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Step['act']>('protect', 'pair', 'bought', 'pair_bought', 'pair_bought'),
      fc.array(step, { minLength: 4, maxLength: 28 }),
      fc.boolean(),
      (first, steps, isPriced) => told([{ act: first, pick: 0, share: 0 }, ...steps], isPriced),
    ),
    { numRuns: 80, seed: 20261120 },
  )
})
