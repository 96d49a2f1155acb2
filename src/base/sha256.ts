/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, in plain code: what the core has to name by a digest inside a decision (a certificate, a book)
 * must come out the same wherever the decision is made again. Chains and signatures use the host's implementation through its port.
 * Edges: any length below 2^53 bits; unpaired surrogates count as U+FFFD, as UTF-8 encoders have it.
 */
const ROUND = Uint32Array.from(roundConstants())
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]
const BLOCK = 64

/** Lower-case hexadecimal, 64 characters. */
export function sha256Hex(text: string): string {
  const bytes = padded(text)
  const hash = Uint32Array.from(START)
  const words = new Uint32Array(BLOCK)
  const view = new DataView(bytes.buffer)
  for (let offset = 0; offset < bytes.length; offset += BLOCK) {
    fillWords(words, view, offset)
    compress(hash, words)
  }
  let hex = ''
  for (const word of hash) hex += word.toString(16).padStart(8, '0')
  return hex
}

function compress(hash: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = [at(hash, 0), at(hash, 1), at(hash, 2), at(hash, 3)]
  let [e, f, g, h] = [at(hash, 4), at(hash, 5), at(hash, 6), at(hash, 7)]
  for (let i = 0; i < BLOCK; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND, i) + at(words, i)) | 0
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
  const mixed = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) hash[i] = at(hash, i) + (mixed[i] ?? 0)
}

function fillWords(words: Uint32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(offset + i * 4)
  for (let i = 16; i < BLOCK; i++) {
    const [w15, w2] = [at(words, i - 15), at(words, i - 2)]
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
    words[i] = at(words, i - 16) + s0 + at(words, i - 7) + s1
  }
}

/** A word as the 32 bits the rounds work on. */
function at(words: Uint32Array, i: number): number {
  return (words[i] as number) | 0
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** The text's bytes, a one bit, zeros, and the length in bits: whole blocks of 64 bytes. */
function padded(text: string): Uint8Array<ArrayBuffer> {
  const bytes = isAscii(text) ? undefined : utf8(text)
  const size = bytes?.length ?? text.length
  const out = new Uint8Array(Math.ceil((size + 9) / BLOCK) * BLOCK)
  if (bytes === undefined) for (let i = 0; i < size; i++) out[i] = text.charCodeAt(i)
  else out.set(bytes)
  out[size] = 0x80
  const bits = size * 8
  const view = new DataView(out.buffer)
  view.setUint32(out.length - 8, Math.floor(bits / 2 ** 32))
  view.setUint32(out.length - 4, bits >>> 0)
  return out
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
