/**
 * The port between the journal protocol and whatever keeps bytes: a folder of SQLite segments (`store/sqlite-device.ts`) or a simulated disk
 * (`sim/simulated-disk.ts`). A device is a sequence of numbered segments; only the last one is written, at its end. Offsets count bytes from the
 * start of a segment.
 */

/** `no_space` promises nothing about how much was written; the protocol truncates. `io_error` is never retried (fsync may have dropped the pages). */
export type DeviceResult = 'ok' | 'no_space' | 'io_error'

/** Bytes stored together, beginning at `at`; a device that stores whole frames returns one frame, a flat file everything up to its end. */
export interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

export interface ReadableDevice {
  /** True when an append either is there whole or not at all, so an invalid last frame is damage and never a torn write. */
  readonly isAtomic: boolean
  segments(): readonly number[]
  /** The first piece that begins at or after `at`; undefined when there is none. Throws `UnreadableError` when the medium cannot say. */
  read(segment: number, at: number): Piece | undefined
}

export interface JournalDevice extends ReadableDevice {
  append(bytes: Uint8Array): DeviceResult
  sync(): DeviceResult
  /** Forgets everything from `at` on in the last segment. */
  truncate(at: number): DeviceResult
  /** Seals the last segment and begins an empty one of the number given. */
  rotate(segment: number): DeviceResult
}

export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}
