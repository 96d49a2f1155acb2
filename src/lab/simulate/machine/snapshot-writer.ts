/**
 * Writes a snapshot as the runtime does: the state now; what it rests on durable first; aside, synced, renamed, the folder synced; then the
 * older ones removed but two, then a checkpoint. Each step is an event of its own, so that a kill can fall between any two.
 */
import type { Snapshot } from '#store/snapshot-form.ts'
import { snapshotParts } from '#store/snapshot-form.ts'
import type { ReadSnapshot } from '#store/snapshot-form.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import type { Boundaries } from './kill.ts'
import type { Medium } from './medium.ts'
import { snapshotName, snapshotSeqs } from './open-medium.ts'
import type { SimulatedJournal } from './simulated-journal.ts'

const KEPT = 2
const STEP_MS = 3
const WAIT_MS = 5

export interface SnapshotWriterStart {
  readonly time: VirtualTime
  readonly medium: Medium
  readonly boundaries: Boundaries
  readonly journal: SimulatedJournal
  readonly readSnapshot: (bytes: Uint8Array, seq: number) => ReadSnapshot
}

export class SnapshotWriter {
  readonly #start: SnapshotWriterStart
  #isRunning = false
  #isDead = false

  constructor(start: SnapshotWriterStart) {
    this.#start = start
  }

  die(): void {
    this.#isDead = true
  }

  write(taken: Pick<Snapshot, 'componentVersions' | 'body'>, done: () => void): void {
    const seq = this.#start.journal.appendedSeq
    const begin = (): void => {
      if (this.#isRunning) return this.#later(WAIT_MS, begin)
      this.#isRunning = true
      this.#whenIdle(() => this.#replace({ seq, head: this.#start.journal.head, ...taken }, done))
    }
    begin()
  }

  #later(ms: number, work: () => void): void {
    this.#start.time.after(ms, () => {
      if (!this.#isDead) work()
    })
  }

  #whenIdle(work: () => void): void {
    if (this.#start.journal.isIdle) work()
    else this.#later(WAIT_MS, () => this.#whenIdle(work))
  }

  #replace(snapshot: Snapshot, done: () => void): void {
    const { boundaries, medium, journal } = this.#start
    const folder = medium.snapshots
    const name = snapshotName(snapshot.seq)
    const aside = `${name}.tmp`
    const [header, body] = snapshotParts(snapshot)
    const steps: (() => void)[] = [
      () => (boundaries.pass('snapshot-open'), folder.create(aside)),
      () => (boundaries.pass('snapshot-write'), folder.write(aside, Buffer.from(header))),
      () => (boundaries.pass('snapshot-write'), folder.write(aside, body)),
      () => (boundaries.pass('snapshot-sync'), folder.sync(aside)),
      () => (boundaries.pass('snapshot-rename'), folder.rename(aside, name)),
      () => (boundaries.pass('snapshot-sync-folder'), folder.syncFolder()),
      () => (boundaries.pass('snapshot-prune'), this.#prune()),
      () => journal.stamp('snapshot'),
    ]
    const go = (): void => {
      const step = steps.shift()
      if (step !== undefined) {
        step()
        this.#later(STEP_MS, go)
        return
      }
      this.#isRunning = false
      done()
    }
    go()
  }

  #prune(): void {
    const { medium, readSnapshot } = this.#start
    const folder = medium.snapshots
    let valid = 0
    for (const seq of snapshotSeqs(folder.names()).toReversed()) {
      const name = snapshotName(seq)
      if (valid >= KEPT) folder.remove(name)
      else if (!('code' in readSnapshot(folder.read(name) ?? new Uint8Array(), seq))) valid += 1
    }
    for (const name of folder.names()) if (name.endsWith('.json.tmp')) folder.remove(name)
  }
}
