/** Faults of the process: kill -9 at every boundary of the journal and of a snapshot, SIGTERM, a second process, a restart that reuses bits. */
import type { Injector } from './injector.ts'
import { AlreadyLocked } from '../machine/engine-process.ts'
import type { Boundary } from '../machine/kill.ts'

const JOURNAL_BOUNDARIES = ['before-write', 'after-write', 'after-sync', 'after-send', 'after-ack'] as const
const SNAPSHOT_BOUNDARIES = [
  'snapshot-open',
  'snapshot-write',
  'snapshot-sync',
  'snapshot-rename',
  'snapshot-sync-folder',
  'snapshot-prune',
] as const

export const PROCESS_FAULTS: readonly Injector[] = [
  {
    id: 'F-P01',
    name: 'kill at a journal boundary, anywhere',
    perSeed: 0.8,
    inject: ({ boundaries }, prng) => boundaries.arm(JOURNAL_BOUNDARIES[prng.int(JOURNAL_BOUNDARIES.length)] as Boundary, prng.int(6)),
  },
  {
    id: 'F-P01',
    name: 'kill at a boundary right after an order was approved',
    perSeed: 1.2,
    inject: (world, prng) => {
      const boundary = JOURNAL_BOUNDARIES[prng.int(JOURNAL_BOUNDARIES.length)] as Boundary
      world.onApproval.push(() => world.boundaries.arm(boundary, boundary === 'after-ack' ? prng.int(3) : 0))
    },
  },
  {
    id: 'F-P02',
    name: 'kill during a snapshot',
    perSeed: 0.6,
    inject: (world, prng) => {
      world.process?.takeSnapshot()
      world.boundaries.arm(SNAPSHOT_BOUNDARIES[prng.int(SNAPSHOT_BOUNDARIES.length)] as Boundary, prng.int(2))
    },
  },
  {
    name: 'kill with a full group commit',
    perSeed: 0.35,
    inject: (world) => {
      world.stallMs = 4_000
      for (const ms of [400, 900, 1_400]) world.time.after(ms, () => world.venue.showOptions())
      world.boundaries.arm('backlog', 0, () => {
        world.counts.count('F-P03')
        world.time.after(0, () => world.kill())
      })
    },
  },
  {
    id: 'F-P05',
    name: 'a second process',
    perSeed: 0.4,
    inject: (world) => {
      if (world.process === undefined) return
      try {
        const second = world.newProcess(1_000 + world.starts, 1)
        second.die()
        world.oracle.verdict.fail('I18', 'a second process owns the journal of one that lives')
      } catch (error) {
        if (!(error instanceof AlreadyLocked)) throw error
      }
    },
  },
  {
    id: 'F-P08',
    name: 'SIGTERM in mid-order',
    perSeed: 0.5,
    inject: (world, prng) => {
      const boundary = prng.uniform() < 0.5 ? 'after-send' : 'before-write'
      world.onApproval.push(() =>
        world.boundaries.arm(boundary, prng.int(2), () => world.time.after(prng.int(30), () => world.terminate())),
      )
    },
  },
  {
    name: 'filled while down',
    perSeed: 0.5,
    inject: (world, prng) => {
      world.boundaries.arm('after-send', 0, () => {
        world.downMs = 2_000 + prng.int(12_000)
        world.time.after(1, () => world.kill())
      })
    },
  },
  {
    name: 'next starts reuse the random bits of the epoch',
    perSeed: 0.5,
    inject: (world) => {
      world.reusesRandom = true
    },
  },
  { id: 'F-C01', name: 'wall clock +1 h', perSeed: 0.5, inject: (world, prng) => stepWall(world.time, 3_600_000, prng.int(180_000)) },
  { id: 'F-C02', name: 'wall clock -10 min', perSeed: 0.5, inject: (world, prng) => stepWall(world.time, -600_000, prng.int(180_000)) },
]

/** Stepped, and put right after a while. */
function stepWall(time: { stepWall(byMs: number): void; after(ms: number, work: () => void): void }, byMs: number, forMs: number): void {
  time.stepWall(byMs)
  time.after(30_000 + forMs, () => time.stepWall(-byMs))
}
