/**
 * Proves a cover from its journal alone. Three independent looks at each certificate that was recorded for it:
 *   record   result and digest computed again from the inputs the certificate lists
 *   replay   the whole journal decided again from its inputs; the certificates among its decisions, so their inputs are proved as well
 *   chain    the hash chain under every record read (a damaged one throws before anything is compared)
 * What differs is named field by field. Reads only.
 */
import type { Json } from '#topics/schema.ts'
import { coverageCertificate } from '#topics/proof.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { certificateDigest, certify } from '#domain/certificate.ts'
import { readBatches } from '#store/journal-reader.ts'
import { fieldDifferences, replayJournal, ReplayRefused } from './replay-journal.ts'
import type { FieldDifference, ReplayJournalOptions, ReplayReport } from './replay-journal.ts'

export interface ProvedCertificate {
  readonly seq: number
  readonly at: number
  /** Absent where the record cannot be read as a certificate; then `differences` says why. */
  readonly certificate?: CoverageCertificate
  readonly differences: readonly FieldDifference[]
}
export interface ProofReport {
  readonly coverageId: string
  /** `proved`: every look agrees. It is about the record; whether the promise holds is in the certificates. */
  readonly status: 'proved' | 'differs'
  readonly certificates: readonly ProvedCertificate[]
  /** How the cover ended, if it has. */
  readonly ending?: { readonly seq: number; readonly state: string; readonly settlementIndex?: string; readonly payoutUsdc?: string }
  readonly replay: ReplayReport
}

export async function proveCoverage(coverageId: string, options: ReplayJournalOptions): Promise<ProofReport> {
  const { certificates, ending, isKnown } = recordsAbout(coverageId, options.folder)
  if (certificates.length === 0) {
    const limit = isKnown ? 'a cover that became active' : 'a cover of this journal, in the records it still has'
    throw new ReplayRefused(isKnown ? 'never_active' : 'unknown_coverage', 'coverageId', coverageId, limit)
  }
  const replay = await replayJournal(options)
  const isSame = replay.status === 'equal' && certificates.every(({ differences }) => differences.length === 0)
  return { coverageId, status: isSame ? 'proved' : 'differs', certificates, ...(ending === undefined ? {} : { ending }), replay }
}

interface About {
  readonly certificates: readonly ProvedCertificate[]
  readonly ending: ProofReport['ending'] | undefined
  readonly isKnown: boolean
}
interface Written {
  readonly topic: string
  readonly at: number
  readonly body: { readonly [key: string]: Json } & { readonly coverageId?: string }
}
const ENDED: ReadonlySet<Json | undefined> = new Set(['expired', 'closed', 'failed'])

function recordsAbout(coverageId: string, folder: string): About {
  const certificates: ProvedCertificate[] = []
  let ending: ProofReport['ending'] | undefined
  let isKnown = false
  for (const batch of readBatches(folder, 1)) {
    for (const { seq, kind, text } of batch) {
      if (kind !== 'decision' || !text.includes(coverageId)) continue
      const { topic, at, body } = JSON.parse(text) as Written
      if (body.coverageId !== coverageId) continue
      if (topic === 'coverage_certificates') certificates.push(recomputed(seq, at, body))
      if (topic !== 'coverages') continue
      isKnown = true
      if (ENDED.has(body['state'])) ending = endingOf(seq, body)
    }
  }
  return { certificates, ending, isKnown }
}

function endingOf(seq: number, { state, settlementIndex, payout }: Written['body']): NonNullable<ProofReport['ending']> {
  return {
    seq,
    state: typeof state === 'string' ? state : 'unknown',
    ...(typeof settlementIndex === 'string' ? { settlementIndex } : {}),
    ...(typeof payout === 'string' ? { payoutUsdc: payout } : {}),
  }
}

/** Result and digest from the inputs listed; what they say beside what the record says. */
function recomputed(seq: number, at: number, body: Json): ProvedCertificate {
  const parsed = coverageCertificate.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      seq,
      at,
      differences: [{ path: issue?.path.join('.') ?? '', recorded: 'unreadable', derived: issue?.message ?? 'a certificate' }],
    }
  }
  const { inputs, result, digest } = parsed.data
  const again = certify(inputs)
  const differences = fieldDifferences(
    JSON.parse(JSON.stringify({ result, digest })),
    JSON.parse(JSON.stringify({ result: again, digest: certificateDigest(inputs, again) })),
  )
  return { seq, at, certificate: parsed.data, differences }
}
