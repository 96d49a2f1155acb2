/** The signature of a quote: of what was answered and of nothing else; verified against the quote the engine keeps. */
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { canonicalJson } from '#base/canonical-json.ts'
import { sha256Hex } from '#base/sha256.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { sealKey } from '#store/seal-key.ts'
import { command, february, finalAnswers, protectionBench, QUOTE_PARAMS } from '#stages/protection/protection.fixture.ts'
import type { Json } from '#topics/schema.ts'
import { quoteSigner } from './quote-signature.ts'
import type { QuoteSigner } from './quote-signature.ts'

type Answer = { readonly [key: string]: Json }
const KEY = sealKey(generateKeyPairSync('ed25519').privateKey)

async function quoted(): Promise<{
  readonly on: Bench
  readonly signer: QuoteSigner
  readonly answer: Answer
  readonly signature: string
}> {
  const on = protectionBench()
  february(on)
  const signer = quoteSigner(KEY, on.engine)
  const answer = finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0] as Answer
  const signature = (await signer.signature(answer)) ?? ''
  return { on, signer, answer, signature }
}

test('[P-11] a signed quote verifies by its id, also after a restart, and the same quote has the same signature', async () => {
  const { on, signer, answer, signature } = await quoted()
  const id = answer['quoteId'] as string
  assert.equal(signer.verifies('demo', id, signature), true)
  assert.equal(await signer.signature({ ...answer, asOfSeq: 7 }), signature, 'when it was answered is not part of it')
  const again = protectionBench()
  again.engine.restore(on.engine.snapshot())
  assert.equal(quoteSigner(KEY, again.engine).verifies('demo', id, signature), true)
})

test("[P-11] another field, quote or key does not verify; an unknown quote is nobody's to verify", async () => {
  const { on, signer, answer, signature } = await quoted()
  const id = answer['quoteId'] as string
  for (const change of [
    { feeUsdc: '1' },
    { accountId: 'other' },
    { expiresAt: '2027-01-01T00:00:00.000Z' },
    { lines: [] },
    { instrument: 'X' },
  ]) {
    const forged = (await signer.signature({ ...answer, ...change })) ?? ''
    assert.equal(signer.verifies('demo', id, forged), false, JSON.stringify(change))
  }
  const stranger = quoteSigner(sealKey(generateKeyPairSync('ed25519').privateKey), on.engine)
  assert.equal(stranger.verifies('demo', id, signature), false)
  assert.deepEqual(
    [signer.verifies('demo', id, ''), signer.verifies('demo', id, 'AAAA'), signer.verifies('demo', 'quote-999', signature)],
    [false, false, undefined],
  )
  assert.equal(signer.signature({ status: 'no_quote' }), undefined, 'a refusal promises nothing')
})

test('[P-11] what is signed: account, terms, instrument, venue, deadline, lines, and a book digest anyone can make again', async () => {
  const { answer } = await quoted()
  for (const field of ['quoteId', 'accountId', 'terms', 'instrument', 'selectedVenue', 'expiresAt', 'lines', 'book'])
    assert.ok(answer[field] !== undefined && answer[field] !== null, field)
  const book = answer['book'] as Answer
  const { askCoin: ask, askSize, bidCoin: bid, observedAt } = book
  const inputs = {
    venue: 'deribit',
    instrument: answer['instrument'],
    index: '88000',
    ask,
    askSize,
    bid,
    observedAt: Date.parse(observedAt as string),
  }
  assert.equal(book['digest'], sha256Hex(canonicalJson(inputs)))
})
