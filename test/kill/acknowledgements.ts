/**
 * What the client was told, in a file of its own that is synced before an acknowledgement counts: the oracle. It knows nothing of the engine
 * but the bytes of its answers. A command sent and not answered is kept too: it may have happened or not.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

export interface Wish {
  readonly key: string
  readonly path: string
  readonly body: string
}
export interface Acknowledged extends Wish {
  readonly status: number
  readonly answer: string
  readonly commandId: string
}

export class Acknowledgements {
  readonly all: Acknowledged[] = []
  /** Turned away before they became commands (overload, no market yet): nothing was promised. */
  turnedAway = 0
  /** Sent and not answered, by key. */
  readonly open = new Map<string, Wish>()
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  sent(wish: Wish): void {
    this.open.set(wish.key, wish)
  }

  note(told: Acknowledged): void {
    writeSync(this.#file, `${JSON.stringify(told)}\n`)
    fdatasyncSync(this.#file)
    this.open.delete(told.key)
    this.all.push(told)
  }

  close(): void {
    closeSync(this.#file)
  }
}
