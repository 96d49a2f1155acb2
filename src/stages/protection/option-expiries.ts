/** Which options of a chain end when, so that forgetting those past their expiry costs what has expired and not what is listed. */
import { instrumentOf } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { EpochMs } from '#units/time.ts'

export interface OptionExpiries {
  readonly names: Map<EpochMs, Set<InstrumentId>>
  /** The earliest of them. */
  next: number
}
const NONE: readonly InstrumentId[] = []

export function noExpiries(): OptionExpiries {
  return { names: new Map(), next: Number.MAX_SAFE_INTEGER }
}

/** False for what is no listed option: nobody keeps a quote of it. */
export function noteExpiry(expiries: OptionExpiries, name: InstrumentId): boolean {
  const found = instrumentOf(name)
  if (!found.ok || found.value.kind !== 'option') return false
  const { expiry } = found.value
  const names = expiries.names.get(expiry)
  if (names === undefined) expiries.names.set(expiry, new Set([name]))
  else names.add(name)
  if (expiry < expiries.next) expiries.next = expiry
  return true
}

/** The options past their expiry, told once. */
export function takeExpired(expiries: OptionExpiries, at: EpochMs): readonly InstrumentId[] {
  if (expiries.next > at) return NONE
  const expired: InstrumentId[] = []
  expiries.next = Number.MAX_SAFE_INTEGER
  for (const [expiry, names] of expiries.names) {
    if (expiry > at) {
      expiries.next = Math.min(expiries.next, expiry)
      continue
    }
    expired.push(...names)
    expiries.names.delete(expiry)
  }
  return expired
}
