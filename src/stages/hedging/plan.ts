/**
 * From what was found to what should be done, without asking yet whether it can be done now. An account whose exposures were stated is
 * hedged to their net; any other follows its buffer. A perpetual that hedges nothing any more (the position is gone or turned) is closed
 * whatever the buffer says.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId, Side } from '#domain/instrument.ts'
import type { HedgeReason, HedgeSkip } from '#topics/hedging.ts'
import { hedgeWish } from './buffer-rule.ts'
import type { Band, HedgeAction, Wish } from './buffer-rule.ts'
import { isNetMode } from './find.ts'
import type { Found } from './find.ts'
import { lotOf } from './hedge-orders.ts'
import type { LoopConfig } from './loop-config.ts'
import type { AccountView } from './loop-state.ts'
import { freeHedge, hedgedOf, isCoverLeg, optionOf, protects } from './loop-state.ts'
import { netWish } from './net-exposure.ts'
import type { NetWish } from './net-exposure.ts'

export interface Plan {
  readonly action: HedgeAction
  readonly reason: HedgeReason
  readonly instrument: InstrumentId
  /** Signed sizes of the hedge as a whole, before and after. */
  readonly before: bigint
  readonly after: bigint
  /** Of the order. */
  readonly side: Side
  readonly size: bigint
}
/** Too much hedge is too much under any buffer. */
const NO_BAND: Band = { buffer: 0n, target: 1n, hysteresis: 0n }

/** What the loop would do; a skip says why it cannot even say that. */
export function planOf(found: Found, config: LoopConfig): Plan | HedgeSkip {
  const { view, request, exposure, occasion, band } = found
  if (!isHedge(request.instrument)) return 'unsupported_instrument'
  if (isNetMode(found)) return planNet(found, config)
  const perpetual = freeHedge(view, LINEAR_PERPETUAL)
  if (perpetual !== 0n && (exposure === 0n || perpetual < 0n === exposure < 0n))
    return releasePerpetual(perpetual, 'over_hedged', perpetual, 0n)
  const { instrument } = request
  const hedged = hedgedOf(view, exposure, occasion.at)
  const wish = wishOf(found, band ?? NO_BAND, hedged, config)
  if (band === undefined && wish.reason !== 'over_hedged') return view.value === undefined ? 'no_account_value' : 'missing_drawdown_inputs'
  const sign = exposure < 0n ? 1n : -1n
  const before = sign * hedged
  const after = sign * wish.size
  const idle = { ...wish, action: 'none', instrument, before, after: before, side: 'sell', size: 0n } as const
  if (wish.action === 'none') return idle
  if (wish.action === 'increase') {
    const option = optionOf(instrument)
    if (option !== undefined && !protects(option, exposure)) return 'unsupported_instrument'
    if (option !== undefined && isCoverLeg(view, instrument)) return 'coverage_leg'
    const side = option === undefined && exposure > 0n ? 'sell' : 'buy'
    return { ...wish, instrument, before, after, side, size: wish.size - hedged }
  }
  return planRelease(found, wish.reason, { hedged, size: hedged - wish.size, before }) ?? idle
}

function isHedge(instrument: InstrumentId): boolean {
  return instrument === LINEAR_PERPETUAL || optionOf(instrument)?.settlement === 'BTC'
}

/** Signed size that a hedge of the signed size given should have: the account's own, or the selection's hypothetical one. */
export function targetOf(found: Found, held: bigint, config: LoopConfig): bigint {
  if (isNetMode(found)) return netWishOf(found, held, config).target
  const wish = wishOf(found, found.band ?? NO_BAND, held < 0n ? -held : held, config)
  if (wish.action === 'none') return held
  return found.exposure < 0n ? wish.size : -wish.size
}

