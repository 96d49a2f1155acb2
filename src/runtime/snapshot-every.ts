/** Takes a snapshot after so many records of the engine, one at a time. One that cannot be written is reported: the next start replays more. */
import type { StepReport } from '#engine/engine.ts'
import type { EngineSession } from './engine-session.ts'

export interface SnapshotEvery {
  readonly session: Pick<EngineSession, 'snapshot'>
  readonly records: number
  readonly log: (line: string) => void
}

/** To be called with every step. */
export function snapshotEvery({ session, records, log }: SnapshotEvery): (report: StepReport) => void {
  let since = 0
  let isRunning = false
  return ({ decisions }) => {
    since += 1 + decisions.length
    if (since < records || isRunning) return
    since = 0
    isRunning = true
    session
      .snapshot()
      .catch((error: unknown) => log(`snapshot not written: ${String(error)}`))
      .finally(() => (isRunning = false))
  }
}
