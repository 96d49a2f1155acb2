/**
 * What changes once a minute: volatility factors, momenta, jumps, premium, and from them the drift and volatility of the next
 * sixty seconds. Both log-volatility factors revert to their means, move with the minute's return (leverage effect, Black 1976)
 * and are driven up by what a correlation cannot carry: a fall beyond a threshold feeds volatility for as long as it lasts.
 */
import { MINUTE_MS } from '#units/time.ts'
import type { Prng } from '#base/prng.ts'
import {
  DAYS_PER_YEAR,
  FALL_THRESHOLD,
  JUMP_MEAN_SIZE,
  JUMP_RATE_MAX,
  JUMP_VOL_KICK,
  MINUTES_PER_DAY,
  MOMENTUM_FAST_DAYS,
  MOMENTUM_SLOW_DAYS,
  PREMIUM,
  RISE_THRESHOLD,
  SECONDS_PER_YEAR,
  THRESHOLD_DEVIATIONS,
  VOL_BASE,
  VOL_FAST,
  VOL_MAX,
  VOL_MIN,
  VOL_SLOW,
  type VolFactor,
} from './parameters.ts'
import { MARKET_SCENARIOS, scriptTarget } from './scenarios.ts'
import type { MarketState } from './state.ts'

const DAYS = 1 / MINUTES_PER_DAY
const PREMIUM_PER_MINUTE = 1 / 30 // of its distance to where momentum wants it
const PREMIUM_AVERAGE_PER_MINUTE = 1 / 240

export function closeMinute(state: MarketState, prng: Prng): void {
  const minuteReturn = state.logPrice - state.minuteLogPrice
  const shock = state.minuteShock / Math.sqrt(60)
  state.minuteLogPrice = state.logPrice
  state.minuteShock = 0
  state.momentumFast += minuteReturn - state.momentumFast * (DAYS / MOMENTUM_FAST_DAYS)
  state.momentumSlow += minuteReturn - state.momentumSlow * (DAYS / MOMENTUM_SLOW_DAYS)
  const { volSlowMean, jumpsPerDay } = MARKET_SCENARIOS[state.scenario]
  const feed = momentumBeyond(state)
  state.volSlow += factorStep(VOL_SLOW, state.volSlow - volSlowMean, shock, feed, prng)
  state.volFast += factorStep(VOL_FAST, state.volFast, shock, feed, prng)
  jump(state, jumpsPerDay, prng)
  stepPremium(state, prng)
  openMinute(state)
}

/** Drift and volatility per second until the next full minute; half the variance is taken off so that calm has no direction. */
export function openMinute(state: MarketState): void {
  const variance = annualVariance(state)
  state.volPerSecond = Math.sqrt(variance / SECONDS_PER_YEAR)
  state.driftPerSecond = scriptDrift(state) - variance / SECONDS_PER_YEAR / 2
}

export function annualVariance({ volFast, volSlow }: MarketState): number {
  const vol = Math.min(VOL_MAX, Math.max(VOL_MIN, VOL_BASE * Math.exp(volFast + volSlow)))
  return vol * vol
}

function factorStep(factor: VolFactor, distance: number, shock: number, feed: MomentumFeed, prng: Prng): number {
  const own = Math.sqrt(1 - factor.leverage * factor.leverage) * prng.normal()
  const noise = factor.deviation * Math.sqrt(2 * factor.reversion * DAYS) * (factor.leverage * shock + own)
  return noise + (factor.fallGain * feed.fall + factor.riseGain * feed.rise - factor.reversion * distance) * DAYS
}

interface MomentumFeed {
  readonly fall: number
  readonly rise: number
}

function momentumBeyond(state: MarketState): MomentumFeed {
  const deviation = Math.sqrt((annualVariance(state) / DAYS_PER_YEAR) * (MOMENTUM_FAST_DAYS / 2))
  const usual = THRESHOLD_DEVIATIONS * deviation
  return {
    fall: Math.max(0, -state.momentumFast - Math.max(FALL_THRESHOLD, usual)),
    rise: Math.max(0, state.momentumFast - Math.max(RISE_THRESHOLD, usual)),
  }
}

function jump(state: MarketState, jumpsPerDay: number, prng: Prng): void {
  const variance = annualVariance(state)
  const rate = jumpsPerDay * Math.min(JUMP_RATE_MAX, variance / (VOL_BASE * VOL_BASE))
  if (prng.uniform() >= rate * DAYS) return
  const downShare = Math.min(0.85, Math.max(0.35, 0.52 - 3 * state.momentumFast))
  const size = -JUMP_MEAN_SIZE * Math.log(1 - prng.uniform())
  state.burst += prng.uniform() < downShare ? -size : size
  state.volFast += JUMP_VOL_KICK * size
}

function stepPremium(state: MarketState, prng: Prng): void {
  const { rest, rising, falling, fast, flight, noiseReversion, noiseDeviation } = PREMIUM
  state.premiumNoise += -noiseReversion * DAYS * state.premiumNoise + noiseDeviation * Math.sqrt(2 * noiseReversion * DAYS) * prng.normal()
  const crowd = state.momentumSlow > 0 ? rising : falling
  const trend = crowd.gain * Math.tanh(state.momentumSlow / crowd.scale) + fast.gain * Math.tanh(state.momentumFast / fast.scale)
  const fled = flight.gain * Math.tanh(Math.max(0, -state.momentumFast - flight.from) / flight.scale)
  state.premium += PREMIUM_PER_MINUTE * (rest + trend - fled + state.premiumNoise - state.premium)
  state.premiumAverage += PREMIUM_AVERAGE_PER_MINUTE * (state.premium - state.premiumAverage)
}

/** The script's own slope over the coming minute plus the pull back towards it. */
function scriptDrift({ script, scenario, at, startAt, startPrice, logPrice }: MarketState): number {
  const offset = at - startAt
  const now = scriptTarget(script, offset)
  const next = scriptTarget(script, offset + MINUTE_MS)
  if (now === null || next === null) return 0
  const distance = Math.log(startPrice) + now - logPrice
  return (next - now) / 60 + distance / (MARKET_SCENARIOS[scenario].pullHours * 3600)
}
