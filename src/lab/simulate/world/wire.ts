/**
 * What travels between engine and venue. The venue speaks text: a topic, a key, a body as JSON, read at the engine's port against the
 * schema of its topic, as an adapter reads its wire format. What does not fit is refused there, counted, and never becomes an event.
 */
import type { Offer } from '#engine/driver.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import { TOPICS } from '#topics/registry.ts'

export const VENUE = 'sim'
/** Prices and never executes. */
export const PRICING = 'sim-pricing'

/** A request to the venue, or its word. */
export type Message =
  | { readonly kind: 'request'; readonly input: VenueInput }
  | { readonly kind: 'word'; readonly topic: VenueOutput['topic']; readonly key: string; readonly text: string }
export type Word = Extract<Message, { kind: 'word' }>

export function wordOf({ topic, key, body }: VenueOutput): Word {
  return { kind: 'word', topic, key, text: JSON.stringify(body) }
}

export function readWord(word: Word, skipsSchema = false): Offer | undefined {
  const { topic, key, text } = word
  const parsed = TOPICS[topic].schema.safeParse(JSON.parse(text))
  if (parsed.success) return { topic, key, source: `venue:${parsed.data.venue}`, body: parsed.data } as Offer
  return skipsSchema ? unread(word) : undefined
}

/** As an adapter without a schema would: the fields that are well formed, and the others as they come. */
function unread({ topic, key, text }: Word): Offer {
  const raw = JSON.parse(text) as Record<string, unknown>
  const { shape } = TOPICS[topic].schema
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(raw)) {
    const field = (shape as Readonly<Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>>)[name]
    const read = field?.safeParse(value)
    body[name] = read?.success === true ? read.data : typeof value === 'string' ? Number(value) : value
  }
  return { topic, key, source: `venue:${VENUE}`, body } as Offer
}
