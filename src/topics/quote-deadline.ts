/**
 * Until when a client may accept a quote. That is a promise of its own (`acceptUntil`) and not the age of the prices it was made on (`goodUntil`): an
 * activation is priced again, on inputs that are fresh then. Quotes recorded before there was such a promise ended with their prices.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { EpochMs } from '#units/time.ts'
import type { PutQuote } from './protection.ts'

export function deadlineOf({ acceptUntil, goodUntil }: Pick<PutQuote, 'acceptUntil' | 'goodUntil'>): EpochMs | undefined {
  return acceptUntil ?? goodUntil
}

/** A refused activation uses up nothing: while its quote is open the wish may be sent again, as every refusal of it says (ISO 8601). */
export function retryUntilOf(open: Pick<PutQuote, 'acceptUntil' | 'goodUntil'> | undefined, at: EpochMs): string | undefined {
  const until = open === undefined ? undefined : deadlineOf(open)
  return until === undefined || at > until ? undefined : isoFromEpochMs(until)
}
