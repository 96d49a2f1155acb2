/**
 * Some dozens of seeds of the whole system: every invariant after every event, every fault injected. Then what the simulation itself must
 * be: repeatable, and red when a guard is taken away (all of them: `npm run simulate -- --guards-red`).
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FAULT_IDS, FAULTS } from './faults/catalogue.ts'
import { GUARDS } from './guards/registry.ts'
import { redText } from './report.ts'
import { runSeeds, runWithout, SeedPool } from './run-seeds.ts'
import type { Summary } from './run-seeds.ts'

const SEEDS = { from: 1, count: 24 }
/** Guards whose removal shows within a second or two. */
const QUICK_GUARDS = [
  'persist-before-send',
  'ack-after-durable',
  'idempotency',
  'client-order-id',
  'halt',
  'monotonic-clock',
  'coverage-needs-fill',
  'balanced-posting',
]

let pool: SeedPool
let summary: Summary
before(async () => {
  pool = new SeedPool(2)
  summary = await runSeeds(pool, SEEDS)
})
after(() => pool.close())

test(`[PE-05] every invariant holds after every event of ${SEEDS.count} seeds`, () => {
  assert.equal(summary.red.map((result) => redText(result)).join('\n\n'), '')
  assert.equal(summary.seeds, SEEDS.count)
})

for (const id of FAULT_IDS) {
  test(`[${id}] ${FAULTS[id]}: injected in these seeds`, () => {
    assert.ok(summary.counts[id] >= 2, `${id} was injected ${summary.counts[id]} times in ${SEEDS.count} seeds`)
  })
}

test('[PE-05] the same seed gives the same events, faults and journal bytes', async () => {
  const [one, two] = await Promise.all([pool.run({ seed: 7, without: undefined }), pool.run({ seed: 7, without: undefined })])
  assert.deepEqual(one, two)
  assert.match(one.head, /^[0-9a-f]{64}$/)
})

test('every guard of the registry has a name of its own', () => {
  assert.ok(GUARDS.length >= 15)
  assert.equal(new Set(GUARDS.map(({ name }) => name)).size, GUARDS.length)
})

for (const guard of QUICK_GUARDS) {
  test(`without ${guard} a seed turns red and says how to see it again`, async () => {
    const { red } = await runWithout(pool, guard, { from: 1, count: 12 })
    assert.ok(red?.violation, `${guard} was taken away and twelve seeds stay green`)
    assert.match(redText(red, guard), new RegExp(`npm run simulate -- --seeds 1 --from ${red.seed} --without ${guard}`))
  })
}
