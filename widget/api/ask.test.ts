/** Calls over a real socket: answers, refusals, pending ones, and everything that is no answer. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { askAt } from './ask.ts'
import { clientOf } from './client.ts'

const EXPLAINED = {
  status: 'no_quote',
  reason: 'insufficient_size',
  explanation: { gate: 'g', code: 'insufficient_size', field: 'positionSize', seen: '50', limit: '38.9', cause: 1 },
}
const heard: { readonly method: string; readonly url: string; readonly key: string | undefined; readonly body: string }[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const { method = '', url = '', headers } = request
    heard.push({ method, url, key: headers['idempotency-key'] as string | undefined, body })
    const [status, text] = answers[new URL(url, 'http://x').pathname] ?? [404, '{"status":"error","reason":"not_found"}']
    if (status === 0) return
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  })
})
const answers: Readonly<Record<string, readonly [number, string]>> = {
  '/ok': [200, '{"status":"ok","price":"9007199254740993.01"}'],
  '/refused': [200, JSON.stringify(EXPLAINED)],
  '/floor': [200, '{"status":"premium_floor","reason":"premium_floor"}'],
  '/pending': [202, '{"status":"pending","commandId":"c-1"}'],
  '/down': [503, '{"status":"error","reason":"not_ready"}'],
  '/page': [200, '<html>'],
  '/list': [200, '[]'],
  '/silent': [0, ''],
  '/audit/export': [200, '{"status":"pending","commandId":"c-2"}'],
}
let base = ''
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

test('[UI-01] money comes through as the text it was', async () => {
  assert.deepEqual(await askAt(`${base}/`)({ path: '/ok', needs: ['price'] }), {
    kind: 'answer',
    body: { status: 'ok', price: '9007199254740993.01' },
  })
})

test('[API-03] a refusal brings its explanation and its words, whatever its HTTP status', async () => {
  const refused = await askAt(base)({ path: '/refused' })
  assert.ok(refused.kind === 'refused')
  assert.equal(refused.told.what.replaceAll('\u00a0', ' '), 'Only 38.9 BTC are on offer, less than 50 BTC.')
  assert.deepEqual(
    await Promise.all(
      ['/floor', '/down', '/none'].map(async (path) => {
        const answer = await askAt(base)({ path })
        return answer.kind === 'refused' ? [answer.refusal.reason, answer.refusal.httpStatus] : answer.kind
      }),
    ),
    [
      ['premium_floor', 200],
      ['not_ready', 503],
      ['not_found', 404],
    ],
  )
})

test('[UI-01] what is no answer is told as such: unreadable, too slow, unreachable; an abort is the caller’s', async () => {
  const ask = askAt(base)
  const because = async (path: string, timeoutMs = 5_000): Promise<string> => {
    const answer = await ask({ path, needs: ['price'], timeoutMs })
    return answer.kind === 'lost' ? answer.because : answer.kind
  }
  assert.deepEqual([await because('/page'), await because('/list'), await because('/silent', 50)], ['unreadable', 'unreadable', 'slow'])
  const nowhere = await askAt('http://127.0.0.1:1')({ path: '/ok' })
  assert.equal(nowhere.kind === 'lost' ? nowhere.because : nowhere.kind, 'unreachable')
  assert.deepEqual(await ask({ path: '/pending' }), { kind: 'pending', commandId: 'c-1' })
  const controller = new AbortController()
  const asking = ask({ path: '/silent', signal: controller.signal })
  controller.abort()
  await assert.rejects(asking, { name: 'AbortError' })
})

test('[P-04] an activation carries the quote’s own name as its key, and consent only where it was given', async () => {
  const client = clientOf(askAt(base), 'my account')
  await client.activate({ quoteId: 'quote-7', consents: false })
  await client.activate({ quoteId: 'quote-7', consents: true })
  assert.deepEqual(
    heard.slice(-2).map(({ method, url, key, body }) => [method, url, key, body]),
    [
      ['POST', '/audit/export', 'activate-quote-7', '{"accountId":"my account","quoteId":"quote-7"}'],
      [
        'POST',
        '/audit/export',
        'activate-quote-7-consented',
        '{"accountId":"my account","quoteId":"quote-7","consent":{"passThrough":true}}',
      ],
    ],
  )
  await client.terms()
  assert.equal(heard.at(-1)?.url, '/put/terms?accountId=my%20account')
})
