/** The first rule that was broken, and the last things that happened before it. */
import type { VirtualTime } from '../world/virtual-time.ts'

export type Invariant =
  | 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10'
  | 'I11' | 'I12' | 'I13' | 'I14' | 'I15' | 'I18' | 'I19' // prettier-ignore

export interface Violation {
  readonly invariant: Invariant
  readonly detail: string
  readonly at: number
  /** Oldest first. */
  readonly before: readonly string[]
}

const KEPT = 20

export class Verdict {
  readonly #time: VirtualTime
  readonly #lines: string[] = []
  violation: Violation | undefined

  constructor(time: VirtualTime) {
    this.#time = time
  }

  note(line: () => string): void {
    if (this.violation !== undefined) return
    this.#lines.push(`${new Date(this.#time.now).toISOString().slice(11, 23)} ${line()}`)
    if (this.#lines.length > KEPT) this.#lines.shift()
  }

  /** Only the first counts: what follows a broken rule says nothing. */
  fail(invariant: Invariant, detail: string): void {
    this.violation ??= { invariant, detail, at: this.#time.now, before: [...this.#lines] }
  }

  check(holds: boolean, invariant: Invariant, detail: () => string): void {
    if (!holds) this.fail(invariant, detail())
  }
}
