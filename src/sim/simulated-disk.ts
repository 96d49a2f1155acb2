/**
 * A disk that fails on command, seeded. It keeps two images: what a reader sees now (page cache) and what survives a power cut (synced).
 * A crash keeps the synced image plus a random prefix of what was written since, whose last bytes may be garbage (torn). Faults: full at byte n, an
 * fsync that fails once and drops the dirty bytes as Linux does (fsyncgate, 2018), a flipped bit, a lost tail of synced bytes, a write that lands
 * elsewhere. Not atomic: the protocol above it has to cope with torn ends.
 */
import { assert } from '#base/assert.ts'
import type { DeviceResult, JournalDevice, Piece } from '#engine/journal/device.ts'

interface SegmentImage {
  bytes: Uint8Array
  /** Bytes in use. */
  length: number
  /** Bytes from the start that a power cut leaves alone. */
  synced: number
}

export type DiskImage = readonly { readonly segment: number; readonly bytes: Uint8Array; readonly synced: number }[]

export class SimulatedDisk implements JournalDevice {
  readonly isAtomic = false
  /** Total bytes the disk holds; raise it to give space back. */
  capacityBytes = Number.POSITIVE_INFINITY
  #segments = new Map<number, SegmentImage>()
  #random: () => number
  #failNextSync = false
  #misdirectTo: number | undefined

  constructor(seed: number) {
    this.#random = mulberry32(seed)
  }

  segments(): readonly number[] {
    return [...this.#segments.keys()].toSorted((left, right) => left - right)
  }

  read(segment: number, at: number): Piece | undefined {
    const image = this.#segments.get(segment)
    return image === undefined || at >= image.length ? undefined : { at, bytes: image.bytes.subarray(at, image.length) }
  }

  /** Out of space it still writes what fits, as a file system does. */
  append(bytes: Uint8Array): DeviceResult {
    const image = this.#last()
    const room = Math.max(0, this.capacityBytes - this.usedBytes())
    const fitting = bytes.subarray(0, room)
    const at = image.length
    this.#grow(image, at + fitting.length)
    image.length = at + fitting.length
    const target = this.#misdirectTo ?? at
    this.#misdirectTo = undefined
    image.bytes.set(fitting, Math.min(target, image.length - fitting.length))
    return fitting.length === bytes.length ? 'ok' : 'no_space'
  }

  sync(): DeviceResult {
    const image = this.#last()
    if (this.#failNextSync) {
      this.#failNextSync = false
      image.bytes.fill(0, image.synced, image.length) // the pages are dropped and marked clean: the next sync would succeed without them
      return 'io_error'
    }
    for (const each of this.#segments.values()) each.synced = each.length
    return 'ok'
  }

  truncate(at: number): DeviceResult {
    const image = this.#last()
    assert(at <= image.length, 'a truncation does not grow a file')
    image.bytes.fill(0, at, image.length)
    image.length = at
    image.synced = Math.min(image.synced, at)
    return 'ok'
  }

  rotate(segment: number): DeviceResult {
    if (!this.#segments.has(segment)) this.#segments.set(segment, { bytes: new Uint8Array(1024), length: 0, synced: 0 })
    return 'ok'
  }

  /** Power cut. `keep` unsynced bytes survive (random when not given), of which the last `garbled` are noise (random when not given). */
  crash(fate: { readonly keep?: number; readonly garbled?: number } = {}): void {
    for (const image of this.#segments.values()) {
      const dirty = image.length - image.synced
      const keep = Math.min(dirty, fate.keep ?? Math.floor(this.#random() * (dirty + 1)))
      const garbled = Math.min(keep, fate.garbled ?? Math.floor(this.#random() * Math.min(keep + 1, 64)))
      image.bytes.fill(0, image.synced + keep, image.length)
      image.length = image.synced + keep
      for (let at = image.length - garbled; at < image.length; at += 1) image.bytes[at] = Math.floor(this.#random() * 256)
      image.synced = image.length
    }
  }

  failNextSync(): void {
    this.#failNextSync = true
  }

  misdirectNextWrite(at: number): void {
    this.#misdirectTo = at
  }

  flipBit(segment: number, at: number, bit: number): void {
    const { bytes, length } = this.#image(segment)
    assert(at < length, 'the bit lies inside the segment')
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  }

  loseTail(segment: number, bytes: number): void {
    const image = this.#image(segment)
    image.length = Math.max(0, image.length - bytes)
    image.synced = Math.min(image.synced, image.length)
  }

  dropSegment(segment: number): void {
    this.#segments.delete(segment)
  }

  /** The disk as it is, for whoever repairs it after a damage. */
  image(): DiskImage {
    return [...this.#segments].map(([segment, { bytes, length, synced }]) => ({ segment, bytes: bytes.slice(0, length), synced }))
  }

  restore(image: DiskImage): void {
    this.#segments = new Map(image.map(({ segment, bytes, synced }) => [segment, { bytes: bytes.slice(), length: bytes.length, synced }]))
  }

  length(segment: number): number {
    return this.#image(segment).length
  }

  usedBytes(): number {
    let used = 0
    for (const { length } of this.#segments.values()) used += length
    return used
  }

  #image(segment: number): SegmentImage {
    const image = this.#segments.get(segment)
    assert(image !== undefined, 'the segment exists')
    return image
  }

  #last(): SegmentImage {
    return this.#image(this.segments().at(-1) ?? 0)
  }

  #grow(image: SegmentImage, length: number): void {
    if (image.bytes.length >= length) return
    const larger = new Uint8Array(length * 2)
    larger.set(image.bytes.subarray(0, image.length))
    image.bytes = larger
  }
}

/** Tommy Ettinger's mulberry32 (2017): enough to place faults. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
