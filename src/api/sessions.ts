/**
 * Who signed in (SE-01): tokens, each with a name and a role, and the sessions they opened. Nothing is kept that could be used again: of a token
 * and of a cookie only the SHA-256 is held, and comparisons take the same time wherever a difference lies. Sessions live in memory and are over
 * with the process; a session ends `SESSION_MS` after it began, at most `SESSIONS_MAX` stand, the oldest goes first.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Role } from './contract-session.ts'
import { WrongTokens } from './wrong-tokens.ts'
import type { WrongToken } from './wrong-tokens.ts'

export interface Token {
  readonly name: string
  readonly role: Role
  readonly token: string
}
export interface Actor {
  readonly name: string
  readonly role: Role
}
interface Session extends Actor {
  readonly endsAt: number
}

export const SESSION_MS = 12 * 3_600_000
const SESSIONS_MAX = 100
const ID_BYTES = 32

export class Sessions {
  readonly #tokens: readonly { readonly actor: Actor; readonly digest: Buffer }[]
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number
  readonly #wrong: WrongTokens
  readonly #onWrong: ((wrong: WrongToken) => void) | undefined

  constructor(tokens: readonly Token[], now: () => number, onWrong?: (wrong: WrongToken) => void) {
    this.#wrong = new WrongTokens(now)
    this.#onWrong = onWrong
    this.#tokens = tokens.map(({ name, role, token }) => ({ actor: { name, role }, digest: digestOf(token) }))
    this.#now = now
  }

  /** False: no token is configured. */
  get isEnabled(): boolean {
    return this.#tokens.length > 0
  }

  /** All tokens are compared, so that the time taken does not tell which one was nearly right. */
  holderOf(token: string): Actor | undefined {
    const given = digestOf(token)
    let found: Actor | undefined
    for (const { actor, digest } of this.#tokens) if (timingSafeEqual(given, digest)) found ??= actor
    return found
  }

  /** A token that is nobody's was tried from this address. */
  noteWrong(address: string): WrongToken {
    const wrong = this.#wrong.note(address)
    this.#onWrong?.(wrong)
    return wrong
  }

  /** The secret for the cookie. */
  open(actor: Actor): string {
    const id = randomBytes(ID_BYTES).toString('base64url')
    for (const [key, { endsAt }] of this.#sessions) if (endsAt <= this.#now()) this.#sessions.delete(key)
    const oldest = this.#sessions.size >= SESSIONS_MAX ? this.#sessions.keys().next().value : undefined
    if (oldest !== undefined) this.#sessions.delete(oldest)
    this.#sessions.set(keyOf(id), { ...actor, endsAt: this.#now() + SESSION_MS })
    return id
  }

  find(id: string): Session | undefined {
    const session = this.#sessions.get(keyOf(id))
    return session !== undefined && session.endsAt > this.#now() ? session : undefined
  }

  close(id: string): void {
    this.#sessions.delete(keyOf(id))
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function keyOf(id: string): string {
  return digestOf(id).toString('base64')
}
