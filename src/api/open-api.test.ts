/** The generated OpenAPI document and the page at `/`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { get, startHost } from './host.fixture.ts'

test('[API-01] OpenAPI 3.1 is generated from the schemas that validate', async (t) => {
  const { api } = await startHost()
  t.after(() => api.close())
  const document = (await get(api, '/docs/json')).json()
  assert.equal(document.openapi, '3.1.0')
  for (const [path, methods] of Object.entries(document.paths) as [string, Record<string, { responses: Record<string, unknown> }>][])
    for (const [method, { responses }] of Object.entries(methods)) assert.ok(Object.keys(responses).length > 0, `${method} ${path}`)
  const quote = document.paths['/put/quote'].post.requestBody.content['application/json'].schema
  assert.deepEqual(quote.required, ['asset', 'side', 'tierName', 'leverage', 'positionSize', 'tenorDays'])
  assert.equal(quote.additionalProperties, false)
  assert.equal((await get(api, '/docs')).statusCode, 200)
  const logs = document.paths['/audit/logs'].get
  assert.match(logs.description, /Without `after` it gives the newest/)
  const described = (name: string): unknown => logs.parameters.find((one: { readonly name: string }) => one.name === name)?.description
  assert.match(String(described('after')), /0 starts with the oldest/)
  const answers = JSON.stringify(document)
  for (const name of ['venues', 'explanation', 'exitCostMaxUsdc', 'floorHoldsUpTo', 'floorExcludes'])
    assert.ok(answers.includes(`"${name}":{`), `${name} is named`)
})

test('[API-01] a question that can be refused under 200 says so in its answers, and that the journal may be behind', async (t) => {
  const { api } = await startHost()
  t.after(() => api.close())
  const { paths } = (await get(api, '/docs/json')).json()
  const questions = [
    ['/api/scenario', 'post'],
    ['/api/market/surface', 'get'],
    ['/api/market/smile', 'get'],
    ['/api/market/book', 'get'],
  ] as const
  for (const [path, method] of questions) {
    const { responses } = paths[path][method]
    assert.match(JSON.stringify(responses['200']), /"no_quote"/, path)
    for (const status of ['4XX', '503']) assert.match(JSON.stringify(responses[status]), /"explanation"/, `${path} ${status}`)
  }
})

test('[API-01] the built page is served at /, and its absence is said', async (t) => {
  const bare = await startHost()
  t.after(() => bare.api.close())
  const said = await get(bare.api, '/')
  assert.match(said.body, /not built/)
  assert.match(said.headers['content-type'] as string, /text\/html/)
  const folder = mkdtempSync(join(tmpdir(), 'ballast-page-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'index.html'), '<title>page</title>')
  writeFileSync(join(folder, '.secret'), 'x')
  const built = await startHost({ webDist: folder })
  t.after(() => built.api.close())
  assert.match((await get(built.api, '/')).body, /<title>page/)
  for (const path of ['/.secret', '/../package.json', '/%2e%2e/package.json'])
    assert.notEqual((await get(built.api, path)).statusCode, 200, path)
  assert.equal((await get(built.api, '/nothing.js')).json().reason, 'not_found')
  const headers = { host: 'localhost:4100' }
  const reasons = await Promise.all(
    (['/nothing', '/pricing/btc'] as const).map(async (url) => (await built.api.inject({ method: 'PUT', url, headers })).json().reason),
  )
  assert.deepEqual(reasons, ['not_found', 'method_not_allowed'])
})
