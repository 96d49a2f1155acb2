/** The verifier's report as text for a terminal: what is vouched for, by whom, where trust ends, what could be missing unseen, what was found. */
import type { FindingCode, VerifyReport } from './verify.ts'

export const FINDING_MEANINGS: Readonly<Record<FindingCode, string>> = {
  incomplete: 'a batch is cut short',
  not_a_frame: 'a batch is overwritten',
  newer_format: 'written by a newer program',
  hash_mismatch: 'a batch was edited or damaged',
  gap: 'batches are missing',
  reordered: 'batches are out of order',
  chain_broken: 'a batch was replaced',
  foreign_journal: 'a batch of another journal',
  segment_missing: 'a segment is missing',
  unreadable: 'the medium cannot be read',
  tail_cut: 'the end is missing',
  rewritten: 'the end was rewritten',
  checkpoint_damaged: 'a checkpoint line is damaged',
  checkpoint_missing: 'the checkpoint file is missing',
  checkpoint_foreign: 'a checkpoint of another key or journal',
  key_foreign: 'sealed with another key',
  snapshot_damaged: 'a snapshot is damaged',
}

export function renderVerifyReport(report: VerifyReport): string {
  const { vouched, after, trustEnds, unsigned } = report
  const lines = [
    `journal ${report.journalId ?? 'unknown'}: ${report.ok ? 'verified' : 'NOT verified'}`,
    after.batchNo === 0
      ? 'from the first record'
      : `from seq ${after.seq + 1} on (what lies before was dropped; batch ${after.batchNo} is where it links)`,
    `vouched for: ${vouched.records} records in batches up to ${vouched.batchNo}, seq ${vouched.seq}`,
  ]
  if (trustEnds !== undefined) {
    lines.push(
      `trust ends at segment ${trustEnds.segment}, byte ${trustEnds.at}: batch ${trustEnds.batchNo}, seq ${trustEnds.seq} and everything after`,
    )
  }
  lines.push(
    `bound: ${unsigned.batches} batches (${unsigned.records} records) follow the last checkpoint that agrees; a later end could be missing unseen only since then`,
  )
  lines.push(...provenBy(report).map((proof) => `proves: ${proof}`))
  for (const { code, where, detail } of report.findings) lines.push(`found: ${FINDING_MEANINGS[code]} (${code}) at ${where}: ${detail}`)
  return `${lines.join('\n')}\n`
}

/** What chain and signatures prove, and against whom. */
export function provenBy({ signed, anchored, publicKey }: VerifyReport): string[] {
  if (signed === undefined && anchored === undefined) {
    return ['accidental damage only; no checkpoint agrees with this journal, so whoever can write the folder can rewrite it']
  }
  const lines: string[] = []
  if (signed !== undefined) {
    lines.push(`against accident and anyone without key ${publicKey ?? ''}, up to seq ${signed.seq}; not against the holder of that key`)
  }
  if (anchored !== undefined) {
    lines.push(`against the holder of the key too, up to seq ${anchored.seq}, as far as the published copy was out of their reach`)
  }
  return lines
}
