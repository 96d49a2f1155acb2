/** Draws which faults a seed has and when; each injector from its own fork, so that one that is taken out moves no other. */
import type { World } from '../world/world.ts'
import { CHAOS_MS, START } from '../world/scene.ts'
import { DISK_FAULTS } from './disk-faults.ts'
import { PROCESS_FAULTS } from './process-faults.ts'
import { VENUE_FAULTS } from './venue-faults.ts'

const SETTLING_MS = 12_000

export function plantFaults(world: World): void {
  for (const injector of [...PROCESS_FAULTS, ...DISK_FAULTS, ...VENUE_FAULTS]) {
    const prng = world.prng.fork(`fault ${injector.name}`)
    const { perSeed, id } = injector
    const times = Math.floor(perSeed) + (prng.uniform() < perSeed - Math.floor(perSeed) ? 1 : 0)
    for (let n = 0; n < times; n++) {
      const draw = prng.fork(`${n}`)
      world.time.at(START + SETTLING_MS + draw.int(CHAOS_MS - 2 * SETTLING_MS), () => {
        world.oracle.verdict.note(() => `fault: ${injector.name}`)
        if (id !== undefined) world.counts.count(id)
        injector.inject(world, draw)
      })
    }
  }
}
