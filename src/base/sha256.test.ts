/** SHA-256 against the published vectors and against the host. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { sha256Hex } from './sha256.ts'

function host(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

test('the published vectors of FIPS 180-4', () => {
  assert.equal(sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(
    sha256Hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  )
})

test('the same as the host for every length around a block, and for any text', () => {
  for (let length = 0; length < 200; length++) assert.equal(sha256Hex('q'.repeat(length)), host('q'.repeat(length)))
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => sha256Hex(text) === host(text)))
  assert.equal(sha256Hex('\ud800'), host('\ud800'))
})
