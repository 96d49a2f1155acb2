/** Behind a gateway: the signed account is the account, on every route that takes one; without a right and fresh signature nobody is answered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { signatureOf } from './gateway.ts'
import { QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const KEY = 'between us'
const NOW = 1_800_000_000_000

async function running(t: TestContext): Promise<Host> {
  const host = await startHost({ gateway: { key: KEY, now: () => NOW }, accounts: ['demo', 'other'] })
  t.after(() => host.api.close())
  host.market()
  return host
}
interface Call {
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly body?: object
  readonly account?: string
  readonly key?: string
  readonly at?: number
  readonly signedUrl?: string
}
function signed({ api }: Host, { method = 'GET', url, body, account = 'demo', key = KEY, at = NOW, signedUrl = url }: Call) {
  const timestamp = String(at)
  const signature = signatureOf(key, { timestamp, method, url: signedUrl, account })
  const headers = {
    host: 'edge.partner.example',
    'content-type': 'application/json',
    'x-ballast-account': account,
    'x-ballast-timestamp': timestamp,
    'x-ballast-signature': signature,
  }
  return api.inject({ method, url, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) })
}

test('[C-50] a signed account is answered under any host, and is the account where none is named', async (t) => {
  const host = await running(t)
  const positions = await signed(host, { url: '/portfolio/positions', account: 'other' })
  assert.deepEqual([positions.statusCode, positions.json().accountId], [200, 'other'])
  const { accountId: _, ...terms } = QUOTE
  const quote = await signed(host, { method: 'POST', url: '/put/quote', body: terms })
  assert.deepEqual([quote.statusCode, quote.json().status], [200, 'ok'])
  assert.equal((await signed(host, { url: '/pricing/btc' })).statusCode, 200, 'a route without accounts')
})

test('[C-50] another account than the signed one is what an unknown account is', async (t) => {
  const host = await running(t)
  const foreign = [
    await signed(host, { url: '/portfolio/positions?accountId=other' }),
    await signed(host, { method: 'POST', url: '/put/quote', body: { ...QUOTE, accountId: 'other' } }),
    await signed(host, { url: '/portfolio/positions?accountId=nobody' }),
    await signed(host, { url: '/portfolio/positions', account: 'nobody' }),
  ]
  for (const response of foreign) assert.deepEqual([response.statusCode, response.json().reason], [403, 'unknown_account'])
})

test('[C-50] no signature, another key, another call, an old or a future stamp: nobody', async (t) => {
  const host = await running(t)
  const bare = await host.api.inject({ method: 'GET', url: '/pricing/btc', headers: { host: 'localhost:4100' } })
  assert.deepEqual([bare.statusCode, bare.json().reason], [401, 'unauthorised'], 'loopback as well: the gateway is the way in')
  const calls: readonly (readonly [Partial<Call>, string])[] = [
    [{ key: 'guessed' }, 'X-Ballast-Signature'],
    [{ signedUrl: '/config' }, 'X-Ballast-Signature'],
    [{ at: NOW - 60_001 }, 'X-Ballast-Timestamp'],
    [{ at: NOW + 60_001 }, 'X-Ballast-Timestamp'],
    [{ at: Number.NaN }, 'X-Ballast-Timestamp'],
  ]
  for (const [change, field] of calls) {
    const response = await signed(host, { url: '/pricing/btc', ...change })
    assert.deepEqual([response.statusCode, response.json().explanation.field], [401, field], JSON.stringify(change))
  }
  for (const at of [NOW - 60_000, NOW + 60_000]) assert.equal((await signed(host, { url: '/pricing/btc', at })).statusCode, 200)
  assert.equal((await host.api.inject({ method: 'GET', url: '/health' })).statusCode, 200)
})
