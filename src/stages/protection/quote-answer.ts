/** The answer of an executable quote once more, from the quote that is kept until it is bought or lapsed: the same fields, the same text. */
import type { QuoteId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import { quoteJson } from './answers.ts'
import type { CoverageState } from './coverage-state.ts'

export function quoteAnswerOf({ quotes }: Pick<CoverageState, 'quotes'>, quoteId: QuoteId): Json | undefined {
  const kept = quotes.get(quoteId)
  const seq = Number(/^quote-(\d+)$/.exec(quoteId)?.[1])
  return kept === undefined || Number.isNaN(seq) ? undefined : quoteJson(kept.quote, seq)
}
