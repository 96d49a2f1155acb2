/** Fields in which a record and what was derived differ, as lines for a terminal. */
import type { FieldDifference } from '#runtime/replay-journal.ts'

const SHOWN_MAX = 12
const TEXT_MAX = 100

export function differenceLines(fields: readonly FieldDifference[]): readonly string[] {
  const lines = fields
    .slice(0, SHOWN_MAX)
    .map(({ path, recorded, derived }) => `  ${path === '' ? 'record' : path}: recorded ${short(recorded)}, derived ${short(derived)}`)
  return fields.length > SHOWN_MAX ? [...lines, `  and ${fields.length - SHOWN_MAX} more fields; --json has all`] : lines
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
}