/** What the rule wants of a hedge of the size given: the account's own, or the selection's hypothetical one. */
function wishOf({ exposure, covered, request, occasion }: Found, band: Band, hedged: bigint, config: LoopConfig): Wish {
  const whole = exposure < 0n ? -exposure : exposure
  const sizeMax = smallest(config.hedgeSizeMax.units, request.sizeMax, config.accounts[occasion.account]?.hedgeSizeMax?.units)
  const lot = lotOf(request.instrument)
  return hedgeWish({ ...band, exposure: whole, uncovered: whole - covered, hedged, lot, sizeMax, stepMin: config.stepMin.units })
}

/** The perpetual goes first: it costs on the way back, while an option can only pay. */
function planRelease(
  { view, request, exposure }: Found,
  reason: HedgeReason,
  { hedged, size, before }: { readonly hedged: bigint; readonly size: bigint; readonly before: bigint },
): Plan | HedgeSkip | undefined {
  const perpetual = freeHedge(view, LINEAR_PERPETUAL)
  if (perpetual !== 0n) {
    const held = perpetual < 0n ? -perpetual : perpetual
    const part = size < held ? size : held
    return releasePerpetual(perpetual < 0n ? -part : part, reason, before, exposure < 0n ? hedged - part : part - hedged)
  }
  const names = [request.instrument, ...view.hedges.keys()].filter((name) => optionOf(name) !== undefined && freeHedge(view, name) > 0n)
  const [instrument] = names
  if (instrument === undefined) return undefined
  const free = freeHedge(view, instrument)
  const part = wholeLots(size < free ? size : free, lotOf(instrument))
  if (part === 0n) return 'below_lot'
  return { action: 'decrease', reason, instrument, before, after: exposure < 0n ? hedged - part : part - hedged, side: 'sell', size: part }
}

function releasePerpetual(part: bigint, reason: HedgeReason, before: bigint, after: bigint): Plan {
  const isShort = part < 0n
  return {
    action: 'decrease',
    reason,
    instrument: LINEAR_PERPETUAL,
    before,
    after,
    side: isShort ? 'buy' : 'sell',
    size: isShort ? -part : part,
  }
}

/**
 * Of a net exposure, what this account may hedge. An account with covers made a promise about its own worth: what others hold is not hedged
 * on its back, only what takes its own position down.
 */
function hedgeable({ covers, client }: AccountView, net: bigint, most: bigint): bigint {
  const [low, high] = covers.size === 0 ? [-most, most] : client < 0n ? [client, 0n] : [0n, client]
  const bounded = net < low ? low : net > high ? high : net
  return bounded > most ? most : bounded < -most ? -most : bounded
}

function netWishOf({ view, exposure, request }: Found, held: bigint, config: LoopConfig): NetWish {
  const most = request.sizeMax !== undefined && request.sizeMax < config.hedgeSizeMax.units ? request.sizeMax : config.hedgeSizeMax.units
  return netWish(hedgeable(view, exposure, most), held, {
    lot: lotOf(LINEAR_PERPETUAL),
    tolerance: config.netTolerance.units,
  })
}

function planNet(found: Found, config: LoopConfig): Plan | HedgeSkip {
  if (found.request.instrument !== LINEAR_PERPETUAL) return 'unsupported_instrument'
  const held = freeHedge(found.view, LINEAR_PERPETUAL)
  const { action, target } = netWishOf(found, held, config)
  const change = target - held
  return {
    action,
    reason: action === 'none' ? 'net_exposure_within_tolerance' : 'net_exposure',
    instrument: LINEAR_PERPETUAL,
    before: held,
    after: target,
    side: change < 0n ? 'sell' : 'buy',
    size: change < 0n ? -change : change,
  }
}

function smallest(first: bigint, ...others: readonly (bigint | undefined)[]): bigint {
  return others.reduce<bigint>((least, one) => (one !== undefined && one < least ? one : least), first)
}

function wholeLots(units: bigint, lot: bigint): bigint {
  return (units / lot) * lot
}
