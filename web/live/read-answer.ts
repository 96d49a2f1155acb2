/**
 * Answers of the server as typed values. The page may outlive the server it came from, so every answer is checked against the contract's
 * own schemas; one that does not fit is an error with the field named, not a page full of blanks. A refusal is an error with its reason.
 */
import { z } from 'zod'
import { decisionSchema, overviewAnswer } from '#api/contract-page.ts'
import type { Decision, Overview } from '#api/contract-page.ts'

z.config({ jitless: true }) // the content policy allows no code made from strings

export type Reader<T> = (data: unknown) => T
export const parsed =
  <T>(schema: z.ZodType<T>): Reader<T> =>
  (data) =>
    read(schema, data)
export const readOverview: Reader<Overview> = parsed(overviewAnswer)
export const readDecision: Reader<Decision> = parsed(decisionSchema)

function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`the answer does not fit this page at ${issue?.path.join('.') ?? 'its start'}; reload it`)
}

const PATIENCE_MS = 8_000

interface Question {
  readonly signal?: AbortSignal
  /** Makes it a POST. */
  readonly body?: object | undefined
}

/** With a limit on patience; throws with a sentence a reader understands. */
export async function ask<T>(url: string, reader: Reader<T>, { signal, body }: Question = {}): Promise<T> {
  return call(url, body === undefined ? { headers: JSON_OUT } : posted('POST', body), reader, signal)
}

/** POST or DELETE with a body; the server takes no other content type, so that no form of another page can send one. */
export async function tell<T>(method: 'POST' | 'DELETE', url: string, body: unknown, reader: Reader<T>): Promise<T> {
  return call(url, body === undefined ? { method, headers: JSON_OUT } : posted(method, body), reader)
}

const JSON_OUT = { accept: 'application/json' }

function posted(method: string, body: unknown): RequestInit {
  return { method, headers: { ...JSON_OUT, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function call<T>(url: string, init: RequestInit, reader: Reader<T>, signal?: AbortSignal): Promise<T> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const ended = signal === undefined ? patience : AbortSignal.any([signal, patience])
  const response = await fetch(url, { ...init, signal: ended }).catch((error: unknown) => {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError'
    throw new Error(isLate ? `no answer within ${PATIENCE_MS / 1_000} s` : 'it cannot be reached')
  })
  if (!response.ok) throw new Error(await refusalOf(response))
  return reader((await response.json()) as unknown)
}

interface Refused {
  readonly reason?: unknown
  readonly explanation?: { readonly field?: unknown; readonly seen?: unknown; readonly limit?: unknown }
}

async function refusalOf(response: Response): Promise<string> {
  const { reason, explanation } = await refusedBody(response)
  const why = typeof reason === 'string' ? ` (${reason})` : ''
  const { field, seen, limit } = explanation ?? {}
  const said = typeof field === 'string' ? `: ${field} is ${String(seen)}, needed is ${String(limit)}` : ''
  return `it answered ${response.status}${why}${said}`
}

async function refusedBody(response: Response): Promise<Refused> {
  try {
    const body = (await response.json()) as unknown
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
