/**
 * Where a guard can be taken away from outside, at the seams the host itself provides: ports, pipeline, rules of the medium. Production
 * code has no switch; `INTACT` is the host as it is, a guard's removal replaces one of these.
 */
import type { Component } from '#engine/component.ts'
import type { DeviceResult } from '#engine/journal/device.ts'
import type { DeviceOp } from '#engine/journal/writer.ts'
import type { Driver } from '#engine/driver.ts'
import { epochOf } from '#engine/session.ts'
import type { DeskDriver } from '#runtime/command-desk.ts'
import type { ComponentsConfig } from '#runtime/config.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import type { EpochMs } from '#units/time.ts'
import type { Medium } from '../machine/medium.ts'
import { MEDIUM_RULES } from '../machine/open-medium.ts'
import type { MediumRules } from '../machine/open-medium.ts'
import type { VirtualTime } from '../world/virtual-time.ts'

export interface Sabotage {
  readonly pipeline: (pipeline: readonly Component[]) => readonly Component[]
  readonly components: (components: ComponentsConfig) => ComponentsConfig
  readonly medium: MediumRules
  readonly lock: (medium: Medium, process: number) => boolean
  readonly clock: (time: VirtualTime, anchor: EpochMs) => () => EpochMs
  readonly epoch: typeof epochOf
  readonly believe: ((op: DeviceOp['op'], result: DeviceResult) => DeviceResult) | undefined
  /** Tells the engine that an approval is synced when it is only appended. */
  readonly sendsUnsynced: boolean
  /** What the desk that answers clients sees of the driver. */
  readonly deskDriver: (driver: Driver) => DeskDriver
  /** Which questions and requests reach the network at all. */
  readonly asks: (input: VenueInput) => boolean
  /** Lets market data in without reading it against its schema. */
  readonly skipsSchema: boolean
}

export const INTACT: Sabotage = {
  pipeline: (pipeline) => pipeline,
  components: (components) => components,
  medium: MEDIUM_RULES,
  lock: (medium, process) => medium.lock(process),
  clock: monotonicClock,
  epoch: epochOf,
  believe: undefined,
  sendsUnsynced: false,
  deskDriver: (driver) => driver,
  asks: () => true,
  skipsSchema: false,
}

/** As `runtime/clocks.ts`: the anchor once, from there the monotonic counter. */
function monotonicClock(time: VirtualTime, anchor: EpochMs): () => EpochMs {
  const startedAt = time.now
  return () => (anchor + (time.now - startedAt)) as EpochMs
}
