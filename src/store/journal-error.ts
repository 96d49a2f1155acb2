/**
 * Why a journal could not be opened or went out of service. `refusal` is the typed form (code, field, what was seen, what would have passed);
 * `damage` names the place when the content itself is wrong. Plain data survives the way from the worker, the class does not, hence `toPlain`.
 */
import type { RecoveryDamage } from '#engine/journal/recover.ts'
import type { Refusal } from '#base/result.ts'

export type JournalErrorCode =
  | 'journal_locked'
  | 'journal_damaged'
  | 'journal_newer_format'
  | 'journal_failed'
  | 'journal_full'
  | 'journal_closed'
  | 'seal_key_mismatch'
  | 'seal_key_invalid'
  | 'checkpoint_folder_inside_journal'

export interface PlainJournalError {
  readonly refusal: Refusal<JournalErrorCode>
  readonly damage?: RecoveryDamage
}

export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly refusal: Refusal<JournalErrorCode>
  readonly damage?: RecoveryDamage

  constructor({ refusal, damage }: PlainJournalError) {
    super(`${refusal.code}: ${refusal.field} is ${String(refusal.seen)}, must be ${String(refusal.limit)}`)
    this.refusal = refusal
    if (damage !== undefined) this.damage = damage
  }

  get code(): JournalErrorCode {
    return this.refusal.code
  }

  toPlain(): PlainJournalError {
    return this.damage === undefined ? { refusal: this.refusal } : { refusal: this.refusal, damage: this.damage }
  }
}

export function journalError(code: JournalErrorCode, field: string, seen: string | number | null, limit: string | number): JournalError {
  return new JournalError({ refusal: { code, field, seen, limit } })
}

export function damagedJournal(folder: string, damage: RecoveryDamage): JournalError {
  const isNewer = damage.code === 'newer_format'
  const place = `segment ${damage.segment}, byte ${damage.at}, batch ${damage.batchNo}, seq ${damage.seq}: ${damage.code}, ${damage.detail}`
  const refusal = {
    code: isNewer ? ('journal_newer_format' as const) : ('journal_damaged' as const),
    field: folder,
    seen: place,
    limit: isNewer ? 'a format this program reads' : 'an unbroken chain that agrees with its checkpoints',
  }
  return new JournalError({ refusal, damage })
}
