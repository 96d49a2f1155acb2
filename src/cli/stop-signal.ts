/**
 * Turns "please stop" from outside into one call. A single Ctrl-C reaches a process up to three times: from the terminal, which
 * signals the whole group, from npm and from the launcher, which pass it on. Signals within `graceMs` of the first are that
 * same Ctrl-C. A later one is a person who lost patience: `onForce` (by default the process ends with the shell's code
 * for the signal, 128 + number).
 * Edges: the handlers stay installed for the life of the process, so a signal during shutdown never kills it half-way.
 */
import { constants } from 'node:os'

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

export interface StopOptions {
  readonly graceMs?: number
  readonly now?: () => number
  readonly onForce?: (signal: StopSignal) => void
  readonly source?: { on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown }
}

export function onStop(stop: (signal: StopSignal) => void, options: StopOptions = {}): void {
  const { graceMs = 1000, now = () => performance.now(), onForce = endAtOnce, source = process } = options
  let firstAt: number | undefined
  const listener = (signal: StopSignal): void => {
    if (firstAt === undefined) {
      firstAt = now()
      stop(signal)
    } else if (now() - firstAt > graceMs) onForce(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(signal, listener)
}

function endAtOnce(signal: StopSignal): void {
  process.exit(128 + constants.signals[signal])
}
