/**
 * Constants of the market model, chosen so that the simulated figures fall inside the bands measured from recorded markets
 * (`docs/studies/simulated-market.md`, held by `bands.test.ts`). Volatility is the product of a slow and a fast log-normal
 * factor (two-factor exponential Ornstein-Uhlenbeck, Scott 1987; Bergomi 2005). Rates are per day unless said otherwise.
 */
export const DAYS_PER_YEAR = 365
export const MINUTES_PER_DAY = 1440
export const SECONDS_PER_YEAR = DAYS_PER_YEAR * 86_400

/** Annual volatility of the path when both factors are at their means, and the range it is kept in. */
export const VOL_BASE = 0.39
export const VOL_MIN = 0.08
export const VOL_MAX = 3

export interface VolFactor {
  readonly reversion: number
  readonly deviation: number // stationary standard deviation of the log volatility
  readonly leverage: number // correlation with the return of the same minute
  readonly fallGain: number // per day and unit of momentum below the threshold: what falls does more than a correlation can
  readonly riseGain: number // the same for momentum above its threshold
}
export const VOL_SLOW: VolFactor = { reversion: 0.0385, deviation: 0.38, leverage: -0.15, fallGain: 9, riseGain: 1 }
export const VOL_FAST: VolFactor = { reversion: 2, deviation: 0.26, leverage: -0.1, fallGain: 18, riseGain: 8 }
/** The thresholds, in log price, but never less than this many deviations of momentum at the volatility of the hour: no vol feeds itself. */
export const FALL_THRESHOLD = 0.03
export const RISE_THRESHOLD = 0.05
export const THRESHOLD_DEVIATIONS = 2.8

/** Jumps: two-sided exponential (Kou 2002), tilted down after falls, spread over a few minutes as a cascade of orders is. */
export const JUMP_MEAN_SIZE = 0.014
export const JUMP_CASCADE_SECONDS = 150
export const JUMP_VOL_KICK = 8 // added to the fast factor per unit of log jump
export const JUMP_RATE_MAX = 6 // times the scenario's rate, as volatility rises

export const MOMENTUM_FAST_DAYS = 0.5
export const MOMENTUM_SLOW_DAYS = 3

/** Perpetual premium against the index: follows momentum, noise around it; funding from it as the exchanges compute it. */
export const PREMIUM = {
  rest: -0.0001,
  rising: { gain: 0.0018, scale: 0.05 }, // of the slow momentum: longs crowd in more than shorts do
  falling: { gain: 0.0004, scale: 0.03 },
  fast: { gain: 0.0003, scale: 0.03 },
  flight: { gain: 0.0018, scale: 0.08, from: 0.05 }, // the perpetual sold harder than spot in a crash
  noiseReversion: 3,
  noiseDeviation: 0.00028,
} as const
export const FUNDING_INTEREST_8H = 0.0001
export const FUNDING_BUFFER_8H = 0.0005
export const FUNDING_MAX_8H = 0.0075

/** Long-run variance that long-dated options price, per year. */
export const IMPLIED_VARIANCE_LONG = 0.235

/** What a fall adds to implied variance at once, before realised volatility has shown it: per unit of fast momentum below the threshold. */
export const PANIC = { variancePerMomentum: 11, threshold: 0.02, reversion: 0.1 } as const

/** Stress of the makers: from volatility of the hour above its long-run level (log), or from the fall of half a day. */
export const STRESS = { volFrom: 0.5, volTo: 1.4, fallFrom: 0.03, fallTo: 0.11 } as const

/** Smile: extended SSVI (Gatheral and Jacquier 2014; Hendriks and Martini 2019), phi = eta / sqrt(theta (1 + theta)). */
export const SMILE = {
  rhoRest: -0.26,
  rhoLong: -0.25,
  rhoDecayDays: 80, // from the momentary skew at the short end to the long one
  rhoPerFastMomentum: { gain: 0.22, scale: 0.06 },
  rhoPerSlowMomentum: { gain: 0.12, scale: 0.1 },
  rhoMin: -0.52,
  rhoMax: 0.1,
  eta: 0.86,
  etaStress: 0.06,
  varianceMin: 2e-4, // total; of about eight hours: below it wings no longer steepen, or the last minutes would show absurd ivs
} as const

/** Forward curve: annual basis at the long end, and at the short end as momentum moves it. */
export const BASIS = { long: 0.037, rest: 0.01, perSlowMomentum: 0.9, min: -0.1, max: 0.2, decayDays: 30 } as const
