/** The accounts' file: levels, what an account states itself, what is wrong with it, and that it reaches the configuration in force. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { findAccounts, readAccounts } from './accounts-file.ts'
import type { AccountsRead } from './accounts-file.ts'
import { resolveConfig } from './config.ts'

function given(t: TestContext, content: unknown): AccountsRead {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-accounts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'accounts.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readAccounts(path)
}
const LEVEL = { tierName: 'Silver', initialBalanceUsdc: '100000', maxDrawdownPct: 0.1, bufferTargetPct: '0.02', hedgeSizeMax: 2 }

test('[P-15] funded levels become limits and bands; what an account states itself wins', (t) => {
  const { layer, problems } = given(t, {
    levels: { A: LEVEL },
    accounts: { ana: { level: 'A' }, bo: { level: 'A', initialBalanceUsdc: 50_000, bufferHysteresisPct: '0.01', tierName: 'Gold' } },
  })
  assert.deepEqual(problems, [])
  assert.ok(layer !== undefined)
  const { components } = resolveConfig([layer])
  const { accounts } = components['hedging/loop'] as { readonly accounts: Record<string, Record<string, unknown>> }
  const shown = Object.entries(accounts).map(([name, own]) => [name, ...Object.values(own).map(String)])
  assert.deepEqual(shown, [
    ['ana', 'A', '100000', '90000', '2000', '2'],
    ['bo', 'A', '50000', '45000', '1000', '500', '2'],
  ])
  assert.deepEqual((components['risk/limits'] as { readonly accountTiers: unknown }).accountTiers, { ana: 'Silver', bo: 'Gold' })
  const { limits } = components['monitoring/floor-watch'] as { readonly limits: Record<string, unknown> }
  assert.deepEqual(
    Object.entries(limits).map(([name, limit]) => [name, String(limit)]),
    [
      ['ana', '90000'],
      ['bo', '45000'],
    ],
  )
})

test('[P-15] [C-72] everything wrong is said at once, with its place', (t) => {
  const wrong = given(t, {
    levels: { A: { ...LEVEL, maxDrawdownPct: 10, initialBalanceUsdc: '-1', colour: 'red' } },
    accounts: { ana: { level: 'A', bufferTargetPct: 0 } },
    people: {},
  })
  assert.equal(wrong.layer, undefined)
  assert.deepEqual(
    wrong.problems.map(({ code, field, seen }) => [code, field, seen]).sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      ['invalid_value', 'accounts.ana.bufferTargetPct', 0],
      ['invalid_value', 'levels.A.initialBalanceUsdc', '-1'],
      ['invalid_value', 'levels.A.maxDrawdownPct', 10],
      ['unknown_key', 'levels.A.colour', 'red'],
      ['unknown_key', 'people', '{}'],
    ],
  )
  const unknown = given(t, { levels: { A: LEVEL }, accounts: { ana: { level: 'B' } } })
  assert.deepEqual(
    unknown.problems.map(({ field, limit }) => [field, limit]),
    [['accounts.ana.level', 'one of A']],
  )
  const bare = given(t, { levels: { A: {} }, accounts: { ana: { level: 'A' } } })
  assert.deepEqual(
    bare.problems.map(({ field }) => field),
    ['accounts.ana.initialBalanceUsdc'],
  )
  assert.equal(given(t, '{').problems[0]?.limit, 'JSON')
})

test('[P-15] the file this package brings is in order, and is found where no other is named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-accounts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const packaged = findAccounts(undefined, folder)
  assert.ok(packaged !== undefined && packaged.endsWith(join('config', 'accounts.json')))
  const { layer, problems } = readAccounts(packaged)
  assert.deepEqual(problems, [])
  assert.ok(layer !== undefined)
  const { accounts } = resolveConfig([layer]).components['hedging/loop'] as {
    readonly accounts: Record<string, { drawdownLimitUsdc: unknown }>
  }
  assert.equal(String(accounts['demo']?.drawdownLimitUsdc), '10000')
  assert.equal(findAccounts('elsewhere.json', folder), 'elsewhere.json')
  writeFileSync(join(folder, 'accounts.json'), '{}')
  assert.equal(findAccounts(undefined, folder), join(folder, 'accounts.json'))
})
