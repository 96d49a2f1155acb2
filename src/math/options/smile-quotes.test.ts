/** From touches to vols: what is read, which option of a strike counts, and every reason why a quote states no vol. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { forwardByParity, forwardOf } from './smile-forward.ts'
import { expiryVols, readVol } from './smile-quotes.ts'
import type { OptionTouch, QuoteFault } from './smile-quotes.ts'
import { FORWARD as F, premium, SMILE, strikesFor, touchesOf } from './smile.fixture.ts'
import { sabrVol } from './sabr.ts'

const YEARS = 30 / 365
const at = (vol: number, isCall = false, strike = 80_000) => premium(isCall, strike, { forward: F, years: YEARS, vol })
const PUT: OptionTouch = { isCall: false, strike: 80_000, bid: at(0.58), ask: at(0.62), underlying: F }

test('[AN-03] bid and ask vols come back, the weight is the inverse square of half the spread', () => {
  const reading = readVol(PUT, F, YEARS)
  assert.ok(reading.ok)
  const { bidVol, askVol, weight, logMoneyness } = reading.value
  assert.ok(Math.abs(bidVol - 0.58) < 1e-12 && Math.abs(askVol - 0.62) < 1e-12)
  assert.ok(Math.abs(weight - 1 / 0.0004) < 1e-6)
  assert.equal(logMoneyness, Math.log(80_000 / F))
})

test('[AN-03] a spread of nothing does not own the fit', () => {
  const reading = readVol({ ...PUT, bid: at(0.6), ask: at(0.6) }, F, YEARS)
  assert.ok(reading.ok && Math.abs(reading.value.weight - 1 / (0.0025 * 0.0025)) < 1e-3)
})

test('[AN-03] a quote is read at its own underlying price, not at the middle of the expiry', () => {
  const moved: OptionTouch = {
    ...PUT,
    underlying: F * 1.01,
    bid: premium(false, 80_000, { forward: F * 1.01, years: YEARS, vol: 0.6 }),
    ask: premium(false, 80_000, { forward: F * 1.01, years: YEARS, vol: 0.61 }),
  }
  const reading = readVol(moved, F, YEARS)
  assert.ok(reading.ok && Math.abs(reading.value.bidVol - 0.6) < 1e-12)
})

const DEEP = { isCall: false, strike: 100_000, underlying: F } as const
const INTRINSIC = 100_000 / F - 1
const FAULTS: readonly (readonly [name: string, touch: OptionTouch, fault: QuoteFault])[] = [
  ['bid over ask', { ...PUT, bid: at(0.62), ask: at(0.58) }, 'crossed'],
  ['a put offered under its intrinsic value', { ...DEEP, bid: INTRINSIC - 0.01, ask: INTRINSIC - 0.001 }, 'ask_below_intrinsic'],
  ['a put offered at its intrinsic value', { ...DEEP, bid: INTRINSIC - 0.01, ask: INTRINSIC }, 'ask_below_intrinsic'],
  ['a put bid under its intrinsic value', { ...DEEP, bid: INTRINSIC - 0.001, ask: INTRINSIC + 0.02 }, 'bid_below_intrinsic'],
  ['a call bid at more than the coin', { isCall: true, strike: 80_000, bid: 1, ask: 1.1, underlying: F }, 'bid_above_bound'],
  ['a call offered at more than the coin', { isCall: true, strike: 80_000, bid: 0.5, ask: 1, underlying: F }, 'ask_above_bound'],
  ['nobody bids', { isCall: false, strike: 80_000, ask: 0.01, underlying: F }, 'no_bid'],
  ['a bid of nothing', { ...PUT, bid: 0 }, 'no_bid'],
  ['nobody offers', { isCall: false, strike: 80_000, bid: 0.01, underlying: F }, 'no_ask'],
  ['a spread of half the vol', { ...PUT, bid: at(0.4), ask: at(0.7) }, 'too_wide'],
]
for (const [name, touch, fault] of FAULTS) {
  test(`[F-M13] ${name}: ${fault}`, () => assert.deepEqual(readVol(touch, F, YEARS), { ok: false, fault }))
}

test('[AN-03] one vol a strike, of the option out of the money; of the other where that one states none', () => {
  const touches = touchesOf(YEARS)
  const { vols, faults } = expiryVols(touches, F, YEARS)
  assert.deepEqual(
    vols.map(({ strike }) => strike),
    strikesFor(YEARS),
  )
  assert.deepEqual(faults, [])
  const [low, high] = [touches[0]?.strike ?? 0, touches.at(-1)?.strike ?? 0]
  const broken = touches.map((touch) => (touch.strike === high && touch.isCall ? { ...touch, bid: undefined } : touch))
  const repaired = expiryVols(broken, F, YEARS)
  assert.deepEqual(repaired.faults, [{ isCall: true, strike: high, fault: 'no_bid' }])
  assert.ok(Math.abs((repaired.vols.at(-1)?.bidVol ?? 0) - (vols.at(-1)?.bidVol ?? 1)) < 1e-9, 'the put of that strike says the same')
  const unquoted = touches.map((touch) => (touch.strike === low ? { ...touch, bid: undefined } : touch))
  assert.deepEqual(
    expiryVols(unquoted, F, YEARS).vols.map(({ strike }) => strike),
    strikesFor(YEARS).slice(1),
  )
})

test('[AN-03] the forward is the median of what the quotes state, else what put-call parity says', () => {
  const touches = touchesOf(YEARS).map((touch, i) => ({ ...touch, underlying: i === 0 ? 50_000 : F }))
  assert.equal(forwardOf(touches), F)
  const bare = touchesOf(YEARS, { underlying: false })
  assert.ok(Math.abs((forwardOf(bare) ?? 0) - F) < 1e-6 * F)
  assert.equal(forwardByParity(bare.filter(({ isCall }) => isCall)), undefined)
  assert.equal(forwardOf([]), undefined)
})

test('[AN-03] vols read from a chain are those it was made with', () => {
  for (const { strike, bidVol, askVol } of expiryVols(touchesOf(YEARS), F, YEARS).vols) {
    assert.ok(Math.abs((bidVol + askVol) / 2 - sabrVol({ forward: F, strike, years: YEARS }, SMILE)) < 1e-10)
  }
})
