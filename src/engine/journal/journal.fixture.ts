/** Set-up shared by the journal's tests: a writer over a simulated disk, and what was acknowledged, as a client outside would have seen it. */
import { generateKeyPairSync } from 'node:crypto'
import { nodeText, sha256, signingCrypto } from '#store/node-crypto.ts'
import { SimulatedDisk } from '#sim/simulated-disk.ts'
import type { ReadableDevice } from './device.ts'
import { drive } from './drive.ts'
import { recordsOf } from './frame.ts'
import { bundleOf, RECORD_KINDS, type JournalRecord } from './record.ts'
import { recover, type Recovery, type Witness } from './recover.ts'
import type { Position } from './scan.ts'
import { journalWriter, openingText, type JournalWriter, type WriterEvent, type WriterLimits } from './writer.ts'

export const JOURNAL_ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1)
export const LIMITS: WriterLimits = { segmentBytesMax: 1_000_000, batchRecordsMax: 4, batchTextMax: 1_000_000 }
export const crypto = signingCrypto(generateKeyPairSync('ed25519').privateKey)

export function record(seq: number): JournalRecord {
  const kind = RECORD_KINDS[seq % RECORD_KINDS.length] ?? 'input'
  return { seq, kind, text: JSON.stringify({ seq, note: seq % 7 === 0 ? 'prêt à couvrir · 保護' : 'x'.repeat(seq % 50) }) }
}

export function writerAt(position: Position | undefined, limits: WriterLimits = LIMITS): JournalWriter {
  const opening = openingText({ journalId: '01', publicKey: '02', createdAt: 1_700_000_000_000 })
  return journalWriter({ position, journalId: JOURNAL_ID, openingText: opening, limits, codec: nodeText, sha256 })
}

export interface Run {
  readonly disk: SimulatedDisk
  readonly writer: JournalWriter
  readonly events: WriterEvent[]
  write(from: number, to: number): void
  readonly acknowledged: number
}

export function run(seed = 1, limits: WriterLimits = LIMITS): Run {
  const disk = new SimulatedDisk(seed)
  const writer = writerAt(undefined, limits)
  const events: WriterEvent[] = []
  return {
    disk,
    writer,
    events,
    write(from, to) {
      for (let seq = from; seq <= to; seq += 1) {
        writer.append(bundleOf([record(seq)]))
        if (seq % 3 === 0 || seq === to) drive(writer, disk, (event) => events.push(event))
      }
    },
    get acknowledged() {
      return events.findLast((event) => event.kind === 'durable')?.seq ?? 0
    },
  }
}

export function recovered(device: ReadableDevice, witness?: Witness): { readonly recovery: Recovery; readonly records: JournalRecord[] } {
  const records: JournalRecord[] = []
  const recovery = recover({
    device,
    crypto,
    ...(witness === undefined ? {} : { witness }),
    onFrame: ({ frame }) => {
      if (frame.type === 'records') records.push(...recordsOf(frame, nodeText))
    },
  })
  return { recovery, records }
}

export function expectedRecords(to: number): JournalRecord[] {
  return Array.from({ length: to }, (_, index) => record(index + 1))
}
