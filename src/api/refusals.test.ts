/** Every refusal of the API itself: the shape, the code, the field; fuzzed bodies; bytes that are no HTTP. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { failureSchema } from './contract.ts'
import { listen } from './create-api.ts'
import { get, post, QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

let host: Host
before(async () => {
  host = await startHost({ hosts: ['desk.example'] })
  host.market()
})
after(() => host.api.close())

function refused(response: { readonly statusCode: number; json(): unknown }, httpStatus: number, code: string, field?: string) {
  const failure = failureSchema.parse(response.json())
  assert.deepEqual([response.statusCode, failure.reason, failure.explanation.code], [httpStatus, code, code])
  if (field !== undefined) assert.equal(failure.explanation.field, field)
  return failure
}

test('[API-03] malformed bodies name the field, what stood there and what may stand there', async () => {
  const cases = [
    ['{', 'body'],
    ['[]', 'body'],
    ['{"accountId":"demo","accountId":"x"}', 'accountId'],
    ['{"__proto__":{}}', '__proto__'],
    [JSON.stringify({ ...QUOTE, side: 'up' }), 'side'],
    [JSON.stringify({ ...QUOTE, stray: 1 }), 'stray'],
    [JSON.stringify({ ...QUOTE, tenorDays: undefined }), 'tenorDays'],
    [JSON.stringify(QUOTE).replace('"positionSize":1', '"positionSize":1e309'), 'positionSize'],
    [JSON.stringify({ ...QUOTE, positionSize: '1e3' }), 'positionSize'],
    [JSON.stringify({ ...QUOTE, allowPremiumPassThrough: 'yes' }), 'allowPremiumPassThrough'],
  ] as const
  for (const [body, field] of cases) refused(await post(host.api, '/put/quote', body), 400, 'invalid_payload', field)
  const { explanation } = refused(await post(host.api, '/put/quote', JSON.stringify({ ...QUOTE, side: 'up' })), 400, 'invalid_payload')
  assert.equal(explanation.seen, 'up')
})

test('[API-03] malformed queries, parameters and keys', async () => {
  refused(await get(host.api, '/audit/logs?limit=1001'), 400, 'invalid_payload', 'limit')
  refused(await get(host.api, '/audit/logs?limit=1&limit=2'), 400, 'invalid_payload', 'limit')
  refused(await get(host.api, '/audit/logs?page=1'), 400, 'invalid_payload', 'page')
  refused(await get(host.api, '/risk/summary?cashUsdc=1,5'), 400, 'invalid_payload', 'cashUsdc')
  refused(await get(host.api, '/explain/0'), 400, 'invalid_payload', 'seq')
  refused(await get(host.api, '/explain/abc'), 400, 'invalid_payload', 'seq')
  refused(
    await post(host.api, '/put/quote', QUOTE, { headers: { 'idempotency-key': 'x'.repeat(121) } }),
    400,
    'invalid_payload',
    'Idempotency-Key',
  )
  refused(await get(host.api, '/a%zz'), 400, 'invalid_payload', 'url')
})

test('[API-03] what is not here, not this method, not this type, too large', async () => {
  refused(await get(host.api, '/nothing?x=1'), 404, 'not_found', 'path')
  refused(await get(host.api, '/put/quote'), 405, 'method_not_allowed', 'method')
  refused(await get(host.api, '/commands/none'), 404, 'not_found', 'id')
  refused(await get(host.api, '/explain/999999'), 404, 'not_found', 'seq')
  refused(
    await post(host.api, '/put/quote', 'a=1', { headers: { 'content-type': 'text/plain' } }),
    415,
    'unsupported_media_type',
    'Content-Type',
  )
  refused(await post(host.api, '/put/quote', JSON.stringify({ ...QUOTE, tierName: 'x'.repeat(70_000) })), 413, 'payload_too_large', 'body')
  refused(await post(host.api, '/put/quote', ''), 400, 'invalid_payload')
})

test('[C-50] unknown accounts are refused, on every route that takes one', async () => {
  for (const url of ['/portfolio/positions', '/coverage/active', '/risk/summary', '/api/overview', '/api/history', '/api/stream']) {
    refused(await get(host.api, `${url}?accountId=other`), 403, 'unknown_account', 'accountId')
  }
  refused(await post(host.api, '/put/quote', { ...QUOTE, accountId: 'other' }), 403, 'unknown_account')
  refused(await post(host.api, '/audit/export', { quoteId: 'q', accountId: 'other' }), 403, 'unknown_account')
  refused(await post(host.api, '/portfolio/ingest', { accountId: 'other', positions: [] }), 403, 'unknown_account')
})

test('[C-50] a rebound name, a foreign page and a foreign peer are refused; health answers everyone', async () => {
  refused(await get(host.api, '/pricing/btc', { host: 'evil.example:4100' }), 403, 'host_not_allowed', 'Host')
  refused(await get(host.api, '/pricing/btc', { host: '127.0.0.1.evil.example' }), 403, 'host_not_allowed')
  refused(await get(host.api, '/pricing/btc', { origin: 'http://evil.example' }), 403, 'origin_not_allowed', 'Origin')
  refused(await get(host.api, '/pricing/btc', { origin: 'null' }), 403, 'origin_not_allowed')
  refused(await post(host.api, '/put/quote', QUOTE, { headers: { 'sec-fetch-site': 'cross-site' } }), 403, 'origin_not_allowed')
  const foreign = { method: 'GET', remoteAddress: '10.0.0.9', headers: { host: 'localhost:4100' } } as const
  refused(await host.api.inject({ ...foreign, url: '/pricing/btc' }), 403, 'host_not_allowed')
  assert.equal((await host.api.inject({ ...foreign, url: '/health' })).statusCode, 200)
  assert.equal((await get(host.api, '/health', { host: 'evil.example' })).body, '{"status":"ok"}')
  for (const name of ['127.0.0.1:4100', '[::1]:4100', 'LOCALHOST', 'desk.example:80'])
    assert.equal((await get(host.api, '/pricing/btc', { host: name })).statusCode, 200, name)
  assert.equal((await get(host.api, '/pricing/btc', { origin: 'http://localhost:4100' })).statusCode, 200)
})

test('[API-03] more than the rate allows is refused with the time to wait', async (t) => {
  const limited = await startHost({ limits: { requestsPerMinute: 2 } })
  t.after(() => limited.api.close())
  limited.market()
  await get(limited.api, '/pricing/btc')
  await get(limited.api, '/pricing/btc')
  const { explanation } = refused(await get(limited.api, '/pricing/btc'), 429, 'too_many_requests', 'requestsPerMinute')
  assert.equal(explanation.flip?.field, 'waitMs')
  assert.equal((await get(limited.api, '/health')).statusCode, 200)
})

test('[API-03] an error of ours says nothing of its inside', async (t) => {
  const broken = await startHost()
  t.after(() => broken.api.close())
  broken.platform.engine.stateOf = () => {
    throw new TypeError('secret path /home/x')
  }
  const response = await get(broken.api, '/pricing/btc')
  refused(response, 500, 'internal_error')
  assert.doesNotMatch(response.body, /secret|home|TypeError|\.ts/)
})

test('[API-03] bytes that are no HTTP, and headers without end, are answered and cut off', async (t) => {
  const real = await startHost()
  t.after(() => real.api.close())
  const { port } = await listen(real.api as never, { host: '127.0.0.1', port: 0 })
  const talk = async (bytes: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => undefined)
    socket.write(bytes)
    await once(socket, 'close')
    return text
  }
  assert.match(await talk('HELLO\r\n\r\n'), /^HTTP\/1\.1 400[\s\S]*"reason":"invalid_payload"/)
  assert.match(
    await talk(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431[\s\S]*"reason":"headers_too_large"/,
  )
  const response = await fetch(`http://127.0.0.1:${port}/health`)
  assert.equal(await response.text(), '{"status":"ok"}')
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'self'/)
})

test('[API-03] connections are capped: one too many is closed at once', async (t) => {
  const small = await startHost({ limits: { connectionsMax: 1 } })
  t.after(() => small.api.close())
  const { port } = await listen(small.api as never, { host: '127.0.0.1', port: 0 })
  const first = connect(port, '127.0.0.1')
  await once(first, 'connect')
  first.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(first, 'data')
  const second = connect(port, '127.0.0.1')
  second.on('error', () => undefined)
  await once(second, 'close')
  assert.equal(second.bytesRead, 0)
  first.destroy()
})

test('[API-03] who was cut off and never closes his side does not keep a place', async (t) => {
  const small = await startHost({ limits: { connectionsMax: 1 } })
  t.after(() => small.api.close())
  const { port } = await listen(small.api as never, { host: '127.0.0.1', port: 0 })
  const stubborn = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  t.after(() => stubborn.destroy())
  stubborn.on('error', () => undefined)
  stubborn.resume()
  stubborn.write('HELLO\r\n\r\n')
  await once(stubborn, 'end')
  const asked = Date.now()
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/health`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) break
    // before the timeout of headers (8 s) could come to help; a 408 has no second timeout at all
    assert.ok(Date.now() - asked < 7_000, 'the place is still held')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})

test('[API-03] no body brings a 500 and the process stays up', async () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(1e21, -0, 1e-9, '0', '-1', '1e3', ' 1', 'BTC', 'long', 'demo', '0.1', 0.1, 7),
  )
  const quote = fc.record(
    Object.fromEntries(Object.entries(QUOTE).map(([key, usual]) => [key, fc.oneof(fc.constant<unknown>(usual), value)])),
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    quote,
    fc.record({ accountId: fc.constant('demo'), positions: fc.array(value, { maxLength: 3 }) }),
    fc.record({ quoteId: value }),
    value,
  )
  const url = fc.constantFrom('/put/quote', '/portfolio/ingest', '/audit/export')
  await fc.assert(
    fc.asyncProperty(url, body, async (path, payload) => {
      const response = await post(host.api, path, payload, { headers: { prefer: 'wait=0' } })
      assert.ok(response.statusCode < 500, `${response.statusCode} ${response.body}`)
      assert.equal(typeof response.json().asOfSeq, 'number')
    }),
    { numRuns: 150 },
  )
  assert.equal(
    host.records.some(({ kind }) => kind === 'poisoned'),
    false,
  )
  assert.equal((await get(host.api, '/health')).statusCode, 200)
})
