/**
 * The text of journal records. An input or decision is its event as JSON, exact values as decimal strings; keys stand in the order the
 * engine gives them, so equal events have equal bytes. A decision carries `via`: seq and topic of every event of its step that led to it,
 * so that the cause can be walked although derived events are not written. The bytes are those JSON.stringify gives an event; exact values
 * become strings first, because a toJSON method anywhere would take it off its fast path, and nothing is joined from pieces, because
 * such a text is flattened, and so written twice, by whoever writes it.
 */
import type { z } from 'zod'
import { scanMarketRecord } from '#topics/quick-market-text.ts'
import { quickBody } from '#topics/quick-market.ts'
import { TOPICS } from '#topics/registry.ts'
import type { TopicName } from '#topics/registry.ts'
import { formatUnits } from '#units/exact.ts'
import { isEpochMs } from '#units/time.ts'
import type { Json } from '#topics/schema.ts'
import { answerText } from './answer-text.ts'
import type { AnyEvent } from './component.ts'

export class RecordError extends Error {
  override readonly name = 'RecordError'
}

export function inputText({ seq, at, topic, key, source, cause, body }: AnyEvent, poisonedInput?: string): string {
  const text = JSON.stringify({ seq, at, topic, key, source, cause, body: plain(body) })
  return poisonedInput === undefined ? text : `${text.slice(0, -1)},"input":${poisonedInput}}`
}

export function decisionText({ seq, at, topic, key, source, cause, body }: AnyEvent, chain: readonly AnyEvent[]): string {
  const via: (readonly [number, TopicName])[] = []
  for (let i = 0; i < chain.length - 1; i++) {
    const link = chain[i] as AnyEvent
    via.push([link.seq, link.topic])
  }
  if (topic === 'command_results')
    return withAnswer({ seq, at, topic, key, source, cause, body: { ...body, answer: PLACE }, via }, body.answer)
  return JSON.stringify({
    seq,
    at,
    topic,
    key,
    source,
    cause,
    body: plain(topic in UNWRITTEN ? Object.assign({}, body, UNWRITTEN[topic]) : body),
    via,
  })
}

/** What no record says of itself: JSON writes the character as six. */
const PLACE = '\u0000answer'
const PLACE_TEXT = JSON.stringify(PLACE)

/** An answer is JSON already, and whoever keeps it or sends it needs the same text. */
function withAnswer(event: object, answer: Json): string {
  const text = JSON.stringify(event)
  const at = text.indexOf(PLACE_TEXT)
  return text.slice(0, at) + answerText(answer) + text.slice(at + PLACE_TEXT.length)
}

/** What records of a topic leave out (`unwritten` in the registry), as fields that JSON passes over. */
const UNWRITTEN: Readonly<Partial<Record<TopicName, object>>> = Object.fromEntries(
  Object.entries(TOPICS).flatMap(([topic, entry]) => ('unwritten' in entry ? [[topic, { [entry.unwritten]: undefined }]] : [])),
)

/** The same data with exact values as decimal strings; a copy only where there are any. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  if (isExact(value)) return formatUnits(value.units)
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    const held = (value as Readonly<Record<string, unknown>>)[key]
    if (typeof held !== 'object' || held === null) continue
    const written = plain(held)
    if (written === held) continue
    copy ??= copyOf(value)
    copy[key] = written
  }
  return copy ?? value
}

/** A spread makes a field of its own even where a stranger's JSON calls it __proto__; for all others `assign` takes a fifth of the time. */
function copyOf(value: object): Record<string, unknown> {
  return Object.hasOwn(value, '__proto__') ? { ...value } : Object.assign<Record<string, unknown>, object>({}, value)
}

/** Money, Price, Quantity and Ratio alone carry a bigint, which JSON has no form for. */
function isExact(value: object): value is { readonly units: bigint } {
  return typeof (value as { readonly units?: unknown }).units === 'bigint'
}

export interface ParsedRecord {
  readonly event: AnyEvent
  readonly via: readonly (readonly [number, TopicName])[]
}

const NO_LINKS: ParsedRecord['via'] = []

/** An event from its record; what does not fit its topic's schema is refused with topic, seq and field. */
export function parseEvent(text: string): ParsedRecord {
  const scanned = scanMarketRecord(text)
  return scanned === undefined ? parseAny(text) : { event: scanned as unknown as AnyEvent, via: NO_LINKS }
}

/** The same by JSON.parse and the schema, whatever the record. */
export function parseAny(text: string): ParsedRecord {
  const raw = JSON.parse(text) as Record<string, unknown>
  const { seq, at, topic, key, source, cause, body, via } = raw
  if (typeof topic !== 'string' || !Object.hasOwn(TOPICS, topic)) throw new RecordError(`record of an unknown topic ${String(topic)}`)
  const entry = TOPICS[topic as TopicName]
  if (!('schema' in entry)) throw new RecordError(`topic ${topic} is derived and never written`)
  if (
    !Number.isSafeInteger(seq) ||
    !isEpochMs(at) ||
    typeof key !== 'string' ||
    typeof source !== 'string' ||
    !Number.isSafeInteger(cause)
  ) {
    throw new RecordError(`record ${String(seq)} of ${topic} has a malformed head`)
  }
  const read = quickBody(topic as TopicName, body) ?? bodyBySchema(entry.schema, body, `record ${String(seq)} of ${topic}`)
  return { event: { seq, at, topic, key, source, cause, body: read } as AnyEvent, via: (via as ParsedRecord['via'] | undefined) ?? [] }
}

function bodyBySchema(schema: z.ZodType, body: unknown, what: string): unknown {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new RecordError(`${what}: ${issue?.path.join('.') ?? 'body'} ${issue?.message ?? 'does not fit'}`)
}
