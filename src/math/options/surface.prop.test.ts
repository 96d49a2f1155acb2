/** Laws of surfaces over random chains: what stands is free of arbitrage, variance grows with time, asks cost more, every flip passes. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import type { ExpiryQuotes } from './smile-slice.ts'
import { expiryOf } from './smile.fixture.ts'
import { buildSurface, checkSurface } from './surface.ts'
import type { Surface } from './surface.ts'
import { ivAt, ivAtMoneyness, reachAt } from './surface-reading.ts'

type Random = ReturnType<typeof createPrng>
const DAYS = [1, 2, 3, 7, 14, 30, 60, 120, 300]

/** Smiles drawn per expiry, so that some calendars cross; quotes missing, crossed and off by noise. */
function randomChain(random: Random): readonly ExpiryQuotes[] {
  const [level, skew] = [0.35 + random.uniform() * 0.5, random.uniform() * 1.2 - 0.7]
  return DAYS.filter(() => random.uniform() < 0.8).map((days) => {
    const nu = (0.2 + random.uniform() * 0.6) / Math.sqrt(days / 365)
    const sabr = { alpha: level * (0.9 + random.uniform() * 0.2), beta: 1, nu, rho: skew * random.uniform() }
    const quotes = expiryOf(days, { sabr, halfSpreadVol: 0.005 + random.uniform() * 0.03, underlying: random.uniform() < 0.8 })
    const touches = quotes.touches.map((touch) => {
      const draw = random.uniform()
      if (draw < 0.05) return { ...touch, bid: undefined }
      if (draw < 0.08) return { ...touch, bid: touch.ask, ask: touch.bid }
      const noise = 1 + 0.02 * (random.uniform() - 0.5)
      return { ...touch, bid: (touch.bid ?? 0) * noise, ask: (touch.ask ?? 0) * noise }
    })
    return { ...quotes, touches }
  })
}

function forEachSurface(check: (surface: Surface, random: Random, chain: readonly ExpiryQuotes[], seed: number) => void): void {
  for (let seed = 1; seed <= 60; seed++) {
    const random = createPrng(`surface-${seed}`)
    const chain = randomChain(random)
    check(buildSurface(chain), random, chain, seed)
  }
}

test('[AN-03] every expiry is fitted or named, and what stands is free of arbitrage', () => {
  let [stood, left] = [0, 0]
  forEachSurface(({ slices, faults }, _random, chain, seed) => {
    assert.deepEqual(
      [...slices, ...faults].map(({ expiry }) => expiry).toSorted((a, b) => a - b),
      chain.map(({ expiry }) => expiry),
      `seed ${seed}`,
    )
    assert.ok(checkSurface(slices).ok, `seed ${seed}`)
    stood += slices.length
    left += faults.length
  })
  assert.ok(stood > 200 && left >= 10, `both happen: ${stood} stood, ${left} left out`)
})

test('[AN-03] total variance does not fall with time at a moneyness quoted throughout', () => {
  forEachSurface(({ slices }, random, _chain, seed) => {
    const [last, low, high] = [slices.at(-1), Math.max(...slices.map((s) => s.quotedLow)), Math.min(...slices.map((s) => s.quotedHigh))]
    if (last === undefined) return
    const logMoneyness = low + (high - low) * random.uniform()
    let before = 0
    for (let i = 1; i <= 50; i++) {
      const years: number = (last.years * i) / 50
      const reading = ivAtMoneyness(slices, { years, logMoneyness })
      assert.ok(reading.ok, `seed ${seed}: ${JSON.stringify(reading)}`)
      const variance: number = reading.value.vol * reading.value.vol * years
      // between two nodes of the calendar check a smile may cross by less than a hundredth of a vol point
      assert.ok(variance >= before * (1 - 1e-3), `seed ${seed}, ${years}: ${variance} under ${before}`)
      before = variance
    }
  })
})

test('[AN-03] any point is answered or refused with a flip that is answered; the ask is never under the middle', () => {
  forEachSurface(({ slices }, random, _chain, seed) => {
    for (let i = 0; i < 40; i++) {
      const point = { years: random.uniform() * 1.2, logMoneyness: (random.uniform() - 0.5) * 3 }
      const reading = ivAtMoneyness(slices, point)
      if (!reading.ok) {
        const { code, flip } = reading.refusal
        if (code === 'no_surface' || code === 'calendar_arbitrage') continue
        const flipped = ivAtMoneyness(slices, { ...point, [flip?.field ?? '']: flip?.to })
        // another rule may stand behind the first: never the same one
        assert.ok(flipped.ok || flipped.refusal.code !== code, `seed ${seed}: ${JSON.stringify([point, flip, flipped])}`)
        continue
      }
      const { vol, forward } = reading.value
      assert.ok(vol > 0 && vol < 20, `seed ${seed}: ${vol}`)
      const ask = ivAtMoneyness(slices, { ...point, ask: true })
      assert.ok(ask.ok && ask.value.vol >= vol, `seed ${seed}: ${JSON.stringify(point)}`)
      const byStrike = ivAt(slices, { years: point.years, strike: forward * Math.exp(point.logMoneyness) })
      assert.ok(byStrike.ok && Math.abs(byStrike.value.vol - vol) < 1e-9, `seed ${seed}: by strike`)
    }
  })
})

test('[AN-03] the reach is where reading ends', () => {
  forEachSurface(({ slices }, random, _chain, seed) => {
    const years = (slices.at(-1)?.years ?? 0) * random.uniform()
    const reach = reachAt(slices, years)
    if (!reach.ok) return
    for (const [k, step] of [
      [reach.value.low, -1e-9],
      [reach.value.high, 1e-9],
    ] as const) {
      const inside = ivAtMoneyness(slices, { years, logMoneyness: k })
      assert.ok(inside.ok || inside.refusal.code === 'calendar_arbitrage', `seed ${seed}`)
      const outside = ivAtMoneyness(slices, { years, logMoneyness: k + step })
      assert.equal(outside.ok ? '' : outside.refusal.code, 'beyond_strikes', `seed ${seed}`)
    }
  })
})
