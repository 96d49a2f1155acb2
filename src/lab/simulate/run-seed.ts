/** One seed: faults and workload for a while, then calm, then the books are compared. */
import { createPrng } from '#base/prng.ts'
import type { FaultTable } from './faults/catalogue.ts'
import { plantFaults } from './faults/plant.ts'
import { INTACT } from './guards/sabotage.ts'
import type { Sabotage } from './guards/sabotage.ts'
import { checkAtRest } from './oracle/at-rest.ts'
import type { Violation } from './oracle/verdict.ts'
import { CALM_MS, CHAOS_MS, START } from './world/scene.ts'
import { World } from './world/world.ts'

export interface SeedResult {
  readonly seed: number
  readonly events: number
  readonly starts: number
  readonly counts: FaultTable
  /** Of the journal's chain at the end, hex: the same seed and code give the same bytes. */
  readonly head: string
  readonly violation: Violation | undefined
}

export async function runSeed(seed: number, sabotage: Sabotage = INTACT): Promise<SeedResult> {
  const world = new World(createPrng(seed), sabotage)
  plantFaults(world)
  const { verdict } = world.oracle
  await runUntil(world, START + CHAOS_MS)
  if (verdict.violation === undefined) {
    world.clients.calmDown()
    await runUntil(world, START + CHAOS_MS + CALM_MS)
  }
  if (verdict.violation === undefined) await atRest(world)
  const { oracle, starts, counts, process } = world
  return { seed, events: oracle.events, starts, counts: counts.table(), head: process?.journal.head ?? '', violation: verdict.violation }
}

/** What the last comparison throws is a finding like any other. */
async function atRest(world: World): Promise<void> {
  try {
    await checkAtRest(world)
  } catch (error) {
    world.caught(error)
  }
}

async function runUntil(world: World, until: number): Promise<void> {
  while (world.oracle.verdict.violation === undefined && (await world.step(until))) continue
}
