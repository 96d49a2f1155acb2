/**
 * The demo account's first two wishes: open the position, protect it. They are ordinary commands with keys that never change, so a restart
 * gets the first answers and nothing is bought twice. The cover is asked for again, under a new key, while the answer is a refusal that
 * time can heal (no fresh chain yet).
 */
import type { CommandDesk, CommandRequest } from './command-desk.ts'
import type { HostConfig } from './config.ts'

const TRIES = 20
const PAUSE_MS = 500

interface Asking {
  readonly desk: CommandDesk
  readonly log: (line: string) => void
  /** Aborted when the platform stops: the next start asks on. */
  readonly stopping: AbortSignal
}

export async function openDemoAccount(demo: HostConfig['demo'], asking: Asking): Promise<void> {
  const { account, side, size, leverage, tierName, drawdownFloorPct, tenorDays, renewal } = demo
  const opened = await untilDone(asking, { account, route: 'demo', type: 'open_position', params: { side, size, leverage } })
  if (!opened) return
  await untilDone(asking, {
    account,
    route: 'demo',
    type: 'protect',
    params: { side, size, leverage, tierName, drawdownFloorPct, tenorDays, renewal },
  })
}

async function untilDone({ desk, log, stopping }: Asking, request: Omit<CommandRequest, 'key'>): Promise<boolean> {
  let refusal = ''
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (stopping.aborted) return false
    const { answer, final, httpStatus } = await desk.submit({ ...request, key: `${request.type}-${attempt}`, waitMs: 5_000 })
    const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer['status'] : undefined
    if (final && httpStatus === 200 && status === 'ok') return true
    refusal = JSON.stringify(answer)
    if (!final) return false
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref())
  }
  log(`demo account: ${request.type} was refused ${TRIES} times; the last answer: ${refusal}`)
  return false
}
