/**
 * Volatility surface of the moment, from the same state that drives the path. Variance to expiry integrates the expected
 * variance: w(T) = long (T - A_s) + slow (A_s - A_f) + now A_f + panic A_p with A = (1 - e^(-kT)) / k, so forward variance is never
 * negative. The smile is extended SSVI (Gatheral and Jacquier 2014; Hendriks and Martini 2019): w(k) = w/2 (1 + rho phi k +
 * sqrt((phi k + rho)^2 + 1 - rho^2)), phi = eta / sqrt(max(w, w_min) (1 + w)), k = ln(K/F), free of butterfly and calendar arbitrage for
 * eta (1 + |rho|) <= 2. Skew follows momentum, its short end most. Time in days inside, variances per year, ivs per sqrt(year).
 * Near expiry the payoff is an average: its forward is part known, its variance time is that of an average.
 */
import { DAY_MS } from '#units/time.ts'
import { expiryCode } from './calendar.ts'
import { annualVariance } from './minute.ts'
import {
  BASIS,
  DAYS_PER_YEAR,
  IMPLIED_VARIANCE_LONG,
  JUMP_MEAN_SIZE,
  JUMP_RATE_MAX,
  PANIC,
  SMILE,
  STRESS,
  VOL_BASE,
  VOL_FAST,
  VOL_MAX,
  VOL_SLOW,
} from './parameters.ts'
import { MARKET_SCENARIOS } from './scenarios.ts'
import { SETTLEMENT_SAMPLES, SETTLEMENT_WINDOW_MS } from './settlement.ts'
import type { MarketState } from './state.ts'

export interface ExpirySlice {
  readonly expiry: number
  readonly code: string
  readonly forward: number // USD
  readonly years: number // variance time
  readonly totalVariance: number // at the money
  readonly rho: number
  readonly phi: number
}

export function expirySlice(state: MarketState, expiry: number): ExpirySlice {
  const left = Math.max(1, expiry - state.at)
  const days = varianceDays(left)
  const totalVariance = atmTotalVariance(state, days)
  const eta = SMILE.eta + SMILE.etaStress * marketStress(state)
  return {
    expiry,
    code: expiryCode(expiry),
    forward: forwardPrice(state, left),
    years: days / DAYS_PER_YEAR,
    totalVariance,
    rho: skewCorrelation(state, days),
    phi: eta / Math.sqrt(Math.max(totalVariance, SMILE.varianceMin) * (1 + totalVariance)),
  }
}

export function impliedVol({ forward, years, totalVariance, rho, phi }: ExpirySlice, strike: number): number {
  const scaled = phi * Math.log(strike / forward)
  const variance = (totalVariance / 2) * (1 + rho * scaled + Math.sqrt((scaled + rho) * (scaled + rho) + 1 - rho * rho))
  return Math.sqrt(variance / years)
}

/** 0 in quiet markets, 1 in a crash: by volatility of the hour or by the fall of half a day, whichever says more. */
export function marketStress(state: MarketState): number {
  const excess = Math.log(annualVariance(state)) / 2 - Math.log(VOL_BASE)
  const byVol = (excess - STRESS.volFrom) / (STRESS.volTo - STRESS.volFrom)
  const byFall = (-state.momentumFast - STRESS.fallFrom) / (STRESS.fallTo - STRESS.fallFrom)
  return Math.max(0, Math.min(1, Math.max(byVol, byFall)))
}

function atmTotalVariance(state: MarketState, days: number): number {
  const jumps = jumpVariance(state)
  const now = annualVariance(state) + jumps
  const spread = Math.exp(2 * state.volSlow + 2 * VOL_FAST.deviation * VOL_FAST.deviation)
  const slow = Math.min(VOL_MAX * VOL_MAX, VOL_BASE * VOL_BASE * spread) + jumps
  const slowDays = averaged(VOL_SLOW.reversion, days)
  const fastDays = averaged(VOL_FAST.reversion, days)
  const panic = PANIC.variancePerMomentum * Math.max(0, -state.momentumFast - PANIC.threshold) * averaged(PANIC.reversion, days)
  return (IMPLIED_VARIANCE_LONG * (days - slowDays) + slow * (slowDays - fastDays) + now * fastDays + panic) / DAYS_PER_YEAR
}

/** Annual variance of the jumps; the square of an exponential size has mean 2 m^2. */
function jumpVariance(state: MarketState): number {
  const rate = MARKET_SCENARIOS[state.scenario].jumpsPerDay * Math.min(JUMP_RATE_MAX, annualVariance(state) / (VOL_BASE * VOL_BASE))
  return rate * DAYS_PER_YEAR * 2 * JUMP_MEAN_SIZE * JUMP_MEAN_SIZE
}

function skewCorrelation({ momentumFast, momentumSlow }: MarketState, days: number): number {
  const { rhoRest, rhoLong, rhoDecayDays, rhoPerFastMomentum: fast, rhoPerSlowMomentum: slow, rhoMin, rhoMax } = SMILE
  const moved = fast.gain * Math.tanh(momentumFast / fast.scale) + slow.gain * Math.tanh(momentumSlow / slow.scale)
  const short = Math.max(rhoMin, Math.min(rhoMax, rhoRest + moved))
  return rhoLong + (short - rhoLong) * Math.exp(-days / rhoDecayDays)
}

function forwardPrice(state: MarketState, leftMs: number): number {
  const days = leftMs / DAY_MS
  const shortDays = averaged(1 / BASIS.decayDays, days)
  const short = Math.max(BASIS.min, Math.min(BASIS.max, BASIS.rest + BASIS.perSlowMomentum * state.momentumSlow))
  const forward = Math.exp(state.logPrice + (BASIS.long * (days - shortDays) + short * shortDays) / DAYS_PER_YEAR)
  if (leftMs >= SETTLEMENT_WINDOW_MS || state.settlementSamples === 0) return forward
  const known = state.settlementSamples / (state.settlementSamples + leftMs / (SETTLEMENT_WINDOW_MS / SETTLEMENT_SAMPLES))
  return known * (state.settlementSum / state.settlementSamples) + (1 - known) * forward
}

/** Days of variance in an average over the last half hour: T - 2/3 of it before, T^3 / (3 W^2) inside. */
function varianceDays(leftMs: number): number {
  if (leftMs >= SETTLEMENT_WINDOW_MS) return (leftMs - (2 / 3) * SETTLEMENT_WINDOW_MS) / DAY_MS
  const share = leftMs / SETTLEMENT_WINDOW_MS
  return (leftMs * share * share) / 3 / DAY_MS
}

function averaged(reversion: number, days: number): number {
  return (1 - Math.exp(-reversion * days)) / reversion
}
