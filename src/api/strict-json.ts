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
const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const POISONOUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

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
    const word = this.#match(WORD)
    if (word !== undefined) return word === 'null' ? null : word === 'true'
    const number = this.#match(NUMBER)
    if (number === undefined) throw this.#unexpected()
    return numberOf(number, field)
  }

  #object(field: string, depth: number): Json {
    const members: Record<string, Json> = {}
    this.#at++
    if (this.#take('}')) return members
    do {
      this.#skip()
      const key = this.#string(field)
      const path = field === 'body' ? key : `${field}.${key}`
      if (POISONOUS.has(key)) throw new Unreadable(path, key, 'a field this request knows')
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
    const token = this.#match(STRING)
    if (token === undefined) throw this.#unexpected()
    const value = JSON.parse(token) as string
    if (!value.isWellFormed()) throw new Unreadable(field, 'an unpaired surrogate', 'well-formed text')
    return value
  }

  #take(sign: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #skip(): void {
    this.#match(SPACE)
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

function numberOf(text: string, field: string): number | string {
  const value = Number(text)
  const exact = plainDecimal(text)
  if (!Number.isFinite(value) || exact === undefined) throw new Unreadable(field, text, 'a number within reach of a decimal')
  return plainDecimal(String(value)) === exact ? value : exact
}
