/**
 * A folder of small files on a disk that forgets: contents and names become durable apart (fsync of the file, fsync of the folder). A
 * power cut keeps synced contents; unsynced ones are torn at a random byte, an unsynced rename happened or not. Replacement goes the
 * steps of `store/durable-file.ts`: write aside, sync, rename, sync the folder.
 */
import type { Prng } from '#base/prng.ts'

interface File {
  bytes: Uint8Array
  isSynced: boolean
}

export class SimulatedFolder {
  #files = new Map<string, File>()
  /** Names as of the last sync of the folder. */
  #durable = new Map<string, File>()
  readonly #prng: Prng

  constructor(prng: Prng) {
    this.#prng = prng
  }

  names(): readonly string[] {
    return [...this.#files.keys()].toSorted()
  }

  read(name: string): Uint8Array | undefined {
    return this.#files.get(name)?.bytes
  }

  create(name: string): void {
    this.#files.set(name, { bytes: new Uint8Array(), isSynced: false })
  }

  write(name: string, bytes: Uint8Array): void {
    const file = this.#files.get(name)
    if (file === undefined) return
    const longer = new Uint8Array(file.bytes.length + bytes.length)
    longer.set(file.bytes)
    longer.set(bytes, file.bytes.length)
    file.bytes = longer
    file.isSynced = false
  }

  sync(name: string): void {
    const file = this.#files.get(name)
    if (file !== undefined) file.isSynced = true
  }

  rename(from: string, to: string): void {
    const file = this.#files.get(from)
    if (file === undefined) return
    this.#files.delete(from)
    this.#files.set(to, file)
  }

  remove(name: string): void {
    this.#files.delete(name)
  }

  syncFolder(): void {
    this.#durable = new Map(this.#files)
  }

  flipBit(name: string, at: number, bit: number): void {
    const file = this.#files.get(name)
    if (file === undefined) return
    file.bytes = file.bytes.slice()
    file.bytes[at] = (file.bytes[at] ?? 0) ^ (1 << bit)
  }

  /** The folder as it is, to be put back by whoever repairs it. */
  image(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#files].map(([name, { bytes }]) => [name, bytes.slice()]))
  }

  restore(image: ReadonlyMap<string, Uint8Array>): void {
    this.#files = new Map([...image].map(([name, bytes]) => [name, { bytes, isSynced: true }]))
    this.syncFolder()
  }

  crash(): void {
    const survivors = this.#prng.uniform() < 0.5 ? this.#files : this.#durable
    for (const file of survivors.values()) {
      if (!file.isSynced) file.bytes = file.bytes.slice(0, this.#prng.int(file.bytes.length + 1))
      file.isSynced = true
    }
    this.#files = new Map(survivors)
    this.syncFolder()
  }
}
