/**
 * Why something happened (API-06): from one written event back to the input that began it. Inside a step the record's own `via` names
 * every event on the way; between steps the chain follows the stated `cause`, else an identity both sides name (a fill its order, an order
 * its intent, an intent its cover, quote or command). Derived events are not written: they stand in the chain by seq and topic alone.
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
  originOf(kind: LinkKind, id: string): number | undefined
}
interface Raw {
  readonly seq: number
  readonly at?: unknown
  readonly topic?: string
  readonly source?: string
  readonly cause?: number
  readonly body?: Readonly<Record<string, unknown>>
  readonly via?: readonly (readonly [number, string])[]
}
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

/** Newest first; undefined when `seq` was never written or was let go. */
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
    isBroken ||= step.some(({ raw }) => hasLostOrigin(trail, raw))
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
  if (asked === undefined) return undefined
  const { raw, record } = asked
  const told: Told[] = [{ entry: written(raw, record, link), raw }]
  for (const [viaSeq, topic] of (raw.via ?? []).toReversed()) {
    const found = isDerived(topic) ? undefined : read(trail, viaSeq)
    const entry = found === undefined ? unwritten(viaSeq, topic, 'via', iso(raw.at)) : written(found.raw, found.record, 'via')
    told.push({ entry, raw: found?.raw })
  }
  return told
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

function read(trail: Trail, seq: number): { readonly raw: Raw; readonly record: Json } | undefined {
  const found = trail.recordAt(seq)
  if (found === undefined) return undefined
  const record = JSON.parse(found.text) as Json
  const raw = typeof record === 'object' && record !== null ? (record as unknown as Raw) : { seq, topic: found.kind }
  return { raw: { topic: found.kind, ...raw, seq }, record }
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
