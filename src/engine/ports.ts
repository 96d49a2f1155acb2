/**
 * What an engine needs from outside. Hosts supply these: the runtime over worker, sockets and wall clock; the backtest over files; the
 * whole-system simulation over a simulated disk, network and clock. The code between is the same.
 */
import type { AnyEvent } from './component.ts'
import type { EpochMs } from '#units/time.ts'

/** Monotonic from an anchor read once at start; never falls. */
export interface Clock {
  now(): EpochMs
}

export type RecordKind = 'input' | 'decision' | 'session' | 'poisoned' | 'note'
export interface WrittenRecord {
  readonly seq: number
  readonly kind: RecordKind
  readonly text: string
}
/** Appends are taken at once and become durable in order; the host tells the driver how far (`Driver.durable`). */
export interface JournalPort {
  append(record: WrittenRecord): void
}

export type EffectTopic = 'order_sends' | 'venue_queries'
export interface EffectsPort {
  /** Runs at once, after the step that decided it; a later failure comes back as an input. */
  perform(effect: AnyEvent<EffectTopic>): void
}

/** SHA-256 in lower-case hex, for state hashes and digests. */
export type Sha256Hex = (text: string) => string
