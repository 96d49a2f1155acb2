/**
 * What a reader is told where something was refused or nothing came. The sentences themselves are in `refusals.ts`, which is loaded with the first
 * refusal; where even that fails, a refusal is told as it came.
 */
import type { Explanation, LostBecause, Refusal } from '../api/ask.ts'
import { plain } from '../format/amount.ts'

export interface Told {
  readonly what: string
  /** What would change it; absent where nothing the reader can do is known. */
  readonly next?: string
  /** The form's field it is about. */
  readonly field?: FormField
  /** One press that changes the form so that this rule passes. */
  readonly fix?: { readonly field: FormField; readonly to: string; readonly label: string }
  /** Asking again may help by itself: the market, not the wish, is in the way. */
  readonly again: boolean
}
export type FormField = 'size' | 'floor' | 'tenor' | 'tier' | 'leverage' | 'consent'

export const AGAIN = 'Try again in a moment.'

export async function toldOf(refusal: Refusal): Promise<Told> {
  try {
    const { told } = await import('./refusals.ts')
    return told(refusal)
  } catch {
    return { what: asItCame(refusal.reason, refusal.explanation), again: true }
  }
}

export async function toldOfAlarm(alarm: string): Promise<string> {
  return (await import('./refusals.ts')).alarmWords(alarm)
}

/** Without an answer nothing is known; a purchase that is under way is another matter and says so itself. */
export function toldLost(because: LostBecause): Told {
  const what = {
    unreachable: 'The protection service cannot be reached.',
    slow: 'The protection service did not answer in time.',
    unreadable: 'The protection service answered something this page does not understand.',
  }[because]
  return { what, next: because === 'unreadable' ? 'Reload the page.' : AGAIN, again: because !== 'unreadable' }
}

export function asItCame(reason: string, { field, seen, limit }: Explanation): string {
  const value = field === '' ? '' : ` ${field} is ${plain(seen)}, the limit is ${plain(limit)}.`
  return `The protection service refused: ${reason.replaceAll('_', ' ')}.${value}`
}
