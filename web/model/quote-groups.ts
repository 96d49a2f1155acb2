/**
 * Quotes as a reader takes them in: a refusal that was given again and again for the same reason (a renewal asks with every tick) is one row with its
 * count and the time since when. What was quoted stands by itself. Newest first, as they come.
 */
import type { QuoteShown } from '#api/contract-protection.ts'

export interface QuoteGroup {
  /** The newest of them, whose figures are shown. */
  readonly newest: QuoteShown
  readonly count: number
  /** When the first of them was given. */
  readonly sinceIso: string | null
}

export function grouped(quotes: readonly QuoteShown[]): readonly QuoteGroup[] {
  const groups: QuoteGroup[] = []
  for (const quote of quotes) {
    const last = groups.at(-1)
    if (last !== undefined && isSameRefusal(last.newest, quote))
      groups[groups.length - 1] = { ...last, count: last.count + 1, sinceIso: quote.atIso }
    else groups.push({ newest: quote, count: 1, sinceIso: quote.atIso })
  }
  return groups
}

function isSameRefusal(a: QuoteShown, b: QuoteShown): boolean {
  if (a.selected !== null || b.selected !== null) return false
  const [why, other] = [a.explanation, b.explanation]
  const isSameReason = why?.gate === other?.gate && why?.code === other?.code && why?.field === other?.field
  return isSameReason && a.cause === b.cause && a.renews === b.renews && a.isPreview === b.isPreview && a.terms.size === b.terms.size
}
