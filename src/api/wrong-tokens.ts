/**
 * Wrong tokens by the address they came from, over every way in (bearer and sign-in). A person mistypes; what is wrong more often than
 * `PER_MINUTE` times is no person and is told to wait. A right token is never kept waiting: who else is wrong must not lock out the owner, and
 * tokens are too long to be guessed at any rate the API answers at.
 */
import { normalizeIP } from '@fastify/rate-limit'
import { FixedWindows } from './fixed-windows.ts'

const PER_MINUTE = 10
const WINDOW_MS = 60_000

export interface WrongToken {
  readonly address: string
  /** Within this window of a minute. */
  readonly count: number
  readonly limit: number
  /** How long it is too many; 0 while it is not. */
  readonly waitMs: number
}

export class WrongTokens {
  readonly #windows: FixedWindows

  constructor(now: () => number) {
    this.#windows = new FixedWindows(WINDOW_MS, now)
  }

  note(from: string): WrongToken {
    const address = normalizeIP(from)
    const { count, leftMs } = this.#windows.count(address)
    return { address, count, limit: PER_MINUTE, waitMs: count > PER_MINUTE ? leftMs : 0 }
  }
}
