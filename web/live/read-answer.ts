/**
 * Answers of the server as typed values. The page may outlive the server it came from, so every answer is checked against the contract's
 * own schemas; one that does not fit is an error with the field named, not a page full of blanks.
 */
import { z } from 'zod'
import { explainAnswer } from '#api/contract.ts'
import { decisionSchema, historyAnswer, overviewAnswer } from '#api/contract-page.ts'
import type { ExplainAnswer } from '#api/contract.ts'
import type { Decision, HistoryAnswer, Overview } from '#api/contract-page.ts'

z.config({ jitless: true }) // the content policy allows no code made from strings

export const readOverview = (data: unknown): Overview => read(overviewAnswer, data)
export const readDecision = (data: unknown): Decision => read(decisionSchema, data)
export const readHistory = (data: unknown): HistoryAnswer => read(historyAnswer, data)
export const readExplain = (data: unknown): ExplainAnswer => read(explainAnswer, data)

function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`the answer does not fit this page at ${issue?.path.join('.') ?? 'its start'}; reload it`)
}

/** GET with a limit on patience; throws with a sentence a reader understands. */
export async function ask<T>(url: string, reader: (data: unknown) => T, patienceMs = 8_000): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), headers: { accept: 'application/json' } }).catch(
    (error: unknown) => {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError'
      throw new Error(isLate ? `no answer within ${patienceMs / 1_000} s` : 'it cannot be reached')
    },
  )
  if (!response.ok) throw new Error(`it answered ${response.status}${await reasonOf(response)}`)
  return reader((await response.json()) as unknown)
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as unknown
    return typeof body === 'object' && body !== null && 'reason' in body ? ` (${String(body.reason)})` : ''
  } catch {
    return ''
  }
}
