/** Hexadecimal text: both directions, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from './hex.ts'

test('[PE-01] bytes to hexadecimal text and back; anything else is not hexadecimal', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  assert.equal(toHex(Uint8Array.of(0, 15, 16, 255)), '000f10ff')
  assert.deepEqual(fromHex(toHex(bytes)), bytes)
  assert.deepEqual(fromHex(''), new Uint8Array())
  for (const wrong of ['0', '0g', '0A', ' 00', '00\n']) assert.equal(fromHex(wrong), undefined, wrong)
})
