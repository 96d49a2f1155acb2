/**
 * Seeded random numbers: xoroshiro128+ (Blackman and Vigna, 2018) of pure-rand, with normals by the polar method
 * (Marsaglia and Bray, 1964). The whole state is plain JSON, so a generator can live in a snapshot and go on unchanged.
 * `fork(label)` depends on the seed and the label alone, never on how much was drawn: adding a draw in one place cannot move
 * the numbers of another. Not for secrets.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { assert } from './assert.ts'

type Words = readonly [number, number, number, number]

export interface PrngState {
  readonly key: Words // of this stream; forks are derived from it
  readonly words: Words
  readonly spare: number | null // second normal of the last pair
}

export interface Prng {
  /** In [0, 1), 53 random bits. */
  uniform(): number
  /** Mean 0, variance 1. */
  normal(): number
  /** Whole number in [0, n), every one equally likely. */
  int(n: number): number
  fork(label: string): Prng
  save(): PrngState
}

export function createPrng(seed: number | string): Prng {
  assert(typeof seed === 'string' || Number.isSafeInteger(seed), 'a seed is text or a whole number')
  const key = mixWords([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667], `${typeof seed}:${seed}`)
  return loadPrng({ key, words: key, spare: null })
}

export function loadPrng({ key, words, spare }: PrngState): Prng {
  const generator = xoroshiro128plusFromState(words)
  let pending = spare
  const uniform = (): number => ((generator.next() >>> 5) * 67_108_864 + (generator.next() >>> 6)) / 9_007_199_254_740_992
  const normal = (): number => {
    if (pending !== null) {
      const second = pending
      pending = null
      return second
    }
    for (;;) {
      // one signed word each is enough for a point in the square
      const u = generator.next() / 2_147_483_648
      const v = generator.next() / 2_147_483_648
      const square = u * u + v * v
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      pending = v * factor
      return u * factor
    }
  }
  const int = (n: number): number => {
    assert(Number.isInteger(n) && n > 0 && n <= 4_294_967_296, 'the range of a random whole number is 1 to 2^32')
    const unbiased = 4_294_967_296 - (4_294_967_296 % n)
    for (;;) {
      const word = generator.next() >>> 0
      if (word < unbiased) return word % n
    }
  }
  const fork = (label: string): Prng => {
    const child = mixWords(key, label)
    return loadPrng({ key: child, words: child, spare: null })
  }
  const save = (): PrngState => {
    const [a, b, c, d] = generator.getState()
    assert(a !== undefined && b !== undefined && c !== undefined && d !== undefined, 'a xoroshiro128+ state has four words')
    return { key, words: [a, b, c, d], spare: pending }
  }
  return { uniform, normal, int, fork, save }
}

/** A well-mixed 32-bit number of its inputs (murmur3 finaliser, Appleby 2011): noise that needs no state, as in a quote's size. */
export function hashUnit(a: number, b: number, c: number): number {
  return avalanche(Math.imul(avalanche(Math.imul(avalanche(a | 0) ^ b, 0x85ebca6b)) ^ c, 0xc2b2ae35)) / 4_294_967_296
}

export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return avalanche(hash)
}

function avalanche(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function mixWords(from: Words, text: string): Words {
  const mixed = from.map((word, i) => {
    let h = avalanche(word ^ Math.imul(i + 1, 0x9e3779b9))
    for (let j = 0; j < text.length; j += 1) h = avalanche(Math.imul(h ^ text.charCodeAt(j), 0x01000193) + i)
    return avalanche(h ^ text.length) | 0
  })
  const [a = 0, b = 0, c = 0, d = 0] = mixed
  return [a, b, c, d === 0 ? 1 : d] // all-zero is the one state xoroshiro cannot leave
}
