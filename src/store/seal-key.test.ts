/** Where the seal key comes from and what is refused. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { JournalError } from './journal-error.ts'
import { loadSealKey } from './seal-key.ts'
import { temporaryFolder } from './store.fixture.ts'

/** RFC 8032, section 7.1, test 1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'

test('[PE-01] the seal key is taken as seed, as PEM or from a file that holds either', (t) => {
  const folder = temporaryFolder(t)
  const defaultFile = join(folder, 'unused.pem')
  const { privateKey, publicKey } = loadSealKey({ given: SEED, defaultFile })
  assert.equal(publicKey, PUBLIC)
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  assert.equal(loadSealKey({ given: pem, defaultFile }).publicKey, PUBLIC)
  for (const content of [pem, `${SEED}\n`]) {
    const path = join(folder, 'given')
    writeFileSync(path, content)
    assert.equal(loadSealKey({ given: path, defaultFile }).publicKey, PUBLIC)
  }
})

test('[PE-01] the first start makes a key only its owner can read, and the next one finds it', (t) => {
  const defaultFile = join(temporaryFolder(t), 'config', 'seal.pem')
  const { publicKey } = loadSealKey({ given: undefined, defaultFile })
  assert.equal(statSync(defaultFile).mode & 0o777, 0o600)
  assert.equal(loadSealKey({ given: '', defaultFile }).publicKey, publicKey)
})

test('[PE-01] what is not an Ed25519 key is refused without repeating it', (t) => {
  const folder = temporaryFolder(t)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  for (const given of [SEED.slice(1), 'no-such-file', rsa, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----']) {
    assert.throws(
      () => loadSealKey({ given, defaultFile: join(folder, 'x') }),
      (error) => error instanceof JournalError && error.code === 'seal_key_invalid' && !error.message.includes(given),
    )
  }
})
