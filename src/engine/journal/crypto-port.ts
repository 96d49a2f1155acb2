/**
 * What the journal protocol needs from outside and cannot have in the core: a hash, a signature, and UTF-8. Hashes are SHA-256 (FIPS 180-4),
 * signatures Ed25519 (RFC 8032); both are synchronous and pure. `publicKey` is the raw 32 bytes. The Node implementation is `store/node-crypto.ts`.
 */
export interface Crypto {
  sha256(bytes: Uint8Array): Uint8Array
  sign(bytes: Uint8Array): Uint8Array
  /** False for a signature or key of the wrong length too: it never throws. */
  verify(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
}

/** The part that readers and verifiers need: they hold no private key. */
export type VerifyingCrypto = Pick<Crypto, 'sha256' | 'verify'>

export interface TextCodec {
  byteLength(text: string): number
  /** Writes UTF-8 at `offset` and returns the number of bytes written; the caller has made room. */
  write(text: string, into: Uint8Array, offset: number): number
  read(bytes: Uint8Array, from: number, to: number): string
}
