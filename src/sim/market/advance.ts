/**
 * Moves the market forward on a grid of one second. The return of a second is drift + volatility x normal + its part of a jump
 * under way. Only whole seconds are taken and a minute's parameters live in the state, so the path is the same however the
 * advance is cut. At 08:00 UTC options settle on the average index of the half hour before, and the listing rolls.
 */
import { DAY_MS, MINUTE_MS } from '#units/time.ts'
import { assert } from '#base/assert.ts'
import { loadPrng } from '#base/prng.ts'
import { EXPIRY_HOUR_MS } from './calendar.ts'
import { refreshListing } from './listing.ts'
import { closeMinute } from './minute.ts'
import { JUMP_CASCADE_SECONDS } from './parameters.ts'
import { settle, SETTLEMENT_WINDOW_MS } from './settlement.ts'
import type { MarketState } from './state.ts'

/** Steps in place to the last whole second not after `toMs`; an instant that is past already changes nothing. */
export function advanceMarket(state: MarketState, toMs: number): void {
  assert(Number.isFinite(toMs), 'the market is advanced to a finite instant')
  const until = Math.floor(toMs / 1000) * 1000
  const prng = loadPrng(state.random)
  while (state.at < until) {
    const next = Math.min(until, (Math.floor(state.at / MINUTE_MS) + 1) * MINUTE_MS)
    stepSeconds(state, next, prng.normal)
    if (next % MINUTE_MS !== 0) continue
    closeMinute(state, prng)
    if (next % DAY_MS === EXPIRY_HOUR_MS) settle(state)
    refreshListing(state)
  }
  state.random = prng.save()
}

function stepSeconds(state: MarketState, until: number, normal: () => number): void {
  const { driftPerSecond, volPerSecond } = state
  const seconds = (until - state.at) / 1000
  const settling = isSettling(until)
  let { logPrice, burst, minuteShock } = state
  for (let i = 0; i < seconds; i += 1) {
    const z = normal()
    const part = burst / JUMP_CASCADE_SECONDS
    burst -= part
    minuteShock += z
    logPrice += driftPerSecond + volPerSecond * z + part
    if (!settling) continue
    state.settlementSum += Math.exp(logPrice)
    state.settlementSamples += 1
  }
  state.at = until
  state.logPrice = logPrice
  state.burst = Math.abs(burst) < 1e-9 ? 0 : burst
  state.minuteShock = minuteShock
}

/** Of an instant in (07:30, 08:00]; steps never cross a full minute, so their end decides for all of them. */
function isSettling(at: number): boolean {
  const beforeExpiry = (EXPIRY_HOUR_MS - (at % DAY_MS) + DAY_MS) % DAY_MS
  return beforeExpiry < SETTLEMENT_WINDOW_MS
}
