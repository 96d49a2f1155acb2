/**
 * Why something happened (API-06): from one written event back to the input that began it. Inside a step the record's own `via` names
 * every event on the way; between steps the chain follows the stated `cause`, else an identity both sides name (a fill its order, an order
 * its intent, an intent its cover, quote or command). Derived events are not written: they stand in the chain by seq and topic alone; asked for one (the `cause`
 * of most refusals), the chain shows what it led to and goes on through its step (`#engine/journal/step-records.ts`).
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { TOPICS } from '#topics/registry.ts'
import type { TopicName } from '#topics/registry.ts'
import type { Json } from '#topics/schema.ts'
import { isEpochMs } from '#units/time.ts'
import type { ApiExplanation, ExplainAnswer } from './contract.ts'
import type { LinkKind } from '#runtime/view-models.ts'

type Entry = ExplainAnswer['chain'][number]
export interface Trail {
  recordAt(seq: number): WrittenRecord | undefined
  /** The written records of the step that `seq` belongs to, its input first; none where that is not known to be whole. */
  stepAt(seq: number): readonly WrittenRecord[]
  originOf(kind: LinkKind, id: string): number | undefined
}
interface Raw {
  readonly seq: number
  readonly at?: unknown
  readonly topic?: string
  readonly source?: string
  readonly cause?: number
  readonly body?: Readonly<Record<string, unknown>>
  readonly via?: Via
}
type Via = readonly (readonly [number, string])[]
interface Next {
  readonly seq: number
  readonly link: Entry['link']
}

export const CHAIN_MAX = 64
const IDENTITIES: readonly (readonly [LinkKind, string])[] = [
  ['order', 'orderId'],
  ['intent', 'intentId'],
  ['coverage', 'coverageId'],
  ['quote', 'quoteId'],
  ['command', 'commandId'],
]

/** Of what an event led to, this much is shown: an index price may lead to decisions about every account. */
const LED_TO_MAX = 8

/** Newest first; undefined when nothing of the step of `seq` was written, or it was let go. */
export function explainChain(trail: Trail, seq: number): Pick<ExplainAnswer, 'chain' | 'complete'> | undefined {
  const chain: Entry[] = []
  const visited = new Set<number>()
  let next: Next | undefined = { seq, link: 'asked' }
  let isBroken = false
  while (next !== undefined && chain.length < CHAIN_MAX) {
    const step = stepOf(trail, next)
    if (step === undefined) {
      if (chain.length === 0) return undefined
      return { chain: [...chain, unwritten(next.seq, 'unknown', next.link, null)], complete: false }
    }
    for (const { entry } of step) {
      if (!visited.has(entry.seq)) chain.push(entry)
      visited.add(entry.seq)
    }
    next = before(trail, step, visited)
    isBroken ||= step.some(({ entry, raw }) => entry.link !== 'led_to' && hasLostOrigin(trail, raw))
  }
  return { chain: chain.slice(0, CHAIN_MAX), complete: !isBroken && next === undefined && chain.length <= CHAIN_MAX }
}

interface Told {
  readonly entry: Entry
  readonly raw: Raw | undefined
}

/** The asked event and what led to it inside its step, the input last. */
function stepOf(trail: Trail, { seq, link }: Next): readonly Told[] | undefined {
  const asked = read(trail, seq)
  if (asked === undefined) return link === 'asked' ? derivedStep(trail, seq) : undefined
  const { raw, record } = asked
  return [{ entry: written(raw, record, link), raw }, ...wayOf(trail, raw, raw.via ?? [])]
}

/** `via` newest first. */
function wayOf(trail: Trail, { at }: Raw, via: Via): readonly Told[] {
  return via.toReversed().map(([seq, topic]) => {
    const found = isDerived(topic) ? undefined : read(trail, seq)
    const entry = found === undefined ? unwritten(seq, topic, 'via', iso(at)) : written(found.raw, found.record, 'via')
    return { entry, raw: found?.raw }
  })
}

/** Of an event that was never written its step tells: the decisions that came by it name its topic and its way, else only the input is known. */
function derivedStep(trail: Trail, seq: number): readonly Told[] | undefined {
  const [input, ...decisions] = trail.stepAt(seq).map(parsed)
  if (input === undefined) return undefined
  const ledTo = decisions.filter(({ raw: { via = [] } }) => via.some(([passed]) => passed === seq))
  const via = ledTo[0]?.raw.via ?? []
  const place = via.findIndex(([passed]) => passed === seq)
  const asked = { entry: unwritten(seq, via[place]?.[1] ?? 'derived', 'asked', iso(input.raw.at)), raw: undefined }
  const results = ledTo.slice(-LED_TO_MAX).toReversed()
  return [
    asked,
    ...results.map(({ raw, record }) => ({ entry: written(raw, record, 'led_to'), raw })),
    ...(place < 0 ? [{ entry: written(input.raw, input.record, 'via'), raw: input.raw }] : wayOf(trail, input.raw, via.slice(0, place))),
  ]
}

/** Only ever further back: what the step itself brought into the world is no cause of it. */
function before(trail: Trail, step: readonly Told[], visited: ReadonlySet<number>): Next | undefined {
  const input = step.at(-1)
  const cause = input?.raw?.cause ?? 0
  if (cause > 0 && !visited.has(cause)) return { seq: cause, link: 'cause' }
  for (const [kind, field] of IDENTITIES) {
    for (const { raw } of step) {
      const id = raw?.body?.[field]
      const origin = typeof id === 'string' ? trail.originOf(kind, id) : undefined
      if (origin !== undefined && origin < (input?.entry.seq ?? 0) && !visited.has(origin)) return { seq: origin, link: kind }
    }
  }
  return undefined
}

/** It names an order or intent whose origin is no longer known: the chain may go on beyond what is shown. */
function hasLostOrigin(trail: Trail, raw: Raw | undefined): boolean {
  return IDENTITIES.slice(0, 2).some(([kind, field]) => {
    const id = raw?.body?.[field]
    return typeof id === 'string' && trail.originOf(kind, id) === undefined
  })
}

function isDerived(topic: string): boolean {
  return Object.hasOwn(TOPICS, topic) && TOPICS[topic as TopicName].journal === 'derived'
}

interface Parsed {
  readonly raw: Raw
  readonly record: Json
}
function read(trail: Trail, seq: number): Parsed | undefined {
  const found = trail.recordAt(seq)
  return found === undefined ? undefined : parsed(found)
}

function parsed({ seq, kind, text }: WrittenRecord): Parsed {
  const record = JSON.parse(text) as Json
  const raw = typeof record === 'object' && record !== null ? (record as unknown as Raw) : { seq, topic: kind }
  return { raw: { topic: kind, ...raw, seq }, record }
}

function written(raw: Raw, record: Json, link: Entry['link']): Entry {
  const explanation = (raw.body?.['explanation'] ?? null) as ApiExplanation | null
  return {
    seq: raw.seq,
    topic: raw.topic ?? 'unknown',
    link,
    atIso: iso(raw.at),
    source: raw.source ?? null,
    written: true,
    explanation,
    record: record as Entry['record'],
  }
}

function unwritten(seq: number, topic: string, link: Entry['link'], atIso: string | null): Entry {
  return { seq, topic, link, atIso, source: null, written: false, explanation: null, record: null }
}

function iso(at: unknown): string | null {
  return isEpochMs(at) ? isoFromEpochMs(at) : null
}
