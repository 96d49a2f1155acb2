/** Who wants to know how far the journal is durable: listeners, called on each change, and callers that wait for one seq. */
import type { BoardState } from './durable-board.ts'

export interface WaitingRoom {
  readonly seq: number
  readonly records: number
  readonly durableListeners: ((uptoSeq: number, head: Uint8Array) => void)[]
  readonly resumedListeners: (() => void)[]
  settle(state: BoardState): void
  until(seq: number): Promise<void>
  reject(error: Error): void
}

export function waitingRoom(openedSeq: number): WaitingRoom {
  const durableListeners: ((uptoSeq: number, head: Uint8Array) => void)[] = []
  const resumedListeners: (() => void)[] = []
  let waiters: { readonly seq: number; readonly answer: PromiseWithResolvers<void> }[] = []
  let seq = openedSeq
  let records = 0
  let resumedCount = 0
  return {
    durableListeners,
    resumedListeners,
    get seq() {
      return seq
    },
    get records() {
      return records
    },
    settle(state) {
      if (state.records === records) return
      seq = state.seq
      records = state.records
      if (state.resumed > resumedCount) for (const listener of resumedListeners) listener()
      resumedCount = state.resumed
      for (const listener of durableListeners) listener(seq, state.head)
      if (waiters.length === 0) return
      const served = waiters.filter((waiter) => waiter.seq <= state.seq)
      waiters = waiters.filter((waiter) => waiter.seq > state.seq)
      for (const { answer } of served) answer.resolve()
    },
    until(awaited) {
      const answer = Promise.withResolvers<void>()
      waiters.push({ seq: awaited, answer })
      return answer.promise
    },
    reject(error) {
      for (const { answer } of waiters) answer.reject(error)
      waiters = []
    },
  }
}
