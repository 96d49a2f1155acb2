/** Sheds commands, not questions, while the journal or the event loop is behind; the caller is told by how much, and to come again. */
import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { ApiRefusal } from './refusal.ts'

type Gauges = Pick<FastifyInstance, 'isUnderPressure' | 'memoryUsage'>

export function isBehind(app: Gauges, { platform, limits }: Context): boolean {
  return platform.isJournalFull?.() === true || platform.pendingRecords() > limits.pendingRecordsMax || app.isUnderPressure()
}

export function refuseWhenBehind(app: Gauges, { platform, limits }: Context): void {
  const pending = platform.pendingRecords()
  const { pendingRecordsMax, eventLoopDelayMaxMs } = limits
  if (platform.isJournalFull?.() === true) {
    const flip = { field: 'journal', to: 'in order' }
    throw new ApiRefusal('not_ready', { gate: 'journal', field: 'journal', seen: 'full', limit: 'space on its medium', flip })
  }
  if (pending > pendingRecordsMax) throw behind('pendingRecords', pending, pendingRecordsMax)
  if (app.isUnderPressure()) throw behind('eventLoopDelayMs', delaySeen(app, eventLoopDelayMaxMs), eventLoopDelayMaxMs)
}

/** Without a single turn in the whole interval, which is as long as the limit, there is nothing to take a mean of. */
function delaySeen(app: Gauges, intervalMs: number): number | string {
  const { eventLoopDelay } = app.memoryUsage()
  return Number.isFinite(eventLoopDelay) ? Math.round(eventLoopDelay) : `no turn in ${intervalMs} ms`
}

function behind(field: string, seen: number | string, limit: number): ApiRefusal {
  return new ApiRefusal('not_ready', { gate: 'backpressure', field, seen, limit, flip: { field, to: limit } })
}
