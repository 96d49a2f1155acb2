/** One server or two: who serves what, and that trust in a gateway needs its key. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startHost } from '#api/host.fixture.ts'
import { readAccounts } from '#runtime/accounts-file.ts'
import { layerOf, resolveConfig } from '#runtime/config.ts'
import type { ConfigLayer } from '#runtime/config.ts'
import { serveApi } from './serve-api.ts'

async function served(
  t: TestContext,
  settings: Readonly<Record<string, unknown>>,
  layers: readonly ConfigLayer[] = [],
  { hasConfigFolder } = { hasConfigFolder: true },
) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ballast-serve-'))
  const entries = Object.entries({ dataFolder, port: 0, ...settings }).map(([path, value]) => ({ path, value }))
  const { api, platform, views, market } = await startHost()
  market()
  t.after(async () => {
    await api.close()
    rmSync(dataFolder, { recursive: true, force: true })
  })
  const running = { platform, views, isBetween: () => false, stop: () => Promise.resolve() }
  const userConfigFolder = join(dataFolder, 'config')
  const notes: string[] = []
  if (!hasConfigFolder) writeFileSync(userConfigFolder, 'a file where a folder would be')
  const surroundings = { userConfigFolder, log: (line: string) => void notes.push(line) }
  const servers = await serveApi(resolveConfig([...layers, layerOf('test', entries)]), running, {}, surroundings)
  t.after(() => servers.close())
  return { ...servers, notes, status: async (base: string | undefined, path: string) => (await fetch(`${base ?? ''}${path}`)).status }
}

test('[C-01] one port serves clients and operations', async (t) => {
  const { url, operationsUrl, status } = await served(t, {})
  assert.equal(operationsUrl, undefined)
  assert.deepEqual([await status(url, '/pricing/btc'), await status(url, '/api/overview')], [200, 200])
})

test('[C-01] with OPS_PORT operations and the page are there alone', async (t) => {
  const { url, operationsUrl, status } = await served(t, { opsPort: 0 })
  assert.notEqual(operationsUrl, url)
  assert.deepEqual([await status(url, '/pricing/btc'), await status(url, '/api/overview'), await status(url, '/')], [200, 404, 404])
  assert.deepEqual([await status(operationsUrl, '/api/overview'), await status(operationsUrl, '/')], [200, 200])
})

test('[C-50] [P-15] every account of the accounts file is known, and no other', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-accounts-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'accounts.json')
  const level = { initialBalanceUsdc: 20_000, maxDrawdownPct: 0.5 }
  writeFileSync(path, JSON.stringify({ levels: { Starter: level }, accounts: { 'trader-7': { level: 'Starter' } } }))
  const { layer, problems } = readAccounts(path)
  assert.deepEqual(problems, [])
  const { url, status } = await served(t, {}, layer === undefined ? [] : [layer])
  const asked = ['demo', 'trader-7', 'stranger'].map((account) => status(url, `/portfolio/positions?accountId=${account}`))
  assert.deepEqual(await Promise.all(asked), [200, 200, 403])
})

test('[C-50] TRUST_GATEWAY without a key does not start; it never trusts anyone', async (t) => {
  await assert.rejects(served(t, { trustGateway: true }), /BALLAST_GATEWAY_KEY/)
})

const halt = (url: string, token: string) =>
  fetch(`${url}/api/mode/halt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'drill' }),
  })

test('[SE-01] where no token is configured the local one halts, and its file says so to its owner alone', async (t) => {
  const { url, tokenFile } = await served(t, {})
  assert.ok(tokenFile !== undefined)
  assert.equal(statSync(tokenFile).mode & 0o777, 0o600)
  const token = readFileSync(tokenFile, 'utf8').trim()
  assert.equal((await halt(url, token)).status, 200)
  assert.equal((await halt(url, `${token.slice(0, -1)}~`)).status, 401)
})

test('[SE-01] without a place for the local token the platform starts, says it, and nobody signs in', async (t) => {
  const { url, tokenFile, notes } = await served(t, {}, [], { hasConfigFolder: false })
  assert.equal(tokenFile, undefined)
  assert.match(notes.join(), /nobody can sign in, .*operator-token cannot be made/)
  const { reason } = (await (await halt(url, 'x'.repeat(32))).json()) as { readonly reason: string }
  assert.equal(reason, 'admin_disabled')
})
