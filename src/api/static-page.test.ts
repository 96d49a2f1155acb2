/** The console's paths: the document at each of them, compressed where it can be, nothing anywhere else, and no route of the API taken. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { CONSOLE_PAGES } from './contract-console.ts'
import { get, startHost } from './host.fixture.ts'

const DOCUMENT = '<!doctype html><title>Ballast</title>'

test('[UI-04] each page of the console has its address, and nothing else has', async (t) => {
  const webDist = mkdtempSync(join(tmpdir(), 'ballast-static-'))
  t.after(() => rmSync(webDist, { recursive: true }))
  writeFileSync(join(webDist, 'index.html'), DOCUMENT)
  writeFileSync(join(webDist, 'index.html.gz'), gzipSync(DOCUMENT))
  const { api } = await startHost({ webDist })
  t.after(() => api.close())
  for (const { path } of CONSOLE_PAGES) {
    const answer = await get(api, path)
    assert.deepEqual([answer.statusCode, answer.body], [200, DOCUMENT], path)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.match(String(answer.headers['content-security-policy']), /script-src 'self'/)
  }
  for (const path of ['/', '/account']) {
    const packed = await get(api, path, { 'accept-encoding': 'gzip, deflate, br, zstd' })
    assert.deepEqual(
      [packed.statusCode, packed.headers['content-encoding'], packed.rawPayload.equals(gzipSync(DOCUMENT))],
      [200, 'gzip', true],
      path,
    )
  }
  assert.equal((await get(api, '/account/more')).json().reason, 'not_found')
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  for (const path of ['/account/more', '/nowhere', '/nowhere?a=1']) {
    const lost = await get(api, path, browser)
    assert.deepEqual([lost.statusCode, lost.body], [404, DOCUMENT], path)
  }
  for (const path of ['/api/nowhere', '/assets/gone.js', '/docs/nowhere'])
    assert.equal((await get(api, path, browser)).json().reason, 'not_found', path)
  assert.equal((await get(api, '/audit/logs')).json().status, 'ok', 'a route of the API under the path of a page')
  assert.equal((await get(api, '/system', { host: 'elsewhere.example' })).json().reason, 'host_not_allowed')
})

test('[UI-04] a page with a document of its own gets it; what has its hash in its name is kept for a year, a document is not', async (t) => {
  const webDist = mkdtempSync(join(tmpdir(), 'ballast-static-'))
  t.after(() => rmSync(webDist, { recursive: true }))
  mkdirSync(join(webDist, 'assets'))
  const files = ['index.html', 'market.html', 'favicon.svg', 'assets/market-C_i-89jo.js', 'assets/market-C_i-89jo.css', 'assets/plain.js']
  for (const name of files) writeFileSync(join(webDist, name), name)
  writeFileSync(join(webDist, 'assets/market-C_i-89jo.js.gz'), gzipSync('packed'))
  const { api } = await startHost({ webDist })
  t.after(() => api.close())
  const keptFor = async (path: string, headers = {}): Promise<unknown[]> => {
    const answer = await get(api, path, headers)
    return [answer.headers['cache-control'], answer.headers['content-encoding'] ?? answer.body]
  }
  const YEAR = 'public, max-age=31536000, immutable'
  assert.deepEqual(await keptFor('/market'), ['no-cache', 'market.html'])
  assert.deepEqual(await keptFor('/'), ['no-cache', 'index.html'])
  assert.deepEqual(await keptFor('/favicon.svg'), ['no-cache', 'favicon.svg'])
  assert.deepEqual(await keptFor('/assets/market-C_i-89jo.css'), [YEAR, 'assets/market-C_i-89jo.css'])
  assert.deepEqual(await keptFor('/assets/market-C_i-89jo.js', { 'accept-encoding': 'gzip' }), [YEAR, 'gzip'])
  assert.deepEqual(await keptFor('/assets/plain.js'), ['no-cache', 'assets/plain.js'])
  const { headers } = await get(api, '/market')
  const again = await get(api, '/market', { 'if-none-match': String(headers['etag']) })
  assert.equal(again.statusCode, 304, 'a document that did not change is not sent again')
  const gone = await get(api, '/assets/market-00000000.js')
  assert.equal(gone.statusCode, 404)
  assert.equal(gone.headers['cache-control'], undefined, 'what another build had is not remembered as missing')
})

test('[UI-04] where the page is not built each path says so', async (t) => {
  const { api } = await startHost()
  t.after(() => api.close())
  for (const { path } of CONSOLE_PAGES) assert.match((await get(api, path)).body, /The page is not built/)
})

test('[C-01] on the port of clients there is no console', async (t) => {
  const { api } = await startHost({ withoutOperations: true })
  t.after(() => api.close())
  for (const { path } of CONSOLE_PAGES) assert.equal((await get(api, path)).statusCode, 404, path)
})
