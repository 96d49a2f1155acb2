/**
 * The audit trail of an account: the newest entries, and from the birth of each standing cover the first ones, because marks to market come every minute and
 * push everything else out of the newest page. Entries of other accounts and covers are left out.
 */
import type { Answer } from '../api/ask.ts'
import type { AuditEntry, Client } from '../api/client.ts'

const NEWEST = 500
const FIRST = 60
type Fields = Readonly<Record<string, unknown>>

export async function trailOf(
  client: Pick<Client, 'entries'>,
  { accountId, coverageIds }: { readonly accountId: string; readonly coverageIds: readonly string[] },
  signal: AbortSignal,
): Promise<Answer<readonly AuditEntry[]>> {
  const pages = await Promise.all([
    client.entries({ limit: NEWEST }, signal),
    ...coverageIds.flatMap((id) => {
      const born = bornAt(id)
      return born === undefined ? [] : [client.entries({ after: born - 1, limit: FIRST }, signal)]
    }),
  ])
  const [newest] = pages
  if (newest?.kind !== 'answer') return newest ?? { kind: 'lost', because: 'unreadable' }
  const entries = pages.flatMap((page) => (page.kind === 'answer' ? page.body.entries : []))
  return { kind: 'answer', body: ownOf(entries, accountId, coverageIds) }
}

/** Newest first, each once. A cover is the account's when it is named among its covers, or an entry says so. */
export function ownOf(entries: readonly AuditEntry[], accountId: string, coverageIds: readonly string[]): readonly AuditEntry[] {
  const own = new Set<unknown>(coverageIds)
  for (const { payload } of entries) if (fieldsOf(payload)['accountId'] === accountId) own.add(fieldsOf(payload)['coverageId'])
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  return [...bySeq.values()]
    .filter(({ payload }) => {
      const { accountId: owner, coverageId } = fieldsOf(payload)
      return owner === undefined ? coverageId !== undefined && own.has(coverageId) : owner === accountId
    })
    .toSorted((a, b) => b.seq - a.seq)
}

export function fieldsOf(payload: unknown): Fields {
  return typeof payload === 'object' && payload !== null ? (payload as Fields) : {}
}

/** `cover-1025` was decided at record 1025. Another form of name: its first entries are looked for among the newest alone. */
function bornAt(coverageId: string): number | undefined {
  const seq = Number(/^cover-(\d{1,15})$/.exec(coverageId)?.[1])
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined
}
