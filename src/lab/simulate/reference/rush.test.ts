/** A hundred quotes at one instant against a capped budget, with and without the end of the process in between; and that the judge can be red. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CAPS, QUOTES, runRush } from './rush.ts'

for (const killAt of [undefined, 2, 60, 300]) {
  const when = killAt === undefined ? '' : `, killed at boundary ${killAt}`
  test(`[F-A10] ${QUOTES} subsidised quotes at once${when}: as many as the caps allow are given and bought, no more`, async () => {
    const { violation, quoted, covers, most, starts } = await runRush(killAt === undefined ? {} : { killAt })
    assert.equal(violation?.detail, undefined)
    assert.equal(starts, killAt === undefined ? 1 : 2)
    assert.deepEqual([quoted, covers], [5, 5], 'the budget is enough for five, three of one account at most')
    assert.ok(most.account <= CAPS.account && most.all <= CAPS.all && most.all > 0.8 * CAPS.all, JSON.stringify(most))
  })
}

test('[F-A10] a platform that is told more than what is judged turns red', async () => {
  const { violation } = await runRush({ configured: { account: 60, all: 100 } })
  assert.equal(violation?.invariant, 'I7')
  assert.match(violation.detail, /subsidised with/)
})
