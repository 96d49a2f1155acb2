/**
 * The quotes clients have been given (P-11). One that may still be accepted is kept whole; of one that has lapsed only whose it was, until when and whether
 * it was bought, for an hour more and of at most `LAPSED_MAX`: enough to say why it is refused. What it was stands in the journal. A state that kept every
 * quote whole would grow with each question, and so would every copy of it.
 */
import { forgetOldest } from '#base/horizon.ts'
import type { AccountId, QuoteId } from '#domain/order.ts'
import { deadlineOf } from '#topics/quote-deadline.ts'
import type { PutQuote } from '#topics/protection.ts'
import { HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

interface KeptQuote {
  readonly quote: PutQuote
  readonly consumed: boolean
}
interface LapsedQuote {
  readonly account: AccountId
  readonly until: number
  readonly consumed: boolean
}
/** Both oldest first. */
export interface OpenQuotes {
  readonly quotes: Map<QuoteId, KeptQuote>
  readonly lapsed: Map<QuoteId, LapsedQuote>
  /** When lapsed ones were last looked for. */
  lookedAt: number
}

const LAPSED_MAX = 10_000
/** Many at a time: whoever takes the oldest of a Map one by one walks over the holes of all before. */
const LOOK_EVERY_MS = 5_000

export function keepQuote(state: OpenQuotes, quote: PutQuote, at: EpochMs): void {
  if (at >= state.lookedAt + LOOK_EVERY_MS) lapseQuotes(state, at)
  if (quote.status === 'ok' && quote.cause === 'command' && quote.quoteId !== undefined)
    state.quotes.set(quote.quoteId, { quote, consumed: false })
}

export function consumeQuote({ quotes }: OpenQuotes, quoteId: QuoteId): void {
  const kept = quotes.get(quoteId)
  if (kept !== undefined) quotes.set(quoteId, { ...kept, consumed: true })
}

/** Whose it is and until when, open or lapsed. */
export function knownQuote({ quotes, lapsed }: OpenQuotes, id: QuoteId): LapsedQuote | undefined {
  const kept = quotes.get(id)
  return kept === undefined ? lapsed.get(id) : summaryOf(kept)
}

/** A quote may be accepted at its deadline, and no later. The look ends at the first that is open. */
export function lapseQuotes(state: OpenQuotes, at: EpochMs): void {
  const { quotes, lapsed } = state
  state.lookedAt = at
  for (const [id, kept] of quotes) {
    const summary = summaryOf(kept)
    if (summary.until >= at) return
    quotes.delete(id)
    lapsed.set(id, summary)
    forgetOldest(lapsed, LAPSED_MAX)
  }
}

export function forgetLapsed({ lapsed }: OpenQuotes, at: EpochMs): void {
  for (const [id, { until }] of lapsed) {
    if (until >= at - HOUR_MS) return
    lapsed.delete(id)
  }
}

function summaryOf({ quote, consumed }: KeptQuote): LapsedQuote {
  return { account: quote.terms.account, until: deadlineOf(quote) ?? 0, consumed }
}
