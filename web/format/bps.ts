/** Basis points as people read them: `+0.28 bps`, signed, two places; unknown is a dash. They come as basis points, not as fractions. */
import { decimal, UNKNOWN, type Amount } from './decimal.ts'

export function bps(value: Amount): string {
  const shown = decimal(value, { places: 2, signed: true })
  return shown === UNKNOWN ? UNKNOWN : `${shown}\u00a0bps`
}
