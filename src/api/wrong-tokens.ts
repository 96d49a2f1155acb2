/**
 * Wrong tokens by the address they came from, over every way in (bearer and sign-in). A person mistypes; what is wrong more often than
 * `PER_MINUTE` times is no person and is told to wait. A right token is never kept waiting: who else is wrong must not lock out the owner, and
 * tokens are too long to be guessed at any rate the API answers at.
 */
import { normalizeIP } from '@fastify/rate-limit'

const PER_MINUTE = 10
const WINDOW_MS = 60_000
const ADDRESSES_MAX = 5_000

export interface WrongToken {
  readonly address: string
  /** Within this window of a minute. */
  readonly count: number
  readonly limit: number
  /** How long it is too many; 0 while it is not. */
  readonly waitMs: number
}

export class WrongTokens {
  readonly #windows = new Map<string, { readonly since: number; count: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  note(from: string): WrongToken {
    const address = normalizeIP(from)
    const at = this.#now()
    let window = this.#windows.get(address)
    if (window === undefined || at - window.since >= WINDOW_MS) {
      this.#windows.delete(address) // so that the newest is last
      this.#windows.set(address, (window = { since: at, count: 0 }))
      const oldest = this.#windows.size > ADDRESSES_MAX ? this.#windows.keys().next().value : undefined
      if (oldest !== undefined) this.#windows.delete(oldest)
    }
    window.count += 1
    return { address, count: window.count, limit: PER_MINUTE, waitMs: window.count > PER_MINUTE ? WINDOW_MS - (at - window.since) : 0 }
  }
}
