/**
 * Component state as JSON text and back: plain data, Map, Set, typed arrays, bigint, the exact value classes and Observed. The text is
 * canonical for equal states (the order of Maps and keys is part of a state), so its hash is the state hash. Keys that begin with `$` are
 * reserved. An unknown class is a bug here, not a silent loss: components with such state bring their own save and load.
 */
import { assert } from '#base/assert.ts'
import { Observed } from '#domain/observed.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

const EXACT = { $M: Money, $P: Price, $Q: Quantity, $R: Ratio } as const
type ExactTag = keyof typeof EXACT
type ExactClass = new (units: bigint) => unknown
const ARRAYS = { $f64: Float64Array, $i32: Int32Array, $u32: Uint32Array, $u8: Uint8Array } as const
type ArrayTag = keyof typeof ARRAYS

export function encodeState(state: unknown): string {
  return JSON.stringify(encode(state)) ?? 'null'
}

export function decodeState(text: string): unknown {
  return decode(JSON.parse(text))
}

function encode(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { $n: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value === 'bigint') return { $b: value.toString() }
  if (value === undefined) return { $x: 0 }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(encode)
  if (value instanceof Map) return { $m: Array.from(value, ([key, held]) => [encode(key), encode(held)]) }
  if (value instanceof Set) return { $s: Array.from(value, encode) }
  return encodeInstance(value) ?? encodePlain(value)
}

function encodeInstance(value: object): unknown {
  for (const tag of ['$M', '$P', '$Q', '$R'] as const) {
    if (value instanceof EXACT[tag]) return { [tag]: (value as Money).units.toString() }
  }
  if (value instanceof Observed) return { $o: encode(value.save()) }
  for (const tag of ['$f64', '$i32', '$u32', '$u8'] as const) {
    if (value instanceof ARRAYS[tag]) return { [tag]: Array.from(value as Float64Array, encode) }
  }
  return undefined
}

function encodePlain(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  assert(
    prototype === Object.prototype || prototype === null,
    `state holds plain data, not a ${(value as { constructor?: { name?: string } }).constructor?.name ?? 'class'}`,
  )
  const out: Record<string, unknown> = {}
  // in their order, undefined ones too: what is emitted from a state is written with its keys as they stand, and must be after a restore
  for (const [key, held] of Object.entries(value)) {
    assert(!key.startsWith('$'), `keys of state do not begin with $: ${key}`)
    out[key] = encode(held)
  }
  return out
}

function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(decode)
  const entries = Object.entries(value)
  const first = entries[0]
  if (first !== undefined && entries.length === 1 && first[0].startsWith('$')) return decodeTagged(first[0], first[1])
  return Object.fromEntries(entries.map(([key, held]) => [key, decode(held)]))
}

function decodeTagged(tag: string, held: unknown): unknown {
  if (tag === '$n') return Number(held)
  if (tag === '$x') return undefined
  if (tag === '$b') return BigInt(held as string)
  if (tag === '$m') return new Map((held as readonly (readonly [unknown, unknown])[]).map(([key, kept]) => [decode(key), decode(kept)]))
  if (tag === '$s') return new Set((held as readonly unknown[]).map(decode))
  if (tag === '$o') return Observed.load(decode(held) as { value: unknown; observedAt: EpochMs; maxAgeMs: DurationMs })
  if (tag in EXACT) return decodeExact(tag as ExactTag, BigInt(held as string))
  assert(tag in ARRAYS, `a known tag, not ${tag}`)
  return ARRAYS[tag as ArrayTag].from((held as readonly unknown[]).map((entry) => decode(entry) as number))
}

function decodeExact(tag: ExactTag, units: bigint): unknown {
  const Class: ExactClass = EXACT[tag]
  return new Class(units)
}
