/**
 * JSON of a request body, read more strictly than `JSON.parse`: a key given twice, `__proto__` and its like, nesting beyond
 * `DEPTH_MAX`, malformed UTF-16 and numbers out of range (1e309, 1e-400) are refused. A number that a float64 would change keeps its
 * digits as a decimal string, so that money is read from its source text.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { Json } from '#topics/schema.ts'
import { plainDecimal } from './contract-decimal.ts'

export type JsonCode = 'invalid_payload'
const DEPTH_MAX = 16
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** Up to so many characters a plain number has at most 15 digits: the float of it gives every one of them back (IEEE 754, binary64). */
const SHORT_NUMBER_MAX = 15
const [SPACE, QUOTE, POINT, ZERO, NINE, BACKSLASH, DELETE] = [0x20, 0x22, 0x2e, 0x30, 0x39, 0x5c, 0x7f]

class Unreadable extends Error {
  readonly field: string
  readonly seen: unknown
  readonly limit: string

  constructor(field: string, seen: unknown, limit: string) {
    super(limit)
    this.field = field
    this.seen = seen
    this.limit = limit
  }
}

export function parseStrictJson(text: string): Result<Json, JsonCode> {
  const reader = new Reader(text)
  try {
    return ok(reader.document())
  } catch (error) {
    if (error instanceof Unreadable) return refuse('invalid_payload', error.field, error.seen, error.limit)
    throw error
  }
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    const value = this.#value('body', 0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #value(field: string, depth: number): Json {
    if (depth > DEPTH_MAX) throw new Unreadable(field, `depth ${depth}`, `at most ${DEPTH_MAX} levels`)
    this.#skip()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object(field, depth)
    if (first === '[') return this.#array(field, depth)
    if (first === '"') return this.#string(field)
    return this.#shortNumber() ?? this.#scalar(field)
  }

  #scalar(field: string): Json {
    const word = this.#match(WORD)
    if (word !== undefined) return word === 'null' ? null : word === 'true'
    const number = this.#match(NUMBER)
    if (number === undefined) throw this.#unexpected()
    return numberOf(number, field)
  }

  /** The usual number, without sign and exponent, read by its characters; undefined where it is any other, or none. */
  #shortNumber(): number | undefined {
    const text = this.#text
    const begin = this.#at
    let at = begin
    let point = -1
    for (; ; at++) {
      const code = text.charCodeAt(at)
      if (code === POINT && point < 0) point = at
      else if (!(code >= ZERO && code <= NINE)) break
    }
    const isWhole = text.charCodeAt(begin) !== ZERO || at === begin + 1 || point === begin + 1
    if (at === begin || at - begin > SHORT_NUMBER_MAX || !isWhole || point === begin || point === at - 1) return undefined
    if (text[at] === 'e' || text[at] === 'E') return undefined
    this.#at = at
    return Number(text.slice(begin, at))
  }

  #object(field: string, depth: number): Json {
    const members: Record<string, Json> = {}
    this.#at++
    if (this.#take('}')) return members
    do {
      this.#skip()
      const key = this.#string(field)
      const path = field === 'body' ? key : `${field}.${key}`
      if (isPoisonous(key)) throw new Unreadable(path, key, 'a field this request knows')
      if (Object.hasOwn(members, key)) throw new Unreadable(path, key, 'each field once')
      if (!this.#take(':')) throw this.#unexpected()
      members[key] = this.#value(path, depth + 1)
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected()
    return members
  }

  #array(field: string, depth: number): Json {
    const items: Json[] = []
    this.#at++
    if (this.#take(']')) return items
    do items.push(this.#value(`${field}.${items.length}`, depth + 1))
    while (this.#take(','))
    if (!this.#take(']')) throw this.#unexpected()
    return items
  }

  #string(field: string): string {
    const plain = this.#plainString()
    if (plain !== undefined) return plain
    const token = this.#match(STRING)
    if (token === undefined) throw this.#unexpected()
    const value = JSON.parse(token) as string
    if (!value.isWellFormed()) throw new Unreadable(field, 'an unpaired surrogate', 'well-formed text')
    return value
  }

  /** Printable ASCII without escapes is what it looks like; undefined where it is anything else. */
  #plainString(): string | undefined {
    const text = this.#text
    const begin = this.#at
    if (text.charCodeAt(begin) !== QUOTE) return undefined
    for (let at = begin + 1; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return text.slice(begin + 1, at)
      }
      if (!(code >= SPACE && code < DELETE) || code === BACKSLASH) return undefined
    }
  }

  #take(sign: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #skip(): void {
    for (; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== 0x09 && code !== 0x0a && code !== 0x0d) return
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #unexpected(): Unreadable {
    const seen = this.#text[this.#at]
    return new Unreadable('body', seen === undefined ? 'the end' : `${seen} at ${this.#at}`, 'well-formed JSON')
  }
}

function isPoisonous(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

function numberOf(text: string, field: string): number | string {
  const value = Number(text)
  const exact = plainDecimal(text)
  if (!Number.isFinite(value) || exact === undefined) throw new Unreadable(field, text, 'a number within reach of a decimal')
  return plainDecimal(String(value)) === exact ? value : exact
}
