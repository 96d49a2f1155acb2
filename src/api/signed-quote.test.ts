/** The signature as a client gets it over HTTP: it verifies, a repeat gives the same bytes, and what is no executable quote has none. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { quoteSigner } from '#runtime/quote-signature.ts'
import { sealKey } from '#store/seal-key.ts'
import { post, QUOTE, startHost } from './host.fixture.ts'

test('[P-11] a quote leaves signed and durable, its repeat is the same byte for byte, a refusal and a cached answer are unsigned', async (t) => {
  const { api, platform, market, hold, release } = await startHost()
  t.after(() => api.close())
  market()
  const signer = quoteSigner(sealKey(generateKeyPairSync('ed25519').privateKey), platform.engine)
  Object.assign(platform, { quoteSigner: signer })
  hold()
  let isAnswered = false
  const under = { headers: { 'idempotency-key': 'k1' } }
  const asked = post(api, '/put/quote', QUOTE, under).then((answer) => {
    isAnswered = true
    return answer
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(isAnswered, false, 'signed already, and not yet durable')
  release()
  const first = await asked
  const { quoteId, signature, status, asOfSeq } = first.json()
  assert.equal(status, 'ok')
  assert.equal(signer.verifies('demo', quoteId, signature), true)
  assert.ok(first.payload.endsWith(`,"signature":"${signature}","asOfSeq":${asOfSeq}}`))
  assert.equal((await post(api, '/put/quote', QUOTE, under)).payload, first.payload)
  assert.equal((await post(api, '/put/quote', { ...QUOTE, allowCached: true })).json().signature, undefined)
  assert.equal((await post(api, '/put/quote', { ...QUOTE, leverage: 6 })).json().signature, undefined)
})
