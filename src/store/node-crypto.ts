/**
 * SHA-256, Ed25519 and UTF-8 of Node behind the protocol's ports. One-shot calls: a batch is hashed once, and a hash object would cost more than
 * the hash of a lone record. Raw public keys (32 bytes) become key objects through their fixed DER prefix (RFC 8410); the last one is kept.
 */
import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'
import type { Crypto, TextCodec, VerifyingCrypto } from '#engine/journal/crypto-port.ts'
import { sameBytes } from '#engine/journal/frame.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

function verifier(): Pick<Crypto, 'verify'> {
  let known: { readonly raw: Uint8Array; readonly key: KeyObject } | undefined
  return {
    verify(bytes, signature, publicKey) {
      if (publicKey.length !== 32 || signature.length !== 64) return false
      if (known === undefined || !sameBytes(known.raw, publicKey)) {
        const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
        known = { raw: publicKey.slice(), key }
      }
      return verify(null, bytes, known.key, signature)
    },
  }
}

export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'buffer')
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length)
}

export function verifyingCrypto(): VerifyingCrypto {
  return { sha256, ...verifier() }
}

export function signingCrypto(privateKey: KeyObject): Crypto {
  return { sha256, ...verifier(), sign: (bytes) => sign(null, bytes, privateKey) }
}

/** Ed25519 in Node's own pool, base64url: a signature takes as long as many answers, and whoever waits for a medium can wait for both. */
export function signedApart(privateKey: KeyObject, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    sign(null, bytes, privateKey, (error, signature) => (error === null ? resolve(signature.toString('base64url')) : reject(error)))
  })
}

export function rawPublicKey(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)
}

export const nodeText: TextCodec = {
  byteLength: (text) => Buffer.byteLength(text),
  write: (text, into, offset) => asBuffer(into).write(text, offset, 'utf8'),
  read: (bytes, from, to) => asBuffer(bytes).toString('utf8', from, to),
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
