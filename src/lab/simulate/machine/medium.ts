/**
 * What a machine keeps when its process ends: the journal's disk, the folder of snapshots, the file of signed checkpoints (appended and
 * synced line by line, outside the journal), the lock. `powerCut` is what is left of it after kill -9 and a power failure at once.
 */
import { createPrivateKey } from 'node:crypto'
import { toHex } from '#base/hex.ts'
import type { Prng } from '#base/prng.ts'
import type { Checkpoint } from '#engine/journal/checkpoint.ts'
import { checkpointLine, parseCheckpoints } from '#engine/journal/checkpoint.ts'
import { SimulatedDisk } from '#sim/simulated-disk.ts'
import type { DiskImage } from '#sim/simulated-disk.ts'
import { nodeText, rawPublicKey, signingCrypto } from '#store/node-crypto.ts'
import { SimulatedFolder } from './simulated-folder.ts'

/** PKCS #8 of an Ed25519 key with a fixed seed (RFC 8410): a run must not depend on the random numbers of this computer. */
const KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})
export const CRYPTO = signingCrypto(KEY)
export const PUBLIC_KEY = toHex(rawPublicKey(KEY))
export const JOURNAL_ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1)

export class Medium {
  readonly disk: SimulatedDisk
  readonly snapshots: SimulatedFolder
  #checkpoints = ''
  #holder: number | undefined

  constructor(prng: Prng) {
    this.disk = new SimulatedDisk(prng.fork('disk').int(2 ** 31))
    this.snapshots = new SimulatedFolder(prng.fork('snapshots'))
  }

  /** True when the lock was free; the system releases it when its holder ends, however it ends. */
  lock(process: number): boolean {
    if (this.#holder !== undefined) return false
    this.#holder = process
    return true
  }

  unlock(process: number): void {
    if (this.#holder === process) this.#holder = undefined
  }

  stamp(checkpoint: Checkpoint): void {
    this.#checkpoints += checkpointLine(checkpoint, CRYPTO, nodeText)
  }

  lastCheckpoint(): Checkpoint | undefined {
    const owner = { journalId: toHex(JOURNAL_ID), publicKey: PUBLIC_KEY }
    for (const line of this.#checkpoints.trimEnd().split('\n').toReversed()) {
      const parsed = parseCheckpoints(line, owner, CRYPTO, nodeText)[0]
      if (parsed?.kind === 'valid') return parsed.checkpoint
    }
    return undefined
  }

  powerCut(): void {
    this.disk.crash()
    this.snapshots.crash()
    this.#holder = undefined
  }

  image(): { readonly disk: DiskImage; readonly snapshots: ReadonlyMap<string, Uint8Array> } {
    return { disk: this.disk.image(), snapshots: this.snapshots.image() }
  }

  repair({ disk, snapshots }: ReturnType<Medium['image']>): void {
    this.disk.restore(disk)
    this.snapshots.restore(snapshots)
  }
}
