/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, in plain code: what the core has to name by a digest inside a decision (a certificate, a book)
 * must come out the same wherever the decision is made again. Chains and signatures use the host's implementation through its port.
 * Edges: any length below 2^53 bits; unpaired surrogates count as U+FFFD, as UTF-8 encoders have it.
 */
const ROUND = Int32Array.from(roundConstants())
const START = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19)
const BLOCK = 64
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Of the digest under way: nothing outlives a call. */
const [HASH, WORDS] = [new Int32Array(8), new Int32Array(BLOCK)]
let BYTES = new Uint8Array(16 * BLOCK)

/** Lower-case hexadecimal, 64 characters. */
export function sha256Hex(text: string): string {
  const size = pad(text)
  HASH.set(START)
  for (let offset = 0; offset < size; offset += BLOCK) {
    fillWords(BYTES, offset)
    compress()
  }
  let hex = ''
  for (const word of HASH) for (let shift = 24; shift >= 0; shift -= 8) hex += HEX[(word >>> shift) & 0xff] ?? ''
  return hex
}

function compress(): void {
  let [a, b, c, d] = [at(HASH, 0), at(HASH, 1), at(HASH, 2), at(HASH, 3)]
  let [e, f, g, h] = [at(HASH, 4), at(HASH, 5), at(HASH, 6), at(HASH, 7)]
  for (let i = 0; i < BLOCK; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND, i) + at(WORDS, i)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  add(0, a)
  add(1, b)
  add(2, c)
  add(3, d)
  add(4, e)
  add(5, f)
  add(6, g)
  add(7, h)
}

function add(i: number, word: number): void {
  HASH[i] = (at(HASH, i) + word) | 0
}

function fillWords(bytes: Uint8Array, offset: number): void {
  for (let i = 0, from = offset; i < 16; i++, from += 4) {
    WORDS[i] = (byte(bytes, from) << 24) | (byte(bytes, from + 1) << 16) | (byte(bytes, from + 2) << 8) | byte(bytes, from + 3)
  }
  for (let i = 16; i < BLOCK; i++) {
    const [w15, w2] = [at(WORDS, i - 15), at(WORDS, i - 2)]
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
    WORDS[i] = (at(WORDS, i - 16) + s0 + at(WORDS, i - 7) + s1) | 0
  }
}

function byte(bytes: Uint8Array, i: number): number {
  return bytes[i] as number
}

function at(words: Int32Array, i: number): number {
  return words[i] as number
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** The text's bytes, a one bit, zeros, and the length in bits: whole blocks of 64 bytes, in the room kept for them. Gives their size. */
function pad(text: string): number {
  const bytes = isAscii(text) ? undefined : utf8(text)
  const size = bytes?.length ?? text.length
  const whole = Math.ceil((size + 9) / BLOCK) * BLOCK
  if (BYTES.length < whole) BYTES = new Uint8Array(2 * whole)
  if (bytes === undefined) for (let i = 0; i < size; i++) BYTES[i] = text.charCodeAt(i)
  else BYTES.set(bytes)
  BYTES[size] = 0x80
  BYTES.fill(0, size + 1, whole - 8)
  putWord(whole - 8, Math.floor(size / 2 ** 29))
  putWord(whole - 4, (size * 8) >>> 0)
  return whole
}

function putWord(offset: number, word: number): void {
  for (let i = 0; i < 4; i++) BYTES[offset + i] = (word >>> (24 - 8 * i)) & 0xff
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code))
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code))
  }
  return bytes
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f)
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes, as the standard defines them; by integer roots. */
function roundConstants(): readonly number[] {
  const primes: bigint[] = []
  for (let n = 2n; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n)
  return primes.map((prime) => Number(cubeRoot(prime << 96n) & 0xffffffffn))
}

function cubeRoot(n: bigint): bigint {
  let [low, high] = [0n, 1n << 36n]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle * middle * middle <= n) low = middle
    else high = middle - 1n
  }
  return low
}
