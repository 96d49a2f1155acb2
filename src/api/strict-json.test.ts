/** The strict reader of request bodies against tables, against `JSON.stringify`, and against noise. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseStrictJson } from './strict-json.ts'

function refusal(text: string) {
  const parsed = parseStrictJson(text)
  assert.equal(parsed.ok, false, text)
  return parsed.ok ? undefined : parsed.refusal
}

test('[API-03] a key given twice is refused by its path', () => {
  assert.deepEqual(refusal('{"a":{"b":1,"b":2}}'), { code: 'invalid_payload', field: 'a.b', seen: 'b', limit: 'each field once' })
})

test('[API-03] keys that reach for a prototype are refused', () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) assert.equal(refusal(`{"${key}":{"x":1}}`)?.field, key)
  assert.equal(refusal('{"\\u005f_proto__":1}')?.field, '__proto__')
})

test('[API-03] numbers out of range are refused, not read as infinity or zero', () => {
  for (const text of ['1e309', '-1e309', '1e-400', '1e99999999999']) assert.equal(refusal(`{"n":${text}}`)?.field, 'n')
  for (const text of ['NaN', 'Infinity', '-Infinity', '01', '+1', '1.', '.5', '0x10'])
    assert.equal(refusal(`{"n":${text}}`)?.code, 'invalid_payload')
})

test('[C-41] a number that a float would change keeps its digits', () => {
  assert.deepEqual(parseStrictJson('[0.1,0.12345678901234567891,9007199254740993,1e-7,2.50]'), {
    ok: true,
    value: [0.1, '0.12345678901234567891', '9007199254740993', 1e-7, 2.5],
  })
})

test('[API-03] depth is bounded and malformed text is named by place', () => {
  assert.equal(parseStrictJson(`${'['.repeat(16)}1${']'.repeat(16)}`).ok, true)
  assert.equal(refusal(`${'['.repeat(18)}1${']'.repeat(18)}`)?.limit, 'at most 16 levels')
  assert.equal(refusal('{"a":1,}')?.seen, '} at 7')
  assert.equal(refusal('')?.seen, 'the end')
  assert.equal(refusal('{} x')?.seen, 'x at 3')
  assert.equal(refusal('"\\ud800"')?.seen, 'an unpaired surrogate')
  assert.equal(refusal('"\t"')?.code, 'invalid_payload')
})

test('[API-03] what JSON.stringify writes is read back the same', () => {
  const plain = fc
    .jsonValue({ maxDepth: 4, noUnicodeString: false })
    .filter((value) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value)))
  fc.assert(
    fc.property(plain, (value) => {
      const text = JSON.stringify(value)
      if (/\d[eE][+-]?\d{2,}/.test(text) || /\\ud[89a-f]/i.test(text)) return
      const parsed = parseStrictJson(text)
      assert.deepEqual(parsed, { ok: true, value: JSON.parse(text) })
    }),
    { numRuns: 300 },
  )
})

test('[API-03] no text makes the reader throw', () => {
  const fragments = fc.array(
    fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '1', '-', 'e', '.', 'true', 'nul', ' ', '"a"', '\\u12'),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fragments.map((parts) => parts.join('')),
      ),
      (text) => typeof parseStrictJson(text).ok === 'boolean',
    ),
    { numRuns: 500 },
  )
})
