/**
 * One call to the API and what can come of it: an answer, a refusal with its explanation, "pending" with the command to ask for, or no answer at all.
 * The widget may outlive the server it was made for: an answer without the fields it needs is unreadable, not a page of blanks. Nothing throws but
 * an abort by the caller.
 */
import type { ApiExplanation } from '#api/contract.ts'
import { toldOf } from '../model/told.ts'
import type { Told } from '../model/told.ts'

export type Explanation = Omit<ApiExplanation, 'cause' | 'gate'> & Partial<Pick<ApiExplanation, 'cause' | 'gate'>>
export interface Refusal {
  readonly reason: string
  readonly explanation: Explanation
  /** HTTP status; 200 where business refused. */
  readonly httpStatus: number
}
export type LostBecause = 'unreachable' | 'slow' | 'unreadable'
export type Answer<T> =
  | { readonly kind: 'answer'; readonly body: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly told: Told }
  | { readonly kind: 'pending'; readonly commandId: string | undefined }
  | { readonly kind: 'lost'; readonly because: LostBecause }

export interface Call {
  readonly path: string
  readonly body?: object
  /** Idempotency key: the same wish again is answered with the first answer. */
  readonly key?: string
  readonly signal?: AbortSignal | undefined
  /** Fields without which the answer says nothing. */
  readonly needs?: readonly string[]
  readonly timeoutMs?: number
}
export type Ask = <T>(call: Call) => Promise<Answer<T>>

const TIMEOUT_MS = 12_000
const REFUSED: ReadonlySet<unknown> = new Set(['error', 'no_quote', 'blocked', 'premium_floor', 'too_early'])

/** `endpoint`: where the API is reachable from this page, without a slash at its end; empty for the page's own host. */
export function askAt(endpoint: string): Ask {
  const base = endpoint.replace(/\/+$/, '')
  return async <T>({ path, body, key, signal, needs = [], timeoutMs = TIMEOUT_MS }: Call): Promise<Answer<T>> => {
    const limit = AbortSignal.timeout(timeoutMs)
    const init: RequestInit = {
      method: body === undefined ? 'GET' : 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    }
    try {
      const response = await fetch(base + path, init)
      return await read<T>(response.status, (await response.json()) as unknown, needs)
    } catch (error) {
      signal?.throwIfAborted()
      return { kind: 'lost', because: limit.aborted ? 'slow' : error instanceof SyntaxError ? 'unreadable' : 'unreachable' }
    }
  }
}

async function read<T>(httpStatus: number, body: unknown, needs: readonly string[]): Promise<Answer<T>> {
  if (typeof body !== 'object' || body === null) return { kind: 'lost', because: 'unreadable' }
  const fields = body as Readonly<Record<string, unknown>>
  const { status, commandId, explanation, reason } = fields
  if (status === 'pending') return { kind: 'pending', commandId: typeof commandId === 'string' ? commandId : undefined }
  if (REFUSED.has(status) || httpStatus >= 400) {
    if (typeof reason !== 'string') return { kind: 'lost', because: 'unreadable' }
    const refusal = { reason, explanation: explanationOf(explanation, reason), httpStatus }
    return { kind: 'refused', refusal, told: await toldOf(refusal) }
  }
  return needs.every((name) => fields[name] !== undefined) ? { kind: 'answer', body: body as T } : { kind: 'lost', because: 'unreadable' }
}

function explanationOf(value: unknown, reason: string): Explanation {
  const isExplained = typeof value === 'object' && value !== null && 'code' in value && 'seen' in value && 'limit' in value
  return isExplained ? (value as Explanation) : { code: reason, field: '', seen: null, limit: null }
}
