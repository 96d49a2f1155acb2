/** Made once, kept, and nobody else's to read. */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadLocalToken } from './local-token.ts'
import { temporaryFolder } from './store.fixture.ts'

const modeOf = (file: string): number => statSync(file).mode & 0o777

test('[SE-01] the local token is made at the first start, stays the same, and only its owner reads it', (t) => {
  const file = join(temporaryFolder(t), 'ballast', 'operator-token')
  const token = loadLocalToken(file)
  assert.match(token, /^[\w-]{32}$/)
  assert.deepEqual([readFileSync(file, 'utf8'), modeOf(file)], [`${token}\n`, 0o600])
  chmodSync(file, 0o644)
  assert.deepEqual([loadLocalToken(file), modeOf(file)], [token, 0o600])
  assert.notEqual(loadLocalToken(join(temporaryFolder(t), 'operator-token')), token)
})

test('[SE-01] one a person chose is kept; what is too short or has spaces is no token', (t) => {
  const file = join(temporaryFolder(t), 'operator-token')
  writeFileSync(file, 'a-token-of-my-own-choice\n')
  assert.equal(loadLocalToken(file), 'a-token-of-my-own-choice')
  for (const bad of ['', 'short', 'two words of some length']) {
    writeFileSync(file, bad)
    assert.match(loadLocalToken(file), /^[\w-]{32}$/)
  }
})
