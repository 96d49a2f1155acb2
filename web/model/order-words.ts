/** An order's steps and states in words and tones: the same in the list and on the timeline. */
import type { OrderShown, StepShown } from '#api/contract-execution.ts'
import { words } from '../format/words.ts'
import type { Tone } from './safety.ts'

export const STEP_WORDS: Readonly<Record<StepShown['kind'], { readonly word: string; readonly tone: Tone }>> = {
  intent: { word: 'Wished', tone: 'unknown' },
  approved: { word: 'Risk approved', tone: 'ok' },
  refused: { word: 'Risk refused', tone: 'bad' },
  durable: { word: 'In the journal', tone: 'ok' },
  sent: { word: 'Sent', tone: 'ok' },
  cancel_sent: { word: 'Cancel sent', tone: 'warn' },
  vetoed: { word: 'Stopped before the wire', tone: 'bad' },
  asked: { word: 'Asked the venue', tone: 'warn' },
  venue: { word: 'Venue says', tone: 'ok' },
  fill: { word: 'Filled', tone: 'ok' },
  confirmed: { word: 'Confirmed', tone: 'ok' },
}

export function stateTone(state: string): Tone {
  if (state === 'filled') return 'ok'
  if (state === 'refused' || state === 'vetoed' || state === 'rejected' || state === 'unknown') return 'bad'
  return state === 'cancelled' || state === 'expired' ? 'unknown' : 'warn'
}

/** `open position, buy`. */
export function purposeOf({ purpose, side }: Pick<OrderShown, 'purpose' | 'side'>): string {
  return `${words(purpose)}, ${side}`
}
