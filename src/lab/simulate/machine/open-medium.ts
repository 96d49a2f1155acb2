/**
 * What a start finds on the medium: the journal checked by its protocol against the last signed checkpoint, its records, and the newest
 * snapshot that is whole. Damage refuses the start with its place; an end that was never acknowledged is dropped and reported.
 */
import { recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { recover } from '#engine/journal/recover.ts'
import type { Dropped, Recovery, RecoveryDamage, RecoveryStart } from '#engine/journal/recover.ts'
import type { Position } from '#engine/journal/scan.ts'
import { nodeText } from '#store/node-crypto.ts'
import { chooseSnapshot, parseSnapshot } from '#store/snapshot-form.ts'
import type { LoadedSnapshot, ReadSnapshot } from '#store/snapshot-form.ts'
import { CRYPTO } from './medium.ts'
import type { Medium } from './medium.ts'

export interface MediumRules {
  readonly recoverJournal: (start: RecoveryStart) => Recovery
  readonly readSnapshot: (bytes: Uint8Array, seq: number) => ReadSnapshot
  readonly compareCheckpoint: boolean
}
export const MEDIUM_RULES: MediumRules = { recoverJournal: recover, readSnapshot: parseSnapshot, compareCheckpoint: true }

export interface FoundMedium extends LoadedSnapshot {
  readonly records: readonly JournalRecord[]
  readonly position: Position | undefined
  readonly dropped: Dropped | undefined
}

export class StartRefused extends Error {
  override readonly name = 'StartRefused'
  readonly damage: RecoveryDamage

  constructor(damage: RecoveryDamage) {
    super(`${damage.code} in segment ${damage.segment} at byte ${damage.at}: ${damage.detail}`)
    this.damage = damage
  }
}

export function openMedium(medium: Medium, rules: MediumRules): FoundMedium {
  const records: JournalRecord[] = []
  const witness = rules.compareCheckpoint ? medium.lastCheckpoint() : undefined
  const recovery = rules.recoverJournal({
    device: medium.disk,
    crypto: CRYPTO,
    ...(witness === undefined ? {} : { witness }),
    onFrame: ({ frame }) => {
      if (frame.type === 'records') records.push(...recordsOf(frame, nodeText))
    },
  })
  if (!recovery.ok) throw new StartRefused(recovery.damage)
  const { position, dropped } = recovery
  if (dropped !== undefined) medium.disk.truncate(dropped.at)
  return { records, position, dropped, ...newestSnapshot(medium, rules, position?.lastSeq ?? 0) }
}

export function newestSnapshot({ snapshots }: Medium, { readSnapshot }: MediumRules, lastSeq: number): LoadedSnapshot {
  const read = (seq: number): ReadSnapshot => readSnapshot(snapshots.read(snapshotName(seq)) ?? new Uint8Array(), seq)
  return chooseSnapshot({ seqs: snapshotSeqs(snapshots.names()), read, nameOf: snapshotName }, lastSeq)
}

export function snapshotName(seq: number): string {
  return `snapshot-${seq}.json`
}

export function snapshotSeqs(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => /^snapshot-(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
}
