/**
 * What the other stages need to know of volatility (AN-08): the regime of implied volatility, judged at the money at one tenor of the
 * executing venue's surface and held against flapping, and the realised volatility of 24 hours, from one index sample a minute, summed
 * hourly. Emits `volatility_context` on the hour and when the regime changes. The index costs one reference per tick; nothing else is done
 * there. Edges: no fresh index at a minute leaves a gap, over which one return counts; a stale surface makes the regime `unknown`.
 */
import { z } from 'zod'
import { component, QUIET } from '#engine/component.ts'
import type { AnyEvent, EventOf, Step } from '#engine/component.ts'
import type { IvRegime, IvThresholds } from '#domain/iv-regime.ts'
import type { VolatilityContext, VolSurface } from '#topics/analysis.ts'
import { HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { indexReference } from '../index-reference.ts'
import type { IndexView } from '../index-reference.ts'
import { atTheMoney, isFreshSurface, primarySurface } from './iv-reading.ts'
import { levelWindow, realisedVolatility, sampleLevel } from './realised.ts'
import type { LevelWindow } from './realised.ts'
import { heldRegime } from './regime.ts'

const threshold = z.number().positive().max(10)
const thresholds = z.strictObject({ low: threshold, high: threshold }).refine(({ low, high }) => low < high, 'expected low under high')
const volatilityConfig = z.strictObject({
  /** `fee_iv_regime_thresholds`: annual vols. */
  ivRegimeThresholds: thresholds.default({ low: 0.4, high: 0.8 }),
  /** Vol by which the way back must be overshot before a regime is left. */
  regimeHold: z.number().nonnegative().max(0.5).default(0.02),
  regimeTenorDays: z.number().positive().max(365).default(30),
})
export type VolatilityConfig = z.output<typeof volatilityConfig>

export interface VolatilityState {
  readonly indices: Map<string, IndexView>
  readonly window: LevelWindow
  /** The last of each venue. */
  readonly surfaces: Map<string, VolSurface>
  regime: IvRegime
  /** Those a reload brought; the configuration's until then, and again from a new session on. */
  thresholds: IvThresholds | undefined
  last: VolatilityContext | undefined
}
type In = 'index_prices' | 'vol_surface' | 'clock_tick' | 'config_changed' | 'session_started'
type Out = 'volatility_context'

export const volatility = component({
  name: 'analysis/volatility',
  version: 1,
  consumes: ['index_prices', 'vol_surface', 'clock_tick', 'config_changed', 'session_started'],
  produces: ['volatility_context'],
  config: volatilityConfig.prefault({}),
  initial: (): VolatilityState => ({
    indices: new Map(),
    window: levelWindow(),
    surfaces: new Map(),
    regime: 'unknown',
    thresholds: undefined,
    last: undefined,
  }),
  step: (state, event: AnyEvent<In>, config: VolatilityConfig): Step<VolatilityState, Out> => {
    switch (event.topic) {
      case 'index_prices':
        state.indices.set(event.body.venue, event.body)
        return QUIET
      case 'vol_surface':
        state.surfaces.set(event.body.venue, event.body)
        return tell(state, event.at, config, false)
      case 'clock_tick':
        return onTick(state, event, config)
      case 'config_changed':
        state.thresholds = thresholdsOf(event.body) ?? state.thresholds
        return tell(state, event.at, config, false)
      case 'session_started':
        state.thresholds = undefined
        return QUIET
    }
  },
})

const reloaded = z.object({ 'analysis/volatility': z.object({ ivRegimeThresholds: thresholds }) })

/** Undefined where the reload was refused, or says nothing of them. */
function thresholdsOf({ config, problems = [] }: EventOf<'config_changed'>['body']): IvThresholds | undefined {
  const section = problems.length > 0 ? undefined : reloaded.safeParse(config)
  return section?.success === true ? section.data['analysis/volatility'].ivRegimeThresholds : undefined
}

function onTick(state: VolatilityState, { at, body }: EventOf<'clock_tick'>, config: VolatilityConfig): Step<VolatilityState, Out> {
  if (body.name !== 'minute') return QUIET
  const index = indexReference(state.indices, at)
  if (index !== undefined) sampleLevel(state.window, at, index.price.toNumber())
  return tell(state, at, config, body.dueAt % HOUR_MS === 0)
}

/** The regime is looked at whenever the surface or its age changed; realised volatility only on the hour. */
function tell(state: VolatilityState, at: EpochMs, config: VolatilityConfig, isHour: boolean): Step<VolatilityState, Out> {
  const iv = ivOf(state, at, config)
  const regime = heldRegime(state.regime, iv, state.thresholds ?? config.ivRegimeThresholds, config.regimeHold)
  if (!isHour && regime === state.regime) return QUIET
  state.regime = regime
  const realised =
    isHour || state.last === undefined
      ? realisedVolatility(state.window, at)
      : { realised24h: state.last.realised24h, realisedAnnual: state.last.realisedAnnual, spanMs: state.last.spanMs }
  state.last = { asset: 'BTC', ivRegime: regime, iv, tenorDays: config.regimeTenorDays, ...realised }
  return { state, emit: [{ topic: 'volatility_context', key: 'BTC', body: state.last }] }
}

function ivOf({ surfaces }: VolatilityState, at: EpochMs, { regimeTenorDays }: VolatilityConfig): number | undefined {
  const surface = primarySurface(surfaces)
  return surface === undefined || !isFreshSurface(surface, at) ? undefined : atTheMoney(surface, regimeTenorDays)
}
