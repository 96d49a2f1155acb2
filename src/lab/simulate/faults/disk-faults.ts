/**
 * Faults of the medium. Full, failing and slow disks strike a living process; damage is done while the machine is down: the start must
 * refuse with the place, or do without the damaged snapshot; then the medium is repaired, as an operator would from a copy.
 */
import type { Prng } from '#base/prng.ts'
import { decodeFrame, isFault } from '#engine/journal/frame.ts'
import { recoverEngine } from '#runtime/recover-engine.ts'
import { CRYPTO } from '../machine/medium.ts'
import { newestSnapshot, openMedium, snapshotName, snapshotSeqs, StartRefused } from '../machine/open-medium.ts'
import type { World } from '../world/world.ts'
import type { Injector } from './injector.ts'

export const DISK_FAULTS: readonly Injector[] = [
  {
    id: 'F-D01',
    name: 'disk full in mid-record',
    perSeed: 0.5,
    inject: ({ medium, time }, prng) => {
      medium.disk.capacityBytes = medium.disk.usedBytes() + prng.int(4_000)
      time.after(4_000 + prng.int(20_000), () => {
        medium.disk.capacityBytes = Number.POSITIVE_INFINITY
      })
    },
  },
  {
    id: 'F-D02',
    name: 'fsync fails once, with an order in the batch',
    perSeed: 0.6,
    inject: (world) => void world.onApproval.push(() => world.medium.disk.failNextSync()),
  },
  {
    id: 'F-D08',
    name: 'fsync takes seconds, with an order in the batch',
    perSeed: 0.5,
    inject: (world, prng) => {
      world.onApproval.push(() => {
        world.stallMs = 1_000 + prng.int(20_000)
      })
    },
  },
  {
    name: 'torn last record',
    perSeed: 0.5,
    inject: (world, prng) => {
      world.boundaries.arm('after-write', prng.int(5))
    },
  },
  { name: 'bit flip in the journal', perSeed: 0.35, inject: (world, prng) => damage(world, () => flipJournal(world, prng)) },
  { name: 'bit flip in a snapshot', perSeed: 0.45, inject: (world, prng) => damage(world, () => flipSnapshot(world, prng)) },
  { name: 'tail cut', perSeed: 0.35, inject: (world, prng) => damage(world, () => cutTail(world, prng)) },
]

/** The process ends first; a clean stop now and then, because then the end is signed. */
function damage(world: World, strike: () => void): void {
  if (world.process === undefined) return
  world.whileDown = strike
  world.kill()
}

function flipJournal(world: World, prng: Prng): void {
  const { medium, oracle, counts, sabotage } = world
  const witness = medium.lastCheckpoint()
  const place = witness === undefined ? undefined : vouchedPlace(world, witness.batchNo, prng)
  if (place === undefined) return
  const image = medium.image()
  medium.disk.flipBit(place.segment, place.at, prng.int(8))
  counts.count('F-D04')
  try {
    openMedium(medium, sabotage.medium)
    oracle.verdict.fail('I10', `a flipped bit in segment ${place.segment} at byte ${place.at} is not seen`)
  } catch (error) {
    if (!(error instanceof StartRefused)) oracle.verdict.fail('I15', `a flipped bit ends in ${String(error)}`)
    else {
      const { segment, at } = error.damage
      const isPlace = segment === place.segment && at <= place.at && place.at < at + place.frameBytes
      oracle.verdict.check(isPlace, 'I10', () => `a flip in segment ${place.segment} at byte ${place.at} is reported as ${error.message}`)
    }
  }
  medium.repair(image)
}

