/** A clock that tests move: what falls due runs in its order, and what that leads to is waited for before time goes on. */
import type { Clock } from './live/store.ts'

export interface ManualClock extends Clock {
  /** Lets so many ms go by, step by step. */
  pass(ms: number): Promise<void>
  /** How many calls are still to come. */
  readonly waiting: number
}

export function manualClock(): ManualClock {
  let now = 1_000
  let due: { readonly at: number; readonly run: () => void }[] = []
  return {
    now: () => now,
    after(ms, run) {
      const call = { at: now + ms, run }
      due.push(call)
      return () => void (due = due.filter((other) => other !== call))
    },
    get waiting() {
      return due.length
    },
    async pass(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = due.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        due = due.filter((call) => call !== next)
        now = Math.max(now, next.at)
        next.run()
        await settle()
      }
      now = end
    },
  }
}

/** Until every answer that is there already has been taken. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
