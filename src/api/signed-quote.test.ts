/** The signature as a client gets it over HTTP: it verifies, a repeat gives the same bytes, and what is no executable quote has none. */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { quoteSigner } from '#runtime/quote-signature.ts'
import { sealKey } from '#store/seal-key.ts'
import { get, post, QUOTE, startHost } from './host.fixture.ts'

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

/** As the handshake says, and with nothing of the platform's own code. */
function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, held]) => `${JSON.stringify(name)}:${ordered(held)}`).join(',')}}`
}

test('[P-11] [API-05] a client verifies a quote with what the API itself says: the key of the handshake and the answer as it came', async (t) => {
  const { api, platform, market } = await startHost()
  t.after(() => api.close())
  market()
  assert.equal((await get(api, '/integration/handshake')).json().quoteSigning, null, 'unsigned')
  Object.assign(platform, { quoteSigner: quoteSigner(sealKey(generateKeyPairSync('ed25519').privateKey), platform.engine) })
  const { algorithm, publicKey } = (await get(api, '/integration/handshake')).json().quoteSigning
  assert.deepEqual([algorithm, /^[0-9a-f]{64}$/.test(publicKey)], ['Ed25519', true])
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'hex').toString('base64url') },
  })
  const { signature, asOfSeq: _, ...offered } = JSON.parse((await post(api, '/put/quote', QUOTE)).payload)
  const isSigned = (answer: object): boolean => verify(null, Buffer.from(ordered(answer)), key, Buffer.from(signature, 'base64url'))
  assert.ok(isSigned(offered))
  assert.equal(isSigned({ ...offered, feeUsdc: '1' }), false, 'another price')
  assert.equal(isSigned({ ...offered, accountId: 'other' }), false, 'another account')
})
