/**
 * The volatility surface of every venue that quotes options (AN-03), refitted from the chain as it stands: at most every `refitEveryMs`, only
 * where a quote came since, and `settleMs` after the first of them, so that a chain arriving in pieces is fitted once and whole. A quote costs
 * O(1). What was left out is part of the answer: each expiry with the place that broke a rule, each faulty quote counted by its fault
 * (F-M13). A surface without a single sound expiry is emitted too: it says why there is none.
 */
import { z } from 'zod'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import { buildSurface, SURFACE_RULES, surfaceFitter } from '#math/options/surface.ts'
import type { Surface, SurfaceRules } from '#math/options/surface.ts'
import type { QuoteFault } from '#math/options/smile-quotes.ts'
import type { VolSurface } from '#topics/analysis.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { takeFresh } from './chain.ts'
import type { Chain, FreshQuotes } from './chain.ts'

const surfaceConfig = z.strictObject({
  refitEveryMs: z.number().int().min(1_000).max(86_400_000).default(MINUTE_MS),
  settleMs: z.number().int().nonnegative().max(60_000).default(1_000),
  tenorMinMs: z.number().int().positive().default(HOUR_MS),
  strikesMin: z.number().int().min(3).max(100).default(SURFACE_RULES.strikesMin),
  /** Vols, as fractions. */
  rmseMax: z.number().positive().max(1).default(SURFACE_RULES.rmseMax),
  calendarTolerance: z.number().nonnegative().max(0.1).default(SURFACE_RULES.calendarTolerance),
})
export type SurfaceConfig = z.output<typeof surfaceConfig>

export interface SurfaceState {
  readonly chains: Map<string, Chain>
  fittedAt: EpochMs | undefined
  /** When the fit asked for is due. */
  dueAt: EpochMs | undefined
}
type In = 'option_quotes' | 'pricing_quotes' | 'clock_tick'
type Out = 'vol_surface' | 'timer_requests'

const TIMER = 'analysis/surface'

export const surface = component({
  name: 'analysis/surface',
  version: 1,
  consumes: ['option_quotes', 'pricing_quotes', 'clock_tick'],
  produces: ['vol_surface', 'timer_requests'],
  config: surfaceConfig.prefault({}),
  initial: (): SurfaceState => ({ chains: new Map(), fittedAt: undefined, dueAt: undefined }),
  step: (state, event: AnyEvent<In>, config: SurfaceConfig): Step<SurfaceState, Out> =>
    event.topic === 'clock_tick' ? onTick(state, event, config) : onQuote(state, event, config),
})

function onQuote(
  state: SurfaceState,
  { topic, at, body }: EventOf<'option_quotes'> | EventOf<'pricing_quotes'>,
  { refitEveryMs, settleMs }: SurfaceConfig,
): Step<SurfaceState, Out> {
  let chain = state.chains.get(body.venue)
  if (chain === undefined) {
    chain = { pricingOnly: topic === 'pricing_quotes', quotes: new Map(), isNew: true }
    state.chains.set(body.venue, chain)
  }
  chain.quotes.set(body.instrument, body)
  chain.isNew = true
  if (state.dueAt !== undefined) return { state, emit: SILENT }
  const dueAt = Math.max(at + settleMs, (state.fittedAt ?? 0) + refitEveryMs) as EpochMs
  state.dueAt = dueAt
  return { state, emit: [{ topic: 'timer_requests', key: TIMER, body: { name: TIMER, at: dueAt } }] }
}

/** The timer of its own, or any tick once the fit is overdue. */
function onTick(state: SurfaceState, { at, seq }: EventOf<'clock_tick'>, config: SurfaceConfig): Step<SurfaceState, Out> {
  if (state.dueAt === undefined || at < state.dueAt) return { state, emit: SILENT }
  state.dueAt = undefined
  state.fittedAt = at
  const emit: Emission<Out>[] = []
  for (const [venue, chain] of state.chains) {
    if (!chain.isNew) continue
    chain.isNew = false
    emit.push({ topic: 'vol_surface', key: venue, body: fit(venue, chain, { at, seq, config }) })
  }
  return { state, emit }
}

interface Occasion {
  readonly at: EpochMs
  readonly seq: number
  readonly config: SurfaceConfig
}

function fit(venue: string, chain: Chain, { at, seq, config }: Occasion): VolSurface {
  const { strikesMin, rmseMax, calendarTolerance, tenorMinMs, refitEveryMs } = config
  const fresh = takeFresh(chain, at, tenorMinMs)
  const rules: SurfaceRules = { ...SURFACE_RULES, strikesMin, rmseMax, calendarTolerance }
  const built = buildSurface(fresh.expiries, rules, surfaceFitter())
  return {
    venue,
    pricingOnly: chain.pricingOnly,
    fittedAt: at,
    observedAt: fresh.observedAt ?? at,
    // it is renewed no sooner than its next fit
    maxAgeMs: ((fresh.maxAgeMs ?? 0) + refitEveryMs) as DurationMs,
    slices: built.slices,
    refused: built.faults.map(({ expiry, refusal }) => ({ expiry: expiry as EpochMs, explanation: explain('vol-surface', seq, refusal) })),
    quoteFaults: countFaults(built, fresh),
  }
}

function countFaults({ quoteFaults }: Surface, { stale }: FreshQuotes): VolSurface['quoteFaults'] {
  const counts: Partial<Record<QuoteFault | 'stale', number>> = {}
  for (const { fault } of quoteFaults) counts[fault] = (counts[fault] ?? 0) + 1
  return stale === 0 ? counts : { ...counts, stale }
}
