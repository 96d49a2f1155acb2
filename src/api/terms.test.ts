/** What a client may ask a quote for: from the effective configuration, for a known account. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { termsAnswer } from './contract-terms.ts'
import { get, startHost } from './host.fixture.ts'

test('[UI-01] the terms name tiers, limits and the speed of the market, as the quote goes by them', async (t) => {
  const { api } = await startHost()
  t.after(() => api.close())
  const terms = termsAnswer.parse((await get(api, '/put/terms')).json())
  assert.deepEqual(
    [terms.accountId, terms.mode, terms.speed, terms.tenorDaysMax, terms.sizeStep, terms.sizeMax, terms.passThrough, terms.accountTier],
    ['demo', 'demo', 60, 90, '0.1', '1000', false, null],
  )
  assert.deepEqual(
    terms.tiers.map(({ name, leverageMax, shorts }) => [name, leverageMax, shorts]),
    [
      ['Bronze', 5, true],
      ['Silver', 10, true],
      ['Gold', 20, true],
      ['Platinum', 25, true],
    ],
  )
  assert.equal(terms.marketTimeIso, '2026-01-29T00:00:00.000Z')
  const unknown = await get(api, '/put/terms?accountId=nobody')
  assert.deepEqual([unknown.statusCode, unknown.json().reason], [403, 'unknown_account'])
})

test('[UI-01] the widget is served under /widget/ where it is built, also where operations are elsewhere, and nowhere else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-widget-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'example'))
  writeFileSync(join(folder, 'ballast-widget.js'), 'export {}')
  writeFileSync(join(folder, '.digest'), 'secret')
  writeFileSync(join(folder, 'example/index.html'), '<title>x</title>')
  const built = await startHost({ widgetDist: folder, withoutOperations: true })
  t.after(() => built.api.close())
  const bundle = await get(built.api, '/widget/ballast-widget.js')
  assert.deepEqual([bundle.statusCode, bundle.body], [200, 'export {}'])
  assert.match(String(bundle.headers['content-type']), /javascript/)
  assert.deepEqual(
    [(await get(built.api, '/widget/example')).statusCode, (await get(built.api, '/widget/example/')).body],
    [301, '<title>x</title>'],
  )
  for (const path of ['/widget/.digest', '/widget/nothing.js', '/widget/../package.json'])
    assert.notEqual((await get(built.api, path)).statusCode, 200, path)
  const bare = await startHost()
  t.after(() => bare.api.close())
  assert.deepEqual(
    [(await get(bare.api, '/widget/ballast-widget.js')).statusCode, (await get(bare.api, '/widget/ballast-widget.js')).json().reason],
    [404, 'not_found'],
  )
})