/** A random byte of a frame that a checkpoint vouches for. */
function vouchedPlace(
  { medium: { disk } }: World,
  lastBatch: number,
  prng: Prng,
): { segment: number; at: number; frameBytes: number } | undefined {
  const frames: { segment: number; from: number; bytes: number }[] = []
  for (const segment of disk.segments()) {
    const piece = disk.read(segment, 0)
    for (let from = 0; piece !== undefined && from < piece.bytes.length;) {
      const frame = decodeFrame(piece.bytes, from, CRYPTO)
      if (isFault(frame) || frame.batchNo > lastBatch) break
      frames.push({ segment, from, bytes: frame.bytes.length })
      from += frame.bytes.length
    }
  }
  const chosen = frames[prng.int(Math.max(1, frames.length))]
  return chosen === undefined ? undefined : { segment: chosen.segment, at: chosen.from + prng.int(chosen.bytes), frameBytes: chosen.bytes }
}

/** With the newest snapshot damaged the start finds the same state by an older one and more replay, and says so. */
function flipSnapshot(world: World, prng: Prng): void {
  const { medium, counts, oracle, sabotage } = world
  const seq = snapshotSeqs(medium.snapshots.names()).at(-1)
  const bytes = seq === undefined ? undefined : medium.snapshots.read(snapshotName(seq))
  if (seq === undefined || bytes === undefined || bytes.length === 0) return
  const image = medium.image()
  try {
    const whole = stateAfterStart(world)
    medium.snapshots.flipBit(snapshotName(seq), prng.int(bytes.length), prng.int(8))
    counts.count('F-D05')
    const found = newestSnapshot(medium, sabotage.medium, Number.MAX_SAFE_INTEGER)
    oracle.verdict.check(
      found.findings.some(({ code }) => code !== 'ahead'),
      'I10',
      () => `a flipped bit in snapshot ${seq} is not reported`,
    )
    oracle.verdict.check(stateAfterStart(world) === whole, 'I10', () => `with snapshot ${seq} damaged a start finds another state`)
  } catch (error) {
    oracle.verdict.fail('I10', `a damaged snapshot ends in ${String(error)}`)
  }
  medium.repair(image)
}

function stateAfterStart({ medium, sabotage, engineParts }: World): string {
  const found = openMedium(medium, sabotage.medium)
  const records = (from: number) => found.records.filter(({ seq }) => seq >= from)
  return recoverEngine({ ...engineParts(), snapshot: found.snapshot, records }).engine.stateText()
}

/** Whole frames from the end are gone, so that the chain is intact; only the checkpoint can tell. */
function cutTail(world: World, prng: Prng): void {
  const { medium, counts, oracle, sabotage } = world
  const witness = medium.lastCheckpoint()
  const segment = medium.disk.segments().at(-1)
  const ends = segment === undefined ? [] : frameEnds(world, segment)
  const last = ends.at(-1)
  const kept = ends.filter(({ batchNo }) => batchNo < (witness?.batchNo ?? 0))
  const end = kept[prng.int(Math.max(1, kept.length))]
  if (segment === undefined || last === undefined || end === undefined) return
  const image = medium.image()
  medium.disk.loseTail(segment, medium.disk.length(segment) - end.at)
  counts.count('F-D11')
  try {
    openMedium(medium, sabotage.medium)
    oracle.verdict.fail('I11', `the records after batch ${end.batchNo} are cut off and a start does not see it`)
  } catch (error) {
    const isSeen = error instanceof StartRefused && error.damage.code === 'tail_cut'
    oracle.verdict.check(isSeen, 'I11', () => `a cut tail ends in ${String(error)}`)
  }
  medium.repair(image)
}

function frameEnds({ medium: { disk } }: World, segment: number): readonly { readonly batchNo: number; readonly at: number }[] {
  const ends: { batchNo: number; at: number }[] = []
  const piece = disk.read(segment, 0)
  for (let at = 0; piece !== undefined && at < piece.bytes.length;) {
    const frame = decodeFrame(piece.bytes, at, CRYPTO)
    if (isFault(frame)) break
    at += frame.bytes.length
    ends.push({ batchNo: frame.batchNo, at })
  }
  return ends
}
