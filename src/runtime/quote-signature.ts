/**
 * The signature of an executable quote: Ed25519 (RFC 8032) with the seal key over the canonical JSON of the answer, its own field and `asOfSeq` left
 * out. The answer names the quote, account, terms, instrument, book digest, venue, deadline and lines, so a client can prove later what it was offered,
 * and an activation that brings the signature is held against the quote the engine still has. Signing happens while the answer's records become durable; the engine decides
 * nothing by it. Edge: the same quote always has the same signature; a quote that is forgotten is nobody's to verify (`undefined`).
 */
import { canonicalJson } from '#base/canonical-json.ts'
import type { QuoteId } from '#domain/order.ts'
import type { Engine } from '#engine/engine.ts'
import { rawPublicKey, signedApart, verifyingCrypto } from '#store/node-crypto.ts'
import type { SealKey } from '#store/seal-key.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { quoteAnswerOf } from '#stages/protection/quote-answer.ts'
import type { Json } from '#topics/schema.ts'

export interface QuoteSigner {
  /** Hex of the raw 32 bytes. */
  readonly publicKey: string
  /** Of an answer that names a quote, made beside the thread that serves; undefined for any other. */
  signature(answer: Json): Promise<string> | undefined
  /** Does the signature belong to this quote? Undefined where the account has no such quote. */
  verifies(account: string, quoteId: string, signature: string): boolean | undefined
}

export function quoteSigner({ privateKey, publicKey }: SealKey, engine: Engine): QuoteSigner {
  const crypto = verifyingCrypto()
  const raw = rawPublicKey(privateKey)
  return {
    publicKey,
    signature: (answer) => (isQuote(answer) ? signedApart(privateKey, textOf(answer)) : undefined),
    verifies: (account, quoteId, signature) => {
      const answer = quoteAnswerOf(engine.stateOf(coverage), quoteId as QuoteId)
      if (!isQuote(answer) || answer['accountId'] !== account) return undefined
      return crypto.verify(textOf(answer), new Uint8Array(Buffer.from(signature, 'base64url')), raw)
    },
  }
}

type Fields = { readonly [key: string]: Json }

function isQuote(answer: Json | undefined): answer is Fields {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) && typeof (answer as Fields)['quoteId'] === 'string'
}

function textOf(answer: Fields): Uint8Array {
  const { signature: _, asOfSeq: __, ...rest } = answer
  return Buffer.from(canonicalJson(rest))
}
