/** A fault as data: how often a seed draws it (expected number), and what is done to the world at the instant drawn. */
import type { Prng } from '#base/prng.ts'
import type { World } from '../world/world.ts'
import type { FaultId } from './catalogue.ts'

export interface Injector {
  /** Counted when it is planted; absent where the fault counts only when it is seen to happen. */
  readonly id?: FaultId
  readonly name: string
  readonly perSeed: number
  inject(world: World, prng: Prng): void
}
