/**
 * What the numbers rest on: every feed with its age and the age up to which it counts, links to venues, brakes in force, and what admission
 * turned away. Options of a venue are one feed: its newest quote, and how many of them still count. Ages are market time. Reads only.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { Engine } from '#engine/engine.ts'
import { contextOf, funding } from '#stages/analysis/funding/funding.ts'
import { marks } from '#stages/analysis/marks.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import { books } from '#stages/ledger/books.ts'
import type { Quoted } from '#stages/ledger/prices.ts'
import { health } from '#stages/monitoring/health.ts'
import type { SafetyTrigger } from '#topics/control.ts'
import type { EpochMs } from '#units/time.ts'

export interface FeedView {
  readonly name: string
  readonly kind: 'index' | 'perpetual' | 'options' | 'surface' | 'funding'
  readonly ageMs: number
  readonly limitMs: number
  /** Of a feed made of many: how many there are, and how many still count. */
  readonly parts: { readonly known: number; readonly fresh: number } | undefined
}
export interface SystemView {
  readonly feeds: readonly FeedView[]
  readonly links: readonly { readonly venue: string; readonly state: 'up' | 'down' }[]
  readonly brakes: readonly Pick<SafetyTrigger, 'source' | 'action' | 'account' | 'by' | 'since' | 'explanation'>[]
  /** Market data turned away since the start of this journal, by reason. */
  readonly refused: readonly { readonly code: string; readonly count: number }[]
}

interface Seen {
  readonly observedAt: EpochMs
  readonly maxAgeMs: number
}

export function systemView(engine: Engine, now: EpochMs): SystemView {
  const { links, triggers, refusals } = engine.stateOf(health)
  const feed = (kind: FeedView['kind'], name: string, seen: Seen): FeedView => ({
    name,
    kind,
    ageMs: Math.max(0, now - seen.observedAt),
    limitMs: seen.maxAgeMs,
    parts: undefined,
  })
  const { quoted } = engine.stateOf(books).prices
  const options = [...quoted].filter(([name]) => kindOf(name) === 'option').map(([, quote]) => quote)
  return {
    feeds: [
      ...[...engine.stateOf(marks).indices].map(([venue, index]) => feed('index', venue, index)),
      ...[...quoted].filter(([name]) => kindOf(name) !== 'option').map(([name, quote]) => feed('perpetual', name, quote)),
      ...optionsFeed(options, now),
      ...[...engine.stateOf(volatility).surfaces].map(([venue, surface]) => feed('surface', venue, surface)),
      ...[...engine.stateOf(funding).charged].map(([name, known]) => feed('funding', name, contextOf(known, now))),
    ],
    links: [...links].map(([venue, state]) => ({ venue, state })),
    brakes: [...triggers.values()].map(({ source, action, account, by, since, explanation }) => ({
      source,
      action,
      account,
      by,
      since,
      explanation,
    })),
    refused: [...refusals].map(([code, count]) => ({ code, count })),
  }
}

function kindOf(name: Parameters<typeof instrumentOf>[0]): string | undefined {
  const found = instrumentOf(name)
  return found.ok ? found.value.kind : undefined
}

function optionsFeed(quotes: readonly Quoted[], now: EpochMs): readonly FeedView[] {
  const newest = quotes.toSorted((a, b) => b.observedAt - a.observedAt)[0]
  if (newest === undefined) return []
  const fresh = quotes.filter(({ observedAt, maxAgeMs }) => now - observedAt <= maxAgeMs).length
  return [
    {
      name: 'option quotes',
      kind: 'options',
      ageMs: Math.max(0, now - newest.observedAt),
      limitMs: newest.maxAgeMs,
      parts: { known: quotes.length, fresh },
    },
  ]
}
