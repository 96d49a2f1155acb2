/**
 * Values of a risk control: amounts of USDC and ratios, exact, read from a JSON number through its shortest decimal text or from a plain
 * decimal string (C-41); tables by tier and by leverage. Each is ranged, and says the range it missed.
 */
import { z } from 'zod'
import { parseMoney } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { parseRatio, ratio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'

/** Text of a number or of a text: a resolved value comes back from the journal as its text, and is parsed anew on a replay. */
function decimalText(input: unknown): string | undefined {
  if (typeof input === 'number') return Number.isFinite(input) ? String(input) : undefined
  return typeof input === 'string' ? input : undefined
}

export function ratioBetween(least: string, most: string): z.ZodType<Ratio, unknown> {
  const [low, high] = [ratio(least), ratio(most)]
  return z.unknown().transform((input, context): Ratio => {
    const text = decimalText(input)
    const value = text === undefined ? undefined : parseRatio(text)
    if (value !== undefined && value.compare(low) >= 0 && value.compare(high) <= 0) return value
    context.addIssue({ code: 'custom', message: `expected a plain decimal from ${least} to ${most}`, input })
    return z.NEVER
  })
}

export function usdcFrom(least: '0' | 'above 0'): z.ZodType<Money<'USDC'>, unknown> {
  return z.unknown().transform((input, context): Money<'USDC'> => {
    const text = decimalText(input)
    const value = text === undefined ? undefined : parseMoney<'USDC'>(text)
    if (value !== undefined && (least === '0' ? !value.isNegative() : value.isPositive())) return value
    context.addIssue({ code: 'custom', message: `expected an amount of USDC ${least === '0' ? 'of at least 0' : least}`, input })
    return z.NEVER
  })
}

export function byTier<T>(value: z.ZodType<T, unknown>) {
  return z.record(z.string().min(1).max(40), value).default({})
}

const LEVERAGE_KEY = /^\d{1,3}(\.\d{1,4})?$/
/** Rows by leverage: each holds up to and including its own. */
export function byLeverage<T>(value: z.ZodType<T, unknown>) {
  return z.record(z.string().regex(LEVERAGE_KEY, 'expected a leverage such as 5 or 12.5'), value).default({})
}

export interface LeverageRow<T> {
  readonly upTo: number
  readonly value: T
}
/** The row with the least leverage that is not under the one given; undefined beyond the last row. */
export function rowFor<T>(rows: Readonly<Record<string, T>>, leverage: number): LeverageRow<T> | undefined {
  let found: LeverageRow<T> | undefined
  for (const [key, value] of Object.entries(rows)) {
    const upTo = Number(key)
    if (upTo >= leverage && (found === undefined || upTo < found.upTo)) found = { upTo, value }
  }
  return found
}

/** The same where the last row goes on: a markup does not end at the highest leverage named. */
export function rowOrLast<T>(rows: Readonly<Record<string, T>>, leverage: number): LeverageRow<T> | undefined {
  const last = Math.max(...Object.keys(rows).map(Number))
  return rowFor(rows, Math.min(leverage, last))
}
