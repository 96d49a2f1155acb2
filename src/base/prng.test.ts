/** Rules of the seeded generator: pinned sequence, forks, saved state, and the moments its draws must have. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createPrng, hashText, hashUnit, loadPrng } from './prng.ts'

const draws = (seed: number | string, n: number) => {
  const prng = createPrng(seed)
  return Array.from({ length: n }, () => prng.uniform())
}
const moments = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const central = (power: number) => values.reduce((sum, x) => sum + Math.pow(x - mean, power), 0) / values.length
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 }
}

test('one seed, one sequence; another seed, another', () => {
  assert.deepEqual(draws(7, 50), draws(7, 50))
  assert.notDeepEqual(draws(7, 50), draws(8, 50))
  assert.notDeepEqual(draws(7, 50), draws('7', 50))
})

test('the sequence is pinned: a change of the generator would change every recorded simulation', () => {
  assert.deepEqual(draws(1, 3), [0.6028269130637062, 0.24011251494975405, 0.15888371180436012])
})

test('a state that went through JSON in the middle goes on as if nothing happened, between two normals of a pair too', () => {
  const prng = createPrng('walk')
  for (let i = 0; i < 7; i += 1) prng.normal()
  const again = loadPrng(JSON.parse(JSON.stringify(prng.save())))
  const next = (p: typeof prng) => [p.normal(), p.uniform(), p.int(10), p.normal(), p.normal()]
  assert.deepEqual(next(again), next(prng))
})

test('a fork depends on seed and label, not on what was drawn before', () => {
  const fresh = createPrng(3)
  const used = createPrng(3)
  for (let i = 0; i < 100; i += 1) used.normal()
  assert.equal(used.fork('depth').uniform(), fresh.fork('depth').uniform())
  assert.notEqual(fresh.fork('depth').uniform(), fresh.fork('spot').uniform())
  assert.notEqual(fresh.fork('depth').fork('spot').uniform(), fresh.fork('spot').fork('depth').uniform())
})

test('uniform and normal draws have the moments of their distributions', () => {
  const prng = createPrng(11)
  const uniform = moments(Array.from({ length: 100_000 }, () => prng.uniform()))
  const normal = moments(Array.from({ length: 100_000 }, () => prng.normal()))
  assert.ok(Math.abs(uniform.mean - 0.5) < 0.005 && Math.abs(uniform.variance - 1 / 12) < 0.001, JSON.stringify(uniform))
  assert.ok(Math.abs(normal.mean) < 0.015 && Math.abs(normal.variance - 1) < 0.02, JSON.stringify(normal))
  assert.ok(Math.abs(normal.kurtosis - 3) < 0.1, JSON.stringify(normal))
})

test('int covers its range evenly and refuses an impossible one', () => {
  const prng = createPrng(5)
  const counts = new Array<number>(6).fill(0)
  for (let i = 0; i < 60_000; i += 1) {
    const face = prng.int(6)
    counts[face] = (counts[face] ?? 0) + 1
  }
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 400, String(counts))
  for (const n of [0, -1, 1.5, 4_294_967_297, Number.NaN]) assert.throws(() => prng.int(n), /2\^32/)
  assert.throws(() => createPrng(Number.NaN), /whole number/)
})

test('hashes spread: neighbours in any argument are unrelated', () => {
  const mean = (f: (i: number) => number) => Array.from({ length: 20_000 }, (_, i) => f(i)).reduce((a, b) => a + b, 0) / 20_000
  for (const f of [(i: number) => hashUnit(i, 0, 0), (i: number) => hashUnit(0, i, 0), (i: number) => hashUnit(0, 0, i)]) {
    assert.ok(Math.abs(mean(f) - 0.5) < 0.01)
    assert.ok(Math.abs(mean((i) => (f(i) - 0.5) * (f(i + 1) - 0.5))) < 0.003)
  }
  assert.notEqual(hashText('BTC-27JUN25-60000-P'), hashText('BTC-27JUN25-60000-C'))
})
