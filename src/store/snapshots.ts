/**
 * Snapshots of the engine's state, `snapshot-<seq>.json` in the journal folder; their bytes are those of `snapshot-form.ts`. Replaced atomically; the newest
 * valid one is loaded, a damaged one is skipped and reported. A snapshot beyond the end of the journal is evidence that the journal lost its tail, and is
 * reported as `ahead`.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '#base/assert.ts'
import { replaceFile, type ReplaceStep } from './durable-file.ts'
import { chooseSnapshot, parseSnapshot, snapshotParts } from './snapshot-form.ts'
import type { LoadedSnapshot, ReadSnapshot, Snapshot } from './snapshot-form.ts'

const SNAPSHOT_FILE = /^snapshot-(\d+)\.json$/

/** Ascending seqs of the snapshot files there are, valid or not. */
export function listSnapshots(folder: string): number[] {
  const seqs = readdirSync(folder).flatMap((name) => SNAPSHOT_FILE.exec(name)?.[1] ?? [])
  return seqs.map(Number).toSorted((left, right) => left - right)
}

export function writeSnapshot(folder: string, snapshot: Snapshot, before?: (step: ReplaceStep) => void): void {
  replaceFile(snapshotPath(folder, snapshot.seq), snapshotParts(snapshot), before)
}

/** `lastSeq`: where the journal ends. */
export function loadSnapshot(folder: string, lastSeq: number): LoadedSnapshot {
  const shelf = {
    seqs: listSnapshots(folder),
    read: (seq: number) => readSnapshot(folder, seq),
    nameOf: (seq: number) => snapshotPath(folder, seq),
  }
  return chooseSnapshot(shelf, lastSeq)
}

/** Removes all but the newest `keep` valid ones and what a crash left half written; damaged ones newer than those stay as evidence. */
export function pruneSnapshots(folder: string, keep = 2): void {
  assert(keep >= 2, 'two snapshots are kept, so that one may be damaged')
  let valid = 0
  for (const seq of listSnapshots(folder).toReversed()) {
    if (valid >= keep) rmSync(snapshotPath(folder, seq))
    else if (!('code' in readSnapshot(folder, seq))) valid += 1
  }
  for (const name of readdirSync(folder)) if (/^snapshot-\d+\.json\.tmp$/.test(name)) rmSync(join(folder, name))
}

function snapshotPath(folder: string, seq: number): string {
  return join(folder, `snapshot-${seq}.json`)
}

function readSnapshot(folder: string, seq: number): ReadSnapshot {
  return parseSnapshot(readFileSync(snapshotPath(folder, seq)), seq)
}
