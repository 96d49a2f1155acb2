/**
 * Read models of the market: the perpetual as the books value it, volatility in words and numbers, the fitted surfaces with what was left out,
 * and one expiry's quotes beside its smile. They only look (`view-models.ts`); an age stands beside whatever ages.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Engine } from '#engine/engine.ts'
import type { SmileSlice } from '#math/options/smile-slice.ts'
import { primarySurface } from '#stages/analysis/volatility/iv-reading.ts'
import { curveOf, smileNow } from '#stages/analysis/volatility/smile-reading.ts'
import type { CurvePoint, SmileNow } from '#stages/analysis/volatility/smile-reading.ts'
import { surface } from '#stages/analysis/volatility/surface.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import { books } from '#stages/ledger/books.ts'
import type { Quoted } from '#stages/ledger/prices.ts'
import { quotes } from '#stages/protection/quotes.ts'
import type { VolatilityContext, VolSurface } from '#topics/analysis.ts'
import type { VenueGap } from '#topics/market.ts'
import type { EpochMs } from '#units/time.ts'

export interface PerpetualView extends Quoted {
  readonly instrument: string
}
export interface SmileView {
  readonly venue: string
  readonly now: SmileNow
  readonly slice: SmileSlice | undefined
  readonly curve: readonly CurvePoint[]
  readonly refused: VolSurface['refused'][number]['explanation'] | undefined
  readonly fittedAt: EpochMs
}
export interface MarketViews {
  perpetual(): PerpetualView | undefined
  /** Absent until the first word of analysis. */
  volatility(): VolatilityContext | undefined
  /** Of the executing venue first. */
  surfaces(): readonly VolSurface[]
  /** Of the executing venue; undefined where it lists no such expiry. */
  smile(expiry: EpochMs): SmileView | undefined
  /** Indices of venues that only price, against the one in use. */
  gaps(): readonly VenueGap[]
}

const CURVE_POINTS = 61

export function marketViews(engine: Engine, now: () => EpochMs): MarketViews {
  const surfaces = () => engine.stateOf(volatility).surfaces
  return {
    perpetual: () => {
      const quoted = engine.stateOf(books).prices.quoted.get(LINEAR_PERPETUAL)
      return quoted === undefined ? undefined : { ...quoted, instrument: LINEAR_PERPETUAL }
    },
    volatility: () => engine.stateOf(volatility).last,
    surfaces: () => [...surfaces().values()].toSorted((a, b) => Number(a.pricingOnly) - Number(b.pricingOnly)),
    smile: (expiry) => {
      const fitted = primarySurface(surfaces())
      const chain = fitted === undefined ? undefined : engine.stateOf(surface).chains.get(fitted.venue)
      const slice = fitted?.slices.find((one) => one.expiry === expiry)
      const told = chain === undefined ? undefined : smileNow(chain, { expiry, at: now(), slice })
      if (fitted === undefined || told === undefined) return undefined
      return {
        venue: fitted.venue,
        now: told,
        slice,
        curve: slice === undefined ? [] : curveOf(slice, CURVE_POINTS),
        refused: fitted.refused.find((one) => one.expiry === expiry)?.explanation,
        fittedAt: fitted.fittedAt,
      }
    },
    gaps: () => [...engine.stateOf(quotes).pricing.gaps.values()],
  }
}
