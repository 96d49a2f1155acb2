/**
 * The shared memory between the journal's client and its worker: a counter the client raises for each message (the worker sleeps on it) and the board on
 * which the worker writes how far the journal is durable. A message through the event loop would cost a lone record a third of its commit. The board is a
 * sequence lock (odd version: being written); every access is atomic, so a reader that saw the same even version before and after has one state.
 */
import { assert } from '#base/assert.ts'

export type BoardMemory = SharedArrayBuffer

export interface BoardState {
  readonly seq: number
  /** Records made durable since the journal was opened. */
  readonly records: number
  /** How often the medium was full and had space again. */
  readonly resumed: number
  readonly head: Uint8Array
}

const SIGNALS = { mail: 0, version: 1 }
const FIELDS = { seq: 1, records: 2, resumed: 3, head: 4 } // in 8-byte words, after the two signals

export function boardMemory(): BoardMemory {
  return new SharedArrayBuffer(64)
}

export interface ClientBoard {
  /** Tells the worker that a message waits. */
  wakeWorker(): void
  /** Calls `listener` now and after each change, until `stop`. */
  watch(listener: (state: BoardState) => void): void
  /** The state as it is now; a change seen here is not lost for `watch`. */
  read(): BoardState
  stop(): void
}

export function clientBoard(memory: BoardMemory): ClientBoard {
  const signals = new Int32Array(memory, 0, 2)
  const words = new BigInt64Array(memory)
  let isStopped = false
  const read = (): BoardState => readWhole(signals, words).state
  const watch = (listener: (state: BoardState) => void): void => {
    while (!isStopped) {
      const { version, state } = readWhole(signals, words)
      listener(state)
      const waiting = Atomics.waitAsync(signals, SIGNALS.version, version)
      if (waiting.async) return void waiting.value.then(() => watch(listener))
    }
  }
  return {
    wakeWorker() {
      Atomics.add(signals, SIGNALS.mail, 1)
      Atomics.notify(signals, SIGNALS.mail)
    },
    watch,
    read,
    stop: () => (isStopped = true),
  }
}

export interface WorkerBoard {
  /** Read before the mailbox is emptied, given to `sleep`. */
  mailSeen(): number
  sleep(mailSeen: number, timeoutMs: number): void
  write(state: BoardState): void
}

export function workerBoard(memory: BoardMemory): WorkerBoard {
  const signals = new Int32Array(memory, 0, 2)
  const words = new BigInt64Array(memory)
  return {
    mailSeen: () => Atomics.load(signals, SIGNALS.mail),
    sleep: (mailSeen, timeoutMs) => void Atomics.wait(signals, SIGNALS.mail, mailSeen, timeoutMs),
    write({ seq, records, resumed, head }) {
      assert(head.length === 32, 'a head has 32 bytes')
      Atomics.add(signals, SIGNALS.version, 1)
      Atomics.store(words, FIELDS.seq, BigInt(seq))
      Atomics.store(words, FIELDS.records, BigInt(records))
      Atomics.store(words, FIELDS.resumed, BigInt(resumed))
      const view = new DataView(head.buffer, head.byteOffset, 32)
      for (let word = 0; word < 4; word += 1) Atomics.store(words, FIELDS.head + word, view.getBigInt64(word * 8, true))
      Atomics.add(signals, SIGNALS.version, 1)
      Atomics.notify(signals, SIGNALS.version)
    },
  }
}

function readWhole(signals: Int32Array, words: BigInt64Array): { readonly version: number; readonly state: BoardState } {
  for (;;) {
    const version = Atomics.load(signals, SIGNALS.version)
    const head = new Uint8Array(32)
    const view = new DataView(head.buffer)
    for (let word = 0; word < 4; word += 1) view.setBigInt64(word * 8, Atomics.load(words, FIELDS.head + word), true)
    const seq = Number(Atomics.load(words, FIELDS.seq))
    const records = Number(Atomics.load(words, FIELDS.records))
    const resumed = Number(Atomics.load(words, FIELDS.resumed))
    if (version % 2 === 0 && Atomics.load(signals, SIGNALS.version) === version) return { version, state: { seq, records, resumed, head } }
  }
}
