/** The console's paths: the document at each of them, compressed where it can be, nothing anywhere else, and no route of the API taken. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
  assert.equal((await get(api, '/audit/logs')).json().status, 'ok', 'a route of the API under the path of a page')
  assert.equal((await get(api, '/system', { host: 'elsewhere.example' })).json().reason, 'host_not_allowed')
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
