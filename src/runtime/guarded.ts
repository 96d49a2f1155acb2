/** Runs the host's callbacks: a step that ends in a fatal failure ends the process; anything else that throws is a bug of the host and ends it too. */
import { FatalFailure } from '#engine/driver.ts'

export type Guarded = (work: () => void) => void

export function guarded(onFatal: (reason: string) => void): Guarded {
  let dead = false
  return (work) => {
    if (dead) return
    try {
      work()
    } catch (error) {
      dead = true
      onFatal(error instanceof FatalFailure ? error.message : `${String(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`)
    }
  }
}
