/** Guards between the engine and its medium: what is durable, what is trusted, who owns it, what time it is. */
import { recover } from '#engine/journal/recover.ts'
import type { RecoveryStart } from '#engine/journal/recover.ts'
import { HEAD_BYTES } from '#engine/journal/frame.ts'
import type { Snapshot } from '#store/snapshot-form.ts'
import type { EpochMs } from '#units/time.ts'
import { MEDIUM_RULES } from '../machine/open-medium.ts'
import type { Guard } from './guard.ts'

export const MEDIUM_GUARDS: readonly Guard[] = [
  { name: 'persist-before-send', loses: 'an order leaves only after its approval is durable', sabotage: { sendsUnsynced: true } },
  {
    name: 'ack-after-durable',
    loses: 'clients are answered only from what is durable',
    sabotage: {
      deskDriver: (driver) => ({ engine: driver.engine, offer: (offer) => driver.offer(offer), whenDurable: () => Promise.resolve() }),
    },
  },
  {
    name: 'fsync-fatal',
    loses: 'a sync that failed is never retried and trusted',
    sabotage: { believe: (_, result) => (result === 'io_error' ? 'ok' : result) },
  },
  {
    name: 'frame-hash',
    loses: 'torn and flipped bytes of the journal are seen',
    sabotage: { medium: { ...MEDIUM_RULES, recoverJournal: (start) => recover(withoutHash(start)) } },
  },
  { name: 'checkpoint', loses: 'a tail that was cut is seen', sabotage: { medium: { ...MEDIUM_RULES, compareCheckpoint: false } } },
  {
    name: 'snapshot-checksum',
    loses: 'a damaged snapshot is never loaded',
    sabotage: { medium: { ...MEDIUM_RULES, readSnapshot: (bytes) => unchecked(bytes) } },
  },
  { name: 'lock', loses: 'one process owns the data', sabotage: { lock: () => true } },
  {
    name: 'monotonic-clock',
    loses: 'time goes on when the wall clock is stepped',
    sabotage: {
      clock: (time, anchor) => {
        const startedAt = time.wall
        return () => (anchor + (time.wall - startedAt)) as EpochMs
      },
    },
  },
]

/** Takes the head that stands behind the hashed bytes for their hash. */
function withoutHash(start: RecoveryStart): RecoveryStart {
  const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset + bytes.length, HEAD_BYTES)
  return { ...start, crypto: { ...start.crypto, sha256, verify: start.crypto.verify } }
}

function unchecked(bytes: Uint8Array): Snapshot | { readonly code: 'damaged'; readonly detail: string } {
  const text = Buffer.from(bytes).toString('utf8')
  const end = text.indexOf('\n')
  if (end < 0) return { code: 'damaged', detail: 'has no header' }
  const { seq, head, componentVersions } = JSON.parse(text.slice(0, end)) as Omit<Snapshot, 'body'>
  return { seq, head, componentVersions, body: text.slice(end + 1) }
}
